"""SQLite's planner knows what the tables of things hold, and so does whoever reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offpage.store.sqlite import SqliteDatabase
from offpage.store.statistics import FIRST
from offpage.store.tx import Tx

QUERY = "SELECT id FROM t_order WHERE status = 'open' AND customer = '7'"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.db"


@pytest.fixture
def database(path: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(path)
    database.write_now(_create)
    yield database
    database.close()


def _create(tx: Tx) -> None:
    tx.change("CREATE TABLE t_order (id TEXT PRIMARY KEY, status TEXT, customer TEXT)")
    tx.change("CREATE INDEX i_order__customer ON t_order (customer)")
    tx.change("CREATE INDEX i_order__status ON t_order (status)")


def _fill(database: SqliteDatabase, count: int) -> None:
    rows = [(f"{at}", "open" if at % 2 else "paid", f"{at % 97}") for at in range(count)]
    database.write_now(lambda tx: [tx.change("INSERT INTO t_order VALUES (?, ?, ?)", row) for row in rows])
    # The measuring follows the commit: the next segment comes after both.
    database.write_now(lambda tx: None)


def _plan(database: SqliteDatabase) -> str:
    return database.read(lambda tx: " ".join(str(row[3]) for row in tx.rows(f"EXPLAIN QUERY PLAN {QUERY}")))


def test_a_reader_that_was_open_before_follows_the_index_that_leads_to_few_rows(database: SqliteDatabase) -> None:
    assert "i_order__status" in _plan(database)
    _fill(database, FIRST)
    assert "i_order__customer" in _plan(database)


def test_a_database_is_measured_when_it_is_opened(database: SqliteDatabase, path: Path) -> None:
    _fill(database, FIRST // 2)
    assert "i_order__status" in _plan(database)
    database.close()
    again = SqliteDatabase(path)
    try:
        assert "i_order__customer" in _plan(again)
    finally:
        again.close()


def test_tables_of_our_own_are_not_measured(database: SqliteDatabase) -> None:
    _fill(database, FIRST)
    measured = database.read(lambda tx: {row[0] for row in tx.rows("SELECT tbl FROM sqlite_stat1")})
    assert measured == {"t_order"}


def test_a_command_beside_a_server_measures_nothing(database: SqliteDatabase, path: Path) -> None:
    _fill(database, 10)
    beside = SqliteDatabase(path, shared=True)
    try:
        assert beside.read(lambda tx: tx.rows("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")) == []
    finally:
        beside.close()
