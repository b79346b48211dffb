"""The dispatcher inside the process: sleeps until the next run is due, or until somebody wakes it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from offpage.engine.engine import SOON_MS, Engine
from offpage.kernel.clock import Clock
from offpage.kernel.errors import OffpageError, Stopping
from offpage.store import pausing

SHARE_SECONDS: Final = 0.005
"""How long one turn may hold the write lock while there are HTTP calls, so that they get theirs."""

QUIET_SECONDS: Final = 0.02
"""How long one may while there are none: fewer commits for the same work. The first call that comes waits for it."""

LONGEST_SLEEP: Final = SOON_MS / 1000
"""A command beside a running server may have queued something: it is seen after so many seconds."""

AFTER_FAILURE: Final = 1.0


class Embedded:
    """Executes due runs of one environment, a short turn at a time, as long as there are any."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._awake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._held = False
        self._calls = 0

    def wake(self) -> None:
        """Say that there is work now."""
        self._awake.set()

    async def start(self) -> None:
        """Begin, with whatever a former process left waiting."""
        self._engine.wake = self.wake
        await self._engine.resume()
        self._awake.set()
        self._task = asyncio.create_task(self._serve(), name="offpage-dispatcher")

    async def stop(self) -> None:
        """Take up nothing more, and return when what was taken up has ended."""
        self._stopping = True
        self._awake.set()
        if self._task is not None:
            await self._task

    def hold(self) -> None:
        """Let nothing begin that is due, nor go on that waits, until `release`."""
        self._held = True
        self._engine.hold()

    def release(self) -> None:
        """Go on."""
        self._held = False
        self._engine.release()
        self._awake.set()

    async def _serve(self) -> None:
        while not self._stopping:
            self._awake.clear()
            if self._held:
                await self._rest(LONGEST_SLEEP)
                continue
            try:
                done = await self._engine.drain(self._share())
                await self._engine.tidy()
                if done == 0:
                    await self._sleep()
            except Stopping:
                return
            except OffpageError as error:
                self._engine.events.say("dispatcher.failed", error=error.message)
                await self._rest(AFTER_FAILURE)
            except Exception as error:  # noqa: BLE001 - whatever it is, runs that are due later must find it awake
                self._engine.events.say("dispatcher.crashed", error=error)
                await self._rest(AFTER_FAILURE)

    def _share(self) -> float:
        """How long the next turn may be."""
        calls, self._calls = self._calls, self._engine.calls
        return QUIET_SECONDS if calls == self._calls else SHARE_SECONDS

    async def _sleep(self) -> None:
        due = await self._engine.database.reading(pausing.next_due)
        wait = LONGEST_SLEEP if due is None else (due - self._clock.now()) / 1000
        await self._rest(min(max(wait, 0.0), LONGEST_SLEEP))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), seconds)
