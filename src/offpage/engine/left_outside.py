"""Runs of which only the record is left, taken up where they stood: after a crash, or for a step's next attempt."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.batch_end import came_back
from offpage.engine.broken import failure_of
from offpage.engine.calls import Answer, Outcome, RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.due_run import check_frozen, definition_of
from offpage.engine.items import ItemOfBatch
from offpage.engine.masking import as_text
from offpage.engine.open_frames import parameters_of, take_frames
from offpage.engine.progress import Pause, Progress
from offpage.engine.record import error_data, opened_resume
from offpage.engine.running import Run
from offpage.engine.segment import Executor
from offpage.kernel.errors import OffpageError
from offpage.program.program import Workflow
from offpage.store import flow as limits
from offpage.store import runs
from offpage.store.tx import Tx


def left_outside(tx: Tx, executor: Executor, definitions: Definitions) -> list[Pause]:
    """The runs that a former process left in the middle of an outside step, ready to go on."""
    pauses: list[Pause] = []
    for row in runs.unfinished(tx):
        try:
            with tx.savepoint():
                pause = take_up(tx, row, executor, definitions)
                pause.run.left_over = True
                pauses.append(pause)
        except Exception as error:  # noqa: BLE001 - one run that cannot go on must not keep the server from starting
            cannot_go_on(tx, row, error, executor, definitions)
    limits.free_lost_places(tx)
    limits.stir(tx, executor.around.clock.now())
    return pauses


def due_again(tx: Tx, run_id: str, executor: Executor, definitions: Definitions) -> Pause | Outcome | None:
    """A run whose step is to be tried again now, ready to go on; or its failure, which is recorded; None if it has ended."""
    row = runs.get(tx, run_id)
    if row is None or row.state not in ("running", "outside"):
        return None
    try:
        with tx.savepoint():
            return take_up(tx, row, executor, definitions)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the queue
        failure = cannot_go_on(tx, row, error, executor, definitions)
        limits.free_lost_places(tx)
        limits.stir(tx, executor.around.clock.now())
        return Outcome(run_id, "failed", error=failure)


def cannot_go_on(tx: Tx, row: runs.Run, error: Exception, executor: Executor, definitions: Definitions) -> OffpageError:
    """Record that a run has failed of which only the record was left. Raises the error again where it may pass."""
    failure = failure_of(error, executor.events, row.id, row.workflow)
    now = executor.around.clock.now()
    runs.update(tx, row._replace(state="failed", finished_at=now, error=as_text(error_data(failure)), resume=None))
    _count_failed_item(tx, executor, definitions, row)
    return failure


def _count_failed_item(tx: Tx, executor: Executor, definitions: Definitions, row: runs.Run) -> None:
    """An item of a batch that cannot go on has failed."""
    item = msgspec.json.decode(row.resume or "{}").get("item")
    if item is not None:
        came_back(tx, executor.around, definitions.get(tx, row.definition), ItemOfBatch(*item), row.id, "failed", 0.0)


def take_up(tx: Tx, row: runs.Run, executor: Executor, definitions: Definitions) -> Pause:
    """A run of which only the record is left, ready to go on where it stood."""
    program, workflow = definition_of(tx, definitions, row.definition, row.workflow)
    sealing = executor.around.sealing
    kept = opened_resume(row.resume or "{}", sealing)

    def find(name: str) -> Workflow:
        return definition_of(tx, definitions, row.definition, name)[1]

    progress = Progress(
        workflow=find(kept["workflow"]),
        values=[],
        started=row.started_at,
        next=kept["next"],
        answer=Answer(**kept["answer"]),
        journal=msgspec.json.decode(row.journal),
        workload=row.workload,
        actor=Actor(*kept["actor"]),
        hidden=kept.get("hidden", []),
        recorded=True,
        lifted=kept["lifted"],
        changed=kept["changed"],
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
    resting, attempt = row.state == "running", kept.get("attempt", 1)
    return executor.resume(tx, run, progress, resting=resting, same=kept.get("same"), attempt=attempt)
