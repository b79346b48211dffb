"""What only PostgreSQL does: transactions side by side, deadlocks, lost connections, commits that fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from offpage.kernel.errors import StoreError
from offpage.store import settings
from offpage.store.failures import ConnectionLost, Duplicate
from offpage.store.postgres import PostgresDatabase
from offpage.store.tx import Tx


@pytest.fixture
def database(postgres_url: str, postgres_schema: str) -> Iterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    yield opened
    opened.close()


def put(key: str) -> Callable[[Tx], str]:
    def segment(tx: Tx) -> str:
        settings.put(tx, key, "x")
        return key

    return segment


def keys(database: PostgresDatabase) -> set[str]:
    return {key for (key,) in database.read(lambda tx: tx.rows("SELECT key FROM op_settings"))}


def backend(tx: Tx) -> int:
    row = tx.row("SELECT pg_backend_pid()")
    assert row is not None
    return int(row[0])


def end(postgres_url: str, pid: int) -> None:
    """Let the server drop a connection and wait until it is gone."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_segments_run_side_by_side(database: PostgresDatabase) -> None:
    both = threading.Barrier(2)

    def meet(tx: Tx) -> None:
        both.wait(10)

    ended = threading.Semaphore(0)
    for _ in range(2):
        database.write(meet, lambda result, error: ended.release())
    assert ended.acquire(timeout=10)
    assert ended.acquire(timeout=10)
    assert not both.broken


@pytest.mark.parametrize("swallowed", [False, True], ids=["passed on", "swallowed"])
def test_a_deadlock_is_tried_again(database: PostgresDatabase, swallowed: bool) -> None:
    for key in ("a", "b"):
        database.write_now(put(key))
    both = threading.Barrier(2)
    attempts: list[str] = []
    told: list[object] = []
    ended = threading.Semaphore(0)

    def crossing(first: str, second: str) -> Callable[[Tx], str]:
        def segment(tx: Tx) -> str:
            again = first in attempts
            attempts.append(first)
            settings.put(tx, first, f"by {first}")
            if not again:
                both.wait(10)
            try:
                with tx.savepoint():
                    settings.put(tx, second, f"by {first}")
            except StoreError:
                if not swallowed:
                    raise
            return first

        return segment

    def done(result: object, error: BaseException | None) -> None:
        told.append(error or result)
        ended.release()

    database.write(crossing("a", "b"), done)
    database.write(crossing("b", "a"), done)
    assert ended.acquire(timeout=20)
    assert ended.acquire(timeout=20)
    assert sorted(map(str, told)) == ["a", "b"]
    assert len(attempts) >= 3
    values = {database.read(lambda tx, key=key: settings.get(tx, key)) for key in ("a", "b")}  # type: ignore[misc]
    assert len(values) == 1  # the later one wrote both


def test_a_lost_connection_before_the_commit_is_tried_again(database: PostgresDatabase, postgres_url: str) -> None:
    attempts: list[int] = []

    def segment(tx: Tx) -> str:
        attempts.append(backend(tx))
        if len(attempts) == 1:
            end(postgres_url, attempts[0])
        return put("a")(tx)

    assert database.write_now(segment) == "a"
    assert len(set(attempts)) == 2
    assert keys(database) == {"a"}


def test_a_connection_lost_while_idle_is_opened_again(database: PostgresDatabase, postgres_url: str) -> None:
    for pid in {database.write_now(backend) for _ in range(8)}:
        end(postgres_url, pid)
    assert {database.write_now(put(f"k{number}")) for number in range(4)} == {"k0", "k1", "k2", "k3"}


def test_a_reader_whose_connection_was_lost_gets_another(database: PostgresDatabase, postgres_url: str) -> None:
    former = database.read(backend)
    end(postgres_url, former)
    assert keys(database) == set()
    assert database.read(backend) != former


def test_a_connection_that_is_lost_again_and_again_is_told(database: PostgresDatabase, postgres_url: str) -> None:
    def segment(tx: Tx) -> None:
        end(postgres_url, backend(tx))
        put("a")(tx)

    with pytest.raises(ConnectionLost):
        database.write_now(segment)
    assert database.write_now(put("b")) == "b"


def test_a_commit_that_fails_is_told(database: PostgresDatabase) -> None:
    def tables(tx: Tx) -> None:
        tx.change("CREATE TABLE late (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)")

    def twice(tx: Tx) -> None:
        tx.change("INSERT INTO late VALUES (1), (1)")

    database.write_now(tables)
    with pytest.raises(Duplicate) as caught:
        database.write_now(twice)
    assert (caught.value.table, caught.value.columns) == ("late", ("id",))
    assert database.read(lambda tx: tx.row("SELECT count(*) FROM late")) == (0,)


def test_servers_started_together_create_the_tables_once(postgres_url: str, postgres_schema: str) -> None:
    begin = threading.Barrier(3)
    trouble: list[BaseException] = []

    def start() -> None:
        begin.wait()
        try:
            PostgresDatabase(postgres_url, postgres_schema, threads=1).close()
        except BaseException as error:
            trouble.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []


def test_only_readers_read_whole_tables_and_compile(database: PostgresDatabase) -> None:
    def settings_of(tx: Tx) -> list[tuple[object, ...]]:
        return tx.rows("SELECT current_setting('enable_seqscan'), current_setting('jit')")

    assert database.write_now(settings_of) == [("off", "off")]
    assert database.read(settings_of) == [("on", "on")]


def test_a_writer_that_no_index_serves_reads_the_whole_table_all_the_same(database: PostgresDatabase) -> None:
    def plan(tx: Tx) -> str:
        tx.change("CREATE TABLE many AS SELECT n AS id, random() AS amount FROM generate_series(1, 10000) AS n")
        tx.change("ANALYZE many")
        return "\n".join(row[0] for row in tx.rows("EXPLAIN SELECT * FROM many ORDER BY amount LIMIT 50"))

    assert "Seq Scan on many" in database.write_now(plan)
