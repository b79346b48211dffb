"""Wakes up for due work. One small port, `Dispatcher`.

`embedded` does it with timers in the process; `distributed` with jobs that several processes share.
"""

from __future__ import annotations

from typing import Protocol


class Dispatcher(Protocol):
    """Sees to it that due runs are executed."""

    def wake(self) -> None:
        """Say that there is work now (from the event loop's thread)."""
        ...

    async def start(self) -> None:
        """Begin, with whatever a former process left waiting."""
        ...

    def hold(self) -> None:
        """Let nothing begin that is due, nor go on that waits, until `release`: the tables are about to change."""
        ...

    def release(self) -> None:
        """Go on."""
        ...

    async def stop(self) -> None:
        """Take up nothing more, and return when what was taken up has ended."""
        ...
