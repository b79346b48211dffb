"""A load generator that costs little: raw sockets on an event loop, keep-alive, one request in flight a connection.

Runs as a process of its own (`python -m benchmarks.load …`) and prints one line of JSON. Every answer's status is
checked when it arrives; what the answers hold is checked once the clock has stopped: orders have different ids, and
what is read with --get is the same each time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import cast

import uvloop

ID_IN_ANSWER = re.compile(rb'"id"\s*:\s*"([^"]+)"')
LONGEST_SECONDS = 300
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Work:
    """What all connections share: the requests still to be sent, and what came back."""

    requests: Iterator[bytes]
    bodies: list[bytes] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    """Seconds from sending a request to having its whole answer."""
    wrong: list[str] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """Sends a request, waits for its answer, sends the next."""

    def __init__(self, work: Work, finished: asyncio.Future[None]) -> None:
        self.work = work
        self.finished = finished
        self.received = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class says nothing of asyncio's
        self.send_next()

    def send_next(self) -> None:
        """Send the next request, or hang up when there is none."""
        request = next(self.work.requests, None)
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer; when it is whole, note it and go on."""
        received = self.received + data if self.received else data
        head_end = received.find(b"\r\n\r\n")
        length = LENGTH.search(received, 0, head_end) if head_end >= 0 else None
        if head_end >= 0 and length is None:
            self.fail(f"an answer without content-length: {received[:200]!r}")
            return
        if length is None or len(received) < head_end + 4 + int(length[1]):
            self.received = received
            return
        self.work.latencies.append(time.perf_counter() - self.sent_at)
        self.received = b""
        if not received.startswith(b"HTTP/1.1 200"):
            self.fail(f"not a 200: {received[:500]!r}")
            return
        self.work.bodies.append(received[head_end + 4 :])
        self.send_next()

    def fail(self, why: str) -> None:
        """Note what is wrong and hang up."""
        self.work.wrong.append(why)
        self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits for this connection's end."""
        if error is not None:
            self.work.wrong.append(f"connection lost: {error!r}")
        if not self.finished.done():
            self.finished.set_result(None)


def order_requests(path: str, host: str, first: int, count: int) -> Iterator[bytes]:
    """Requests of the benchmark's job: {name, email, amount}, each different."""
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: ".encode()
    for number in range(first, first + count):
        body = b'{"name":"Customer %d","email":"Customer%d@Example.test","amount":%d.5}' % (
            number,
            number,
            number % 1000,
        )
        yield b"%s%d\r\n\r\n%s" % (head, len(body), body)


def get_requests(path: str, host: str, token: str, count: int) -> Iterator[bytes]:
    """The same request for something to read, again and again."""
    request = f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n".encode()
    return repeat(request, count)


async def drive(host: str, port: int, requests: Iterator[bytes], connections: int) -> tuple[Work, float]:
    """Send all requests over so many connections; returns what came back and the seconds it took."""
    loop = asyncio.get_running_loop()
    work = Work(requests)
    began = time.perf_counter()
    ends = [loop.create_future() for _ in range(connections)]
    await asyncio.gather(*(loop.create_connection(lambda end=end: Connection(work, end), host, port) for end in ends))  # type: ignore[misc]
    await asyncio.wait_for(asyncio.gather(*ends), LONGEST_SECONDS)
    return work, time.perf_counter() - began


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def summary(work: Work, seconds: float, expected: int, *, same: bool = False) -> dict[str, object]:
    """Check the answers and put the figures together; times in milliseconds. `same`: all answers must be equal."""
    if same:
        found, wanted, what = len(set(work.bodies)) if len(work.bodies) == expected else 0, 1, "different answers"
    else:
        ids = {one[1] for body in work.bodies if (one := ID_IN_ANSWER.search(body))}
        found, wanted, what = len(ids), expected, "different ids in the answers"
    if work.wrong or found != wanted:
        wrong = work.wrong[:3] or [f"{expected} requests, {len(work.bodies)} answers, but {found} {what}"]
        raise SystemExit("\n".join(wrong))
    return {
        "requests": expected,
        "seconds": seconds,
        "per_second": expected / seconds,
        "p50_ms": percentile(work.latencies, 0.50) * 1000,
        "p99_ms": percentile(work.latencies, 0.99) * 1000,
        "max_ms": max(work.latencies) * 1000,
    }


def main() -> None:
    """Drive one server and print the figures as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--path", default="/api/1.1/wf/create_order")
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--get", action="store_true", help="read --path instead of creating orders")
    options.add_argument("--token", default="", help="the token to read with")
    given = options.parse_args()
    host = f"{given.host}:{given.port}"
    if given.get:
        requests = get_requests(given.path, host, given.token, given.requests)
    else:
        requests = order_requests(given.path, host, given.first, given.requests)
    work, seconds = uvloop.run(drive(given.host, given.port, requests, given.connections))
    json.dump(summary(work, seconds, given.requests, same=given.get), sys.stdout)
    print()


if __name__ == "__main__":
    main()
