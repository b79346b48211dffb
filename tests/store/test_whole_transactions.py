"""On PostgreSQL a transaction is tried as a whole, without savepoints and with rows put off; repeated with them if need be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from offpage.store import runs, settings
from offpage.store.failures import Duplicate
from offpage.store.postgres import PostgresDatabase
from offpage.store.postgres_worker import LONGEST_SPELL, Trust
from offpage.store.tx import Tx
from tests.journeys import noted
from tests.store.test_runs import a_run


class Mistake(Exception):
    """Something a segment did wrong."""


@pytest.fixture
def database(postgres_url: str, postgres_schema: str) -> Iterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_url, postgres_schema, threads=1)
    yield opened
    opened.close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent."""
    return noted(monkeypatch)


def ids(tx: Tx) -> list[str]:
    return [row[0] for row in tx.rows("SELECT id FROM op_runs ORDER BY seq")]


def record(tx: Tx, *numbers: int) -> None:
    for number in numbers:
        runs.insert(tx, a_run(number))


def kept(database: PostgresDatabase) -> list[int]:
    return [int(one) for one in database.read(ids)]


def test_records_are_written_together_and_in_order(database: PostgresDatabase, said: list[str]) -> None:
    database.write_now(lambda tx: record(tx, 3, 1, 2))
    assert kept(database) == [3, 1, 2]
    assert [text.split()[0] for text in said] == ["BEGIN", "COPY", "COMMIT"]


def test_one_record_is_written_like_any_row(database: PostgresDatabase, said: list[str]) -> None:
    database.write_now(lambda tx: record(tx, 1))
    assert database.read(lambda tx: runs.get(tx, a_run(1).id)) == a_run(1)
    assert [text.split()[0] for text in said] == ["BEGIN", "INSERT", "COMMIT"]


def test_so_many_records_are_written_before_the_commit(database: PostgresDatabase, said: list[str]) -> None:
    database.write_now(lambda tx: record(tx, *range(1_100)))
    assert kept(database) == list(range(1_100))
    assert [text.split()[0] for text in said] == ["BEGIN", "COPY", "COPY", "COPY", "COMMIT"]


def test_whoever_asks_for_records_finds_those_that_were_put_off(database: PostgresDatabase) -> None:
    def segment(tx: Tx) -> tuple[list[str], bool]:
        record(tx, 1, 2)
        there = ids(tx)
        record(tx, 3)
        return there, runs.update(tx, a_run(3)._replace(state="failed"))

    assert database.write_now(segment) == ([a_run(1).id, a_run(2).id], True)
    assert database.read(runs.count) == {"finished": 2, "failed": 1}


def test_savepoints_cost_nothing_where_nothing_is_undone(database: PostgresDatabase, said: list[str]) -> None:
    def segment(tx: Tx) -> None:
        for key in "abc":
            with tx.savepoint():
                settings.put(tx, key, "x")
                with tx.savepoint():
                    settings.get(tx, key)

    database.write_now(segment)
    assert not any("SAVEPOINT" in text for text in said)
    assert database.retries["undone"] == 0


def test_what_is_undone_alone_is_repeated_with_savepoints(database: PostgresDatabase) -> None:
    attempts = 0

    def segment(tx: Tx) -> None:
        nonlocal attempts
        attempts += 1
        record(tx, 1)
        with suppress(Mistake), tx.savepoint():
            settings.put(tx, "a", "x")
            record(tx, 2)
            raise Mistake
        record(tx, 3)

    database.write_now(segment)
    assert attempts == 2
    assert kept(database) == [1, 3]
    assert database.read(lambda tx: settings.get(tx, "a")) is None
    assert (database.retries["undone"], database.retries["conflict"]) == (1, 0)


def test_a_failed_statement_in_a_savepoint_is_undone_alone(database: PostgresDatabase) -> None:
    def segment(tx: Tx) -> str:
        record(tx, 1)
        try:
            with tx.savepoint():
                tx.change("INSERT INTO op_settings (key, value) VALUES ('a', 'x'), ('a', 'y')")
        except Duplicate as refused:
            record(tx, 2)
            return refused.table
        return ""

    assert database.write_now(segment) == "op_settings"
    assert kept(database) == [1, 2]


def test_what_has_only_read_is_not_repeated(database: PostgresDatabase) -> None:
    attempts = 0

    def segment(tx: Tx) -> None:
        nonlocal attempts
        attempts += 1
        record(tx, 1)
        with suppress(Mistake), tx.savepoint():
            settings.get(tx, "a")
            raise Mistake

    database.write_now(segment)
    assert attempts == 1
    assert kept(database) == [1]


def test_a_record_that_is_refused_is_refused_where_it_was_made(database: PostgresDatabase) -> None:
    database.write_now(lambda tx: record(tx, 2))

    def segment(tx: Tx) -> list[int]:
        refused = []
        for number in (1, 2, 3):
            try:
                with tx.savepoint():
                    record(tx, number)
            except Duplicate:
                refused.append(number)
        return refused

    assert database.write_now(segment) == [2]
    assert kept(database) == [2, 1, 3]


def test_after_one_that_was_in_vain_the_next_has_savepoints(database: PostgresDatabase, said: list[str]) -> None:
    def undoes(tx: Tx) -> None:
        with suppress(Mistake), tx.savepoint():
            settings.put(tx, "a", "x")
            raise Mistake

    def does_not(tx: Tx) -> None:
        with tx.savepoint():
            settings.put(tx, "a", "x")

    def makes_savepoints() -> bool:
        said.clear()
        database.write_now(does_not)
        return any("SAVEPOINT" in text for text in said)

    database.write_now(undoes)
    assert [makes_savepoints() for _ in range(3)] == [True, False, False]


def test_trust_is_lost_for_longer_each_time_and_comes_back() -> None:
    trust = Trust()
    lost = []
    for _ in range(12):
        assert trust.asked()
        trust.broken()
        lost.append(next(number for number in range(1_000) if trust.asked()))
        trust._left = 0
    assert lost[:4] == [1, 2, 4, 8]
    assert lost[-1] == LONGEST_SPELL
    for _ in range(9):
        trust.kept()
    trust.broken()
    assert trust._left == 1


def test_each_run_has_its_own_time_limit(database: PostgresDatabase) -> None:
    def limit(tx: Tx, seconds: float) -> str:
        tx.deadline = time.monotonic() + seconds
        row = tx.row("SELECT current_setting('statement_timeout')")
        tx.deadline = None
        assert row is not None
        return str(row[0])

    def segment(tx: Tx) -> list[str]:
        return [limit(tx, 300), limit(tx, 300), limit(tx, 20), limit(tx, 300)]

    assert database.write_now(segment) == ["5min", "5min", "20s", "5min"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_row_that_cannot_even_be_sent_does_no_harm_to_the_next_transaction(
    database: PostgresDatabase, count: int
) -> None:
    def segment(tx: Tx) -> None:
        settings.put(tx, "a", "x")
        for _ in range(count):
            row = ("\ud800",)
            if not tx.put_off("op_costs", ("content",), row):
                tx.change("INSERT INTO op_costs (content) VALUES (%s)", row)

    with pytest.raises(UnicodeEncodeError):
        database.write_now(segment)
    database.write_now(lambda tx: record(tx, 1))
    assert kept(database) == [1]
    assert database.read(lambda tx: settings.get(tx, "a")) is None
