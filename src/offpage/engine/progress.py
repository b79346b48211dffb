"""How far a run has come: what is carried from one segment to the next, in memory or through the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from offpage.accounts.actor import NOBODY, Actor
from offpage.actions.outside import OutsideAction
from offpage.engine.calls import Answer
from offpage.engine.frames import Frame, copied
from offpage.engine.journal import Entry
from offpage.engine.run import Run
from offpage.kernel.errors import OffpageError
from offpage.program.program import Step, Workflow


@dataclass(slots=True)
class Progress:
    """Where a run stands between two segments.

    `next` is the place in the code of `workflow` of the step to do next; `values` are that workflow's slots in Python
    form. They are the run's own workflow and values, or those of the event that was called last: `frames` says what
    is open around it, and `lifted` whether privacy rules are lifted there. `long_lists` are the values that the
    database has in rows of their own, by their places, and `changed` is how many changes of the run it has.
    `actor` is whom the steps act for, which logging in changes; `hidden` are the texts that no record may show.
    `recorded` says whether the run has a row already, and `owner` under which name this process carries it; `wake_at` is the soonest moment of what its last segment queued.
    """

    workflow: Workflow
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
    frames: list[Frame] = field(default_factory=list)
    lifted: bool = False
    long_lists: dict[int, Any] = field(default_factory=dict)
    changed: int = 0
    owner: str | None = None

    def copy(self) -> Progress:
        """The same place once more: a segment may be repeated, and must begin each time from where it stood."""
        answer = replace(self.answer, values=dict(self.answer.values), headers=dict(self.answer.headers))
        journal = copied(self.journal, len(self.frames))
        frames = [one.copy() for one in self.frames]
        long_lists = dict(self.long_lists)
        return replace(
            self, values=list(self.values), answer=answer, journal=journal, frames=frames, long_lists=long_lists
        )


@dataclass(slots=True)
class Standing:
    """Where a run stood when it failed, so that it can go on from there: before the step that failed.

    `call` is that step's evaluated action, if it had been outside; then it is repeated as it was. `begun` says whether
    there is such a step: a run may fail before its first one.
    """

    progress: Progress
    call: OutsideAction | None = None
    begun: bool = True


@dataclass(slots=True)
class Pause:
    """A run between two segments.

    It must leave the database: then `call` is the evaluated action of `step`, `key` its idempotency key. Or it lets
    others write, and goes on at once: then it has none of them.

    `attempt` says how often the step has been tried, this time included; with `due_at` it waits for that moment, in the
    database and nowhere else.
    """

    run: Run
    progress: Progress
    step: Step | None = None
    call: OutsideAction | None = None
    key: str = ""
    attempt: int = 1
    due_at: int | None = None


@dataclass(slots=True)
class Reached:
    """What an outside step came back with: a value, or the error it failed with.

    `stop`: what ends the run after this step, whatever it brought. `calls` of other programs were made meanwhile, whose
    requests and answers have so many `bytes`.
    """

    value: Any = None
    error: OffpageError | None = None
    ms: float = 0.0
    calls: int = 0
    bytes: int = 0
    stop: OffpageError | None = None
