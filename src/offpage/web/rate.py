"""How many requests a minute an app takes (bubble.md 1.8): a bucket that refills steadily."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from offpage.kernel.errors import RateLimited

Seconds = Callable[[], float]


class Rate:
    """A bucket of `per_minute` requests. It starts full and refills evenly over a minute."""

    __slots__ = ("_at", "_left", "_now", "_per_minute")

    def __init__(self, now: Seconds = time.monotonic) -> None:
        self._now = now
        self._per_minute = 0
        self._left = 0.0
        self._at = 0.0

    def take(self, per_minute: int) -> None:
        """Count one request. `per_minute` is the limit as it is now; 0 means none.

        Raises RateLimited, which says how many whole seconds to wait.
        """
        now = self._now()
        if per_minute != self._per_minute:
            self._per_minute, self._left, self._at = per_minute, float(per_minute), now
        if per_minute <= 0:
            return
        left = min(per_minute, self._left + (now - self._at) * per_minute / 60)
        self._at = now
        if left < 1:
            self._left = left
            wait = max(1, math.ceil((1 - left) * 60 / per_minute))
            raise RateLimited(
                f"This app takes {per_minute:,} requests a minute. Try again in {wait} s.", retry_after=wait
            )
        self._left = left - 1
