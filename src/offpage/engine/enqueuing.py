"""Puts a run into the queue."""

from __future__ import annotations

from offpage.engine.idempotency import keep_for_status, take_place
from offpage.engine.masking import as_text
from offpage.engine.packing import pack_all
from offpage.engine.running import Run
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx


def enqueue_once(tx: Tx, run: Run, due_at: int) -> str:
    """Let a run wait, unless its Idempotency-Key has one already; returns the id of the run that counts."""
    if run.idempotency is not None:
        former = take_place(tx, run, due_at)
        if former is not None:
            keep_for_status(tx, former)
            return former.run_id or run.id
    enqueue(tx, run, due_at)
    return run.id


def enqueue(tx: Tx, run: Run, due_at: int) -> None:
    """Let a run wait until `due_at`."""
    queue.add(tx, row_of(run, due_at))


def row_of(run: Run, due_at: int) -> QueuedRun:
    """A run that is to wait as a row of the queue."""
    types = [parameter.type for parameter in run.workflow.parameters]
    return QueuedRun(
        id=run.id,
        due_at=due_at,
        workflow=run.workflow.name,
        definition=run.program.definition,
        parameters=as_text(pack_all(types, run.parameters)),
        trigger=run.trigger,
        actor=run.actor.kind,
        user_id=run.actor.user_id,
        zone=getattr(run.zone, "key", None),
        depth=run.depth,
        priority=run.workflow.priority,
        parent_id=run.parent_id,
        request=None if run.request is None else as_text(run.request.as_data()),
        ip=run.ip or None,
        ignore_privacy=run.ignore_privacy,
    )
