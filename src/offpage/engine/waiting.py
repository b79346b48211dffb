"""A run that is to wait as a row of the queue, and a batch that is to begin as a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from offpage.engine.packing import pack_all
from offpage.program.program import Workflow
from offpage.services.sealing import Sealing
from offpage.store.batches import Batch
from offpage.store.queue import QueuedRun

if TYPE_CHECKING:
    from offpage.actions.scheduling import ItemArguments, Pace
    from offpage.engine.running import Running

SCHEDULE: Final = "schedule"
"""The trigger of a run that was scheduled."""


def kept_parameters(sealing: Sealing, workflow: Workflow, values: Sequence[Any] | None) -> str:
    """Parameters of a workflow (None: an item of a batch has them) as they wait in the database: sealed, if one is secret
    or holds a secret of the app.
    """
    if values is None:
        text = "[]"
    else:
        types = [parameter.type for parameter in workflow.parameters]
        text = msgspec.json.encode(pack_all(types, values)).decode()
    return sealing.kept(text, secret=workflow.has_secrets)


def queued_row(
    running: Running,
    workflow: Workflow,
    values: Sequence[Any],
    due_at: int,
    ignore_privacy: bool = False,
    trigger: str = SCHEDULE,
) -> QueuedRun:
    """The row of a run that another one schedules: for the same user, in the same zone, one deeper."""
    run = running.run
    return QueuedRun(
        id=running.new_id(running.now()),
        due_at=due_at,
        workflow=workflow.name,
        definition=run.program.definition,
        parameters=kept_parameters(running.sealing, workflow, values),
        trigger=trigger,
        actor=running.actor.kind,
        user_id=running.actor.user_id,
        zone=getattr(run.zone, "key", None),
        depth=run.depth + 1,
        priority=workflow.priority,
        parent_id=run.id,
        ip=run.ip or None,
        ignore_privacy=ignore_privacy,
    )


def new_batch(
    running: Running,
    workflow: Workflow,
    ignore_privacy: bool,
    arguments: ItemArguments,
    pace: Pace,
    begins: int,
    now: int,
) -> Batch:
    """The row of a batch that a run schedules, still without items."""
    run, shared = running.run, arguments.shared
    return Batch(
        id=running.new_id(now),
        workflow=workflow.name,
        definition=run.program.definition,
        state="running",
        actor=running.actor.kind,
        user_id=running.actor.user_id,
        zone=getattr(run.zone, "key", None),
        ignore_privacy=ignore_privacy,
        depth=run.depth + 1,
        parent_id=run.id,
        parameters=kept_parameters(running.sealing, workflow, shared),
        places=None if shared is None else msgspec.json.encode(arguments.places).decode(),
        total=0, done=0, failed=0, skipped=0, outside=0, cursor=0, last_seq=0, base_seq=0,
        base_at=begins,
        next_at=begins,
        created_at=now,
        started_at=None,
        finished_at=None,
        interval_ms=pace.interval_ms,
        at_once=pace.at_once,
        on_item_failed=pace.on_item_failed,
        on_complete=None,
        workload=0.0,
        ip=run.ip or None,
    )  # fmt: skip
