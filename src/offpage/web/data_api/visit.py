"""One request to the Data API: where it comes from and what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from offpage.accounts.actor import Actor
from offpage.data.exposed import ExposedType
from offpage.data.writing import Look, missing_thing
from offpage.engine.workload import Workload
from offpage.model.documents import Prices
from offpage.program.program import Program
from offpage.values.kinds.text import flaw
from offpage.web.data_access import DataAccess
from offpage.web.forms import Fields
from offpage.web.request import Request
from offpage.web.serving import Environment

LONGEST_ID = 100
NO_LIMIT = 1 << 40
"""What `limits.request_bytes: 0` means."""

LARGE = 200_000
"""Bodies of more bytes are decoded in a thread, so that they do not hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `of` is the type that the address names; credentials have been taken out of `query`."""

    environment: Environment
    data: DataAccess
    program: Program
    of: ExposedType
    actor: Actor
    request: Request
    query: Fields
    spent: Workload = field(default_factory=lambda: Workload(Prices()))
    """What it costs. (The editor's own visits are free: nobody looks at theirs.)"""

    @property
    def look(self) -> Look:
        """What makes the onlooker that the caller is, in a transaction."""
        return self.data.look(self.program, self.actor)

    async def body(self) -> bytes:
        """The body's bytes. Raises TooLarge."""
        raw = await self.request.body(self.program.app.settings.limits.request_bytes or NO_LIMIT)
        self.spent.carried(len(raw))
        return raw

    def check_id(self, thing_id: str) -> str:
        """The id that the address names. Raises MissingThing for what cannot be one."""
        if len(thing_id) > LONGEST_ID or flaw(thing_id):
            raise missing_thing(self.of.type, "".join(filter(str.isprintable, thing_id)))
        return thing_id
