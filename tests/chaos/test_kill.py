"""kill -9 in the middle of 5,000 concurrent requests: what was answered is there, once."""

from __future__ import annotations

import asyncio
import re
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offpage.store.sqlite import SqliteDatabase
from tests.processes import Serving, copy_of, serving

REQUESTS = 5_000
KILL_AFTER = 1_500
"""Answers after which the process is killed."""
ID = re.compile(rb'"id":\s*"([0-9]{13}x[0-9]{18})"')
RUN_ID = re.compile(rb"\r\nrun-id:\s*([0-9]{13}x[0-9]{18})", re.IGNORECASE)


@contextmanager
def many_files() -> Iterator[None]:
    """Let this process, and those it starts, have enough open connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = REQUESTS + 1_000
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def request_and_kill(server: Serving) -> dict[str, tuple[str, str]]:
    """Send all requests at once, kill the server on the way; returns (order, run) by the name sent."""
    gate = asyncio.Semaphore(500)
    answered: dict[str, tuple[str, str]] = {}

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with gate:
            return await asyncio.open_connection("127.0.0.1", server.port)

    async def ask(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = f"chaos-{number}"
        body = f'{{"name":"{name}","email":"{name}@example.test","amount":{number}}}'.encode()
        head = f"POST /api/1.1/wf/create_order HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        try:
            writer.write(head.encode() + body)
            answer = await reader.read()
        except ConnectionError:
            return
        finally:
            writer.close()
        order, run = ID.search(answer), RUN_ID.search(answer)
        if answer.startswith(b"HTTP/1.1 2") and order and run:
            answered[name] = (order[1].decode(), run[1].decode())
            if len(answered) == KILL_AFTER:
                server.process.kill()

    connections = await asyncio.gather(*(connect() for _ in range(REQUESTS)))
    await asyncio.gather(*(ask(number, *connection) for number, connection in enumerate(connections)))
    return answered


def rows(file: Path, text: str) -> list[tuple[Any, ...]]:
    """What a SELECT gives in a database that a killed process left."""
    database = SqliteDatabase(file)
    try:
        return database.read(lambda tx: tx.rows(text))
    finally:
        database.close()


@pytest.mark.timeout(300)
def test_every_answered_request_is_in_the_database_exactly_once(tmp_path: Path) -> None:
    folder, data = copy_of("shop", tmp_path), tmp_path / "data"
    with many_files(), serving(folder, data) as server:
        answered = asyncio.run(request_and_kill(server))
    assert KILL_AFTER <= len(answered) < REQUESTS, "the kill did not come in the middle"

    orders = rows(data / "development.db", "SELECT name, id, status, paid FROM t_order")
    times = Counter(name for name, *_ in orders)
    assert not [name for name, count in times.items() if count > 1]
    kept = {name: (order, status, paid) for name, order, status, paid in orders}
    assert [name for name, (order, _) in answered.items() if kept.get(name) != (order, "paid", 1)] == []
    runs = Counter(row[0] for row in rows(data / "development.db", "SELECT id FROM op_runs WHERE state = 'finished'"))
    assert [run for _, run in answered.values() if runs[run] != 1] == []
    assert len(runs) == len(orders), "an order without its run's record, or a record without its order"

    with serving(folder, data) as server, server.client() as client:
        found = client.get("list_orders").json()["response"]
        assert found["count"] == len(orders)
