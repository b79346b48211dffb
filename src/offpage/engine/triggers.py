"""Workflows that start when data changes: found out when a run ends, in the transaction of its last changes.

Once for each thing that the run changed, with the thing as it was before the first change and as it is after the
last. The first of them are executed at once, in the same transaction; the others are queued in it. Either way the
change and what follows from it commit together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from offpage.data.frozen import FrozenThing
from offpage.engine.due_run import check_frozen
from offpage.engine.packing import pack, unpack
from offpage.engine.progress import Pause, Progress
from offpage.engine.run import Run
from offpage.engine.running import Running
from offpage.engine.waiting import queued_row
from offpage.kernel.errors import LimitReached, StoreError
from offpage.program.program import Workflow
from offpage.store import changes as kept_changes
from offpage.store import queue
from offpage.store.failures import Interrupted
from offpage.store.queue import QueuedRun
from offpage.values.types import thing

if TYPE_CHECKING:
    from offpage.engine.calls import Outcome
    from offpage.store.tx import Tx

DATA_CHANGE: Final = "data_change"
"""The trigger of these runs."""

OUTSIDE: Final = "outside"
"""Stands for the trigger where no run made the changes: the Data API, an import."""

NO_WORKFLOW: Final = Workflow(
    name="",
    path="",
    address="",
    label="",
    trigger=OUTSIDE,
    expose=False,
    auth="admin",
    method="POST",
    ignore_privacy=True,
    parameters=(),
    only_when=None,
    steps=(),
    slot_types=(),
    run_seconds=0,
)
"""What runs where changes are made outside of any run: nothing, but what they start has a cause."""

AT_ONCE: Final = 20
"""How many are executed in the transaction of the change; the others wait in the queue (bubble.md 4.2)."""

DEEPEST: Final = 3
"""How deep triggers that start triggers are executed inside one another; deeper ones are queued."""

MOST_LINKS: Final = 100
"""How long a chain of triggers may be where the app sets no limit of its own."""

Begin = Callable[["Tx", Run], "Outcome | Pause"]
Noted = tuple[str, str, FrozenThing | None]


class Leaves(Exception):
    """A run that was begun must leave the database: it is queued instead."""


def started_by(running: Running, noted: Sequence[Noted]) -> list[Run]:
    """The runs that changes start which a run has made, or which were made for it: looked at, not begun."""
    if not noted:
        return []
    for type_id in {type_id for type_id, _, _ in noted}:
        running.view.load(type_id, [thing_id for of, thing_id, _ in noted if of == type_id])
    found: list[Run] = []
    for type_id, thing_id, before in noted:
        after = thing_id if running.view.thing(type_id, thing_id) is not None else None
        if before is None and after is None:  # created and deleted again
            continue
        for workflow in running.changes.watched.get(type_id, ()):
            running.workload.units += running.workload.prices.trigger
            if _concerns(running, workflow, before, after):
                found.append(_run_of(running, workflow, [before, after]))
    return found


def start(begin: Begin, running: Running, found: Sequence[Run]) -> None:
    """Execute the first of these runs in the present transaction, with `begin`, and queue the others in it."""
    waiting = [
        _row(running, run)
        for place, run in enumerate(found)
        if place >= AT_ONCE
        or run.nesting > DEEPEST
        or run.workflow.flow is not None
        or not _done_now(begin, running, run)
    ]
    if waiting:
        queue.add_many(running.tx, waiting)
        running.wakes(running.now())


def keep_changes(running: Running, progress: Progress) -> None:
    """Keep what a run has changed so far in the database: it pauses, and its end may be in another process."""
    if not len(running.changes):
        return
    for type_id, thing_id, before in running.changes:
        packed = None if before is None else msgspec.json.encode(pack(thing(type_id), before)).decode()
        kept_changes.keep(running.tx, running.run.id, progress.changed, type_id, thing_id, packed)
        progress.changed += 1
    running.changes.clear()


def changes_of(running: Running, progress: Progress) -> Sequence[Noted]:
    """All changes of a run that ends: what was kept when the run paused, then what it changed since: for a thing in both, the first counts."""
    if not progress.changed:
        return list(running.changes)
    found: dict[tuple[str, str], FrozenThing | None] = {}
    for type_id, thing_id, packed in kept_changes.take(running.tx, running.run.id):
        before = unpack(thing(type_id), msgspec.json.decode(packed)) if packed else None
        check_frozen(running.run.program, [thing(type_id)], [before])
        found[type_id, thing_id] = before
    for type_id, thing_id, before in running.changes:
        found.setdefault((type_id, thing_id), before)
    return [(*key, before) for key, before in found.items()]


def _concerns(running: Running, workflow: Workflow, before: FrozenThing | None, after: str | None) -> bool:
    """Whether the workflow's condition holds for a change: looked at with full sight, as the run will."""
    if workflow.only_when is None:
        return True
    values, lifted = running.values, running.lifted
    running.stand_in([before, after], lifted=True)
    try:
        if not running.dialect.aborts_on_error:
            return workflow.only_when(running) is True
        with running.tx.savepoint():
            return workflow.only_when(running) is True
    except Interrupted:
        return True
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - it is begun, asked once more, and fails with a record of its own
        return True
    finally:
        running.stand_in(values, lifted)


def _run_of(running: Running, workflow: Workflow, parameters: list[Any]) -> Run:
    cause = running.run
    chained = cause.trigger == DATA_CHANGE
    return Run(
        id=running.new_id(running.now()),
        program=cause.program,
        workflow=workflow,
        parameters=parameters,
        actor=running.actor,
        trigger=DATA_CHANGE,
        depth=cause.depth + chained,
        parent_id=None if cause.trigger == OUTSIDE else cause.id,
        zone=cause.zone,
        ip=cause.ip,
        ignore_privacy=True,
        nesting=cause.nesting + 1,
    )


def _done_now(begin: Begin, running: Running, run: Run) -> bool:
    """Execute it in this transaction. False, and nothing has happened, when it must leave the database."""
    tx = running.tx
    try:
        with tx.savepoint():
            end = begin(tx, run)
            if isinstance(end, Pause):
                raise Leaves
    except Leaves:
        return False
    if end.wake_at is not None:
        running.wakes(end.wake_at)
    return True


def check_chain(run: Run) -> None:
    """Raise LimitReached for a trigger at the end of too long a chain of triggers."""
    limit = run.program.app.settings.limits.recursion_depth or MOST_LINKS
    if run.trigger == DATA_CHANGE and run.depth > limit:
        raise LimitReached(
            f"Not run: {run.depth} data_change workflows with `chain: yes` have started one another already, and"
            f" limits.recursion_depth in app.yaml allows {limit}. Do they change the same things in turn?"
        )


def _row(running: Running, run: Run) -> QueuedRun:
    now = running.now()
    row = queued_row(running, run.workflow, run.parameters, now, ignore_privacy=True, trigger=DATA_CHANGE)
    return row._replace(id=run.id, depth=run.depth)
