"""The reference for reading: the benchmark's search, written by hand for this one search.

GET /api/1.1/obj/order with a constraint on `status`, sorted by a date, asked as a user under the two rules of
`data_app`, or as whoever sees all. asyncio and httptools in one thread, apsw in a pool of threads, one statement a
request: `python -m benchmarks.reference_data --port N --database FILE --user TOKEN=ID --admin TOKEN`. It reads a copy
of Offpage's own database, with the same tables and indexes.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

import apsw
import httptools
import msgspec
import uvloop

THREADS: Final = 4
ENCODE: Final = msgspec.json.Encoder().encode
LABELS: Final = {"open": "Open", "paid": "Paid", "sent": "Sent", "returned": "Returned"}
IDS: Final = {label: option for option, label in LABELS.items()}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)

FIELDS: Final = "r.id, r.created_date, r.modified_date, r.number, r.customer, r.status, r.total, r.ordered_at, r.note"
MINE: Final = "o.customer = :user OR o.customer IN (SELECT id FROM t_user WHERE team = (SELECT team FROM t_user WHERE id = :user))"
PAGE: Final = """
    SELECT {fields}, (SELECT count(*) FROM t_order o{where})
    FROM (SELECT o.id, o.ordered_at, o.created_date FROM t_order o{where}
          ORDER BY o.ordered_at {way}, o.created_date {way}, o.id {way} LIMIT :limit OFFSET :cursor) p
    JOIN t_order r ON r.id = p.id ORDER BY p.ordered_at {way}, p.created_date {way}, p.id {way}
"""
PAGE_FOR_USER: Final = """
    WITH found AS MATERIALIZED (SELECT o.id, o.ordered_at, o.created_date FROM t_order o{where})
    SELECT {fields}, r.customer = :user, (SELECT count(*) FROM found)
    FROM (SELECT * FROM found ORDER BY ordered_at {way}, created_date {way}, id {way} LIMIT :limit OFFSET :cursor) p
    JOIN t_order r ON r.id = p.id ORDER BY p.ordered_at {way}, p.created_date {way}, p.id {way}
"""
"""What is found under rules is worked out once, for the page and for the count."""


class Asked(NamedTuple):
    """What is asked: by whom (None sees all), which status ("" for any), which page."""

    user: str | None
    status: str
    descending: bool
    limit: int
    cursor: int


def statement(asked: Asked) -> str:
    """The statement for a search."""
    conditions = ([f"({MINE})"] if asked.user else []) + (["o.status = :status"] if asked.status else [])
    page = PAGE_FOR_USER if asked.user else PAGE
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return page.format(fields=FIELDS, where=where, way="DESC" if asked.descending else "")


def iso(ms: int) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


def shown(row: tuple[Any, ...], asked: Asked) -> dict[str, Any]:
    """One order as its asker may see it: all of it, or what the second rule shows."""
    order_id, created, modified, number, customer, status, total, ordered_at, note = row[:9]
    total = int(total) if total.is_integer() else total
    seen = {"number": number, "status": LABELS[status], "total": total, "ordered_at": iso(ordered_at)}
    if asked.user and not row[9]:
        return {"_id": order_id, **seen}
    dates = {"Created Date": iso(created), "Modified Date": iso(modified)}
    return {"_id": order_id, **dates, "number": number, "customer": customer, **seen, "note": note}


class Reader:
    """Connections to the database, one for each thread."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.local = threading.local()
        self.pool = ThreadPoolExecutor(THREADS)

    def read(self, asked: Asked) -> bytes:
        """Run the search and return the answer's body."""
        connection: apsw.Connection | None = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = apsw.Connection(self.path, flags=apsw.SQLITE_OPEN_READONLY)
            connection.pragma("cache_size", -16_000)
            connection.pragma("temp_store", "memory")
        rows = connection.execute(statement(asked), asked._asdict()).fetchall()
        results = [shown(row, asked) for row in rows]
        total = cast("int", rows[0][-1]) if rows else 0
        remaining = max(0, total - asked.cursor - len(rows))
        answer = {"cursor": asked.cursor, "results": results, "count": len(results), "remaining": remaining}
        return ENCODE({"response": answer})


class Connection(asyncio.Protocol):
    """One client: parses requests, has them read in the pool, writes the answers back."""

    def __init__(self, reader: Reader, tokens: dict[str, str | None]) -> None:
        self.reader = reader
        self.tokens = tokens
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.token = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class says nothing of asyncio's

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Called by the parser with the address."""
        self.url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser with each header."""
        if name.lower() == b"authorization":
            self.token = value.decode().removeprefix("Bearer ")

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a request."""
        if self.token not in self.tokens:
            self.transport.write(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")
            return
        query = {name: values[-1] for name, values in parse_qs(urlsplit(self.url.decode()).query).items()}
        constraints = msgspec.json.decode(query.get("constraints", "[]"))
        status = next((IDS[one["value"]] for one in constraints if one["key"] == "status"), "")
        asked = Asked(
            self.tokens[self.token], status, query.get("descending") == "true",
            min(int(query.get("limit", 100)), 100), int(query.get("cursor", 0)),
        )  # fmt: skip
        work = asyncio.get_running_loop().run_in_executor(self.reader.pool, self.reader.read, asked)
        work.add_done_callback(self.answer)

    def answer(self, work: asyncio.Future[bytes]) -> None:
        """Write the answer."""
        body = work.result()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)


async def serve(port: int, reader: Reader, tokens: dict[str, str | None]) -> None:
    """Serve until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: Connection(reader, tokens), "127.0.0.1", port)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the options and serve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--database", required=True)
    options.add_argument("--user", required=True, help="TOKEN=ID of the user")
    options.add_argument("--admin", required=True, help="the token that sees all")
    given = options.parse_args()
    token, _, user_id = given.user.partition("=")
    uvloop.run(serve(given.port, Reader(given.database), {token: user_id, given.admin: None}))


if __name__ == "__main__":
    main()
