"""How a step is tried again that could not do its work outside: how often, after which failures, and when."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from offpage.kernel.errors import OffpageError, OutsideFailed

LONGEST_ASKED_MS: Final = 86_400_000
"""The other side may ask for a wait of at most a day (Retry-After)."""


@dataclass(frozen=True, slots=True)
class Retry:
    """What a step's `retry` says. Times in ms; without `statuses` the kind of the failure decides."""

    attempts: int
    first: int
    factor: float
    longest: int
    statuses: frozenset[int] | None = None

    def due_at(self, attempt: int, error: OffpageError, now: int, drawn: random.Random) -> int | None:
        """When the step is tried again that has failed `attempt` times; None where it is not.

        Waits grow, and each is drawn from its upper half, so that many runs that failed together do not come back
        together.
        """
        if attempt >= self.attempts or not self._may_pass(error):
            return None
        wait = self.wait(attempt)
        asked = error.retry_after if isinstance(error, OutsideFailed) else None
        jittered = wait * (0.5 + 0.5 * drawn.random())
        if asked is not None:  # never sooner than asked for, and not all in the same moment
            jittered = max(jittered, min(asked * 1000, LONGEST_ASKED_MS) + (wait - jittered))
        return now + max(1, round(jittered))

    def wait(self, attempt: int) -> float:
        """The longest that it waits after so many attempts, where the other side asks for nothing."""
        wait = float(self.first)
        for _ in range(min(attempt - 1, 1_000)):
            if wait >= self.longest:
                break
            wait *= self.factor
        return min(wait, float(self.longest))

    def _may_pass(self, error: OffpageError) -> bool:
        if not isinstance(error, OutsideFailed):
            return False
        status = error.details.get("answer_status")
        if self.statuses is None or status is None:
            return error.retryable
        return status in self.statuses
