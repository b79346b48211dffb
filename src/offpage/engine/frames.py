"""What is open where a run stands: blocks whose steps are being done, and events that were called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from offpage.engine.journal import Entry
from offpage.program.program import Step, Workflow


@dataclass(slots=True)
class Caller:
    """The workflow that called an event, as it goes on after it."""

    workflow: Workflow
    values: list[Any]
    lifted: bool


@dataclass(slots=True)
class Frame:
    """A step that is open: a block, or the call of an event (then `caller` is set). `at` is its place in the code.

    `round` is the number of the item or round being done, from 0; `items` are those of a `for_each`.
    """

    at: int
    round: int = -1
    items: Sequence[Any] = ()
    caller: Caller | None = None

    def copy(self) -> Frame:
        """The same place once more; items never change."""
        caller = self.caller
        return replace(self, caller=caller and replace(caller, values=list(caller.values)))


def workflow_of(frames: Sequence[Frame], depth: int, present: Workflow) -> Workflow:
    """The workflow whose code the frame at `depth` stands in; `present` is the one that the run is in."""
    return next((one.caller.workflow for one in frames[depth:] if one.caller is not None), present)


def step_of(frames: Sequence[Frame], depth: int, present: Workflow) -> Step:
    """The step of the frame at `depth`."""
    return workflow_of(frames, depth, present).steps[frames[depth].at]


def place_of(frames: Sequence[Frame]) -> str:
    """Which round of which loop, which call of which event: what tells apart the times that a step is done in a run."""
    return "".join(f"@{one.at}.{one.round}" for one in frames)


def open_journals(journal: list[Entry], depth: int) -> list[list[Entry]]:
    """The lists of entries that the open steps are writing, outermost first: each is inside the last entry before it."""
    found = [journal]
    for _ in range(depth):
        found.append(found[-1][-1].setdefault("steps", []))
    return found


def copied(journal: list[Entry], depth: int) -> list[Entry]:
    """A journal that may be written on where it is open, without changing the first one."""
    if not journal:
        return []
    last = dict(journal[-1])
    if depth:
        last["steps"] = copied(last.get("steps", []), depth - 1)
    return [*journal[:-1], last]
