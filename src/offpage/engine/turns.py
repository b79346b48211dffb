"""Callers who wait for their turns: in the order in which they came, each for as long as its run might take.

At each gate the first of them tries when something has changed there: a run with a place has ended, or the moment has
come from which one more may start. (What another process does is seen within a second.)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from offpage.engine.flow import Held
from offpage.engine.places import gate_of_places
from offpage.engine.run import Run
from offpage.engine.segment import End
from offpage.kernel.clock import Clock
from offpage.kernel.errors import RateLimited, Replaced, Stopping, WorkflowBusy

LOOK_SECONDS: Final = 1.0
"""How often the first of a gate tries though nothing seems to have changed."""

LONGEST_SECONDS: Final = 300.0
"""How long a caller waits whose run may take for ever."""

Try = Callable[[Run, bool], Awaitable[End | Held]]
"""Begins a call in a transaction, or says what holds it; the flag says whether it has waited."""


class _Caller:
    """One who waits: for which run, where, and what wakes it."""

    __slots__ = ("fair", "gate", "line", "replaced", "woken")

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.gate: tuple[str, str] | None = None
        self.line: tuple[str, str] | None = None
        self.replaced = False
        self.fair = False


class Turns:
    """The callers of one engine who wait. Used only in its event loop, except that others may ask where some wait."""

    def __init__(self, clock: Clock, begin: Try) -> None:
        self._clock = clock
        self._begin = begin
        self._closed = False
        self.gates: dict[tuple[str, str], deque[_Caller]] = {}
        """Who waits at which gate of which workflow."""
        self._lines: dict[tuple[str, str], _Caller] = {}
        """Who waits last of those with the same keys, where only one may."""

    async def begin(self, run: Run) -> End:
        """Begin a call when its turn has come.

        Raises WorkflowBusy or RateLimited when it has not in time, Replaced when a later call took its place,
        Stopping when the server stops.
        """
        held = await self._begin(run, False)
        if not isinstance(held, Held):
            return held
        caller = _Caller()
        loop = asyncio.get_running_loop()
        until = loop.time() + (run.workflow.run_seconds or LONGEST_SECONDS)
        try:
            self._replace(run, held, caller)
            while isinstance(held, Held):
                self._stand(run, held, caller)
                await self._wait(held, caller, until - loop.time())
                self._check(run, held, caller, until - loop.time())
                if self.gates[run.workflow.name, held.gate][0] is caller:
                    held = await self._begin(run, True)
            return held
        finally:
            self._leave(caller)

    def freed(self, run: Run) -> None:
        """A run with a place has ended: the first who needs one may try."""
        assert run.place is not None
        self._wake((run.workflow.name, gate_of_places(run.place)))

    def served(self) -> None:
        """Some who wait in the queue have had their turns: callers who let them go first may try."""
        for callers in self.gates.values():
            if callers[0].fair:
                callers[0].woken.set()

    def close(self) -> None:
        """Send everybody away."""
        self._closed = True
        for callers in self.gates.values():
            for caller in callers:
                caller.woken.set()

    def _replace(self, run: Run, held: Held, caller: _Caller) -> None:
        """Take the place of the one who waits with the same keys, where the workflow says so."""
        if run.workflow.flow is None or run.workflow.flow.when_busy != "replace":
            return
        caller.line = (run.workflow.name, held.line)
        former = self._lines.get(caller.line)
        if former is not None:
            former.replaced = True
            former.woken.set()
        self._lines[caller.line] = caller

    def _stand(self, run: Run, held: Held, caller: _Caller) -> None:
        gate = (run.workflow.name, held.gate)
        caller.fair = held.in_turn
        if caller.gate != gate:
            self._step_out(caller)
            self.gates.setdefault(gate, deque()).append(caller)
            caller.gate = gate

    async def _wait(self, held: Held, caller: _Caller, seconds: float) -> None:
        """Wait until something may have changed. Only the first at a gate looks by itself."""
        assert caller.gate is not None
        if self.gates[caller.gate][0] is caller:
            seconds = min(seconds, LOOK_SECONDS)
            if held.until is not None:
                seconds = min(seconds, (held.until - self._clock.now()) / 1000)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(caller.woken.wait(), max(seconds, 0.0))
        caller.woken.clear()

    def _check(self, run: Run, held: Held, caller: _Caller, left: float) -> None:
        """Raise what keeps a caller from waiting on."""
        if self._closed:
            raise Stopping
        if caller.replaced:
            raise Replaced
        if left > 0:
            return
        sentence = f"Workflow {run.workflow.name} had no room for this call in time: {held.why}. Try again later."
        if held.until is None:
            raise WorkflowBusy(sentence)
        raise RateLimited(sentence, retry_after=max(1, -(-(held.until - self._clock.now()) // 1000)))

    def _leave(self, caller: _Caller) -> None:
        if caller.line is not None and self._lines.get(caller.line) is caller:
            del self._lines[caller.line]
        self._step_out(caller)

    def _step_out(self, caller: _Caller) -> None:
        """Wait no more at a gate; whoever is the first there now may try."""
        gate, caller.gate = caller.gate, None
        if gate is None:
            return
        callers = self.gates[gate]
        callers.remove(caller)
        if callers:
            callers[0].woken.set()
        else:
            del self.gates[gate]

    def _wake(self, gate: tuple[str, str]) -> None:
        callers = self.gates.get(gate)
        if callers:
            callers[0].woken.set()
