"""Puts a run into the queue."""

from __future__ import annotations

from offpage.engine.idempotency import keep_for_status, take_place
from offpage.engine.masking import as_text
from offpage.engine.run import Run
from offpage.engine.waiting import kept_parameters
from offpage.services.sealing import Sealing
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx


def enqueue_once(tx: Tx, run: Run, due_at: int, sealing: Sealing) -> str:
    """Let a run wait, unless its Idempotency-Key has one already; returns the id of the run that counts."""
    if run.idempotency is not None:
        former = take_place(tx, run, due_at)
        if former is not None:
            keep_for_status(tx, former)
            return former.run_id or run.id
    enqueue(tx, run, due_at, sealing)
    return run.id


def enqueue(tx: Tx, run: Run, due_at: int, sealing: Sealing) -> None:
    """Let a run wait until `due_at`."""
    queue.add(tx, row_of(run, due_at, sealing))


def row_of(run: Run, due_at: int, sealing: Sealing) -> QueuedRun:
    """A run that is to wait as a row of the queue; what it is told is sealed where something of that is secret.

    A request always is: nobody says which part of it is a password.
    """
    request = None if run.request is None else as_text(run.request.as_data())
    if request is not None and run.request is not None and not run.request.is_empty:
        request = sealing.seal(request)
    return QueuedRun(
        id=run.id,
        due_at=due_at,
        workflow=run.workflow.name,
        definition=run.program.definition,
        parameters=kept_parameters(sealing, run.workflow, run.parameters),
        trigger=run.trigger,
        actor=run.actor.kind,
        user_id=run.actor.user_id,
        zone=getattr(run.zone, "key", None),
        depth=run.depth,
        priority=run.workflow.priority,
        parent_id=run.parent_id,
        request=request,
        ip=run.ip or None,
        ignore_privacy=run.ignore_privacy,
    )
