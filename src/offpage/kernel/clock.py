"""The time as an argument: ms since 1970 in UTC, from the system or set by a test."""

import time
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> int:
        """Return the present moment in ms since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the present moment in ms since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000


class VirtualClock:
    """A clock that moves only when told to; for tests."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self.moment = start

    def now(self) -> int:
        """Return the moment it was last set to."""
        return self.moment

    def forward(self, ms: int) -> None:
        """Move on by `ms` milliseconds."""
        self.moment += ms
