"""Custom events: a workflow's steps done inside another's run, for whoever that runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from offpage.engine.frames import Caller, Frame
from offpage.engine.journal import Entry
from offpage.kernel.errors import LimitReached, StepError
from offpage.program.tracing import tracer
from offpage.values.records import Record
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.engine.progress import Progress
    from offpage.engine.running import Running

MOST_CALLS: Final = 100
"""How many events may call one another at a time, where the app sets no limit of its own."""


@dataclass(frozen=True, slots=True)
class Calling:
    """An event that a step wants to have done. `ignore_privacy` None: privacy rules count as they do now."""

    name: str
    parameters: Sequence[Any]
    ignore_privacy: bool | None


def begin_event(frame: Frame, running: Running, progress: Progress, entry: Entry) -> None:
    """Let the run stand at the beginning of the event; `frame` remembers the caller.

    Where the event's condition does not hold the caller goes on at once. Raises LimitReached and StepError.
    """
    calling = running.calling
    assert calling is not None
    _check_depth(running, progress)
    event = running.run.program.workflows.get(calling.name)
    if event is None:
        raise StepError(f"The event {calling.name} cannot run before its issues are mended: see offpage check.")
    caller = Caller(progress.workflow, running.values, running.lifted)
    nothing = [None] * (len(event.slot_types) - len(event.parameters))
    entry["event"] = event.name
    running.stand_in([*calling.parameters, *nothing], _lifted(running, calling, event.ignore_privacy))
    try:
        begins = event.enabled and (event.only_when is None or event.only_when(running) is True)
    except BaseException:
        running.stand_in(caller.values, caller.lifted)
        raise
    if not begins:
        running.stand_in(caller.values, caller.lifted)
        entry["condition_of_event"] = False
        return
    frame.caller = caller
    progress.workflow, progress.values, progress.next = event, running.values, 0
    running.calls += 1


def _lifted(running: Running, calling: Calling, by_itself: bool) -> bool:
    if by_itself:
        return True
    return running.lifted if calling.ignore_privacy is None else calling.ignore_privacy


def _check_depth(running: Running, progress: Progress) -> None:
    limit = running.settings.limits.recursion_depth or MOST_CALLS
    if running.calls >= limit:
        raise LimitReached(
            f"Not run: {running.calls} events have called one another already, and limits.recursion_depth in app.yaml "
            f"allows no more. Does an event call itself?"
        )


def end_event(frame: Frame, running: Running, progress: Progress, entry: Entry) -> None:
    """Let the run stand after the step that called the event, with what that returned as the step's result."""
    caller = frame.caller
    assert caller is not None
    types = {one.name: one.type for one in progress.workflow.returns}
    result = Record(types, {name: running.returned.get(name) for name in types})
    running.stand_in(caller.values, caller.lifted)
    running.returned = {}
    running.calls -= 1
    progress.workflow, progress.values, progress.next = caller.workflow, caller.values, frame.at + 1
    step = caller.workflow.steps[frame.at]
    if step.slot >= 0:
        running.values[step.slot] = result
    if types and entry.get("state") != "failed":
        entry["result"] = {name: _shown(types[name], value, running) for name, value in result.items()}


def _shown(of: Type, value: Any, running: Running) -> Any:
    return tracer(of, running.forms)(value)
