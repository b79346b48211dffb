"""Waiting runs: added, claimed when they are due, and gone when they have finished.

A process that claims a run holds a lease on it. If the process dies, the lease runs out and `take_back` lets the
run wait again; what the dead (or merely paused) process still tries with it is refused, because every statement
names the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, join, sql
from offpage.store.statement import HOLE, Prepared, holes, names, prepared
from offpage.store.tx import Row, Tx

NORMAL: Final = 0
BACKGROUND: Final = 1
"""The two priorities. Runs of a batch are in the background, so that others do not wait behind all of them."""


class QueuedRun(NamedTuple):
    """A run that waits, or that a process is at. Times in ms since 1970; `parameters` and `request` are JSON text."""

    id: str
    due_at: int
    workflow: str
    definition: str
    parameters: str
    trigger: str
    actor: str = "nobody"
    user_id: str | None = None
    zone: str | None = None
    depth: int = 0
    priority: int = NORMAL
    root_id: str | None = None
    parent_id: str | None = None
    batch_id: str | None = None
    request: str | None = None
    state: Literal["waiting", "running"] = "waiting"
    lease_until: int | None = None
    lease_owner: str | None = None
    ignore_privacy: bool = False


_COLUMNS: Final = names(QueuedRun._fields)
_WIDTH: Final = len(QueuedRun._fields)
_CHUNKS: Final = (128, 16, 1)
"""How many rows one INSERT takes: few texts, so that each is prepared once."""


def _insert(rows: int) -> Prepared:
    row = sql("({})", holes(_WIDTH))
    return prepared("INSERT INTO op_queue ({}) VALUES {}", _COLUMNS, join(", ", [row] * rows))


def _ready(dialect: Dialect) -> Sql:
    """The ids of due runs, normal priority first: needs (now, limit, now, limit, limit)."""

    def due(priority: Sql) -> Sql:
        return sql(
            "SELECT id FROM op_queue WHERE state = 'waiting' AND priority = {} AND due_at <= {} ORDER BY due_at LIMIT {}{}",
            priority,
            HOLE,
            HOLE,
            dialect.skip_locked,
        )

    return sql(
        "WITH ready AS MATERIALIZED (SELECT id FROM ({}) AS normal UNION ALL SELECT id FROM ({}) AS background LIMIT {})",
        due(sql("0")),
        due(sql("1")),
        HOLE,
    )


def _claim(dialect: Dialect) -> Sql:
    return sql(
        "{} UPDATE op_queue SET state = 'running', lease_until = {}, lease_owner = {}"
        " WHERE id IN (SELECT id FROM ready) RETURNING {}",
        _ready(dialect),
        HOLE,
        HOLE,
        _COLUMNS,
    )


def _take(dialect: Dialect) -> Sql:
    return sql("{} DELETE FROM op_queue WHERE id IN (SELECT id FROM ready) RETURNING {}", _ready(dialect), _COLUMNS)


def _waiting(priority: Sql) -> Sql:
    """The soonest of one priority: so much is read from the index, not all that wait."""
    return sql(
        "SELECT {} FROM op_queue WHERE state = 'waiting' AND priority = {} AND (due_at, id) > ({}, {})"
        " ORDER BY due_at, id LIMIT {}",
        _COLUMNS,
        priority,
        HOLE,
        HOLE,
        HOLE,
    )


_INSERTS: Final = {rows: _insert(rows) for rows in _CHUNKS}
_CLAIM: Final = Prepared(_claim)
_TAKE: Final = Prepared(_take)
_FINISH: Final = prepared("DELETE FROM op_queue WHERE id = {} AND lease_owner = {}", HOLE, HOLE)
_CANCEL: Final = prepared("DELETE FROM op_queue WHERE id = {} AND state = 'waiting'", HOLE)
_RELEASE: Final = prepared(
    "UPDATE op_queue SET state = 'waiting', due_at = {}, lease_until = NULL, lease_owner = NULL"
    " WHERE id = {} AND lease_owner = {}",
    *[HOLE] * 3,
)
_RENEW: Final = prepared(
    "UPDATE op_queue SET lease_until = {} WHERE state = 'running' AND lease_owner = {}", HOLE, HOLE
)
_TAKE_BACK: Final = prepared(
    "UPDATE op_queue SET state = 'waiting', lease_until = NULL, lease_owner = NULL"
    " WHERE state = 'running' AND lease_until <= {}",
    HOLE,
)
_NEXT_DUE: Final = prepared(
    "SELECT (SELECT min(due_at) FROM op_queue WHERE state = 'waiting' AND priority = 0),"
    " (SELECT min(due_at) FROM op_queue WHERE state = 'waiting' AND priority = 1)"
)
_GET: Final = prepared("SELECT {} FROM op_queue WHERE id = {}", _COLUMNS, HOLE)
_WAITING: Final = prepared(
    "SELECT * FROM (SELECT * FROM ({}) AS normal UNION ALL SELECT * FROM ({}) AS background) AS every"
    " ORDER BY due_at, id LIMIT {}",
    _waiting(sql("0")),
    _waiting(sql("1")),
    HOLE,
)
_COUNT: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'waiting'")


def add(tx: Tx, run: QueuedRun) -> None:
    """Let a run wait. It may be added as `running`, with a lease, if this process is about to do it itself."""
    tx.change(_INSERTS[1].of(tx), run)


def add_many(tx: Tx, runs: Sequence[QueuedRun]) -> None:
    """Let many runs wait, with few statements."""
    done = 0
    for size in _CHUNKS:
        text = _INSERTS[size].of(tx)
        while len(runs) - done >= size:
            tx.change(text, [item for run in runs[done : done + size] for item in run])
            done += size


def claim(tx: Tx, now: int, limit: int, owner: str, lease_ms: int) -> list[QueuedRun]:
    """Take up to `limit` due runs, those of normal priority and the longest due first: one statement."""
    rows = tx.rows(_CLAIM.of(tx), (now, limit, now, limit, limit, now + lease_ms, owner))
    claimed = [_queued(row) for row in rows]
    claimed.sort(key=_order)
    return claimed


def take(tx: Tx, now: int, limit: int) -> list[QueuedRun]:
    """Take up to `limit` due runs out of the queue, to be executed in this very transaction.

    Needs no lease: if the transaction does not commit, they wait as before.
    """
    taken = [_queued(row) for row in tx.rows(_TAKE.of(tx), (now, limit, now, limit, limit))]
    taken.sort(key=_order)
    return taken


def finish(tx: Tx, run_id: str, owner: str) -> bool:
    """Remove a run that this owner holds. False: it is not ours any more, so nothing of it may be kept."""
    return tx.change(_FINISH.of(tx), (run_id, owner)) == 1


def release(tx: Tx, run_id: str, owner: str, due_at: int) -> bool:
    """Let a run that this owner holds wait again until `due_at`. False: it is not ours any more."""
    return tx.change(_RELEASE.of(tx), (due_at, run_id, owner)) == 1


def renew(tx: Tx, owner: str, until: int) -> int:
    """Hold all runs of this owner for longer; returns how many."""
    return tx.change(_RENEW.of(tx), (until, owner))


def take_back(tx: Tx, now: int) -> int:
    """Let the runs whose lease has run out wait again; returns how many.

    A server that is alone with its database calls it at start with a moment later than any lease.
    """
    return tx.change(_TAKE_BACK.of(tx), (now,))


def cancel(tx: Tx, run_id: str) -> bool:
    """Remove a run that still waits. False: there is none, or it has begun."""
    return tx.change(_CANCEL.of(tx), (run_id,)) == 1


def next_due(tx: Tx) -> int | None:
    """When the next waiting run is due, or None if none waits."""
    found = [moment for moment in tx.row(_NEXT_DUE.of(tx)) or () if moment is not None]
    return min(found, default=None)


def get(tx: Tx, run_id: str) -> QueuedRun | None:
    """The waiting or claimed run with this id, or None."""
    row = tx.row(_GET.of(tx), (run_id,))
    return _queued(row) if row else None


def waiting(tx: Tx, *, limit: int = 50, after: tuple[int, str] = (-(2**63), "")) -> list[QueuedRun]:
    """Waiting runs, the soonest first. To go on, pass (due_at, id) of the last one as `after`."""
    return [_queued(row) for row in tx.rows(_WAITING.of(tx), (*after, limit, *after, limit, limit))]


def count(tx: Tx) -> int:
    """How many runs wait."""
    row = tx.row(_COUNT.of(tx))
    return int(row[0]) if row else 0


def _queued(row: Row) -> QueuedRun:
    return QueuedRun._make((*row[:-1], bool(row[-1])))  # SQLite has 1 and 0


def _order(run: QueuedRun) -> tuple[int, int, str]:
    return run.priority, run.due_at, run.id
