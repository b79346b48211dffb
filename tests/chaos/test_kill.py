"""kill -9 in the middle of thousands of concurrent requests: what was answered is there, once; on both databases."""

from __future__ import annotations

import asyncio
import os
import re
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offpage.host.compose import Place
from tests.killing import rows
from tests.postgres_server import fresh_database
from tests.processes import Serving, copy_of, serving
from tests.site import place_of

REQUESTS = {"sqlite": 5_000, "postgres": 600}
KILL_AFTER = {"sqlite": 1_500, "postgres": 150}
"""Answers after which the process is killed."""
ID = re.compile(rb'"id":\s*"([0-9]{13}x[0-9]{18})"')
RUN_ID = re.compile(rb"\r\nrun-id:\s*([0-9]{13}x[0-9]{18})", re.IGNORECASE)


@contextmanager
def many_files(requests: int) -> Iterator[None]:
    """Let this process, and those it starts, have enough open connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = requests + 1_000
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def request_and_kill(server: Serving, requests: int, kill_after: int) -> dict[str, tuple[str, str]]:
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
            if len(answered) == kill_after:
                server.process.kill()

    connections = await asyncio.gather(*(connect() for _ in range(requests)))
    await asyncio.gather(*(ask(number, *connection) for number, connection in enumerate(connections)))
    return answered


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_answered_request_is_in_the_database_exactly_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        check(place_of(copy_of("shop", tmp_path), tmp_path / "data"), REQUESTS[kind], KILL_AFTER[kind])
        return
    with fresh_database(request.getfixturevalue("postgres_url"), f"kill_{os.getpid()}") as url:
        place = place_of(copy_of("shop", tmp_path), tmp_path / "data", url)
        check(place, REQUESTS[kind], KILL_AFTER[kind], "--database", url)


def check(place: Place, requests: int, kill_after: int, *more: str) -> None:
    """Send so many requests, kill the server in the middle, and look."""
    with many_files(requests), serving(place.folder, place.data, *more) as server:
        answered = asyncio.run(request_and_kill(server, requests, kill_after))
    assert kill_after <= len(answered) < requests, "the kill did not come in the middle"

    orders = rows(place, "SELECT name, id, status, paid FROM t_order")
    times = Counter(name for name, *_ in orders)
    assert not [name for name, count in times.items() if count > 1]
    kept = {name: (order, status, paid) for name, order, status, paid in orders}
    assert [name for name, (order, _) in answered.items() if kept.get(name) != (order, "paid", 1)] == []
    runs = Counter(row[0] for row in rows(place, "SELECT id FROM op_runs WHERE state = 'finished'"))
    assert [run for _, run in answered.values() if runs[run] != 1] == []
    assert len(runs) == len(orders), "an order without its run's record, or a record without its order"

    with serving(place.folder, place.data, *more) as server, server.client() as client:
        found = client.get("list_orders").json()["response"]
        assert found["count"] == len(orders)
