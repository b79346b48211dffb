"""A run that is to wait, as a row of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from offpage.engine.packing import pack_all
from offpage.program.program import Workflow
from offpage.store.queue import QueuedRun

if TYPE_CHECKING:
    from offpage.engine.running import Running

SCHEDULE: Final = "schedule"
"""The trigger of a run that was scheduled."""


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
    types = [parameter.type for parameter in workflow.parameters]
    return QueuedRun(
        id=running.new_id(running.now()),
        due_at=due_at,
        workflow=workflow.name,
        definition=run.program.definition,
        parameters=msgspec.json.encode(pack_all(types, values)).decode(),
        trigger=trigger,
        actor=running.actor.kind,
        user_id=running.actor.user_id,
        zone=getattr(run.zone, "key", None),
        depth=run.depth + 1,
        parent_id=run.id,
        ignore_privacy=ignore_privacy,
    )
