"""PgQueuer, which carries jobs between the processes that share a database: its tables stand in our schema.

A job says what to look at, with ids only; what there is to do, and whether it was done, is in our own tables. So a job
that is lost or done twice loses and doubles nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

import psycopg
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.db import PsycopgDriver
from pgqueuer.domain.settings import DBSettings
from pgqueuer.models import Job as PickedJob
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from offpage.kernel.events import Events
from offpage.store.failures import ConnectionLost
from offpage.store.postgres_connection import CONNECT_SECONDS, place

PREFIX: Final = "op_"
AT_ONCE: Final = 4
"""How many jobs one process does at once."""

LOOK_SECONDS: Final = 1.0
"""How often a process looks for jobs of which it has not been told."""

HEARTBEAT_SECONDS: Final = 5.0
"""A job whose process has not been heard of for so long is another's."""

LISTENING_SECONDS: Final = 0.25
"""How long it takes at most to notice that it shall listen no more."""

CLOSING_SECONDS: Final = 5.0

KEPT: Final = "1 day"
"""How long PgQueuer's log of jobs is kept."""

Handler = Callable[[str], Awaitable[None]]
"""Does a job of one kind; gets its payload."""


class Job(NamedTuple):
    """A job: of several with the same key only one waits or is being done. Higher priorities come first."""

    kind: str
    key: str
    payload: str = ""
    priority: int = 0


class JobQueue:
    """The jobs of one environment."""

    def __init__(self, url: str, schema: str, events: Events) -> None:
        self._url = url
        self._events = events
        # Only the parts of a name that are always valid in one: PgQueuer takes no others.
        self._names = DBSettings(prefix=PREFIX, db_schema=schema, channel=f"offpage_{schema}")  # type: ignore[arg-type]  # a str
        self._queries: Queries | None = None

    async def serve(self, handlers: Mapping[str, Handler], ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Do jobs until `stop` is set; what has begun then ends. Raises ConnectionLost when the server goes away."""
        with _told(self._events):
            try:
                async with await self._connect() as listening, await self._connect() as asking:
                    await self._serve(_Driver(listening, asking), handlers, ready, stop)
            except psycopg.Error as error:
                raise ConnectionLost(f"The connection to PostgreSQL was lost: {error}") from error
            finally:
                self._queries = None

    async def put(self, jobs: Sequence[Job]) -> int:
        """Add jobs, but none whose key has one already; returns how many were added. Raises ConnectionLost."""
        queries = self._queries
        if queries is None:
            raise ConnectionLost("The connection to PostgreSQL was lost.")
        try:
            # Of an INSERT all processes are told, also of one that adds nothing, and each then asks four times for jobs.
            there = await queries.driver.fetch(
                f"SELECT dedupe_key FROM {self._names.qualified.queue_table}"
                " WHERE dedupe_key = ANY($1) AND status IN ('queued', 'picked')",
                [one.key for one in jobs],
            )
            known = {one["dedupe_key"] for one in there}
            new = [one for one in jobs if one.key not in known]
            if not new:
                return 0
            ids = await queries.enqueue(
                [one.kind for one in new],
                [one.payload.encode() for one in new],
                [one.priority for one in new],
                dedupe_key=[one.key for one in new],
                on_conflict="skip",  # what another process has added meanwhile
            )
        except psycopg.Error as error:
            raise ConnectionLost(f"The connection to PostgreSQL was lost: {error}") from error
        return sum(one is not None for one in ids)

    async def tidy(self) -> None:
        """Forget what PgQueuer has written down of jobs that were done."""
        if self._queries is not None:
            with contextlib.suppress(psycopg.Error):  # the connection is gone: another time
                names = self._names.qualified
                await self._queries.driver.execute(
                    f"DELETE FROM {names.queue_table_log} WHERE created < now() - interval '{KEPT}'"
                )

    async def _serve(
        self, driver: _Driver, handlers: Mapping[str, Handler], ready: Callable[[], None], stop: asyncio.Event
    ) -> None:
        queries = Queries(
            driver,
            QueryBuilderEnvironment(self._names),
            QueryQueueBuilder(self._names),
            QuerySchedulerBuilder(self._names),
        )
        await queries.upgrade()  # makes what is missing; one process at a time
        jobs = QueueManager(queries, self._names.channel)
        for kind, handler in handlers.items():
            jobs.entrypoint(kind)(_entrypoint(handler))
        running = asyncio.create_task(
            jobs.run(
                dequeue_timeout=timedelta(seconds=LOOK_SECONDS),
                batch_size=1,
                max_concurrent_tasks=AT_ONCE,
                heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
                log_aggregation_interval=timedelta(0),
            ),
            name="offpage-jobs",
        )
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(driver.deaf.wait())]
        self._queries = queries
        ready()
        try:
            await asyncio.wait({running, *ends}, return_when=asyncio.FIRST_COMPLETED)
            jobs.shutdown.set()
            await asyncio.wait({running}, timeout=CLOSING_SECONDS)
        finally:
            for task in (running, *ends):
                task.cancel()
            results = await asyncio.gather(running, *ends, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]
        if driver.deaf.is_set():
            raise ConnectionLost("The connection to PostgreSQL was lost.")

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        try:
            return await psycopg.AsyncConnection.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                application_name="offpage jobs",
                client_encoding="utf-8",
            )
        except psycopg.OperationalError as error:
            raise ConnectionLost(f"Cannot reach PostgreSQL at {place(self._url)}: {error}") from error


class _Driver(PsycopgDriver):
    """PgQueuer's driver with a connection for questions beside the one that listens.

    psycopg lends a connection either to who listens or to who asks: with one, each question would wait for up to a second.
    """

    def __init__(self, listening: psycopg.AsyncConnection[Any], asking: psycopg.AsyncConnection[Any]) -> None:
        super().__init__(listening)
        self._asking = PsycopgDriver(asking)
        self.deaf = asyncio.Event()
        """Set when nothing is heard any more."""

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Ask for rows."""
        return await self._asking.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        return await self._asking.execute(query, *args)

    async def watch_notifies(self) -> None:
        """Hand on what is heard, until the end."""
        try:
            while not self.shutdown.is_set():
                async for note in self._connection.notifies(timeout=LISTENING_SECONDS):
                    for callback in list(self._listeners.get(note.channel, [])):
                        callback(note.payload)
        except psycopg.Error:
            self.deaf.set()


def _entrypoint(handler: Handler) -> Callable[[PickedJob], Awaitable[None]]:
    async def handle(job: PickedJob) -> None:
        await handler((job.payload or b"").decode())

    return handle


class _Telling(logging.Handler):
    """Says what PgQueuer logs as an event, without a stack: there is one for each cause elsewhere."""

    def __init__(self, events: Events) -> None:
        super().__init__(logging.WARNING)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        error = record.exc_info[1] if record.exc_info else None
        self._events.say("jobs.failed", message=record.getMessage(), error=None if error is None else str(error))


@contextlib.contextmanager
def _told(events: Events):  # type: ignore[no-untyped-def]
    """Hear what PgQueuer logs, and keep it from standard error."""
    logger = logging.getLogger("pgqueuer")
    handler = _Telling(events)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
