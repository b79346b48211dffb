"""The references of scheduling: the same rows, written by hand into SQLite with the same durability."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import apsw

from benchmarks.reference_http import new_id
from benchmarks.reference_store import INSERT_RUN, now_ms, open_connection

CHUNK: Final = 256

ITEMS: Final = """
    CREATE TABLE batches (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, state TEXT, total INTEGER, done INTEGER, cursor INTEGER
    );
    CREATE TABLE items (batch INTEGER NOT NULL, seq INTEGER NOT NULL, item TEXT NOT NULL, PRIMARY KEY (batch, seq));
"""
NEW_ORDER: Final = "INSERT INTO orders (id, created_date, modified_date, name, total) VALUES (?, ?, ?, ?, 0)"
CHANGE: Final = "UPDATE orders SET total = total + 1, modified_date = ? WHERE id = ? RETURNING *"


@contextmanager
def fresh() -> Iterator[apsw.Connection]:
    """A new database while the block lasts."""
    with TemporaryDirectory() as folder:
        connection = open_connection(str(Path(folder, "reference.sqlite")))
        connection.execute(ITEMS)
        try:
            yield connection
        finally:
            connection.close()


def bulk(count: int) -> dict[str, Any]:
    """Write an item for each of `count` orders with one statement, then change them, 256 to a commit."""
    with fresh() as connection:
        now = now_ms()
        with connection:
            connection.executemany(NEW_ORDER, ((new_id(now), now, now, f"N{n}") for n in range(count)))
        began = time.perf_counter()
        with connection:
            connection.execute("INSERT INTO batches (id, state, total, done, cursor) VALUES ('b', 'running', 0, 0, 0)")
            connection.execute(
                "INSERT INTO items SELECT 1, row_number() OVER (ORDER BY created_date, id), id FROM orders"
            )
        written = time.perf_counter() - began
        began = time.perf_counter()
        done = 0
        while found := _items(connection, done):
            done = found
        seconds = time.perf_counter() - began
        changed = connection.execute("SELECT count(*) FROM orders WHERE total = 1").get
    if changed != count:
        raise SystemExit(f"{count} items were written, but {changed} were done")
    return {"items": count, "written": written, "seconds": seconds, "per_second": count / seconds}


def _items(connection: apsw.Connection, cursor: int) -> int:
    """Do the next items in one transaction; returns where the cursor stands then, 0 when there are none."""
    execute = connection.cursor().execute
    execute("BEGIN IMMEDIATE")
    taken: list[Any] = execute(
        "SELECT seq, item FROM items WHERE batch = 1 AND seq > ? ORDER BY seq LIMIT ?", (cursor, CHUNK)
    ).fetchall()
    now = now_ms()
    for _, item in taken:
        execute("SAVEPOINT one")
        execute(CHANGE, (now, item)).fetchall()
        execute("RELEASE one")
    if taken:
        last = taken[-1][0]
        execute("DELETE FROM items WHERE batch = 1 AND seq > ? AND seq <= ?", (cursor, last))
        execute("UPDATE batches SET done = done + ?, cursor = ? WHERE seq = 1", (len(taken), last))
    execute("COMMIT")
    return int(taken[-1][0]) if taken else 0


INSERT_ORDER: Final = "INSERT INTO orders (id, created_date, modified_date, total) VALUES (?, ?, ?, ?)"
INSERT_QUEUE: Final = (
    "INSERT INTO queue (id, due_at, workflow, definition, actor, parameters, state)"
    " VALUES (?, ?, 'note', 'reference', 'nobody', '[]', 'waiting')"
)
TAKE: Final = (
    "DELETE FROM queue WHERE id IN (SELECT id FROM queue WHERE state = 'waiting' AND due_at <= ?"
    " ORDER BY due_at LIMIT ?) RETURNING id"
)


def loop(count: int) -> dict[str, Any]:
    """A chain: each transaction takes one run off the queue, creates an order, queues the next, records itself."""
    with fresh() as connection:
        execute = connection.cursor().execute
        now = now_ms()
        execute(INSERT_QUEUE, (new_id(now), now))
        began = time.perf_counter()
        for number in range(count):
            execute("BEGIN IMMEDIATE")
            now = now_ms()
            ((run,),) = execute(TAKE, (now, 20)).fetchall()
            _order_and_record(execute, str(run), now, number)
            execute(INSERT_QUEUE, (new_id(now), now))
            execute("COMMIT")
        seconds = time.perf_counter() - began
    return {"iterations": count, "seconds": seconds, "per_second": count / seconds}


def due(count: int) -> dict[str, Any]:
    """Runs that are all due: how long until the last one has started."""
    with fresh() as connection:
        execute = connection.cursor().execute
        now = now_ms()
        with connection:
            connection.executemany(INSERT_QUEUE, ((new_id(now), now) for _ in range(count)))
        began = time.perf_counter()
        while True:
            execute("BEGIN IMMEDIATE")
            taken = execute(TAKE, (now_ms(), CHUNK)).fetchall()
            for number, (run,) in enumerate(taken):
                execute("SAVEPOINT one")
                _order_and_record(execute, str(run), now_ms(), number)
                execute("RELEASE one")
            execute("COMMIT")
            if not taken:
                break
        seconds = time.perf_counter() - began
    return {"runs": count, "last_started": seconds}


def future(count: int) -> dict[str, Any]:
    """Claims of 20 runs out of many that are due within a year."""
    step = 365 * 86_400_000 // count
    with fresh() as connection:
        now = now_ms()
        with connection:
            connection.executemany(INSERT_QUEUE, ((new_id(now), now + n * step) for n in range(count)))
        claims = []
        for number in range(1, 51):
            began = time.perf_counter()
            with connection:
                taken = connection.execute(TAKE, (now + number * 20 * step - 1, 20)).fetchall()
            claims.append((time.perf_counter() - began) * 1000)
            if len(taken) != 20:
                raise SystemExit(f"20 runs should have been due, but {len(taken)} were")
    return {"runs": count, "claim_ms": statistics.median(claims), "worst_claim_ms": max(claims)}


def _order_and_record(execute: Any, run: str, now: int, number: int) -> None:
    execute(INSERT_ORDER, (new_id(now), now, now, float(number)))
    execute(INSERT_RUN, (run, "schedule", now, now, "[]", "{}", "[]"))
