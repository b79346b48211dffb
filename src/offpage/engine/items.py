"""Items of a batch as runs, and a batch as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from offpage.engine.journal import Entry
from offpage.engine.packing import pack
from offpage.store.batches import Batch
from offpage.values.records import BATCH, PARTS, Record

if TYPE_CHECKING:
    from offpage.actions.scheduling import Completion
    from offpage.engine.running import Running
    from offpage.program.program import Program
    from offpage.store.runs import Run

TRIGGER: Final = "batch"
"""The trigger of a run that is an item of a batch."""


@dataclass(slots=True)
class ItemOfBatch:
    """Which item a run is, and, when its only segment has ended: what it cost and did, and its record if it failed."""

    batch: int
    seq: int
    workload: float = 0.0
    journal: list[Entry] = field(default_factory=list)
    started: int = 0
    ended: int = 0
    row: Run | None = None


def batch_record(batch: Batch) -> Record:
    """A batch as a value of an expression."""
    counts = {name: float(getattr(batch, name)) for name in ("total", "done", "failed", "skipped")}
    return Record(PARTS[BATCH], {"id": batch.id, **counts})


def packed_completion(running: Running, completion: Completion | None) -> str | None:
    """What a batch keeps of the workflow that follows its end; sealed, where a secret may be in it."""
    if completion is None:
        return None
    types = running.run.workflow.slot_types
    slots: Any = [[slot, pack(types[slot], value)] for slot, value in completion.slots.items()]
    secret = bool(running.hidden) or _ends_in_secret(running.run.program, completion.address)
    text = msgspec.json.encode(slots).decode()
    if (kept := running.sealing.kept(text, secret=secret)) != text:
        slots = kept
    return msgspec.json.encode({"address": completion.address, "slots": slots}).decode()


def _ends_in_secret(program: Program, address: str) -> bool:
    """Whether the workflow that follows takes a secret."""
    ending = program.endings.get(address)
    workflow = program.workflows.get(ending.workflow) if ending else None
    return workflow is not None and workflow.has_secrets
