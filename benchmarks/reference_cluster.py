"""The references for `cluster`: the same rows, written by hand.

`batch`: a queue of our own, 200 runs taken with one statement (SKIP LOCKED), a savepoint around each, one commit.
`jobs`: PgQueuer with one job for each run, as its documentation shows it; each process writes on several connections.

The rows are Offpage's, to the length of the journal. Each is started as several processes, which are connected before
the moment at which all begin, and end when the queue is empty.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.db import PsycopgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

CHUNK: Final = 200
AT_ONCE: Final = 8
"""How many runs, each with a job and a commit of its own, one process of `jobs` writes at the same time."""

DEFINITION: Final = "0" * 64
TAKE: Final = (
    "DELETE FROM queue WHERE id IN (SELECT id FROM queue WHERE due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
    " RETURNING id, parameters"
)
ORDER: Final = (
    "INSERT INTO t_order (id, created_date, modified_date, name, email, amount, total, status, paid)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', false)"
)
PAY: Final = "UPDATE t_order SET status = 'paid', paid = true, paid_at = %s, modified_date = %s WHERE id = %s"
RUN: Final = (
    "INSERT INTO op_runs (id, workflow, definition, trigger, state, actor, depth, due_at, started_at, finished_at, workload,"
    f" parameters, answer, journal) VALUES (%s, 'create_order', '{DEFINITION}', 'schedule', 'finished', 'nobody', 0, %s, %s, %s,"
    " 2.8, %s, %s, %s)"
)


def now_ms() -> int:
    """The present moment."""
    return time.time_ns() // 1_000_000


def statements(run_id: str, parameters: str) -> list[tuple[str, tuple[Any, ...]]]:
    """What one run writes."""
    name, email, amount = json.loads(parameters)
    now, order = now_ms(), f"{now_ms()}x{secrets.randbelow(10**18):018}"
    name, email, total = name.strip(), email.lower(), round(amount * 1.25, 2)
    made = {"name": name, "email": email, "amount": amount, "total": total}
    answer = {"kind": "json", "values": {"id": order}, "text": "", "content_type": "", "status": 200, "headers": {}}
    kept = (json.dumps(made), json.dumps(answer | {"location": ""}), json.dumps(journal(order, made, now)))
    return [
        (ORDER, (order, now, now, name, email, amount, total)),
        (PAY, (now, now, order)),
        (RUN, (run_id, now, now, now_ms(), *kept)),
    ]


def journal(order: str, made: dict[str, Any], now: int) -> list[dict[str, Any]]:
    """What is kept of the three steps."""
    given = [
        ("create_thing", {"type": "order", "set": made}),
        ("change_thing", {"thing": order, "set": {"status": "paid", "paid": True, "paid_at": now}}),
        ("return_data", {"values": {"id": order}}),
    ]
    return [
        {"step": place, "do": do, "inputs": inputs, "result": order, "state": "done", "ms": 0.1, "workload": 1.1}
        for place, (do, inputs) in enumerate(given)
    ]


def batch(url: str, begins: float) -> None:
    """Take 200, do them, commit; until there are none."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        connection.execute("SET search_path = reference")
        time.sleep(max(0.0, begins - time.time()))
        while True:
            with connection.transaction(), connection.cursor() as cursor:
                taken = cursor.execute(TAKE.encode(), (now_ms(), CHUNK)).fetchall()
                for run_id, parameters in taken:
                    with connection.transaction():
                        for text, values in statements(run_id, parameters):
                            cursor.execute(text.encode(), values)
            if not taken:
                return


async def jobs(url: str, begins: float) -> None:
    """Do jobs of one run each until there are none."""
    async with _connected(url) as connection, AsyncExitStack() as stack:
        free: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()
        for _ in range(AT_ONCE):
            free.put_nowait(await stack.enter_async_context(_connected(url)))
        carrier = PgQueuer(PsycopgDriver(connection))

        @carrier.entrypoint("run")
        async def run(job: Job) -> None:
            writing = await free.get()
            try:
                async with writing.transaction(), writing.cursor() as cursor:
                    for text, values in statements(str(job.id), (job.payload or b"").decode()):
                        await cursor.execute(text.encode(), values)
            finally:
                free.put_nowait(writing)

        await asyncio.sleep(max(0.0, begins - time.time()))
        await carrier.run(dequeue_timeout=timedelta(seconds=1), batch_size=50, mode=QueueExecutionMode.drain)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=1)
    try:
        await connection.execute("SET search_path = reference")
        yield connection
    finally:
        await connection.close()


async def fill_jobs(url: str, count: int) -> None:
    """Queue jobs of one run each."""
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    await connection.execute("SET search_path = reference")
    queries = Queries(PsycopgDriver(connection))
    await queries.install()
    for place in range(0, count, 1_000):
        numbers = range(place, min(place + 1_000, count))
        payloads: list[bytes | None] = [parameters_of(number).encode() for number in numbers]
        await queries.enqueue(["run"] * len(payloads), payloads, [0] * len(payloads))
    await connection.close()


def parameters_of(number: int) -> str:
    """What a run is told."""
    return json.dumps([f"Customer {number}", f"C{number}@Example.test", float(number % 1000)])


def prepare(url: str) -> None:
    """The same tables as Offpage's, empty; and a queue."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS reference CASCADE")
        connection.execute("CREATE SCHEMA reference")
        for table in ("t_order", "op_runs"):
            connection.execute(f"CREATE TABLE reference.{table} (LIKE live.{table} INCLUDING ALL)".encode())
        connection.execute(
            "CREATE TABLE reference.queue (id text PRIMARY KEY, due_at bigint NOT NULL, parameters text)"
        )
        connection.execute("CREATE INDEX ON reference.queue (due_at)")


def fill_batch(url: str, count: int) -> None:
    """Queue runs that are due."""
    now = now_ms()
    text = "COPY reference.queue (id, due_at, parameters) FROM STDIN"
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor().copy(text) as copy:
        for number in range(count):
            copy.write_row((f"{now}x{number:018}", now, parameters_of(number)))


def main() -> None:
    """Be one of the processes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("kind", choices=["batch", "jobs"])
    options.add_argument("url")
    options.add_argument("begins", type=float, help="the moment at which all begin, in seconds since 1970")
    given = options.parse_args()
    before = time.process_time()
    if given.kind == "batch":
        batch(given.url, given.begins)
    else:
        asyncio.run(jobs(given.url, given.begins))
    print(time.process_time() - before)  # seconds of the processor, without what starting took


if __name__ == "__main__":
    main()
