"""What all items of a batch have in common, and when the next of them may begin."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.items import TRIGGER, ItemOfBatch
from offpage.engine.packing import unpack_all
from offpage.engine.run import Run
from offpage.program.program import Program, Workflow
from offpage.services.sealing import Sealing
from offpage.store.batches import Batch, Item

CHUNK: Final = 256
"""How many items are read at once; between items the time is looked at."""


class Work:
    """What all items of a batch have in common."""

    __slots__ = (
        "_actor",
        "_batch",
        "_places",
        "_program",
        "_sealing",
        "_shared",
        "_types",
        "_workflow",
        "_zone",
        "stops",
    )

    def __init__(self, batch: Batch, program: Program, workflow: Workflow, sealing: Sealing) -> None:
        """Raises KeyLost where it cannot be opened: then none of its items can."""
        self._batch = batch
        self._program = program
        self._workflow = workflow
        self._types = [parameter.type for parameter in workflow.parameters]
        self._places: list[int] | None = None if batch.places is None else msgspec.json.decode(batch.places)
        self._sealing = sealing
        shared = sealing.open(batch.parameters)
        self._shared = unpack_all(self._types, msgspec.json.decode(shared)) if batch.places else []
        self._actor = Actor(batch.actor, batch.user_id)  # type: ignore[arg-type]  # one of the three words
        self._zone = ZoneInfo(batch.zone) if batch.zone else None
        self.stops = batch.on_item_failed == "stop"

    def run(self, item: Item, run_id: str, now: int) -> Run:
        """An item as a run."""
        batch = self._batch
        return Run(
            id=run_id,
            program=self._program,
            workflow=self._workflow,
            parameters=self._parameters(item.item),
            actor=self._actor,
            trigger=TRIGGER,
            depth=batch.depth,
            parent_id=batch.id,
            queued_at=now,
            zone=self._zone,
            ip=batch.ip or "",
            ignore_privacy=batch.ignore_privacy,
            item=ItemOfBatch(batch.seq, item.seq),
        )

    def _parameters(self, item: str) -> list[Any]:
        if self._places is None:
            return unpack_all(self._types, msgspec.json.decode(self._sealing.open(item)))
        values = self._shared.copy()
        for place in self._places:
            values[place] = item
        return values


def due_now(batch: Batch, now: int) -> int:
    """How many of the next items may begin."""
    if batch.outside >= batch.at_once:
        return 0
    if batch.interval_ms is None:
        return CHUNK
    return max(0, batch.base_seq + (now - batch.base_at) // batch.interval_ms + 1 - batch.cursor)


def next_at(batch: Batch, cursor: int, outside: int, now: int) -> int | None:
    """When the item after the cursor may begin; None where none waits, or one has to come back first."""
    if cursor >= batch.last_seq or outside >= batch.at_once:
        return None
    if batch.interval_ms is None:
        return now
    return batch.base_at + (cursor - batch.base_seq) * batch.interval_ms
