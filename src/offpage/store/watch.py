"""A hand on a reading: whoever asked for it may stop it, from another thread, when nobody waits for it any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from offpage.store.failures import Interrupted


class Stoppable(Protocol):
    """A transaction that reads."""

    def stop(self) -> None:
        """Have the statement that runs, and the work around it, end with Interrupted; called from another thread."""
        ...


class Watch:
    """Over one reading. Stopping it twice, or before it began, or once it has ended, harms nobody else's."""

    __slots__ = ("_lock", "_stopped", "_tx")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._tx: Stoppable | None = None

    @contextmanager
    def over(self, tx: Stoppable) -> Iterator[None]:
        """Watch over what happens inside. Raises Interrupted if it was stopped before it began."""
        with self._lock:
            if self._stopped:
                raise Interrupted
            self._tx = tx
        try:
            yield
        finally:
            with self._lock:  # waits for a `stop` under way: what the connection does next must not be hit
                self._tx = None

    def stop(self) -> None:
        """Have the reading end with Interrupted, soon. May wait for the database a moment: not for an event loop."""
        with self._lock:
            self._stopped = True
            if self._tx is not None:
                self._tx.stop()
