"""PostgreSQL as an environment's database: a pool of threads, each with a connection of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TypeVar

import psycopg

from offpage.kernel.errors import Busy, Stopping
from offpage.kernel.events import Events
from offpage.sql.dialect import Dialect
from offpage.sql.postgres import POSTGRES
from offpage.store.failures import ConnectionLost
from offpage.store.holding import IDLE_MS
from offpage.store.jobs import Jobs
from offpage.store.postgres_connection import connect, in_schema
from offpage.store.postgres_tx import BEGIN, BEGIN_COMMITTED, PostgresTx
from offpage.store.postgres_worker import PostgresWorker, Trust
from offpage.store.presence import Presence, now_ms
from offpage.store.tell import report_slow, tell
from offpage.store.tx import READ_THREADS, Segment
from offpage.store.upgrading import prepare
from offpage.store.watch import Watch

T = TypeVar("T")

ARRANGING_THREADS = 2
"""One may wait for somebody's row while the other renews this process's lease."""


class PostgresDatabase:
    """One environment's schema in a PostgreSQL database.

    Each segment runs in its own transaction (SERIALIZABLE). A segment that was undone by others' changes or a lost
    connection is called again, so it must not change anything but the database. The schema and its system
    tables are created or brought up to date before the constructor returns. With `shared=True`, for a short command,
    the process does not count among those that serve the database (`presence`).
    """

    def __init__(
        self,
        url: str,
        schema: str = "public",
        *,
        threads: int = 8,
        events: Events | None = None,
        shared: bool = False,
    ) -> None:
        self.dialect: Dialect = POSTGRES
        self.schema = schema
        self._events = events
        self._presence = None if shared else Presence(events)
        if self._presence is None:
            in_schema(url, schema, lambda tx: prepare(tx, None, now_ms()))
        else:
            in_schema(url, schema, self._presence.prepare)
        self.url = url
        self._idle_ms = 0 if shared else IDLE_MS
        self._jobs = Jobs(threads)
        self._arranging = Jobs(ARRANGING_THREADS)
        self.retries: Counter[str] = Counter()
        """How often a transaction was repeated: others had changed the same, the connection was lost, or a part of it
        was to be undone alone."""
        self._trust = Trust()
        self._idle_readers: list[PostgresTx] = []
        self._readers_open = True
        self._pool = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="offpage-reader")
        self._threads = [
            threading.Thread(target=self._serve, args=(self._jobs, BEGIN), name=f"offpage-writer-{number}", daemon=True)
            for number in range(threads)
        ]
        self._threads += [
            threading.Thread(
                target=self._serve, args=(self._arranging, BEGIN_COMMITTED), name="offpage-arranger", daemon=True
            )
            for _ in range(ARRANGING_THREADS)
        ]
        for thread in self._threads:
            thread.start()
        if self._presence is not None:
            self._presence.start(self.write_now, lambda change: in_schema(url, schema, change))

    def write(self, segment: Segment[T], done: Callable[[T | None, BaseException | None], None]) -> None:
        """Queue `segment`; once it is committed or undone, `done(result, error)` is called in a writer's thread."""
        self._jobs.put((segment, done, None))

    def write_now(self, segment: Segment[T]) -> T:
        """Run `segment` in a transaction and wait for the commit."""
        if threading.current_thread() in self._threads:
            raise RuntimeError("write_now inside a segment could wait for itself; use the segment's own tx")
        return self._jobs.done_now(segment)

    async def written(self, segment: Segment[T]) -> T:
        """Await the commit of `segment` from an event loop."""
        return await self._jobs.done_soon(segment)

    def arrange_now(self, segment: Segment[T]) -> T:
        """Run a short transaction of claims or leases and wait for the commit."""
        return self._arranging.done_now(segment)

    async def arranged(self, segment: Segment[T]) -> T:
        """Await the commit of a short transaction of claims or leases."""
        return await self._arranging.done_soon(segment)

    def read(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in this thread; all its statements see one moment."""
        try:
            return self._read(segment, watch)
        except Busy:  # its tables were changed just now: nothing else disturbs a reader
            return self._read(segment, watch)
        except ConnectionLost:
            # The server was restarted, say: then every connection that lay idle is gone. It has only read.
            with contextlib.suppress(IndexError):
                while True:
                    self._idle_readers.pop().connection.close()
            return self._read(segment, watch)

    def _read(self, segment: Segment[T], watch: Watch | None) -> T:
        tx = self._reader()
        tx.begin(sent=True)
        try:
            if watch is None:
                return segment(tx)
            with watch.over(tx):
                return segment(tx)
        finally:
            self._give_back(tx)

    async def reading(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in a thread of a small pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, segment, watch)

    def close(self) -> None:
        """Finish what is queued, then let go of the connections. Closing twice does nothing."""
        if self._presence is not None:
            self._presence.stop(self.write_now)
        self._jobs.close()
        self._arranging.close()
        for thread in self._threads:
            thread.join()
        self._pool.shutdown(wait=True)
        self._readers_open = False
        while self._idle_readers:
            self._idle_readers.pop().connection.close()

    def _serve(self, jobs: Jobs, begin: str) -> None:
        trust = self._trust if jobs is self._jobs else Trust()
        worker = PostgresWorker(self.url, self.schema, self.retries, trust, begin=begin, idle_ms=self._idle_ms)
        try:
            while (job := jobs.take()) is not None:
                before = perf_counter()
                tell([worker.do(job)], self._events)
                report_slow(self._events, job, perf_counter() - before)
        finally:
            worker.close()

    def _reader(self) -> PostgresTx:
        if not self._readers_open:
            raise Stopping
        while self._idle_readers:
            tx = self._idle_readers.pop()
            if not tx.connection.closed:
                return tx
        return PostgresTx(connect(self.url, self.schema, read_only=True))

    def _give_back(self, tx: PostgresTx) -> None:
        try:
            if tx.is_stopped:  # what stopped it may still be on its way to the server: nobody else's statement is hit
                tx.connection.close()
                return
            tx.connection.rollback()
        except psycopg.Error:
            tx.connection.close()
        if self._readers_open and len(self._idle_readers) < 2 * READ_THREADS:
            self._idle_readers.append(tx)
        else:
            tx.connection.close()
