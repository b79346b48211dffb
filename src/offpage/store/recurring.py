"""What starts again and again, each with the run of it that waits in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx

NO_THING: Final = ""
"""The thing of a workflow that starts by itself."""


class Recurring(NamedTuple):
    """One recurrence. `schedule` is JSON text; `run_id` waits in the queue until `next_at`."""

    workflow: str
    thing_id: str
    schedule: str
    run_id: str
    next_at: int
    actor: str
    user_id: str | None


_PUT: Final = prepared(
    "INSERT INTO op_recurring ({}) VALUES ({}) ON CONFLICT (workflow, thing_id) DO UPDATE SET"
    " schedule = excluded.schedule, run_id = excluded.run_id, next_at = excluded.next_at, actor = excluded.actor,"
    " user_id = excluded.user_id",
    names(Recurring._fields),
    holes(len(Recurring._fields)),
)
_GET: Final = prepared(
    "SELECT {} FROM op_recurring WHERE workflow = {} AND thing_id = {}", names(Recurring._fields), HOLE, HOLE
)
_BY_RUN: Final = prepared("SELECT {} FROM op_recurring WHERE run_id = {}", names(Recurring._fields), HOLE)
_WORKFLOWS: Final = prepared("SELECT DISTINCT workflow, thing_id <> '' FROM op_recurring")
_ALL: Final = prepared(
    "SELECT {} FROM op_recurring WHERE EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_recurring.run_id)"
    " ORDER BY next_at, workflow, thing_id LIMIT {}",
    names(Recurring._fields),
    HOLE,
)
_MOVE: Final = prepared(
    "UPDATE op_recurring SET run_id = {}, next_at = {} WHERE workflow = {} AND thing_id = {}", *[HOLE] * 4
)
_DROP: Final = prepared("DELETE FROM op_recurring WHERE workflow = {} AND thing_id = {}", HOLE, HOLE)
_DROP_RUNS: Final = prepared(
    "DELETE FROM op_queue WHERE state <> 'running' AND id IN (SELECT run_id FROM op_recurring WHERE workflow = {})",
    HOLE,
)
_DROP_ALL: Final = prepared("DELETE FROM op_recurring WHERE workflow = {}", HOLE)


def put(tx: Tx, one: Recurring) -> None:
    """Keep a recurrence, instead of a former one of the same workflow and thing."""
    tx.change(_PUT.of(tx), one)


def get(tx: Tx, workflow: str, thing_id: str = NO_THING) -> Recurring | None:
    """The recurrence of a workflow, for a thing or by itself."""
    row = tx.row(_GET.of(tx), (workflow, thing_id))
    return Recurring._make(row) if row else None


def by_run(tx: Tx, run_id: str) -> Recurring | None:
    """The recurrence whose next run this is."""
    row = tx.row(_BY_RUN.of(tx), (run_id,))
    return Recurring._make(row) if row else None


def workflows(tx: Tx) -> Sequence[tuple[str, bool]]:
    """The workflows that recur, and whether they do so for things."""
    return [(row[0], bool(row[1])) for row in tx.rows(_WORKFLOWS.of(tx))]


def soonest(tx: Tx, limit: int) -> list[Recurring]:
    """Those that start next, the soonest first; none whose start was cancelled."""
    return [Recurring._make(row) for row in tx.rows(_ALL.of(tx), (limit,))]


def move(tx: Tx, one: Recurring, run_id: str, next_at: int) -> None:
    """Let a recurrence wait for another run."""
    tx.change(_MOVE.of(tx), (run_id, next_at, one.workflow, one.thing_id))


def drop(tx: Tx, workflow: str, thing_id: str = NO_THING) -> None:
    """Forget a recurrence; the run that waits is cancelled by whoever forgets it."""
    tx.change(_DROP.of(tx), (workflow, thing_id))


def drop_all(tx: Tx, workflow: str) -> None:
    """Forget all recurrences of a workflow that is gone, and the runs of them that wait."""
    tx.change(_DROP_RUNS.of(tx), (workflow,))
    tx.change(_DROP_ALL.of(tx), (workflow,))
