"""A process that holds SQLite's write lock for long, as a migration may: a server waits, for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from offpage.kernel.errors import Busy
from offpage.store import settings, sqlite, writer
from offpage.store.sqlite import SqliteDatabase


@contextmanager
def locked(path: Path) -> Iterator[apsw.Connection]:
    """Hold the write lock until the block ends."""
    connection = apsw.Connection(str(path))
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        connection.close()


def test_a_server_waits_for_longer_than_a_statement_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 20)
    database = SqliteDatabase(tmp_path / "x.db")
    try:
        with locked(tmp_path / "x.db") as other:
            ended = threading.Timer(0.3, lambda: other.execute("COMMIT"))
            ended.start()
            database.write_now(lambda tx: settings.put(tx, "a", "b"))
            ended.join()
        assert database.read(lambda tx: settings.get(tx, "a")) == "b"
    finally:
        database.close()


def test_all_who_wait_are_told_at_once_when_the_patience_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 20)
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.3)
    database = SqliteDatabase(tmp_path / "x.db")
    told: list[BaseException | None] = []
    all_told = threading.Event()

    def done(result: object, error: BaseException | None) -> None:
        told.append(error)
        if len(told) == 20:
            all_told.set()

    try:
        with locked(tmp_path / "x.db"):
            before = time.monotonic()
            for _ in range(20):
                database.write(lambda tx: settings.put(tx, "a", "b"), done)
            assert all_told.wait(5)
            assert time.monotonic() - before < 2  # not one after the other, each with the patience of its own
        assert {type(one) for one in told} == {Busy}
        assert "has been writing" in str(told[0])
        database.write_now(lambda tx: settings.put(tx, "a", "c"))
    finally:
        database.close()
