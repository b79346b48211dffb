"""What a run that pauses holds, as data and back: its values, and the steps that are open in it.

Long lists are kept in rows of their own, written once: a loop over 100,000 things notes its place every few
milliseconds, and that must not cost writing down the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from offpage.engine.frames import Caller, Frame, workflow_of
from offpage.engine.packing import pack, unpack
from offpage.engine.progress import Progress
from offpage.program.program import Workflow
from offpage.services.sealing import Sealing
from offpage.store import loops
from offpage.store.tx import Tx
from offpage.values.types import Type

Find = Callable[[str], Workflow]
"""A workflow of the run's definition by its name. Raises StepError where there is none."""

LONG: Final = 100
"""Lists of more items are kept in rows of their own."""

ELSEWHERE: Final = "elsewhere"
"""Stands in the data for a list that is kept in a row of its own. (A list is never a text.)"""

_CALL: Final = 1_000_000
"""Places of the values of one workflow; those below are of the items of open loops."""


def frames_data(tx: Tx, run_id: str, progress: Progress, kept: Callable[[str], str]) -> dict[str, Any]:
    """The values and the open steps of a run as data; long lists that are new go to their rows, as `kept` makes them."""
    frames, calls = [], 0

    def packed(place: int, of: Type, value: Any) -> Any:
        if not of.is_list or value is None or len(value) <= LONG:
            return pack(of, value)
        if progress.long_lists.get(place) is not value:
            text = msgspec.json.encode(pack(of, value)).decode()
            loops.put(tx, run_id, place, kept(text))
            progress.long_lists[place] = value
        return ELSEWHERE

    def all_packed(call: int, workflow: Workflow, values: Sequence[Any]) -> list[Any]:
        pairs = zip(workflow.slot_types, values, strict=True)
        return [packed(_CALL * (call + 1) + slot, of, value) for slot, (of, value) in enumerate(pairs)]

    for depth, one in enumerate(progress.frames):
        found: dict[str, Any] = {"at": one.at, "round": one.round}
        if one.items:
            of = _items_type(one, workflow_of(progress.frames, depth, progress.workflow))
            found["items"] = packed(depth, of, one.items)
        if one.caller is not None:
            caller = one.caller
            found["caller"] = [caller.workflow.name, all_packed(calls, caller.workflow, caller.values), caller.lifted]
            calls += 1
        frames.append(found)
    return {"values": all_packed(calls, progress.workflow, progress.values), "frames": frames}


def take_frames(tx: Tx, run_id: str, data: dict[str, Any], progress: Progress, find: Find, sealing: Sealing) -> None:
    """Put what `frames_data` made back into the progress of a run, whose workflow is known."""
    calls = 0

    def unpacked(place: int, of: Type, found: Any) -> Any:
        if found != ELSEWHERE:
            return unpack(of, found)
        value = unpack(of, msgspec.json.decode(sealing.open(loops.get(tx, run_id, place) or "[]")))
        progress.long_lists[place] = value
        return value

    def all_unpacked(call: int, workflow: Workflow, found: Sequence[Any]) -> list[Any]:
        pairs = zip(workflow.slot_types, found, strict=True)
        return [unpacked(_CALL * (call + 1) + slot, of, value) for slot, (of, value) in enumerate(pairs)]

    frames = progress.frames = [Frame(one["at"], one["round"]) for one in data["frames"]]
    for frame, one in zip(frames, data["frames"], strict=True):
        if "caller" in one:
            name, values, lifted = one["caller"]
            workflow = find(name)
            frame.caller = Caller(workflow, all_unpacked(calls, workflow, values), lifted)
            calls += 1
    progress.values = all_unpacked(calls, progress.workflow, data["values"])
    for depth, (frame, one) in enumerate(zip(frames, data["frames"], strict=True)):
        if "items" in one:
            frame.items = unpacked(
                depth, _items_type(frame, workflow_of(frames, depth, progress.workflow)), one["items"]
            )


def parameters_of(progress: Progress, count: int) -> list[Any]:
    """What the run was given: the first values of the workflow that it began with."""
    outermost = next((one.caller.values for one in progress.frames if one.caller is not None), progress.values)
    return outermost[:count]


def _items_type(frame: Frame, workflow: Workflow) -> Type:
    return workflow.slot_types[workflow.steps[frame.at].slot].listed
