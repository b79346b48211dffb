"""One outside step on its way: what it has of the world, and what it takes there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO, Final, Literal, TypeVar

from offpage.actions.outside import Imports, Listener, OpenedFile, OutsideAction
from offpage.data.transfer.importing import Rules
from offpage.engine.opened import Look, allowed, located, opened
from offpage.engine.progress import Pause, Reached
from offpage.engine.run import Surroundings
from offpage.kernel.errors import Busy, OutsideFailed
from offpage.services.files import KeptFile
from offpage.services.http import Http, HttpAnswer, HttpRequest
from offpage.store.tx import Database, Tx

T = TypeVar("T")

MOST_BUSY: Final = 20
STAYS_BUSY: Final = (
    "Others kept the database busy, so that the step could not be done. Try the run again: `offpage runs retry`."
)


class CountedHttp:
    """Sends requests, and counts them and their bytes for the run that pays for them. Implements Http."""

    __slots__ = ("_http", "_reached")

    def __init__(self, http: Http, reached: Reached) -> None:
        self._http = http
        self._reached = reached

    async def send(self, request: HttpRequest, into: BinaryIO | None = None) -> HttpAnswer:
        """Send a request; it counts whatever becomes of it."""
        reached = self._reached
        reached.calls += 1
        reached.bytes += len(request.content)
        answer = await self._http.send(request, into)
        reached.bytes += len(answer.content) if into is None or answer.content else into.tell()
        return answer

    async def close(self) -> None:
        """The connections are the environment's."""


class Trip:
    """The surroundings of one outside step. Implements OutsideContext."""

    __slots__ = (
        "_around", "_database", "_imports", "_pause", "_pool", "_reached",
        "actor", "app_url", "ip", "key", "listener", "mail", "now", "services", "settings", "source", "throttle",
    )  # fmt: skip

    def __init__(
        self,
        pause: Pause,
        reached: Reached,
        around: Surroundings,
        database: Database,
        pool: ThreadPoolExecutor,
        listener: Listener | None = None,
        imports: Callable[[Pause, str, Rules], Imports] | None = None,
    ) -> None:
        run = pause.run
        self._imports = imports
        self._reached = reached
        self.listener = listener
        self.key = pause.key
        self.now = around.clock.now
        self.settings = run.program.app.settings
        self.actor = pause.progress.actor
        self.ip = run.ip
        self.app_url = around.facts.get("app.url", "")
        self.source = around.source
        self.services = replace(around.services, http=CountedHttp(around.services.http, reached))
        self.mail = around.services.mail
        self.throttle = around.services.throttle
        self._database = database
        self._pool = pool
        self._around = around
        self._pause = pause

    def sent(self, size: int) -> None:
        """Count so many bytes that went to the caller."""
        self._reached.bytes += size

    def hide(self, text: str) -> None:
        """Keep a text out of all records of this run."""
        hidden = self._pause.progress.hidden
        if text and text not in hidden:
            hidden.append(text)

    async def open_file(self, address: str, most: int) -> OpenedFile:
        """Read a file of this app's storage, if whoever the step acts for may open it."""
        path = address.removeprefix(self.app_url)
        return await opened(self.services.files, self._database, path, most, self._look())

    async def find_file(self, address: str) -> KeptFile | None:
        """A file of this app's storage, if whoever the step acts for may open it."""
        path = address.removeprefix(self.app_url)
        return await located(self.services.files, self._database, path, self._look())

    def _look(self) -> Look | Literal[True]:
        """Which private files the step may open."""
        pause, around = self._pause, self._around
        if pause.progress.lifted or self.actor.kind == "admin":
            return True
        return partial(allowed, pause.run.program, self.actor, around.clock.now(), around.source)

    def read(self, segment: Callable[[Tx], T]) -> Awaitable[T]:
        """Read from the database, outside the run's transaction."""
        return self._database.reading(segment)

    def imports(self, type_id: str, rules: Rules) -> Imports:
        """What writes the things of a file."""
        assert self._imports is not None
        return self._imports(self._pause, type_id, rules)

    def compute(self, work: Callable[[], T]) -> Awaitable[T]:
        """Do slow arithmetic in a thread of a small pool."""
        return asyncio.get_running_loop().run_in_executor(self._pool, work)


async def gone_out(call: OutsideAction, trip: Trip, seconds: float | None, pause: float) -> Any:
    """Go outside, for so many seconds at most. Raises OutsideFailed when they are over.

    A step that finds the database busy goes out again after a `pause` in seconds, with the same key, as it would after a crash;
    after MOST_BUSY times it fails.
    """
    for _ in range(MOST_BUSY):
        try:
            return await (call.reach(trip) if seconds is None else _in_time(call, trip, seconds))
        except Busy:
            await asyncio.sleep(pause)
    raise OutsideFailed(STAYS_BUSY, why="database", retryable=True)


async def _in_time(call: OutsideAction, trip: Trip, seconds: float) -> Any:
    """Go outside for so many seconds at most. Raises OutsideFailed when they are over."""
    clock = asyncio.timeout(seconds)
    try:
        async with clock:
            return await call.reach(trip)
    except TimeoutError as error:
        if not clock.expired():
            raise
        said = f"It took longer than {seconds:g} s (the step's `timeout`)."
        raise OutsideFailed(said, why="timeout", retryable=True) from error
