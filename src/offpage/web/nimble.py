"""Python's threads give way to one another sooner while a slow search goes on.

A search that compares in Python (words, dates of calendars) takes the interpreter again for every row, and whoever else
wants it waits for a whole switch interval each time: 5 ms, which made one thing's reading take half a second. Such an
interval is right for threads that do much work without anybody waiting, so it is short only while it must be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SWITCH_SECONDS: Final = 0.0005


class Nimble:
    """Counts what needs quick switches in this process."""

    def __init__(self) -> None:
        self._count = 0
        self._before = 0.0

    @contextmanager
    def threads(self) -> Iterator[None]:
        """Switch quickly while the block lasts. Called from the event loop only."""
        if self._count == 0:
            self._before = sys.getswitchinterval()
            sys.setswitchinterval(min(SWITCH_SECONDS, self._before))
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            if self._count == 0:
                sys.setswitchinterval(self._before)


NIMBLE: Final = Nimble()
"""The interval is one for the whole process."""
