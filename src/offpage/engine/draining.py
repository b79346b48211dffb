"""One turn of the dispatcher, for a short while: runs whose turns have come, runs that are due, items of batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Final

from offpage.engine.batching import Batching
from offpage.engine.calls import Outcome
from offpage.engine.definitions import Definitions
from offpage.engine.flow import Admission, Keys
from offpage.engine.lines import Lines, Serve
from offpage.engine.progress import Pause
from offpage.engine.queued import Due, Turn
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End, Executor
from offpage.program.limits import Flow
from offpage.store import leases, pausing, queue
from offpage.store.queue import HIGH, LOW, NORMAL, QueuedRun
from offpage.store.tx import Tx

FOR_BATCHES: Final = 0.25
"""The share of a turn that batches get however many other runs are due, so that they come to an end."""

FOR_LINES: Final = 0.5
"""The share of a turn that runs get at most which had to wait for their turns."""

ROUND: Final = (HIGH, HIGH, HIGH, NORMAL, HIGH, HIGH, HIGH, LOW)
"""Which priority comes first in which turn: as long as there is much of high priority, the others get a share, too."""


class Draining:
    """Executes what is due. Used only by whoever holds a write transaction."""

    def __init__(
        self, executor: Executor, definitions: Definitions, around: Surroundings, admission: Admission
    ) -> None:
        self._executor = executor
        self._admission = admission
        self._due = Due(executor, definitions, admission)
        self._lines = Lines(admission)
        self._batching = Batching(executor, definitions, around, admission)
        self._first = cycle(ROUND)

    def run(self, tx: Tx, now: int, seconds: float) -> tuple[int, list[Pause]]:
        """Execute what is due for about `seconds`, unless it is paused.

        Returns how many runs that were, and those that paused for an outside step.
        """
        paused = pausing.paused(tx)
        if paused.everything:
            return 0, []
        deadline = time.perf_counter() + seconds
        first = next(self._first)
        served, pauses = self._serve(tx, now, seconds * FOR_LINES, paused.workflows, first)
        count, more = self._due.run(tx, now, max(deadline - time.perf_counter(), 0.0), paused.workflows, first)
        left = max(deadline - time.perf_counter(), seconds * FOR_BATCHES)
        items, others = self._batching.run(tx, now, left, paused.workflows)
        return served + count + items, pauses + more + others

    def given_up(self) -> list[Outcome]:
        """How runs ended that could not go on, each told once. Ask when a turn is committed."""
        ended, self._due.given_up = self._due.given_up, []
        return ended

    def run_batch(self, tx: Tx, now: int, seconds: float, batch_id: str) -> tuple[int, list[Pause]]:
        """Execute items of one batch for about `seconds`, and whatever waits for its turn; returns as `run` does."""
        served, pauses = self._serve(tx, now, seconds * FOR_LINES, frozenset(), NORMAL)
        items, others = self._batching.run(tx, now, seconds, only=batch_id)
        return served + items, pauses + others

    def run_claimed(self, tx: Tx, claimed: Sequence[QueuedRun], owner: str, now: int, seconds: float) -> Turn:
        """Execute runs that this process has claimed for about `seconds`, from the first on, unless all is paused."""
        paused = pausing.paused(tx)
        if paused.everything:
            queue.let_go(tx, claimed, owner)
            return Turn(taken=len(claimed))
        return self._due.run_claimed(tx, claimed, owner, now, seconds, paused.workflows)

    def run_items(self, tx: Tx, owner: str, now: int, seconds: float, batch_id: str) -> tuple[int, list[Pause]]:
        """Execute items of one batch for about `seconds`, unless they are paused; fenced by the lease of `owner`."""
        leases.check(tx, owner)
        paused = pausing.paused(tx)
        if paused.everything:
            return 0, []
        return self._batching.run(tx, now, seconds, paused.workflows, batch_id)

    def run_lines(self, tx: Tx, owner: str, now: int, seconds: float) -> tuple[int, list[Pause]]:
        """Let those pass whose turns have come, for about `seconds`; fenced by the lease of `owner`."""
        leases.check(tx, owner)
        paused = pausing.paused(tx)
        if paused.everything:
            return 0, []
        self._lines.look_again()
        return self._serve(tx, now, seconds, paused.workflows, next(self._first))

    def _serve(self, tx: Tx, now: int, seconds: float, paused: frozenset[str], first: int) -> tuple[int, list[Pause]]:
        pauses: list[Pause] = []
        deadline = time.perf_counter() + seconds
        return self._lines.run(tx, now, deadline, paused, first, self._server(pauses, now)), pauses

    def _server(self, pauses: list[Pause], now: int) -> Serve:
        """What executes a run whose turn it is, and keeps it if it pauses."""

        def serve(tx: Tx, waiting: QueuedRun, flow: Flow | None, keys: Keys) -> None:
            begin: Callable[[Tx, Run], End]
            if flow is None:
                begin = self._executor.begin
            else:
                limits = flow

                def begin(tx: Tx, run: Run) -> End:
                    return self._admission.begin(tx, run, limits, keys)

            if waiting.batch_id is None:
                end = self._due.execute(tx, waiting, begin, now)
            else:
                end = self._batching.its_turn(tx, waiting, begin, now)
            if isinstance(end, Pause):
                pauses.append(end)

        return serve
