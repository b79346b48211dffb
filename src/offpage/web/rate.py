"""How many requests a minute an app takes (bubble.md 1.8): a bucket that refills steadily.

Where several processes serve the app, each takes its share of the limit, so that together they take no more than it says
and no request costs a journey to the database.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from offpage.kernel.errors import RateLimited

Seconds = Callable[[], float]


class Rate:
    """A bucket of `per_minute` requests, shared by `sharers` processes. It starts full and refills evenly over a minute."""

    __slots__ = ("_at", "_left", "_now", "_per_minute", "_sharers")

    def __init__(self, now: Seconds = time.monotonic, *, sharers: Callable[[], int] = lambda: 1) -> None:
        self._now = now
        self._sharers = sharers
        self._per_minute = 0.0
        self._left = 0.0
        self._at = 0.0

    def take(self, per_minute: int) -> None:
        """Count one request. `per_minute` is the limit as it is now; 0 means none.

        Raises RateLimited, which says how many whole seconds to wait.
        """
        now = self._now()
        share = per_minute / self._sharers()
        if share != self._per_minute:
            # A bucket that was in use does not become full because a process has come or gone.
            self._left = min(self._left, share) if self._per_minute > 0 and self._sharers() > 1 else share
            self._per_minute, self._at = share, now
        if per_minute <= 0:
            return
        left = min(max(share, 1.0), self._left + (now - self._at) * share / 60)
        self._at = now
        if left < 1:
            self._left = left
            wait = max(1, math.ceil((1 - left) * 60 / share))
            raise RateLimited(
                f"This app takes {per_minute:,} requests a minute. Try again in {wait} s.", retry_after=wait
            )
        self._left = left - 1
