"""Servers that are killed without warning, again and again, while something goes on in their database."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from offpage.host.compose import Place, open_database
from offpage.store.tx import Database, Tx
from tests.ports import free_port
from tests.processes import offpage, serving
from tests.until import wait_until

SEED: Final = os.environ.get("OFFPAGE_CHAOS_SEED") or str(random.getrandbits(32))
"""What random moments are drawn from; a test that fails tells it."""
END_SECONDS: Final = 240
"""How long it may take until all has come to its end."""


@contextmanager
def looking(place: Place) -> Iterator[Database]:
    """The database, with or without a server beside."""
    database = open_database(place, "development", shared=True)
    try:
        yield database
    finally:
        database.close()


def rows(place: Place, text: str) -> list[tuple[Any, ...]]:
    """What a SELECT gives."""
    with looking(place) as database:
        return database.read(lambda tx: tx.rows(text))


def kill_when(place: Place, reached: Callable[[Tx], bool]) -> None:
    """Serve the app, and kill the process without warning once its database says that it has come so far."""
    command = offpage("dev", str(place.folder), "--port", str(free_port()), "--data", str(place.data))
    with (place.data.parent / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        give_up = time.monotonic() + END_SECONDS
        with looking(place) as database:
            while not database.read(reached):
                assert process.poll() is None, (place.data.parent / "log").read_text()
                assert time.monotonic() < give_up, f"it does not go on ({SEED=})"
                time.sleep(0.001)
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Course:
    """Something that goes on in an app's database, whatever happens to the server."""

    place: Place
    whole: int
    """How much there is to do."""
    done: str
    """A SELECT that says how much of it has been committed."""
    is_over: Callable[[Tx], bool]
    """Whether that, and all that follows it, has come to its end."""

    def kill(self, kills: int) -> None:
        """Kill its server at random moments, so many times with the one that began it, or until all is over.

        One of them at least comes when something is done, and not everything.
        """
        drawn = random.Random(SEED)
        with looking(self.place) as database:
            done_at_kills = [database.read(self._done)]
            while len(done_at_kills) < kills and not database.read(self.is_over):
                self._kill_at(done_at_kills[-1] + drawn.randrange(1, max(2, 2 * self.whole // kills)))
                done_at_kills.append(database.read(self._done))
        assert any(0 < one < self.whole for one in done_at_kills), f"none came in the middle: {done_at_kills} ({SEED=})"

    def end(self) -> None:
        """Serve it until all is over."""
        with serving(self.place.folder, self.place.data), looking(self.place) as database:
            wait_until(lambda: database.read(self.is_over), END_SECONDS)

    def _done(self, tx: Tx) -> int:
        return int(tx.rows(self.done)[0][0])

    def _kill_at(self, target: int) -> None:
        kill_when(self.place, lambda tx: self._done(tx) >= min(target, self.whole))
