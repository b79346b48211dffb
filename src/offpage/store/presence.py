"""Says again and again that a process is there, and finishes an upgrade once the older ones have ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from offpage.kernel.errors import StoreError
from offpage.kernel.events import Events
from offpage.store import upgrading
from offpage.store.migrations import MIGRATIONS
from offpage.store.running_versions import BEAT_SECONDS, Running, leave, say, this_process
from offpage.store.tx import Segment, Tx

KNOWN = MIGRATIONS[-1].number


def now_ms() -> int:
    """The machine's time: processes of several machines are told apart by it, so their clocks must agree by seconds."""
    return time.time_ns() // 1_000_000


class Presence:
    """One process on one environment, from `prepare` to `stop`."""

    def __init__(self, events: Events | None, beat_seconds: float = BEAT_SECONDS) -> None:
        self.process: Running = this_process(KNOWN, now_ms())
        self._events = events
        self._seconds = beat_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._said = ""

    def prepare(self, tx: Tx) -> None:
        """Bring the tables up to date and note the process, in one transaction."""
        upgrading.prepare(tx, self.process, now_ms())

    def start(self, write: Callable[[Segment[bool]], bool], alone: Callable[[Callable[[Tx], object]], None]) -> None:
        """Begin to say so. `write` does a transaction; `alone` does one while nobody else changes the tables."""
        self._thread = threading.Thread(target=self._serve, args=(write, alone), name="offpage-presence", daemon=True)
        self._thread.start()

    def stop(self, write: Callable[[Segment[None]], None]) -> None:
        """Say that the process ends. Stopping twice does nothing."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None
        try:
            write(lambda tx: leave(tx, self.process))
        except StoreError as error:  # the others see it by its silence
            self._tell(error)

    def _serve(self, write: Callable[[Segment[bool]], bool], alone: Callable[[Callable[[Tx], object]], None]) -> None:
        while not self._stop.wait(self._seconds):
            try:
                if write(self._beat):
                    alone(lambda tx: upgrading.finish_if_alone(tx, now_ms()))
                self._said = ""
            except StoreError as error:
                self._tell(error)

    def _beat(self, tx: Tx) -> bool:
        """Say so; whether an upgrade can be finished."""
        say(tx, self.process, now_ms())
        upgrading.check_served(tx, KNOWN)
        state = upgrading.state(tx, now_ms())
        return bool(state.pending) and not state.older

    def _tell(self, error: StoreError) -> None:
        """Tell of what does not work, once for each kind."""
        if self._events is not None and self._said != error.message:
            self._said = error.message
            self._events.say("presence.failed", error=error.message)
