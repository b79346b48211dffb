"""The end of a batch: when the last item has ended, and the workflow that follows, exactly once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.items import ItemOfBatch, batch_record
from offpage.engine.packing import unpack
from offpage.engine.run import Run, Surroundings
from offpage.engine.running import Running
from offpage.engine.unbegun import failed_row
from offpage.engine.waiting import queued_row
from offpage.kernel.errors import KeyLost, OffpageError
from offpage.program.program import Ending, Program
from offpage.services.sealing import Sealing
from offpage.store import batches, queue, runs
from offpage.store.batches import Batch, BatchState, Counts
from offpage.store.tx import Tx

TRIGGER: Final = "batch end"
"""The trigger of the run that follows the end of a batch."""


def came_back(
    tx: Tx, around: Surroundings, program: Program | None, item: ItemOfBatch, run_id: str, state: str, workload: float
) -> None:
    """Count an item that had been outside and has ended now."""
    counts = Counts(int(state == "finished"), int(state == "failed"), int(state == "skipped"), 0, workload)
    if counts.failed:
        batches.note(tx, item.batch, item.seq, "failed", run_id)
    batch = batches.came_back(tx, item.batch, item.seq, counts, around.clock.now())
    if batch is None or batch.has_ended:
        return
    if counts.failed and batch.on_item_failed == "stop":
        finish(tx, around, program, batch, "stopped")
    elif batch.left == 0:
        finish(tx, around, program, batch, "finished")


def finish(tx: Tx, around: Surroundings, program: Program | None, batch: Batch, state: BatchState) -> None:
    """End a batch, and queue the workflow that follows: once, for the database forgets it with the end."""
    ended = batches.end(tx, batch, state, around.clock.now())
    if batch.on_complete is None or program is None:
        return
    kept = msgspec.json.decode(batch.on_complete)
    ending = program.endings.get(kept["address"])
    workflow = program.workflows.get(ending.workflow) if ending else None
    if ending is None or workflow is None:
        return
    running = _running(tx, around, program, ended)
    try:
        slots = _opened(kept["slots"], ending, around.sealing)
    except KeyLost as error:
        runs.insert(tx, _failed(ended, workflow.name, error, around))
        return
    running.values = [*(slots.get(at) for at in range(max(slots, default=-1) + 1)), batch_record(ended)]
    values = [one(running) for one in ending.parameters]
    queue.add(tx, queued_row(running, workflow, values, around.clock.now(), ended.ignore_privacy, TRIGGER))


def _opened(kept: Any, ending: Ending, sealing: Sealing) -> dict[int, Any]:
    """The values that the workflow that follows looks at, by their slots. Raises KeyLost."""
    found = msgspec.json.decode(sealing.open(kept)) if isinstance(kept, str) else kept
    return {slot: unpack(ending.slots[slot], value) for slot, value in found}


def _failed(batch: Batch, workflow: str, error: OffpageError, around: Surroundings) -> runs.Run:
    """The record of a workflow that was to follow a batch, and cannot."""
    now = around.clock.now()
    return failed_row(
        error, now, id=around.new_id(now), workflow=workflow, definition=batch.definition, trigger=TRIGGER,
        actor=batch.actor, user_id=batch.user_id, depth=batch.depth, parent_id=batch.id, due_at=now,
    )  # fmt: skip


def _running(tx: Tx, around: Surroundings, program: Program, batch: Batch) -> Running:
    """Surroundings for expressions on behalf of a batch; what they queue has the batch's own depth."""
    zone = ZoneInfo(batch.zone) if batch.zone else None
    run = Run(
        id=batch.id,
        program=program,
        workflow=program.workflows[batch.workflow],
        parameters=[],
        actor=Actor(batch.actor, batch.user_id),  # type: ignore[arg-type]  # one of the three words
        depth=batch.depth - 1,
        zone=zone,
        ignore_privacy=batch.ignore_privacy,
    )
    forms = program.forms if zone is None else replace(program.forms, zone=zone)
    return Running(tx, run, around, forms)
