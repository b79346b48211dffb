"""What the Data API works with in one environment: the database, and the program's types ready to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from offpage.accounts.actor import Actor
from offpage.accounts.throttle import Throttle
from offpage.data.exposed import Exposed
from offpage.data.onlooker import SourceOf
from offpage.data.writing import Look, Told
from offpage.engine.opened import onlooker_of
from offpage.engine.unrecorded import Unrecorded
from offpage.kernel.clock import Clock
from offpage.kernel.events import Events
from offpage.kernel.ids import IdMaker
from offpage.program.program import Program
from offpage.store.tx import Database
from offpage.web.turns import Turns


def _nobody(program: Program) -> Told:
    return lambda tx, changed: None


HASHES_AT_ONCE: Final = 2
"""How many passwords of new users are hashed at once: each takes 19 MiB and tens of milliseconds of a processor."""


class DataAccess:
    """The things of one environment, for callers from outside. `told(program)` is told of every write, in its transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        new_id: IdMaker,
        source: SourceOf,
        events: Events,
        told: Callable[[Program], Told] = _nobody,
        throttle: Throttle | None = None,
        unrecorded: Unrecorded | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.new_id = new_id
        self.events = events
        self.turns = Turns()
        self.hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self.throttle = throttle or Throttle()
        self.unrecorded = unrecorded or Unrecorded()
        """What requests have cost, on its way into the database."""
        self._source = source
        self._told = told
        self._exposed: tuple[Program, Exposed] | None = None

    def exposed(self, program: Program) -> Exposed:
        """The types of a program on the Data API; made once, until another program runs."""
        known = self._exposed
        if known is not None and known[0] is program:
            return known[1]
        settings = program.app.settings
        exposed = Exposed(
            program.schema,
            program.things,
            program.privacy,
            program.forms,
            program.dialect,
            keys=settings.api.keys,
            hidden="ignore" if settings.privacy.hidden_constraints == "ignore" else "no_match",
            told=self._told(program),
            watched=program.watched_lists,
        )
        self._exposed = (program, exposed)
        return exposed

    def look(self, program: Program, actor: Actor) -> Look:
        """What makes the onlooker that an actor is, in a transaction."""
        now = self.clock.now()
        return lambda tx: onlooker_of(program, actor, now, self._source, tx)
