"""What every database promises about a transaction."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from offpage.kernel.errors import Stopping, StoreError
from offpage.sql.fragment import sql, value
from offpage.store import settings
from offpage.store.failures import Duplicate, Interrupted
from offpage.store.tx import Database, Tx

KEYS = ("before", "outer", "kept", "inner", "first", "second")


class Mistake(Exception):
    """Something a segment did wrong."""


def put(key: str, text: str = "x") -> Callable[[Tx], str]:
    def segment(tx: Tx) -> str:
        settings.put(tx, key, text)
        return key

    return segment


def insert(tx: Tx, key: str) -> None:
    tx.run(sql("INSERT INTO op_settings (key, value) VALUES ({}, {})", value(key), value("x")))


def put_and_fail(tx: Tx, key: str) -> None:
    with tx.savepoint():
        with tx.savepoint():
            put(key)(tx)
        raise Mistake


def insert_both(tx: Tx, one: str, other: str) -> None:
    with tx.savepoint():
        insert(tx, one)
        insert(tx, other)


def keys(database: Database) -> set[str]:
    return {key for (key,) in database.read(lambda tx: tx.rows("SELECT key FROM op_settings"))}


def test_a_segment_gives_its_result(database: Database) -> None:
    assert database.write_now(put("a")) == "a"
    assert keys(database) == {"a"}


def test_a_failing_segment_leaves_nothing_and_its_error_arrives(database: Database) -> None:
    def segment(tx: Tx) -> None:
        put("a")(tx)
        raise Mistake("no")

    with pytest.raises(Mistake, match="no"):
        database.write_now(segment)
    assert keys(database) == set()


def test_a_savepoint_undoes_only_what_happened_inside(database: Database) -> None:
    def segment(tx: Tx) -> None:
        put("a")(tx)
        with pytest.raises(Mistake):
            put_and_fail(tx, "b")
        with tx.savepoint():
            put("c")(tx)

    database.write_now(segment)
    assert keys(database) == {"a", "c"}


def test_savepoints_stand_inside_one_another(database: Database) -> None:
    def segment(tx: Tx) -> None:
        with tx.savepoint():
            put("a")(tx)
            with pytest.raises(Mistake):
                put_and_fail(tx, "b")
            put("c")(tx)
        with pytest.raises(Mistake):
            put_and_fail(tx, "d")

    database.write_now(segment)
    assert keys(database) == {"a", "c"}


def test_a_failed_statement_inside_a_savepoint_does_not_spoil_the_rest(database: Database) -> None:
    def segment(tx: Tx) -> None:
        insert(tx, "a")
        with pytest.raises(Duplicate):
            insert_both(tx, "b", "a")
        insert(tx, "c")

    database.write_now(segment)
    assert keys(database) == {"a", "c"}


def test_what_is_reported_as_done_is_kept_even_if_a_failed_statement_was_ignored(database: Database) -> None:
    def segment(tx: Tx) -> None:
        insert(tx, "a")
        with contextlib.suppress(Duplicate):
            insert(tx, "a")

    # SQLite undoes the statement alone; PostgreSQL cannot keep the rest, and then it must say so.
    try:
        database.write_now(segment)
    except StoreError:
        assert keys(database) == set()
    else:
        assert keys(database) == {"a"}


def test_many_savepoints_at_several_depths(database: Database) -> None:
    def segment(tx: Tx) -> None:
        for number in range(5):
            with tx.savepoint():
                put(f"outer{number}")(tx)
                for inner in range(3):
                    with contextlib.suppress(Mistake):
                        put_and_fail(tx, f"inner{number}.{inner}")
                    with tx.savepoint():
                        put(f"kept{number}.{inner}")(tx)
            with contextlib.suppress(Mistake), tx.savepoint():
                put_and_fail(tx, f"lost{number}")
            put(f"between{number}")(tx)

    database.write_now(segment)
    expected = {f"kept{number}.{inner}" for number in range(5) for inner in range(3)}
    assert keys(database) == expected | {f"{name}{number}" for number in range(5) for name in ("outer", "between")}


def test_a_statement_that_runs_past_the_deadline_is_stopped(database: Database) -> None:
    forever = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT max(i) FROM n"
    )

    def segment(tx: Tx) -> int:
        put("a")(tx)
        tx.deadline = time.monotonic() + 0.1
        with pytest.raises(Interrupted):
            read_inside(tx, forever)
        tx.deadline = None
        return put_and_count(tx, "b")

    assert database.write_now(segment) == 2
    assert keys(database) == {"a", "b"}


def read_inside(tx: Tx, text: str) -> None:
    with tx.savepoint():
        tx.rows(text)


def put_and_count(tx: Tx, key: str) -> int:
    put(key)(tx)
    return len(tx.rows("SELECT key FROM op_settings"))


def test_a_deadline_ends_with_its_transaction(database: Database) -> None:
    def segment(tx: Tx) -> None:
        tx.deadline = time.monotonic() + 0.001
        tx.rows("SELECT 1")
        tx.deadline = None

    database.write_now(segment)
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n"
    assert database.write_now(lambda tx: tx.rows(count)) == [(100_000,)]


def test_a_duplicate_names_table_and_column(database: Database) -> None:
    database.write_now(put("a"))
    with pytest.raises(Duplicate) as caught:
        database.write_now(lambda tx: insert(tx, "a"))
    assert (caught.value.table, caught.value.columns) == ("op_settings", ("key",))


def test_a_duplicate_of_a_compound_key_names_all_its_columns(database: Database) -> None:
    def segment(tx: Tx) -> None:
        for _ in range(2):
            tx.run(sql("INSERT INTO op_fields (type_id, field_id, type, dropped) VALUES ('t', 'f', 'text', false)"))

    with pytest.raises(Duplicate) as caught:
        database.write_now(segment)
    assert caught.value.columns == ("type_id", "field_id")


def test_a_mistaken_statement_is_a_store_error(database: Database) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        database.write_now(lambda tx: tx.rows("SELECT * FROM nowhere"))
    database.write_now(put("a"))


def test_change_counts_rows(database: Database) -> None:
    for key in "abc":
        database.write_now(put(key))

    def segment(tx: Tx) -> tuple[int, int, int]:
        return (
            tx.change("UPDATE op_settings SET value = 'y' WHERE key <> 'a' RETURNING key"),
            tx.change("DELETE FROM op_settings WHERE key = 'nothing'"),
            tx.change("DELETE FROM op_settings"),
        )

    assert database.write_now(segment) == (2, 0, 3)


def test_row_gives_the_first_row_or_none_and_the_rest_does_not_disturb(database: Database) -> None:
    def segment(tx: Tx) -> object:
        for key in "abc":
            put(key)(tx)
        with tx.savepoint():
            first = tx.row("UPDATE op_settings SET value = 'y' RETURNING value")
        none = tx.row("SELECT key FROM op_settings WHERE key = 'nothing'")
        return first, none, tx.row("SELECT count(*) FROM op_settings WHERE value = 'y'")

    assert database.write_now(segment) == (("y",), None, (3,))


def test_percent_signs_and_question_marks_are_only_text(database: Database) -> None:
    found = database.read(lambda tx: tx.run(sql("SELECT '100%', '?', '%s', {}", value("%s ?"))))
    assert found == [("100%", "?", "%s", "%s ?")]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError):
        database.read(put("a"))
    assert keys(database) == set()


def test_all_statements_of_a_reader_see_one_moment(database: Database) -> None:
    def segment(tx: Tx) -> list[int]:
        def count() -> int:
            row = tx.row("SELECT count(*) FROM op_settings")
            assert row is not None
            return int(row[0])

        before = count()
        database.write_now(put("a"))
        return [before, count()]

    assert database.read(segment) == [0, 0]
    assert keys(database) == {"a"}


def test_a_reader_that_failed_leaves_a_usable_connection(database: Database) -> None:
    with pytest.raises(StoreError):
        database.read(lambda tx: tx.rows("SELECT * FROM nowhere"))
    assert keys(database) == set()


def test_a_done_is_told_of_result_and_error(database: Database) -> None:
    told: list[tuple[object, object]] = []
    both = threading.Semaphore(0)

    def done(result: object, error: BaseException | None) -> None:
        told.append((result, error))
        both.release()

    def wrong(tx: Tx) -> None:
        raise Mistake

    database.write(put("a"), done)
    assert both.acquire(timeout=10)
    database.write(wrong, done)
    assert both.acquire(timeout=10)
    assert told[0] == ("a", None)
    assert told[1][0] is None
    assert isinstance(told[1][1], Mistake)


def test_what_is_done_can_be_seen_by_readers(database: Database) -> None:
    seen: list[set[str]] = []
    ended = threading.Event()

    def done(_result: object, _error: BaseException | None) -> None:
        seen.append(keys(database))
        ended.set()

    database.write(put("a"), done)
    assert ended.wait(10)
    assert seen == [{"a"}]


def test_an_event_loop_awaits_many_segments(database: Database) -> None:
    async def main() -> list[str | BaseException]:
        def wrong(tx: Tx) -> str:
            raise Mistake

        segments = [wrong if number % 10 == 3 else put(f"k{number}") for number in range(100)]
        return await asyncio.gather(*[database.written(segment) for segment in segments], return_exceptions=True)

    answers = asyncio.run(main())
    good = {f"k{number}" for number in range(100) if number % 10 != 3}
    assert [isinstance(answer, Mistake) for answer in answers] == [number % 10 == 3 for number in range(100)]
    assert {answer for answer in answers if isinstance(answer, str)} == good
    assert keys(database) == good


def test_an_event_loop_reads_in_another_thread(database: Database) -> None:
    async def main() -> tuple[object, bool]:
        here = threading.current_thread()
        return await database.reading(
            lambda tx: (tx.row("SELECT count(*) FROM op_settings"), threading.current_thread() is not here)
        )

    assert asyncio.run(main()) == ((0,), True)


def test_who_stops_waiting_does_not_disturb_the_others(database: Database) -> None:
    async def main() -> None:
        going = threading.Event()

        def slow(tx: Tx) -> None:
            going.wait(10)
            put("slow")(tx)

        given_up = asyncio.create_task(database.written(slow))
        await asyncio.sleep(0)
        given_up.cancel()
        waiting = asyncio.create_task(database.written(put("other")))
        await asyncio.sleep(0)
        going.set()
        assert await waiting == "other"
        with pytest.raises(asyncio.CancelledError):
            await given_up

    asyncio.run(main())
    database.close()  # both segments have run by now


def test_a_loop_that_has_gone_disturbs_nobody(database: Database) -> None:
    going = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(database.written(lambda tx: going.wait(10)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    going.set()
    assert database.write_now(put("a")) == "a"


def test_closing_finishes_what_is_queued(open_database: Callable[[], Database]) -> None:
    database = open_database()
    told: list[object] = []
    for number in range(50):
        database.write(put(f"k{number}"), lambda result, error: told.append(error or result))
    database.close()
    assert sorted(map(str, told)) == sorted(f"k{number}" for number in range(50))
    assert keys(open_database()) == {f"k{number}" for number in range(50)}


def test_after_closing_nothing_is_accepted(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(Stopping):
        database.write_now(put("a"))
    with pytest.raises(Stopping):
        database.read(lambda tx: None)
    with pytest.raises(Stopping):
        asyncio.run(database.written(put("a")))


def test_everybody_who_asks_as_it_closes_is_told(database: Database) -> None:
    async def ask() -> list[str | BaseException]:
        asked = [asyncio.ensure_future(database.written(put(f"k{number}"))) for number in range(5)]
        await asyncio.sleep(0)  # they have asked; the loop has not handed it over yet
        database.close()
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [type(one) for one in asyncio.run(ask())] == [Stopping] * 5


def test_what_one_turn_of_a_loop_asks_for_is_done_in_that_order(database: Database) -> None:
    done: list[int] = []

    def noting(number: int) -> Callable[[Tx], None]:
        return lambda tx: done.append(number)

    async def ask() -> None:
        await asyncio.gather(*(database.written(noting(number)) for number in range(50)))

    asyncio.run(ask())
    # PostgreSQL has many connections, and may do one again.
    assert (done if database.dialect.name == "sqlite" else sorted(set(done))) == list(range(50))


def test_waiting_for_a_segment_inside_a_segment_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="inside a segment"):
        database.write_now(lambda tx: database.write_now(put("a")))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_done_that_fails_does_not_end_the_thread(database: Database) -> None:
    told = threading.Event()

    def done(_result: object, _error: BaseException | None) -> None:
        told.set()
        raise Mistake("in done")

    database.write(put("a"), done)
    assert told.wait(10)
    assert database.write_now(put("b")) == "b"
    assert keys(database) == {"a", "b"}


def test_blocks_that_begin_at_the_same_point_are_undone_each_for_itself(database: Database) -> None:
    """On PostgreSQL one savepoint stands for both, and a block without a statement has none."""

    def segment(tx: Tx) -> None:
        settings.put(tx, "before", "1")
        with tx.savepoint():
            with contextlib.suppress(Mistake), tx.savepoint():
                raise Mistake
            with contextlib.suppress(Mistake), tx.savepoint():
                settings.put(tx, "inner", "1")
                raise Mistake
            settings.put(tx, "outer", "1")
            with contextlib.suppress(Mistake), tx.savepoint():
                settings.put(tx, "outer", "2")
                raise Mistake
            with tx.savepoint():
                settings.put(tx, "kept", "1")
        with contextlib.suppress(Mistake), tx.savepoint():
            with tx.savepoint(), tx.savepoint():
                settings.put(tx, "first", "1")
            settings.put(tx, "second", "1")
            raise Mistake

    database.write_now(segment)
    found = {key: database.read(lambda tx, key=key: settings.get(tx, key)) for key in KEYS}  # type: ignore[misc]
    assert found == {"before": "1", "outer": "1", "kept": "1", "inner": None, "first": None, "second": None}


def test_what_is_to_be_called_after_the_commit_is_not_where_it_was_undone(database: Database) -> None:
    called: list[str] = []

    def note(tx: Tx, name: str) -> None:
        put(name)(tx)
        tx.committed.append(lambda: called.append(name))

    def undone(tx: Tx) -> None:
        with contextlib.suppress(Mistake), tx.savepoint():
            note(tx, "outer")
            with tx.savepoint():
                note(tx, "inner")
            raise Mistake

    def segment(tx: Tx) -> None:
        note(tx, "before")
        undone(tx)
        with tx.savepoint():
            note(tx, "kept")
        undone(tx)

    database.write_now(segment)
    assert called == ["before", "kept"]
    assert keys(database) == {"before", "kept"}
