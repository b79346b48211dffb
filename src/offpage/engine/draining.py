"""One turn of the dispatcher: due runs first, then items of batches, for a short while."""

from __future__ import annotations

import time
from typing import Final

from offpage.engine.batching import Batching
from offpage.engine.definitions import Definitions
from offpage.engine.progress import Pause
from offpage.engine.queued import run_due
from offpage.engine.running import Surroundings
from offpage.engine.segment import Executor
from offpage.store import pausing
from offpage.store.tx import Tx

FOR_BATCHES: Final = 0.25
"""The share of a turn that batches get however many other runs are due, so that they come to an end."""


class Draining:
    """Executes what is due. Used only by whoever holds a write transaction."""

    def __init__(self, executor: Executor, definitions: Definitions, around: Surroundings) -> None:
        self._executor = executor
        self._definitions = definitions
        self.batching = Batching(executor, definitions, around)

    def run(self, tx: Tx, now: int, seconds: float) -> tuple[int, list[Pause]]:
        """Execute what is due for about `seconds`, unless it is paused.

        Returns how many runs that were, and those that paused for an outside step.
        """
        paused = pausing.paused(tx)
        if paused.everything:
            return 0, []
        deadline = time.perf_counter() + seconds
        count, pauses = run_due(tx, self._executor, self._definitions, now, seconds, paused.workflows)
        left = max(deadline - time.perf_counter(), seconds * FOR_BATCHES)
        items, others = self.batching.run(tx, now, left, paused.workflows)
        return count + items, pauses + others
