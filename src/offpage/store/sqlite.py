"""SQLite as an environment's database: one writer with group commit, readers that never wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw

from offpage.kernel.errors import Stopping, StoreError
from offpage.kernel.events import Events
from offpage.sql.dialect import Dialect
from offpage.sql.sqlite import SQLITE
from offpage.store.file_lock import FileLock
from offpage.store.migrations import HAD, MIGRATIONS, finish, migrate, unfinished, version
from offpage.store.sqlite_tx import SqliteTx, translated
from offpage.store.statistics import Statistics
from offpage.store.tx import READ_THREADS, Segment, Tx
from offpage.store.watch import Watch
from offpage.store.writer import Writer

T = TypeVar("T")

BUSY_MS: Final = 5_000
"""How long a statement waits for another process that holds the lock."""

CACHED_STATEMENTS: Final = 1_000

Functions = Callable[[apsw.Connection], None]
"""Registers our own SQL functions on a new connection."""


class SqliteDatabase:
    """One environment's SQLite file.

    A server opens it alone (a lock file keeps a second server away); with `shared=True`, a short command
    may work beside a server, both waiting for each other's commits. The system tables are created or brought
    up to date before the constructor returns.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        functions: Functions | None = None,
        events: Events | None = None,
        budget_ms: float = 10.0,
        shared: bool = False,
    ) -> None:
        self.dialect: Dialect = SQLITE
        self.path = Path(path)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._functions = functions
        self._lock = None if shared else FileLock(self.path.with_name(self.path.name + ".lock"))
        try:
            _create_private(self.path)
            writing = SqliteTx(self._connect(query_only=False))
        except BaseException:
            self._unlock()
            raise
        self._writing = writing
        self.retries: Counter[str] = Counter()
        self._idle_readers: list[SqliteTx] = []
        self._readers_open = True
        statistics = Statistics(writing.connection, self._renew_readers)
        self._writer = Writer(writing, budget_ms, events, statistics.after_commit)
        self._pool = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="offpage-reader")
        try:
            if not self.read(_is_up_to_date):  # a server may be writing for as long as it likes
                self.write_now(migrate)
            if not shared and self.read(unfinished):  # nobody else is there, and nobody can come
                self.write_now(finish)
        except BaseException:
            self.close()
            raise
        if not shared:
            statistics.measure()

    def write(self, segment: Segment[T], done: Callable[[T | None, BaseException | None], None]) -> None:
        """Queue `segment`; once it is committed or undone, `done(result, error)` is called in the writer's thread."""
        self._writer.jobs.put((segment, done, None))

    def write_now(self, segment: Segment[T]) -> T:
        """Run `segment` in a transaction and wait for the commit."""
        if self._writer.is_current_thread:
            raise RuntimeError("write_now inside a segment would wait for itself; use the segment's own tx")
        return self._writer.jobs.done_now(segment)

    async def written(self, segment: Segment[T]) -> T:
        """Await the commit of `segment` from an event loop."""
        return await self._writer.jobs.done_soon(segment)

    def arrange_now(self, segment: Segment[T]) -> T:
        """The same as `write_now`: one process has the file."""
        return self.write_now(segment)

    async def arranged(self, segment: Segment[T]) -> T:
        """The same as `written`."""
        return await self.written(segment)

    def read(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in this thread; all its statements see one moment."""
        tx = self._reader()
        try:
            tx.begin()
            if watch is None:
                return segment(tx)
            with watch.over(tx):
                return segment(tx)
        finally:
            if tx.connection.in_transaction:
                tx.control("ROLLBACK")
            self._give_back(tx)

    async def reading(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in a thread of a small pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, segment, watch)

    def close(self) -> None:
        """Finish what is queued, then let go of the file. Closing twice does nothing."""
        self._writer.close()
        self._pool.shutdown(wait=True)
        self._readers_open = False
        while self._idle_readers:
            self._idle_readers.pop().connection.close()
        self._writing.connection.close()
        self._unlock()

    def _reader(self) -> SqliteTx:
        if not self._readers_open:
            raise Stopping
        try:
            return self._idle_readers.pop()
        except IndexError:
            return SqliteTx(self._connect(query_only=True))

    def _renew_readers(self) -> None:
        """Let go of the idle readers: a connection learns what the tables hold when it is opened."""
        with contextlib.suppress(IndexError):
            while True:
                self._idle_readers.pop().connection.close()

    def _give_back(self, tx: SqliteTx) -> None:
        if self._readers_open and len(self._idle_readers) < 2 * READ_THREADS:
            self._idle_readers.append(tx)
        else:
            tx.connection.close()

    def _connect(self, *, query_only: bool) -> apsw.Connection:
        """Open the file and set it up: write-ahead log, every commit synced to the disk."""
        try:
            connection = apsw.Connection(str(self.path), statementcachesize=CACHED_STATEMENTS)
            connection.set_busy_timeout(BUSY_MS)
            for pragma, setting in PRAGMAS.items():
                connection.pragma(pragma, setting)
            if query_only:
                connection.pragma("query_only", True)
        except apsw.CantOpenError as error:
            raise StoreError(f"Cannot open the database {self.path}. May this user write there?") from error
        except apsw.NotADBError as error:
            raise StoreError(f"{self.path} is not an SQLite database. Name another file or move it away.") from error
        except apsw.Error as error:
            raise translated(error) from error
        if self._functions is not None:
            self._functions(connection)
        return connection

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()


def _is_up_to_date(tx: Tx) -> bool:
    """Whether no migration is missing."""
    there = tx.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (HAD.name,))
    return bool(there) and version(tx) == MIGRATIONS[-1].number


def _create_private(path: Path) -> None:
    """Make an empty file that is its owner's alone, unless there is one; SQLite's other files take after it."""
    with contextlib.suppress(OSError):  # whatever is wrong with the place, opening the file tells
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


PRAGMAS: Final[dict[str, Any]] = {
    "journal_mode": "wal",
    "synchronous": "full",  # an answer is given only for what survives a power cut
    "foreign_keys": False,
    "secure_delete": True,  # what was deleted, a person's data say, is not to be found in the file any more
    "temp_store": "memory",
    "cache_size": -16_000,  # 16 MB for each connection, taken as needed: two indexes of 100,000 things fit in
    "journal_size_limit": 64_000_000,
    "wal_autocheckpoint": 4_000,
}
