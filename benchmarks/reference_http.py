"""The reference server: what the job costs when it is written by hand for this one job.

POST /api/1.1/wf/create_order with {name, email, amount} → an order, its total computed, changed to paid, its run
recorded, its id answered. asyncio and httptools in one thread, SQLite in another: `python -m benchmarks.reference_http
--port N --database FILE`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
from typing import cast

import apsw
import httptools
import msgspec
import uvloop

from benchmarks.reference_store import INSERT_ORDER, INSERT_RUN, PAY_ORDER, Writer, now_ms


class Order(msgspec.Struct):
    """The request's body."""

    name: str
    email: str
    amount: float


DECODE = msgspec.json.Decoder(Order).decode
ENCODE = msgspec.json.Encoder().encode
DRAW = random.SystemRandom().getrandbits
PREFIX = b'{"status":"success","response":{"id":"'
SUFFIX = b'"}}'


def new_id(now: int) -> str:
    """A unique id in Bubble's shape."""
    return f"{now:013d}x{DRAW(64) % 10**18:018d}"


def create_order(cursor: apsw.Cursor, order: Order, parameters: bytes, started_by: str = "api") -> bytes:
    """Write the rows of one order and return the answer's body."""
    now = now_ms()
    order_id = new_id(now)
    total = round(order.amount * 1.25, 2)
    cursor.execute(INSERT_ORDER, (order_id, now, now, order.name.strip(), order.email.lower(), order.amount, total))
    cursor.execute(PAY_ORDER, (now, now, order_id))
    answer = PREFIX + order_id.encode() + SUFFIX
    journal = ENCODE(
        [
            {"do": "create_thing", "result": order_id, "set": {"name": order.name, "total": total}, "ms": 0},
            {"do": "change_thing", "result": order_id, "set": {"status": "paid", "paid_at": now}, "ms": 0},
            {"do": "return_data", "values": {"id": order_id}, "ms": 0},
        ]
    )
    run = (new_id(now), started_by, now, now_ms(), parameters.decode(), answer.decode(), journal.decode())
    cursor.execute(INSERT_RUN, run)
    return answer


class Connection(asyncio.Protocol):
    """One client: parses requests, hands them to the writer, writes the answers back."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class says nothing of asyncio's

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self.parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        """Called by the parser with a piece of a body."""
        self.body = self.body + part if self.body else part

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a request."""
        body, self.body = self.body, b""
        order = DECODE(body)
        self.writer.put(self, lambda cursor: create_order(cursor, order, body))

    def answer(self, body: bytes) -> None:
        """Write the answer."""
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)


async def serve(port: int, database: str) -> None:
    """Serve until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)

    def answer_all(answers: list[tuple[object, bytes]]) -> None:
        for connection, body in answers:
            connection.answer(body)  # type: ignore[attr-defined]

    def done(answers: list[tuple[object, bytes]]) -> None:
        loop.call_soon_threadsafe(answer_all, answers)

    writer = Writer(database, done)
    server = await loop.create_server(lambda: Connection(writer), "127.0.0.1", port)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the options and serve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--database", required=True)
    given = options.parse_args()
    uvloop.run(serve(given.port, given.database))


if __name__ == "__main__":
    main()
