"""The dispatcher of processes that share a database: jobs say what to look at, to whichever process is free.

Each process looks into the database when it has queued something, when something becomes due, and once a second. What
it finds due it asks for as jobs, each under a key of which there is only one, and PgQueuer (`store.job_queue`) carries
them. One job does many runs, for about a second; what waits for a later moment is in our tables, never in a job.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from offpage.engine.engine import SOON_MS, Engine
from offpage.engine.sharing import Work
from offpage.kernel.clock import Clock
from offpage.kernel.errors import OffpageError, Stopping
from offpage.store.holding import Lease
from offpage.store.job_queue import Handler, Job, JobQueue

JOB_SECONDS: Final = 1.0
"""How long one job goes on while there is more to do; then another process may have the rest."""

TURN_SECONDS: Final = 0.1
"""How long one transaction of a job may be: each costs some statements and a flush of the disk more."""

DISTURBED_SECONDS: Final = 0.04
"""The same for due runs while processes disturb one another, so that what one has locked is free again soon."""

LONGEST_SLEEP: Final = SOON_MS / 1000
BETWEEN_LOOKS: Final = 0.2
"""How long it rests while there is work for which jobs were asked: if they do not do it, it asks for another. (Who has
done a job looks at once.)"""

SHORTEST_REST: Final = 0.005
"""How long it rests between two looks even when it is woken."""

AFTER_FAILURE: Final = 1.0
TIDY_SECONDS: Final = 600.0
JOBS_FOR_EACH: Final = 1
"""How many jobs of due runs there are at most for each process."""

GROW_SECONDS: Final = 0.2
"""How long due work must last until it asks for a further job, which another process may do at the same time."""

QUIET_SECONDS: Final = 5.0
"""How long it asks for no further job after that."""

MOST_REPEATED: Final = 1
"""How many transactions of this process may be repeated between two looks before it asks for fewer jobs."""

AT_A_TIME: Final = 20
"""How many runs of a dead process one job takes over."""


class Distributed:
    """Executes due runs of one environment, together with other processes."""

    def __init__(self, engine: Engine, clock: Clock, jobs: JobQueue, lease: Lease) -> None:
        self._engine = engine
        self._clock = clock
        self._jobs = jobs
        self._lease = lease
        self._awake = asyncio.Event()
        self._connected = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._held = False
        self._slots = 0
        self._grown = 0.0
        self._repeated = 0
        self._mended = 0.0
        self._tidied = 0.0

    def wake(self) -> None:
        """Say that there is work now."""
        self._awake.set()

    async def start(self) -> None:
        """Begin, and take up what dead processes have left."""
        await asyncio.to_thread(self._lease.join)
        self._engine.wake = self.wake
        await self._engine.resume()
        self._tasks = [
            asyncio.create_task(self._serve(), name="offpage-dispatcher"),
            asyncio.create_task(self._look_around(), name="offpage-looking"),
        ]

    async def stop(self) -> None:
        """Take up nothing more, and return when what was taken up has ended."""
        self._stop.set()
        self._awake.set()
        for task in self._tasks:
            await task

    def hold(self) -> None:
        """Let nothing begin that is due, nor go on that waits, until `release`."""
        self._held = True
        self._engine.hold()

    def release(self) -> None:
        """Go on."""
        self._held = False
        self._engine.release()
        self._awake.set()

    def _ends(self) -> bool:
        return self._held or self._stop.is_set()

    async def _serve(self) -> None:
        """Do jobs, connected anew where the connection was lost."""
        handlers: dict[str, Handler] = {
            "due": self._guarded(self._due),
            "batch": self._guarded(self._batch),
            "lines": self._guarded(self._lines),
            "continue": self._guarded(self._continue),
        }
        while not self._stop.is_set():
            try:
                await self._jobs.serve(handlers, self._connected.set, self._stop)
            except OffpageError as error:
                self._engine.events.say("dispatcher.failed", error=error.message)
            except Exception as error:  # noqa: BLE001 - whatever it is, runs that are due later must find it awake
                self._engine.events.say("dispatcher.crashed", error=error)
            self._connected.clear()
            if not self._stop.is_set():
                await _within(AFTER_FAILURE, self._stop)

    async def _look_around(self) -> None:
        """Ask for jobs when there is something to do."""
        while not self._stop.is_set():
            if self._held:
                await self._rest(LONGEST_SLEEP)
                continue
            self._awake.clear()
            try:
                if not self._connected.is_set():
                    await _within(LONGEST_SLEEP, self._connected)
                    continue
                await self._mend()
                found = await self._engine.sharing.look()
                if found:
                    await self._jobs.put(self._wanted(found))
                    await _within(SHORTEST_REST, self._stop)
                    await self._rest(BETWEEN_LOOKS)
                    continue
                self._slots = 0
                await self._engine.tidy()
                await self._tidy_jobs()
                await self._rest(self._until(found.next_at))
            except Stopping:
                return
            except OffpageError as error:
                self._engine.events.say("dispatcher.failed", error=error.message)
                await _within(AFTER_FAILURE, self._stop)
            except Exception as error:  # noqa: BLE001 - as above
                self._engine.events.say("dispatcher.crashed", error=error)
                await _within(AFTER_FAILURE, self._stop)

    def _wanted(self, found: Work) -> list[Job]:
        """The jobs for what is due. The longer that lasts, the more of those that execute runs."""
        wanted = []
        if found.lines:
            wanted.append(Job("lines", "lines", priority=1))
        if found.runs:
            self._grow()
            wanted += [Job("due", f"due {slot}", str(slot), 1) for slot in range(self._slots)]
        return wanted + [Job("batch", f"batch {one}", one) for one in found.batches]

    def _grow(self) -> None:
        """Ask for one more job of due runs, unless those that there are disturb one another: then for one fewer.

        Runs that write to the same tables at the same moment are conflicts for PostgreSQL, and are repeated: more
        processes at once would do less.
        """
        now = time.monotonic()
        if self._slots and now < self._grown + GROW_SECONDS:
            return
        repeated = self._engine.database.retries["conflict"]
        disturbed, self._repeated = repeated - self._repeated > MOST_REPEATED, repeated
        self._grown = now + (QUIET_SECONDS if disturbed else 0.0)
        most = JOBS_FOR_EACH * max(1, len(self._lease.others))
        self._slots = max(1, self._slots - 1) if disturbed else min(self._slots + 1, most)

    @property
    def _turn_seconds(self) -> float:
        return TURN_SECONDS if self._grown <= time.monotonic() else DISTURBED_SECONDS

    async def _mend(self) -> None:
        """Once a second: what dead processes have left, and what this one has lost sight of; what is old.

        That goes a piece at a time, also while there is always something due.
        """
        now = time.monotonic()
        if now < self._mended + LONGEST_SLEEP:
            return
        self._mended = now
        sharing = self._engine.sharing
        await sharing.free_claims()
        if lost := await sharing.missing():
            await sharing.take_over(lost)
        ids = await sharing.abandoned()
        some = [ids[place : place + AT_A_TIME] for place in range(0, len(ids), AT_A_TIME)]
        if some:
            wanted = [Job("continue", f"continue {one[0]}", msgspec.json.encode(one).decode(), 2) for one in some]
            await self._jobs.put(wanted)
        await self._engine.tidy()

    async def _tidy_jobs(self) -> None:
        now = time.monotonic()
        if now > self._tidied + TIDY_SECONDS:
            self._tidied = now
            await self._jobs.tidy()

    async def _due(self, payload: str) -> None:
        """Execute due runs; a job beside another gives up where the two disturb one another."""
        retries, before = self._engine.database.retries, self._engine.database.retries["conflict"]

        def ends() -> bool:
            return self._ends() or (payload != "0" and retries["conflict"] > before + MOST_REPEATED)

        await self._repeat(lambda: self._engine.sharing.due(self._turn_seconds, ends), ends)

    async def _batch(self, payload: str) -> None:
        await self._repeat(lambda: self._engine.sharing.items(payload, TURN_SECONDS))

    async def _lines(self, payload: str) -> None:
        await self._repeat(lambda: self._engine.sharing.lines(self._turn_seconds))

    async def _continue(self, payload: str) -> None:
        await self._engine.sharing.take_over(msgspec.json.decode(payload, type=list[str]))

    async def _repeat(self, work: Callable[[], Awaitable[int]], ends: Callable[[], bool] | None = None) -> None:
        """Work as long as there is something to do, for about a second."""
        until, ends = time.monotonic() + JOB_SECONDS, ends or self._ends
        while not ends() and await work() and time.monotonic() < until:
            pass

    def _guarded(self, handler: Handler) -> Handler:
        """A job that tells what went wrong, and rests then; what it was to do is asked for again."""

        async def guarded(payload: str) -> None:
            try:
                if not self._ends():
                    await handler(payload)
            except Stopping:
                return
            except OffpageError as error:
                self._engine.events.say("dispatcher.failed", error=error.message)
                await _within(AFTER_FAILURE, self._stop)
            except Exception as error:  # noqa: BLE001 - one mistake must not end the process's work
                self._engine.events.say("dispatcher.crashed", error=error)
                await _within(AFTER_FAILURE, self._stop)
            self._awake.set()  # what came while it ended had no job of its own

        return guarded

    def _until(self, due: int | None) -> float:
        wait = LONGEST_SLEEP if due is None else (due - self._clock.now()) / 1000
        return min(max(wait, 0.0), LONGEST_SLEEP)

    async def _rest(self, seconds: float) -> None:
        await _within(seconds, self._awake)


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, for so long at most."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
