"""Runs that have started: one row each, written with as few statements as a run needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from offpage.sql.fragment import join, sql, value
from offpage.store import workload
from offpage.store.failures import LeaseLost
from offpage.store.leases import alive
from offpage.store.statement import HOLE, Prepared, holes, names, prepared
from offpage.store.tx import Tx

RunState = Literal["running", "outside", "finished", "failed", "skipped"]
"""`running`: recorded before it is done; `outside`: in a step that no transaction can undo."""


class Run(NamedTuple):
    """A run as it is kept. Times in ms since 1970; `parameters` to `resume` are JSON text.

    A tuple, so that recording it is one call: the fields are the columns, in order.
    """

    id: str
    workflow: str
    definition: str
    trigger: str
    state: RunState
    actor: str
    user_id: str | None
    depth: int
    parent_id: str | None
    due_at: int | None
    started_at: int
    finished_at: int | None
    workload: float
    parameters: str
    error: str | None
    answer: str | None
    journal: str
    resume: str | None
    owner: str | None = None
    """The process that carries it while it has not ended; None where a process has the database for itself."""


_INSERT: Final = prepared("INSERT INTO op_runs ({}) VALUES ({})", names(Run._fields), holes(len(Run._fields)))
_UPDATE: Final = prepared(
    "UPDATE op_runs SET state = {}, finished_at = {}, workload = {}, error = {}, answer = {}, journal = {}, resume = {}"
    " WHERE id = {}",
    *[HOLE] * 8,
)
_UPDATE_OWN: Final = Prepared(
    lambda dialect: sql(
        "UPDATE op_runs SET state = {}, finished_at = {}, workload = {}, error = {}, answer = {}, journal = {}, resume = {}"
        " WHERE id = {} AND owner = {} AND state IN ('running', 'outside') AND {}",
        *[HOLE] * 9,
        alive(dialect, sql("owner")),
    )
)
_GET: Final = prepared("SELECT {} FROM op_runs WHERE id = {}", names(Run._fields), HOLE)
_UNFINISHED: Final = prepared(
    "SELECT {} FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside')"
    " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_runs.id) ORDER BY seq",
    names(Run._fields),
)
_OWNED: Final = prepared(
    "SELECT id FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside') AND owner = {}"
    " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_runs.id) ORDER BY seq",
    HOLE,
)
_ABANDONED: Final = Prepared(
    lambda dialect: sql(
        "SELECT id FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside')"
        " AND (owner IS NULL OR NOT {})"
        " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_runs.id) ORDER BY seq LIMIT {}",
        alive(dialect, sql("owner")),
        HOLE,
    )
)
_TAKE_OVER: Final = Prepared(
    lambda dialect: sql(
        "UPDATE op_runs SET owner = {} WHERE id = {} AND state IN ('running', 'outside')"
        " AND (owner IS NULL OR owner = {} OR NOT {})"
        " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_runs.id) RETURNING {}",
        HOLE,
        HOLE,
        HOLE,
        alive(dialect, sql("owner")),
        names(Run._fields),
    )
)
_TAKE_ON: Final = prepared("UPDATE op_runs SET owner = {} WHERE id = {}", HOLE, HOLE)
_COUNT_OPEN: Final = prepared(
    "SELECT state, count(*) FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside') GROUP BY state"
)
_FORGET: Final = prepared(
    "DELETE FROM op_runs WHERE seq IN (SELECT seq FROM op_runs ORDER BY seq LIMIT {})"
    " AND started_at < {} AND state NOT IN ('running', 'outside')"
    " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_runs.id)"
    " AND seq <= {} AND NOT EXISTS (SELECT 1 FROM op_uncounted WHERE op_uncounted.seq = op_runs.seq)",
    *[HOLE] * 3,
)
_FORGET_LOOPS: Final = prepared(
    "DELETE FROM op_loops WHERE NOT EXISTS (SELECT 1 FROM op_runs WHERE op_runs.id = op_loops.run_id)"
)
_FORGET_IMPORTS: Final = prepared(
    "DELETE FROM op_imports WHERE NOT EXISTS (SELECT 1 FROM op_runs WHERE op_runs.id = op_imports.run_id)"
)
_LEAVE_AGAIN: Final = prepared(
    "UPDATE op_runs SET state = 'outside', finished_at = NULL, error = NULL, answer = NULL, journal = {}, owner = {}"
    " WHERE id = {}",
    *[HOLE] * 3,
)
_BEGUN_AGAIN: Final = prepared(
    "UPDATE op_runs SET again_as = {} WHERE id = {} AND state = 'failed' AND again_as IS NULL", HOLE, HOLE
)
_AGAIN_AS: Final = prepared("SELECT again_as FROM op_runs WHERE id = {}", HOLE)


def insert(tx: Tx, run: Run) -> None:
    """Record a run, whether it has finished or not: one statement, or one for many runs."""
    if not tx.put_off("op_runs", Run._fields, run):
        tx.change(_INSERT.of(tx), run)


def update(tx: Tx, run: Run) -> bool:
    """Write what changes while a run goes on (state, end, workload, error, answer, journal, resume).

    Returns False if there is no such run. One that has an owner is fenced: raises LeaseLost where it is another's by
    now, has ended, or its owner's lease has run out.
    """
    values = (run.state, run.finished_at, run.workload, run.error, run.answer, run.journal, run.resume, run.id)
    if run.owner is None:
        return tx.change(_UPDATE.of(tx), values) == 1
    if tx.change(_UPDATE_OWN.of(tx), (*values, run.owner)) == 1:
        return True
    raise LeaseLost


def get(tx: Tx, run_id: str) -> Run | None:
    """The run with this id, or None."""
    row = tx.row(_GET.of(tx), (run_id,))
    return Run._make(row) if row else None


def errors_of(tx: Tx, run_ids: Sequence[str]) -> dict[str, str]:
    """The errors, as JSON, of those of these runs that failed, by their ids."""
    if not run_ids:
        return {}
    wanted = join(", ", [value(one) for one in run_ids])
    return dict(tx.run(sql("SELECT id, error FROM op_runs WHERE error IS NOT NULL AND id IN ({})", wanted)))


def unfinished(tx: Tx) -> list[Run]:
    """Runs that were recorded before they were done, oldest first: to be taken up again at start.

    Not those that wait in the queue for their next attempts: they are taken up when these are due.
    """
    return [Run._make(row) for row in tx.rows(_UNFINISHED.of(tx))]


def owned(tx: Tx, owner: str) -> list[str]:
    """The ids of runs that a process is to carry to their ends, oldest first."""
    return [row[0] for row in tx.rows(_OWNED.of(tx), (owner,))]


def abandoned(tx: Tx, limit: int) -> list[str]:
    """The ids of unfinished runs whose owners' leases have run out, oldest first."""
    return [row[0] for row in tx.rows(_ABANDONED.of(tx), (limit,))]


