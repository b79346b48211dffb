"""SQLite's writer: many segments, one commit, each undone alone."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from offpage.kernel.errors import StoreError
from offpage.kernel.events import Events
from offpage.store import settings
from offpage.store.failures import Interrupted
from offpage.store.sqlite import SqliteDatabase
from offpage.store.sqlite_tx import SqliteTx
from offpage.store.tx import Lasting, Tx, check_deadline

PATIENT_MS = 60_000.0
"""A budget that never ends a batch before its queue is empty."""


class Mistake(Exception):
    """Something a segment did wrong."""


class Told:
    """Collects what each segment's `done` was told, in order."""

    def __init__(self) -> None:
        self.answers: list[tuple[Any, BaseException | None]] = []

    def __call__(self, result: Any, error: BaseException | None) -> None:
        self.answers.append((result, error))


class Commits:
    """Counts the commits of a database; can refuse them, as a broken disk would."""

    def __init__(self) -> None:
        self.number = 0
        self.refuse = False

    def watch(self, connection: apsw.Connection) -> None:
        connection.set_commit_hook(self._hook)

    def _hook(self) -> bool:
        self.number += 1
        return self.refuse


@contextmanager
def held(database: SqliteDatabase, told: Told) -> Iterator[None]:
    """Keep the writer busy with one segment while the block queues more, then let it go on."""
    going, begun = threading.Event(), threading.Event()

    def segment(tx: Tx) -> str:
        begun.set()
        going.wait(10)
        settings.put(tx, "first", "x")
        return "first"

    database.write(segment, told)
    assert begun.wait(10)
    yield
    going.set()


def put(key: str) -> Callable[[Tx], str]:
    def segment(tx: Tx) -> str:
        settings.put(tx, key, "x")
        return key

    return segment


def wrong(tx: Tx) -> None:
    settings.put(tx, "wrong", "x")
    raise Mistake


def keys(database: SqliteDatabase) -> set[str]:
    return {key for (key,) in database.read(lambda tx: tx.rows("SELECT key FROM op_settings"))}


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def database(tmp_path: Path, commits: Commits) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "app.db", functions=commits.watch, budget_ms=PATIENT_MS)
    commits.number = 0
    yield opened
    opened.close()


def test_segments_that_wait_share_one_commit(database: SqliteDatabase, commits: Commits) -> None:
    told = Told()
    with held(database, told):
        for number in range(20):
            database.write(put(f"k{number}"), told)
    database.close()
    assert commits.number == 1
    assert [result for result, _ in told.answers] == ["first", *[f"k{number}" for number in range(20)]]


def test_nobody_is_told_before_the_commit(database: SqliteDatabase, commits: Commits) -> None:
    commits_when_told: list[int] = []
    with held(database, Told()):
        for number in range(3):
            database.write(put(f"k{number}"), lambda result, error: commits_when_told.append(commits.number))
    database.close()
    assert commits_when_told == [1, 1, 1]


def test_a_failing_segment_is_undone_alone(database: SqliteDatabase, commits: Commits) -> None:
    told = Told()
    with held(database, told):
        database.write(put("before"), told)
        database.write(wrong, told)
        database.write(put("after"), told)
    database.write_now(lambda tx: None)
    assert [type(error) for _, error in told.answers] == [type(None), type(None), Mistake, type(None)]
    assert keys(database) == {"first", "before", "after"}
    assert commits.number <= 2


def test_a_commit_that_fails_is_told_to_everyone_in_it(database: SqliteDatabase, commits: Commits) -> None:
    told = Told()
    commits.refuse = True
    with held(database, told):
        database.write(put("a"), told)
        database.write(wrong, told)
        database.write(put("b"), told)
        database.write(lambda tx: None, told)
    with pytest.raises(StoreError):
        database.write_now(put("c"))
    assert [type(error) for _, error in told.answers] == [StoreError, StoreError, Mistake, StoreError, StoreError]
    assert all(result is None for result, _ in told.answers)
    assert keys(database) == set()


def test_after_a_failed_commit_the_writer_goes_on(database: SqliteDatabase, commits: Commits) -> None:
    commits.refuse = True
    with pytest.raises(StoreError):
        database.write_now(put("a"))
    commits.refuse = False
    assert database.write_now(put("b")) == "b"
    assert keys(database) == {"b"}


def fill(tx: Tx) -> None:
    settings.put(tx, "large", "x" * 1_000_000)


def fill_and_go_on(tx: Tx) -> str:
    with contextlib.suppress(StoreError), tx.savepoint():
        fill(tx)
    settings.put(tx, "after", "x")
    return "after"


@pytest.mark.parametrize("segment", [fill, fill_and_go_on])
def test_a_full_disk_is_told_to_who_filled_it_and_disturbs_nobody_else(
    tmp_path: Path, segment: Callable[[Tx], object]
) -> None:
    database = SqliteDatabase(
        tmp_path / "app.db", functions=lambda c: c.pragma("max_page_count", 100), budget_ms=PATIENT_MS
    )
    told: dict[str, object] = {}

    def note(name: str) -> Callable[[object, BaseException | None], None]:
        return lambda result, error: told.update({name: error or result})

    with held(database, Told()):
        database.write(put("a"), note("a"))
        database.write(segment, note("filled"))
        database.write(put("b"), note("b"))
    assert database.write_now(put("c")) == "c"
    filled = told.pop("filled")
    assert told == {"a": "a", "b": "b"}
    # Whether SQLite undid the statement or gave up the transaction: what is told and what is kept agree.
    assert keys(database) == {"first", "a", "b", "c"} | ({"after"} if filled == "after" else set())
    assert filled == "after" or isinstance(filled, StoreError)
    database.close()


