"""A long history of runs on PostgreSQL: one table beside one in partitions; writing, listing, forgetting.

The tables have the columns and indexes of `op_runs`; rows are made by the server itself. The figures are in docs/scale.md.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from benchmarks.report import Goal
from tests.postgres_server import fresh_database, server

PARTS: Final = 50
BATCH: Final = 200
"""Runs recorded with one commit, as a job of many runs does."""

SECONDS: Final = 5.0
WORKFLOWS: Final = 100
DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")

COLUMNS: Final = (
    'seq bigint NOT NULL, id text COLLATE "C" NOT NULL, workflow text COLLATE "C" NOT NULL, definition text NOT NULL,'
    " trigger text NOT NULL, state text NOT NULL, actor text NOT NULL, user_id text, depth bigint NOT NULL, parent_id text,"
    " due_at bigint, started_at bigint NOT NULL, finished_at bigint, workload double precision NOT NULL,"
    " parameters text NOT NULL, error text, answer text, journal text NOT NULL, resume text"
)
ROW: Final = (
    "SELECT n, '1700000000000x' || lpad(n::text, 18, '0'), 'orders/w' || n % {workflows}, repeat('a', 64), 'api',"
    " CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'finished' END, '{{\"kind\":\"nobody\"}}', NULL, 0, NULL, NULL,"
    ' 1700000000000 + n, 1700000000003 + n, 0.6, \'{{"order":"A-1"}}\', NULL, NULL,'
    ' \'[{{"step":0,"do":"create_thing","ms":1.2,"result":{{"id":"1700000000000x000000000000000001"}}}},'
    '{{"step":1,"do":"change_thing","ms":0.4}},{{"step":2,"do":"return_data","ms":0.1}}]\', NULL'
    " FROM generate_series({first}, {last}) AS n"
)

LISTS: Final = {
    "the latest 50": "SELECT seq, id, state FROM {t} ORDER BY seq DESC LIMIT 50",
    "50 of a workflow": "SELECT seq, id, state FROM {t} WHERE workflow = 'orders/w7' ORDER BY seq DESC LIMIT 50",
    "50 that failed": "SELECT seq, id, state FROM {t} WHERE state = 'failed' AND state <> 'finished' ORDER BY seq DESC LIMIT 50",
    "50 from the middle": "SELECT seq, id, state FROM {t} WHERE seq < {middle} ORDER BY seq DESC LIMIT 50",
    "one by its id": "SELECT * FROM {t} WHERE id = '1700000000000x' || lpad('{middle}', 18, '0')",
}

Connection = psycopg.Connection[tuple[Any, ...]]
Figures = dict[str, float]


def measure(count: int, database: str) -> dict[str, Figures]:
    """Record, list and forget, on a PostgreSQL that keeps its promises (our own, or a database to be used up)."""
    with contextlib.ExitStack() as stack:
        if not database:
            url = stack.enter_context(server(f"history{os.getpid()}"))
            database = stack.enter_context(fresh_database(url, "history"))
        connection = stack.enter_context(psycopg.connect(database, autocommit=True))
        for setting in DURABLE:
            _do(connection, f"ALTER SYSTEM RESET {setting}")
        _do(connection, "ALTER SYSTEM SET max_wal_size = '4GB'")
        _do(connection, "SELECT pg_reload_conf()")
        return {
            "plain": _measure(connection, "plain", count, _plain),
            "partitioned": _measure(connection, "partitioned", count, _partitioned),
        }


def goals(result: dict[str, Figures]) -> list[Goal]:
    """None: these are figures to decide by."""
    return []


def rows(result: dict[str, Figures]) -> list[list[str]]:
    """One line for each figure."""
    names = list(result["plain"])
    return [["", *result], *([name, *(f"{one[name]:,.2f}" for one in result.values())] for name in names)]


def _plain(connection: Connection, count: int) -> None:
    _do(connection, f"CREATE TABLE plain ({COLUMNS}, PRIMARY KEY (seq))")
    _do(connection, "CREATE UNIQUE INDEX ON plain (id)")


def _partitioned(connection: Connection, count: int) -> None:
    """By `seq`, which counts in the order of recording: lists walk down it, and the oldest part is dropped whole."""
    _do(connection, f"CREATE TABLE partitioned ({COLUMNS}, PRIMARY KEY (seq)) PARTITION BY RANGE (seq)")
    _do(connection, "CREATE INDEX ON partitioned (id)")  # unique only within a part
    step = count // PARTS
    for part in range(PARTS):
        last = "MAXVALUE" if part == PARTS - 1 else str((part + 1) * step + 1)
        first = "MINVALUE" if part == 0 else str(part * step + 1)
        _do(connection, f"CREATE TABLE p{part} PARTITION OF partitioned FOR VALUES FROM ({first}) TO ({last})")


def _measure(connection: Connection, table: str, count: int, create: Callable[[Connection, int], None]) -> Figures:
    create(connection, count)
    _do(connection, f"CREATE INDEX ON {table} (state, seq) WHERE state <> 'finished'")
    _do(connection, f"CREATE INDEX ON {table} (workflow, seq)")
    step = count // PARTS
    for part in range(PARTS):
        _insert(connection, table, part * step + 1, (part + 1) * step)
    _do(connection, f"VACUUM ANALYZE {table}")
    _do(connection, "CHECKPOINT")
    figures = {"recording, runs/s": _recording(connection, table, count)}
    for name, text in LISTS.items():
        figures[f"{name}, ms"] = _median_ms(connection, text.format(t=table, middle=count // 2))
    figures[f"forgetting {step:,}, s"] = _forgetting(connection, table, step)
    _do(connection, f"DROP TABLE {table}")
    return figures


def _recording(connection: Connection, table: str, count: int) -> float:
    began, number = time.perf_counter(), count
    while time.perf_counter() - began < SECONDS:
        _insert(connection, table, number + 1, number + BATCH)
        number += BATCH
    return (number - count) / (time.perf_counter() - began)


def _median_ms(connection: Connection, text: str) -> float:
    taken = []
    for _ in range(100):
        began = time.perf_counter()
        found = connection.execute(text.encode()).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
        assert found
    return statistics.median(taken)


def _forgetting(connection: Connection, table: str, step: int) -> float:
    began = time.perf_counter()
    if table == "partitioned":
        _do(connection, "DROP TABLE p0")
        return time.perf_counter() - began
    deleted = 0
    while deleted < step:  # as the store does it: the oldest thousand
        deleted += connection.execute(
            b"DELETE FROM plain WHERE seq IN (SELECT seq FROM plain ORDER BY seq LIMIT 1000)"
        ).rowcount
    return time.perf_counter() - began


def _insert(connection: Connection, table: str, first: int, last: int) -> None:
    _do(connection, f"INSERT INTO {table} " + ROW.format(workflows=WORKFLOWS, first=first, last=last))


def _do(connection: Connection, text: str) -> None:
    connection.execute(text.encode())
