"""What is open in a run that pauses, as data and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from offpage.engine.frames import Caller, Frame, workflow_of
from offpage.engine.packing import pack, pack_all, unpack, unpack_all
from offpage.engine.progress import Progress
from offpage.program.program import Workflow
from offpage.store import loops
from offpage.store.tx import Tx
from offpage.values.types import Type

Find = Callable[[str], Workflow]
"""A workflow of the run's definition by its name. Raises StepError where there is none."""


def keep_items(tx: Tx, run_id: str, progress: Progress) -> None:
    """Keep the items of open loops that the database does not have yet."""
    for depth, frame in enumerate(progress.frames):
        if frame.items and not frame.kept:
            of = _items_type(frame, workflow_of(progress.frames, depth, progress.workflow))
            loops.put(tx, run_id, depth, msgspec.json.encode(pack(of, frame.items)).decode())
            frame.kept = True
            progress.kept = True


def frames_data(progress: Progress) -> list[dict[str, Any]]:
    """The open steps as data; the items of loops are kept elsewhere."""
    return [
        {
            "at": one.at,
            "round": one.round,
            "kept": one.kept,
            "caller": None if one.caller is None else _called(one.caller),
        }
        for one in progress.frames
    ]


def _called(caller: Caller) -> list[Any]:
    return [caller.workflow.name, pack_all(caller.workflow.slot_types, caller.values), caller.lifted]


def frames_from(tx: Tx, run_id: str, data: list[dict[str, Any]], present: Workflow, find: Find) -> list[Frame]:
    """What `frames_data` made, as frames again; `present` is the workflow that the run is in."""
    frames = [Frame(one["at"], one["round"], kept=one["kept"]) for one in data]
    for frame, one in zip(frames, data, strict=True):
        if one["caller"] is not None:
            name, values, lifted = one["caller"]
            workflow = find(name)
            frame.caller = Caller(workflow, unpack_all(workflow.slot_types, values), lifted)
    for depth, frame in enumerate(frames):
        if frame.kept:
            of = _items_type(frame, workflow_of(frames, depth, present))
            frame.items = unpack(of, msgspec.json.decode(loops.get(tx, run_id, depth) or "[]"))
    return frames


def _items_type(frame: Frame, workflow: Workflow) -> Type:
    return workflow.slot_types[workflow.steps[frame.at].slot].listed
