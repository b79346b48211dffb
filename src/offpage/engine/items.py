"""Items of a batch as runs, and a batch as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from offpage.engine.packing import pack
from offpage.store.batches import Batch
from offpage.values.records import BATCH, PARTS, Record
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.actions.scheduling import Completion
    from offpage.store.runs import Run

TRIGGER: Final = "batch"
"""The trigger of a run that is an item of a batch."""


@dataclass(slots=True)
class ItemOfBatch:
    """Which item a run is, and, when its only segment has ended: its workload, and its record if it failed."""

    batch: int
    seq: int
    workload: float = 0.0
    row: Run | None = None


def batch_record(batch: Batch) -> Record:
    """A batch as a value of an expression."""
    counts = {name: float(getattr(batch, name)) for name in ("total", "done", "failed", "skipped")}
    return Record(PARTS[BATCH], {"id": batch.id, **counts})


def packed_completion(completion: Completion | None, types: Mapping[int, Type]) -> str | None:
    """What a batch keeps of the workflow that follows its end."""
    if completion is None:
        return None
    slots = [[slot, pack(types[slot], value)] for slot, value in completion.slots.items()]
    return msgspec.json.encode({"address": completion.address, "slots": slots}).decode()
