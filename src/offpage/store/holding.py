"""This process's lease on a database that it shares: held by a thread, and taken anew where it was lost.

A process that was paused, or cut off, for longer than its lease has lost it. It goes on under another name: what it
did under the former one is others' by then, and is refused (see `leases`).
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

from offpage.kernel.errors import OffpageError, Stopping
from offpage.kernel.events import Events
from offpage.store import leases
from offpage.store.failures import Taken
from offpage.store.leases import Holder, Kind
from offpage.store.tx import Database, Tx

LEASE_MS: Final = 5_000
LAPSE_SECONDS: Final = LEASE_MS / 1000 + 1
"""After so long a process that was killed holds nothing any more."""

RENEW_SECONDS: Final = 1.0
IDLE_MS: Final = 3_500
"""After so long without a statement PostgreSQL ends a transaction: before the lease of its process runs out."""


class Alone:
    """What a process has that shares its database with nobody."""

    owner: str | None = None
    """The name under which this process carries runs; None where there is nobody to tell it from."""

    def join(self, patience: float = 0.0) -> None:
        """Nothing is to be taken."""

    def leave(self) -> None:
        """Nor to be given back."""

    @property
    def servers(self) -> int:
        """How many processes answer requests, this one among them."""
        return 1


class Lease(Alone):
    """A lease on a database. `only`: no other process may hold one on it at the same time."""

    def __init__(self, database: Database, kind: Kind, events: Events, *, only: bool = False) -> None:
        self._database = database
        self._kind = kind
        self._events = events
        self._only = only
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._serving: int | None = None
        self.others: list[Holder] = []
        """The processes that held leases when this one's was renewed last."""
        self.taken: Callable[[str], None] = lambda why: None
        """Called in a thread, once, when the lease was lost, and another process has the database for itself by now."""

    @property
    def servers(self) -> int:
        """How many processes answer requests, this one among them."""
        return max(1, sum(one.kind == "serve" for one in self.others))

    def join(self, patience: float = 0.0) -> None:
        """Take the lease, and hold it until `leave`; taken already, it is.

        Raises Taken where another process has the database for itself, and has it still after so many seconds.
        """
        if self._thread is None:
            self._take_patiently(time.monotonic() + patience)
            self._stop.clear()
            self._thread = threading.Thread(target=self._hold, name="offpage-lease", daemon=True)
            self._thread.start()

    def leave(self) -> None:
        """Give the lease back; what this process still carries is free for the others at once."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None
        owner = self.owner
        if owner is not None:
            self._database.arrange_now(lambda tx: leases.leave(tx, owner))

    def set_serving(self, number: int | None) -> None:
        """Say which deploy this process runs."""
        self._serving = number
        owner = self.owner
        if owner is not None:
            self._database.arrange_now(lambda tx: leases.set_serving(tx, owner, number))

    def _take_patiently(self, until: float) -> None:
        while True:
            try:
                return self._take()
            except Taken:
                if time.monotonic() >= until:
                    raise
                time.sleep(RENEW_SECONDS / 4)

    def _take(self) -> None:
        place = f"{socket.gethostname()}, process {os.getpid()}"
        mine = Holder(secrets.token_hex(8), self._kind, place, self._serving)

        def segment(tx: Tx) -> list[Holder]:
            there = leases.living(tx)
            if self._only and there:
                raise Taken(
                    f"Another process has this environment of the database open ({there[0].kind} on {there[0].place})."
                    " Stop it first, or name another database. If it was killed, try again in a few seconds."
                )
            leases.join(tx, mine, LEASE_MS)
            if mine.serving is not None:
                leases.set_serving(tx, mine.id, mine.serving)
            return [*there, mine]

        self.others = self._database.write_now(segment)
        self.owner = mine.id

    def _hold(self) -> None:
        while not self._stop.wait(RENEW_SECONDS):
            try:
                self._renew()
            except Stopping:
                return
            except OffpageError as error:
                self._events.say("lease.failed", error=error.message)

    def _renew(self) -> None:
        owner = self.owner
        assert owner is not None

        def segment(tx: Tx) -> list[Holder] | None:
            return leases.living(tx) if leases.renew(tx, owner, LEASE_MS) else None

        living = self._database.arrange_now(segment)
        if living is not None:
            self.others = living
            return
        try:
            self._take()
        except Taken as taken:
            self._stop.set()
            self._events.say("lease.lost", former=owner, owner=None)
            self.taken(taken.message)
            return
        self._events.say("lease.lost", former=owner, owner=self.owner)
