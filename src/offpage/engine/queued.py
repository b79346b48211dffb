"""Runs that wait in the queue: put there, and executed when they are due."""

from __future__ import annotations

import time
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.calls import RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.packing import pack_all, unpack_all
from offpage.engine.record import as_text, error_data
from offpage.engine.running import Run
from offpage.engine.segment import Executor
from offpage.kernel.errors import OffpageError, StepError
from offpage.store import queue, runs
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx

CHUNK: Final = 20
"""How many due runs are taken at once; between chunks the time is looked at."""


def enqueue(tx: Tx, run: Run, due_at: int) -> None:
    """Let a run wait until `due_at`."""
    types = [parameter.type for parameter in run.workflow.parameters]
    queue.add(
        tx,
        QueuedRun(
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
            parent_id=run.parent_id,
            request=None if run.request is None else as_text(_request_data(run.request)),
        ),
    )


def run_due(tx: Tx, executor: Executor, definitions: Definitions, now: int, seconds: float) -> int:
    """Execute due runs for about `seconds`, each undone alone if it fails; returns how many there were."""
    deadline = time.perf_counter() + seconds
    count = 0
    while True:
        taken = queue.take(tx, now, CHUNK)
        for waiting in taken:
            _execute(tx, waiting, executor, definitions, now)
        count += len(taken)
        if len(taken) < CHUNK or time.perf_counter() > deadline:
            return count


def _execute(tx: Tx, waiting: QueuedRun, executor: Executor, definitions: Definitions, now: int) -> None:
    try:
        with tx.savepoint():
            run = _run_of(tx, waiting, definitions)
            executor.execute(tx, run)
    except StepError as error:
        _record_failure(tx, waiting, error, now)
    except OffpageError as error:
        if error.transient:
            raise
        _record_failure(tx, waiting, error, now)


def _run_of(tx: Tx, waiting: QueuedRun, definitions: Definitions) -> Run:
    program = definitions.get(tx, waiting.definition)
    workflow = program.workflows.get(waiting.workflow) if program else None
    if program is None or workflow is None:
        raise StepError(f"The workflow {waiting.workflow} of the definition this run belongs to is not there any more.")
    types = [parameter.type for parameter in workflow.parameters]
    request = msgspec.json.decode(waiting.request) if waiting.request else None
    return Run(
        id=waiting.id,
        program=program,
        workflow=workflow,
        parameters=unpack_all(types, msgspec.json.decode(waiting.parameters)),
        actor=Actor(waiting.actor, waiting.user_id),  # type: ignore[arg-type]  # one of the three words
        request=None if request is None else _request(request),
        trigger=waiting.trigger,
        depth=waiting.depth,
        parent_id=waiting.parent_id,
        queued_at=waiting.due_at,
        zone=ZoneInfo(waiting.zone) if waiting.zone else None,
    )


def _record_failure(tx: Tx, waiting: QueuedRun, error: OffpageError, now: int) -> None:
    """A run that could not even begin is a failed run, never a lost one."""
    runs.insert(
        tx,
        runs.Run(
            id=waiting.id,
            workflow=waiting.workflow,
            definition=waiting.definition,
            trigger=waiting.trigger,
            state="failed",
            actor=waiting.actor,
            user_id=waiting.user_id,
            depth=waiting.depth,
            parent_id=waiting.parent_id,
            due_at=waiting.due_at,
            started_at=now,
            finished_at=now,
            workload=0.0,
            parameters="{}",
            error=as_text(error_data(error)),
            answer=None,
            journal="[]",
            resume=None,
        ),
    )


def _request_data(request: RequestData) -> dict[str, Any]:
    return {
        "body": request.body,
        "headers": request.headers,
        "query": request.query,
        "raw": request.raw.decode("latin-1"),
        "ip": request.ip,
    }


def _request(data: dict[str, Any]) -> RequestData:
    return RequestData(data["body"], data["headers"], data["query"], data["raw"].encode("latin-1"), data["ip"])
