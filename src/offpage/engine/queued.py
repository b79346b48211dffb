"""Runs that wait in the queue: put there, and executed when they are due."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.data.frozen import FrozenThing
from offpage.engine.batch_end import came_back
from offpage.engine.broken import Spoilt, failed_row, failure_of
from offpage.engine.calls import Answer, RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.idempotency import keep_for_status, take_place
from offpage.engine.items import ItemOfBatch
from offpage.engine.masking import as_text
from offpage.engine.open_frames import parameters_of, take_frames
from offpage.engine.packing import pack_all, unpack_all
from offpage.engine.progress import Pause, Progress
from offpage.engine.record import error_data
from offpage.engine.recurring import RECURRING, tick
from offpage.engine.running import Run
from offpage.engine.segment import End, Executor
from offpage.kernel.errors import LimitReached, OffpageError, StepError
from offpage.program.program import Program, Workflow
from offpage.store import queue, runs
from offpage.store.failures import GivenUp
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx
from offpage.values.types import Type

CHUNK: Final = 20
"""How many due runs are taken at once; between chunks the time is looked at.

It is looked at after each run too, but putting back what was taken costs something: only a turn that has taken twice
its time ends in the middle of a chunk.
"""


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
            request=None if run.request is None else as_text(run.request.as_data()),
            ip=run.ip or None,
            ignore_privacy=run.ignore_privacy,
        ),
    )


def run_due(
    tx: Tx,
    executor: Executor,
    definitions: Definitions,
    now: int,
    seconds: float,
    paused: frozenset[str] = frozenset(),
) -> tuple[int, list[Pause]]:
    """Execute due runs for about `seconds`, each undone alone if it fails; those of paused workflows are put aside.

    Returns how many there were, and those that paused for an outside step.
    """
    deadline = time.perf_counter() + seconds
    pauses: list[Pause] = []
    count = 0
    while True:
        taken = queue.take(tx, now, CHUNK)
        for place, waiting in enumerate(taken):
            if waiting.workflow in paused:
                queue.add(tx, waiting._replace(state="paused"))
                continue
            end = _execute(tx, waiting, executor, definitions, now)
            if isinstance(end, Pause):
                pauses.append(end)
            if time.perf_counter() > deadline + seconds:
                queue.add_many(tx, taken[place + 1 :])
                return count + place + 1, pauses
        count += len(taken)
        if len(taken) < CHUNK or time.perf_counter() > deadline:
            return count, pauses


def left_outside(tx: Tx, executor: Executor, definitions: Definitions) -> list[Pause]:
    """The runs that a former process left in the middle of an outside step, ready to go on."""
    pauses: list[Pause] = []
    for row in runs.unfinished(tx):
        try:
            with tx.savepoint():
                pauses.append(_take_up(tx, row, executor, definitions))
        except Exception as error:  # noqa: BLE001 - one run that cannot go on must not keep the server from starting
            failure = failure_of(error, executor.events, row.id, row.workflow)
            failed = row._replace(state="failed", finished_at=row.started_at, error=as_text(error_data(failure)))
            runs.update(tx, failed)
            _count_failed_item(tx, executor, definitions, row)
    return pauses


def _count_failed_item(tx: Tx, executor: Executor, definitions: Definitions, row: runs.Run) -> None:
    """An item of a batch that cannot go on has failed."""
    item = msgspec.json.decode(row.resume or "{}").get("item")
    if item is not None:
        came_back(tx, executor.around, definitions.get(tx, row.definition), ItemOfBatch(*item), row.id, "failed", 0.0)


def _take_up(tx: Tx, row: runs.Run, executor: Executor, definitions: Definitions) -> Pause:
    program, workflow = definition_of(tx, definitions, row.definition, row.workflow)
    kept = msgspec.json.decode(row.resume or "{}")

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
        recorded=True,
        lifted=kept["lifted"],
        changed=kept["changed"],
    )
    take_frames(tx, row.id, kept, progress, find)
    idempotency = kept["idempotency"]
    run = Run(
        id=row.id,
        program=program,
        workflow=workflow,
        parameters=parameters_of(progress, len(workflow.parameters)),
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
    )
    return executor.resume(tx, run, progress, resting=row.state == "running")


def _execute(tx: Tx, waiting: QueuedRun, executor: Executor, definitions: Definitions, now: int) -> End | None:
    """Execute a run. One that cannot even begin, or that crashes, is a failed run, never a lost one.

    Raises Spoilt if there is no transaction any more in which that could be said.
    """
    if waiting.trigger == RECURRING and definitions.present is not None:
        now_due = tick(tx, waiting, definitions.present, executor.around)
        if now_due is None:
            return None
        waiting = now_due
    failure = executor.spoilers.get(waiting.id)
    if failure is None:
        try:
            with tx.savepoint():
                return executor.begin(tx, _run_of(tx, waiting, definitions))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the queue
            failure = failure_of(error, executor.events, waiting.id, waiting.workflow)
    try:
        _record_failure(tx, waiting, failure, now)
    except GivenUp:
        raise Spoilt(waiting.id, failure) from None
    return None


def definition_of(tx: Tx, definitions: Definitions, definition: str, name: str) -> tuple[Program, Workflow]:
    """The program of a snapshot, and a workflow of it. Raises StepError where they are not there any more."""
    program = definitions.get(tx, definition)
    workflow = program.workflows.get(name) if program else None
    if program is not None and name in program.broken:
        raise StepError(
            f"This run belongs to a former version of the app, and {name} cannot run as it was then: "
            f"{program.broken[name][0].message}"
        )
    if program is None or workflow is None:
        raise StepError(f"The workflow {name} of the definition that this run belongs to is not there any more.")
    return program, workflow


def _run_of(tx: Tx, waiting: QueuedRun, definitions: Definitions) -> Run:
    program, workflow = definition_of(tx, definitions, waiting.definition, waiting.workflow)
    check_depth(program, waiting.depth)
    types = [parameter.type for parameter in workflow.parameters]
    request = msgspec.json.decode(waiting.request) if waiting.request else None
    parameters = unpack_all(types, msgspec.json.decode(waiting.parameters))
    _check_frozen(program, types, parameters)
    return Run(
        id=waiting.id,
        program=program,
        workflow=workflow,
        parameters=parameters,
        actor=Actor(waiting.actor, waiting.user_id),  # type: ignore[arg-type]  # one of the three words
        request=None if request is None else RequestData.from_data(request),
        trigger=waiting.trigger,
        depth=waiting.depth,
        parent_id=waiting.parent_id,
        queued_at=waiting.due_at,
        zone=ZoneInfo(waiting.zone) if waiting.zone else None,
        ip=waiting.ip or "",
        accepted=waiting.trigger == "api",
        ignore_privacy=bool(waiting.ignore_privacy),
    )


def _check_frozen(program: Program, types: Sequence[Type], values: Sequence[Any]) -> None:
    """Raise StepError for a thing as it was when its type had other fields."""
    for of, value in zip(types, values, strict=True):
        if isinstance(value, FrozenThing):
            fields = program.schema.types[of.of].fields.values()
            if [field.type for field in fields] != list(value.types):
                raise StepError(
                    f"This run belongs to a former version of the app, and the fields of {of.of} have changed since, so"
                    " that `before` cannot be read any more."
                )


def check_depth(program: Program, depth: int) -> None:
    """Raise LimitReached for a run that is scheduled deeper than the app allows."""
    limit = program.app.settings.limits.recursion_depth
    if limit and depth > limit:
        raise LimitReached(
            f"Not run: it is number {depth} in a chain of workflows that schedule one another, and"
            f" limits.recursion_depth in app.yaml allows {limit}. Raise it, or set 0 for no limit, if this is wanted."
        )


def _record_failure(tx: Tx, waiting: QueuedRun, error: OffpageError, now: int) -> None:
    """Record a run of which nothing else is kept."""
    row = failed_row(
        error, now, id=waiting.id, workflow=waiting.workflow, definition=waiting.definition, trigger=waiting.trigger,
        actor=waiting.actor, user_id=waiting.user_id, depth=waiting.depth, parent_id=waiting.parent_id,
        due_at=waiting.due_at,
    )  # fmt: skip
    runs.insert(tx, row)
