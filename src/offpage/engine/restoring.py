"""A run out of its record: what it was told, and where it stands."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.calls import RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.due_run import check_frozen, definition_of
from offpage.engine.items import ItemOfBatch
from offpage.engine.open_frames import parameters_of, take_frames
from offpage.engine.progress import Progress
from offpage.engine.record import answer_from, opened_resume
from offpage.engine.run import Run
from offpage.program.program import Workflow
from offpage.services.sealing import Sealing
from offpage.store import flow as limits
from offpage.store import runs
from offpage.store.tx import Tx


def restored(tx: Tx, row: runs.Run, sealing: Sealing, definitions: Definitions) -> tuple[Run, Progress, dict[str, Any]]:
    """The run, where it stands, and what else its record keeps. Raises StepError where it cannot go on, KeyLost."""
    program, workflow = definition_of(tx, definitions, row.definition, row.workflow)
    kept = opened_resume(row.resume or "{}", sealing)

    def find(name: str) -> Workflow:
        return definition_of(tx, definitions, row.definition, name)[1]

    progress = Progress(
        workflow=find(kept["workflow"]),
        values=[],
        started=row.started_at,
        next=kept["next"],
        answer=answer_from(kept["answer"], kept.get("log_in")),
        journal=msgspec.json.decode(row.journal),
        workload=row.workload,
        actor=Actor(*kept["actor"]),
        hidden=kept.get("hidden", []),
        recorded=True,
        lifted=kept["lifted"],
        changed=kept["changed"],
        owner=row.owner,
    )
    take_frames(tx, row.id, kept, progress, find, sealing)
    parameters = parameters_of(progress, len(workflow.parameters))
    check_frozen(program, [one.type for one in workflow.parameters], parameters)
    idempotency = kept["idempotency"]
    run = Run(
        id=row.id,
        program=program,
        workflow=workflow,
        parameters=parameters,
        actor=Actor(row.actor, row.user_id),  # type: ignore[arg-type]  # one of the three words
        request=None if kept["request"] is None else RequestData.from_data(kept["request"]),
        trigger=row.trigger,
        depth=row.depth,
        parent_id=row.parent_id,
        queued_at=row.due_at,
        zone=ZoneInfo(kept["zone"]) if kept["zone"] else None,
        idempotency=None if idempotency is None else (idempotency[0], idempotency[1]),
        ignore_privacy=kept["ignore_privacy"],
        ip=kept.get("ip", ""),
        accepted=kept.get("accepted", False),
        item=ItemOfBatch(*kept["item"]) if kept.get("item") else None,
        place=limits.place_of(tx, row.id),
    )
    return run, progress, kept