def take_over(tx: Tx, run_id: str, owner: str) -> Run | None:
    """Make an unfinished run that nobody else carries one's own; None where somebody does, or it has ended."""
    row = tx.row(_TAKE_OVER.of(tx), (owner, run_id, owner))
    return Run._make(row) if row else None


def take_on(tx: Tx, run_id: str, owner: str | None) -> None:
    """Carry a run that has waited in the queue, and so was nobody's."""
    tx.change(_TAKE_ON.of(tx), (owner, run_id))


def forget(tx: Tx, started_before: int, *, limit: int = 1_000) -> int:
    """Delete the oldest runs, as far as they began before a moment, are over and in the sums of `workload`; returns how many.

    Looks at the oldest `limit` rows only, so that one call is short; call again while it deletes any.
    """
    gone = tx.change(_FORGET.of(tx), (limit, started_before, workload.done(tx)))
    if gone:
        workload.forgot(tx)
        tx.change(_FORGET_LOOPS.of(tx))
        tx.change(_FORGET_IMPORTS.of(tx))
    return gone


def leave_again(tx: Tx, run_id: str, journal: str, owner: str | None = None) -> None:
    """Let a run that had failed be outside once more, as its record says that it stood, carried by `owner`."""
    tx.change(_LEAVE_AGAIN.of(tx), (journal, owner, run_id))


def begun_again(tx: Tx, run_id: str, again_as: str) -> bool:
    """Note that a failed run was begun anew under another id. False: it has not failed, or that was done before."""
    return tx.change(_BEGUN_AGAIN.of(tx), (again_as, run_id)) == 1


def again_as(tx: Tx, run_id: str) -> str | None:
    """The id under which a failed run was begun anew, or None."""
    row = tx.row(_AGAIN_AS.of(tx), (run_id,))
    return None if row is None else row[0]


def count_open(tx: Tx) -> dict[str, int]:
    """How many runs have begun and not ended, in each state."""
    return dict(tx.rows(_COUNT_OPEN.of(tx)))


def count(tx: Tx) -> dict[str, int]:
    """How many runs there are in each state."""
    found: list[tuple[Any, ...]] = tx.rows(_COUNT.of(tx))
    return dict(found)


_COUNT: Final = prepared("SELECT state, count(*) FROM op_runs GROUP BY state")
