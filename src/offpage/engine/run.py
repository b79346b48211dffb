"""A run that is to be executed, and what runs need from the machine they run on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from offpage.accounts.actor import NOBODY, Actor
from offpage.actions.outside import Services
from offpage.engine.calls import RequestData
from offpage.kernel.clock import Clock
from offpage.kernel.ids import IdMaker
from offpage.program.program import Program, Workflow
from offpage.services.sealing import Sealing, own_sealing
from offpage.store.holding import Alone

if TYPE_CHECKING:
    from offpage.engine.items import ItemOfBatch
    from offpage.engine.reviving import Stands


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What runs need from the machine they run on. `facts` holds `app.url`, `app.name`, `env` and the like."""

    clock: Clock
    new_id: IdMaker
    random: random.Random
    secrets: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    services: Services = field(default_factory=Services)
    sealing: Sealing = field(default_factory=own_sealing)
    lease: Alone = field(default_factory=Alone)

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        """What `secret.X`, `app.url` and `env` give."""
        return self.secrets.get(path[0]) if name == "secret" else self.facts.get(".".join((name, *path)))


@dataclass(slots=True)
class Run:
    """One run that is to be executed: what it is told, and whence it comes."""

    id: str
    program: Program
    workflow: Workflow
    parameters: list[Any]
    actor: Actor = NOBODY
    request: RequestData | None = None
    trigger: str = "api"
    depth: int = 0
    parent_id: str | None = None
    queued_at: int | None = None
    zone: tzinfo | None = None
    idempotency: tuple[str, str] | None = None
    """The caller's key, and a hash of what was sent with it."""
    ip: str = ""
    """Where the caller is who began it, or began what began it; "" if that counts for nothing."""
    ignore_privacy: bool = False
    """Whether whoever started it lifted the privacy rules; the workflow itself may do so too."""
    nesting: int = 0
    """How many runs are being executed around it, in the same transaction."""
    accepted: bool = False
    """Whether its exact answer is kept: its caller was sent away and may come back to ask for it, or another process may
    end the run."""
    awaited: bool = False
    """Whether its caller waits in this process."""
    item: ItemOfBatch | None = None
    """Which item of a batch it is."""
    left_over: bool = False
    """Whether a process that is gone began it: no caller is there any more."""
    place: str | None = None
    """The key of the place that it has, if its workflow says how many may run at once and it has paused."""
    stands: Stands | None = None
    """Where it goes on, if it has failed before and is not to begin anew."""

    @property
    def is_direct(self) -> bool:
        """Whether somebody called it, and was not sent away."""
        return self.trigger == "api" and self.parent_id is None and self.queued_at is None and self.item is None

    @property
    def answers_caller(self) -> bool:
        """Whether what it answers goes to somebody who called it and waits."""
        return self.is_direct and self.workflow.response == "json"