def test_a_stopped_statement_disturbs_nobody_else(database: SqliteDatabase) -> None:
    told = Told()

    def stopped(tx: Tx) -> None:
        assert isinstance(tx, SqliteTx)
        connection = tx.connection
        connection.set_progress_handler(lambda: True, 1_000)
        try:
            tx.change(
                "INSERT INTO op_settings (key, value) WITH RECURSIVE n(i) AS"
                " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 'n' || i, '' FROM n"
            )
        except Interrupted:
            connection.set_progress_handler(None)
            with pytest.raises(StoreError):  # the transaction is gone: nothing more may be kept one by one
                settings.put(tx, "more", "x")
            raise

    with held(database, told):
        database.write(put("a"), told)
        database.write(stopped, told)
        database.write(put("b"), told)
    assert database.write_now(put("c")) == "c"
    assert sorted(str(result) for result, error in told.answers if error is None) == ["a", "b", "first"]
    assert [type(error) for _, error in told.answers if error is not None] == [Interrupted]
    assert keys(database) == {"first", "a", "b", "c"}


def test_a_statement_that_writes_is_not_stopped_by_the_deadline(database: SqliteDatabase) -> None:
    """SQLite would give up the whole transaction with it."""

    def segment(tx: Tx) -> int:
        settings.put(tx, "before", "x")
        tx.deadline = time.monotonic() - 1
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 'n' || i, '' FROM n"
        written = tx.change("INSERT INTO op_settings (key, value) " + many)
        written += len(tx.rows("DELETE FROM op_settings WHERE key LIKE 'n%' RETURNING key"))
        with pytest.raises(Interrupted):
            tx.rows(many)
        with pytest.raises(Interrupted):
            check_deadline(tx)
        return written

    assert database.write_now(segment) == 200_000
    assert keys(database) == {"before"}


def test_the_thread_survives_what_fails_outside_of_a_segment(tmp_path: Path) -> None:
    broken = threading.Event()

    def hook() -> bool:
        if broken.is_set():
            raise Mistake
        return False

    events, said = Events(), list[str]()
    events.listen(lambda name, fields: said.append(name))
    database = SqliteDatabase(
        tmp_path / "app.db", functions=lambda connection: connection.set_commit_hook(hook), events=events
    )
    told = Told()
    with held(database, told):
        database.write(put("a"), told)
        broken.set()
    with pytest.raises(StoreError, match="server's log"):
        database.write_now(put("b"))
    broken.clear()
    assert database.write_now(put("c")) == "c"
    assert [type(error) for _, error in told.answers] == [StoreError, StoreError]
    assert keys(database) == {"c"}
    assert "writer.crashed" in said
    database.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_is_told_may_fail_in_any_way(database: SqliteDatabase) -> None:
    def done(result: object, error: BaseException | None) -> None:
        raise SystemExit

    told = Told()
    with held(database, told):
        database.write(put("a"), done)
        database.write(put("b"), told)
    assert database.write_now(put("c")) == "c"
    assert [result for result, _ in told.answers] == ["first", "b"]


def test_the_budget_ends_a_batch(tmp_path: Path) -> None:
    commits = Commits()
    database = SqliteDatabase(tmp_path / "app.db", functions=commits.watch, budget_ms=0)
    commits.number = 0
    told = Told()
    with held(database, told):
        for number in range(5):
            database.write(put(f"k{number}"), told)
    database.close()
    assert commits.number == 6


def test_a_slow_segment_is_reported(tmp_path: Path) -> None:
    events = Events()
    said: list[tuple[str, dict[str, Any]]] = []
    events.listen(lambda name, fields: said.append((name, fields)))
    database = SqliteDatabase(tmp_path / "app.db", events=events)

    def slow(tx: Tx) -> None:
        # Counting is work that takes a while whatever the machine: no sleep, no clock.
        tx.rows(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
        )

    database.write_now(slow)
    database.close()
    assert [name for name, _ in said] == ["segment.slow"]
    assert said[0][1]["ms"] > 50
    assert "slow" in said[0][1]["segment"]


def test_a_segment_that_goes_on_on_purpose_is_slow_only_beyond_that(tmp_path: Path) -> None:
    events = Events()
    said: list[dict[str, Any]] = []
    events.listen(lambda _, fields: said.append(fields))
    database = SqliteDatabase(tmp_path / "app.db", events=events)
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
    assert database.write_now(Lasting("items", 600.0, lambda tx: tx.rows(count))) == [(3000000,)]
    assert said == []
    database.write_now(Lasting("items", 0.0, lambda tx: tx.rows(count)))
    database.write_now(lambda tx: tx.rows(count))
    database.close()
    assert [one["segment"] for one in said] == [
        "items",
        test_a_segment_that_goes_on_on_purpose_is_slow_only_beyond_that.__name__,
    ]


def test_readers_do_not_wait_for_the_writer(database: SqliteDatabase) -> None:
    told = Told()
    with held(database, told):
        assert keys(database) == set()
    database.close()
    assert told.answers == [("first", None)]


def test_every_commit_is_synced_to_the_disk(database: SqliteDatabase) -> None:
    def look(tx: Tx) -> list[tuple[Any, ...]]:
        return [*tx.rows("PRAGMA synchronous"), *tx.rows("PRAGMA journal_mode")]

    assert database.write_now(look) == [(2,), ("wal",)]
