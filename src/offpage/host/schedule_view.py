"""What waits, as people and programs see it: scheduled runs with their parameters, batches with their counts."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from offpage.engine.masking import MASK
from offpage.engine.packing import unpack_all
from offpage.engine.why_waiting import why_waiting
from offpage.kernel.errors import KeyLost, NotFound, OffpageError
from offpage.model.report import did_you_mean
from offpage.model.snapshot import thaw
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.services.sealing import Sealing
from offpage.store import batches, definitions, pausing, queue, recurring, runs
from offpage.store.batches import Batch
from offpage.store.pausing import Paused
from offpage.store.queue import AGAIN, RETRY, QueuedRun
from offpage.store.tx import Tx
from offpage.values.codec import to_json
from offpage.values.kinds.date import iso


def waiting_runs(tx: Tx, limit: int) -> tuple[list[QueuedRun], Paused]:
    """Runs that wait, those first that are due first, with those of paused workflows and of others that
    wait for their turns; and what is paused.
    """
    found = [*queue.paused(tx, limit=limit), *queue.parked(tx, limit=limit), *queue.waiting(tx, limit=limit)]
    found.sort(key=lambda one: (one.due_at, one.id))
    return found[:limit], pausing.paused(tx)


def stopped(tx: Tx, program: Program) -> list[str]:
    """The workflows that recur by themselves whose next start somebody has cancelled: they start no more."""
    found = []
    for name, one in program.workflows.items():
        if one.plan is not None and not one.plan.type_id and one.enabled:
            kept = recurring.get(tx, name)
            if kept is not None and queue.get(tx, kept.run_id) is None:
                found.append(name)
    return found


def check_known(tx: Tx, program: Program, name: str) -> None:
    """Raise NotFound for a workflow that there is not, unless runs of one wait, or it is paused."""
    known = program.app.workflows
    if name in known or name in pausing.paused(tx).workflows or queue.any_of(tx, name):
        return
    raise NotFound(f"There is no workflow {name[:100]}, and no run of one waits.{did_you_mean(name, known)}")


def state_of(run: QueuedRun, paused: Paused) -> str:
    """`waiting`, or `paused` where it will not run though its moment comes."""
    return "paused" if paused.everything or run.workflow in paused.workflows or run.state == "paused" else run.state


def run_line(run: QueuedRun, paused: Paused, why: str | None = None) -> dict[str, Any]:
    """A waiting run as plain data, without its parameters."""
    return {
        "id": run.id,
        "due_at": iso(run.due_at),
        "workflow": run.workflow,
        "state": state_of(run, paused),
        "why": why,
        "actor": run.actor,
        "user_id": run.user_id,
        "zone": run.zone,
        "depth": run.depth,
        "key": run.key,
        "cancel_with": run.ends_with,
        "trigger": run.trigger,
        "parent_id": run.parent_id,
        "definition": run.definition,
    }


def run_view(tx: Tx, run_id: str, now: int, sealing: Sealing) -> dict[str, Any] | None:
    """One waiting run with its parameters, secrets masked; None if none waits with this id."""
    run = queue.get(tx, run_id)
    if run is None:
        return None
    parameters = _parameters(tx, run, sealing)
    return run_line(run, pausing.paused(tx), why_waiting(tx, run, now)) | {
        "can_run": parameters is not None,
        "parameters": parameters,
    }


def _parameters(tx: Tx, run: QueuedRun, sealing: Sealing) -> dict[str, Any] | None:
    """Its parameters by name, by the definition that it belongs to; None where it can run no more."""
    if run.trigger in (RETRY, AGAIN):  # it has begun, and its record has them
        record = runs.get(tx, run.id)
        begun: dict[str, Any] | None = None if record is None else msgspec.json.decode(record.parameters)
        return begun
    content = definitions.get(tx, run.definition)
    if content is None:
        return None
    try:
        program, _ = resolve(thaw(base64.b64decode(content)), run.definition, tx.dialect)
    except OffpageError:
        return None
    workflow = program.workflows.get(run.workflow)
    if workflow is None:
        return None
    try:
        kept = msgspec.json.decode(sealing.open(run.parameters))
    except KeyLost:
        return None
    values = unpack_all([one.type for one in workflow.parameters], kept)
    return {
        one.name: MASK if one.secret else to_json(one.type, value, program.forms)
        for one, value in zip(workflow.parameters, values, strict=True)
        if value is not None
    }


def batch_view(batch: Batch, paused: Paused, now: int) -> dict[str, Any]:
    """A batch as plain data: its counts, its rate (items a second since it began) and the seconds that are left."""
    ended = batch.done + batch.failed + batch.skipped
    until = now if batch.finished_at is None else batch.finished_at
    seconds = 0.0 if batch.started_at is None else max(until - batch.started_at, 1) / 1000
    rate = (batch.done + batch.failed) / seconds if seconds else None
    state = "paused" if not batch.has_ended and _is_paused(batch, paused) else batch.state
    return {
        "id": batch.id,
        "workflow": batch.workflow,
        "state": state,
        "total": batch.total,
        "done": batch.done,
        "failed": batch.failed,
        "skipped": batch.skipped,
        "left": batch.left,
        "outside": batch.outside,
        "progress": ended / batch.total if batch.total else 1.0,
        "rate": rate,
        "seconds_left": batch.left / rate if rate and state == "running" else None,
        "created_at": iso(batch.created_at),
        "started_at": None if batch.started_at is None else iso(batch.started_at),
        "finished_at": None if batch.finished_at is None else iso(batch.finished_at),
        "interval_ms": batch.interval_ms,
        "at_once": batch.at_once,
        "on_item_failed": batch.on_item_failed,
        "actor": batch.actor,
        "user_id": batch.user_id,
        "depth": batch.depth,
        "parent_id": batch.parent_id,
        "workload": batch.workload,
    }


def _is_paused(batch: Batch, paused: Paused) -> bool:
    return batch.state == "paused" or paused.everything or batch.workflow in paused.workflows


def _message(error: str | None) -> str:
    """The sentence of a run's error; "" where its record is forgotten."""
    return "" if error is None else str(msgspec.json.decode(error)["message"])


def batch_detail(tx: Tx, batch_id: str, now: int, failures: int = 20) -> dict[str, Any] | None:
    """One batch with the items that failed; None if there is no such batch."""
    batch = batches.get(tx, batch_id)
    if batch is None:
        return None
    failed = batches.failed_items(tx, batch, failures)
    # What is no thing's id may hold secrets: the run's record has it with those masked.
    errors = runs.errors_of(tx, [run for _, _, run in failed])
    items = [
        {"item": None if batch.places is None else item, "run": run, "why": _message(errors.get(run))}
        for _, item, run in failed
    ]
    return batch_view(batch, pausing.paused(tx), now) | {"failed_items": items}
