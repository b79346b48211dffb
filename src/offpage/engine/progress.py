"""How far a run has come: what is carried from one segment to the next, in memory or through the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from offpage.accounts.actor import NOBODY, Actor
from offpage.actions.outside import OutsideAction
from offpage.engine.calls import Answer
from offpage.engine.journal import Entry
from offpage.engine.running import Run
from offpage.kernel.errors import OffpageError
from offpage.program.program import Step


@dataclass(slots=True)
class Progress:
    """Where a run stands between two segments.

    `next` is the index (among the steps that run) of the step to do next; `values` are the slots in Python form.
    `actor` is whom the steps act for, which logging in changes; `hidden` are the texts that no record may show.
    `recorded` says whether the run has a row already; `wake_at` is the soonest moment of what its last segment queued.
    """

    values: list[Any]
    started: int
    next: int = 0
    answer: Answer = field(default_factory=Answer)
    journal: list[Entry] = field(default_factory=list)
    workload: float = 0.0
    actor: Actor = NOBODY
    hidden: list[str] = field(default_factory=list)
    recorded: bool = False
    wake_at: int | None = None

    def copy(self) -> Progress:
        """The same place once more: a segment may be repeated, and must begin each time from where it stood."""
        answer = replace(self.answer, values=dict(self.answer.values), headers=dict(self.answer.headers))
        journal = [*self.journal[:-1], dict(self.journal[-1])] if self.journal else []
        return replace(self, values=list(self.values), answer=answer, journal=journal)


@dataclass(slots=True)
class Pause:
    """A run that must leave the database: `call` is the evaluated action of `step`, `key` its idempotency key."""

    run: Run
    progress: Progress
    step: Step
    call: OutsideAction
    key: str


@dataclass(slots=True)
class Reached:
    """What an outside step came back with: a value, or the error it failed with."""

    value: Any = None
    error: OffpageError | None = None
    ms: float = 0.0
