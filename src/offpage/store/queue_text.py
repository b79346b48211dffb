"""A waiting run as a row, and the statements that `queue` runs."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal, NamedTuple

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import NULL, Sql, join, sql
from offpage.store.leases import alive
from offpage.store.statement import HOLE, Prepared, holes, names, prepared

HIGH: Final = -1
NORMAL: Final = 0
LOW: Final = 1
PRIORITIES: Final = (HIGH, NORMAL, LOW)
"""What is due is claimed in this order, or with another one of them first."""


RETRY: Final = "retry"
"""The trigger of a row that stands for a run which has begun: its step is to be tried again when the row is due."""

AGAIN: Final = "again"
"""The trigger of a row that stands for a run which has failed, and goes on when the row is due; without it, it stays failed."""


class QueuedRun(NamedTuple):
    """A run that waits, or that a process is at. Times in ms since 1970; `parameters` and `request` are JSON text.

    Of one workflow only one run waits under a `key`. `ends_with` is a thing: when it is deleted, the run goes too.
    `ip` is where the caller is whose request began it: attempts to log in are counted for that address.
    `batch_id` says which item of which batch it is: such a run is cancelled with its batch only.
    `delivery` is the key by which a delivery that comes again is known, and what it was sent with (JSON).
    `line` is where it waits for its turn (`parked`), or what it has in common with the calls that become one run with
    it: that one is due by `settle_by` at the latest. `row_place` is where the row of a claimed run stands, on PostgreSQL.
    """

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
    state: Literal["waiting", "paused", "parked", "running"] = "waiting"
    lease_until: int | None = None
    lease_owner: str | None = None
    key: str | None = None
    ends_with: str | None = None
    ip: str | None = None
    line: str | None = None
    settle_by: int | None = None
    delivery: str | None = None
    ignore_privacy: bool = False
    row_place: str | None = None


LEVELS: Final = {HIGH: sql("-1"), NORMAL: sql("0"), LOW: sql("1")}
WIDTH: Final = len(QueuedRun._fields) - 1
COLUMNS: Final = names(QueuedRun._fields[:WIDTH])
CHUNKS: Final = (128, 16, 1)
"""How many rows one INSERT takes: few texts, so that each is prepared once."""


def _insert(rows: int) -> Prepared:
    row = sql("({})", holes(WIDTH))
    return prepared("INSERT INTO op_queue ({}) VALUES {}", COLUMNS, join(", ", [row] * rows))


def _ready(dialect: Dialect, first: int) -> Sql:
    """The ids of due runs, those of the priority `first` before the others: needs (now, limit) thrice, and limit."""

    def due(priority: int) -> Sql:
        return sql(
            "SELECT id FROM (SELECT id FROM op_queue WHERE state = 'waiting' AND priority = {} AND due_at <= {}"
            " ORDER BY due_at LIMIT {}{}) AS due",
            LEVELS[priority],
            HOLE,
            HOLE,
            dialect.skip_locked,
        )

    order = sorted(PRIORITIES, key=lambda one: (one != first, one))
    return sql("WITH ready AS MATERIALIZED ({} LIMIT {})", join(" UNION ALL ", map(due, order)), HOLE)


def _place(dialect: Dialect) -> Sql:
    return dialect.row_place or NULL


def _claim(dialect: Dialect, first: int) -> Sql:
    return sql(
        "{} UPDATE op_queue SET state = 'running', lease_until = {}, lease_owner = {}"
        " WHERE id IN (SELECT id FROM ready) RETURNING {}, {}",
        _ready(dialect, first),
        HOLE,
        HOLE,
        COLUMNS,
        _place(dialect),
    )


def _take(dialect: Dialect, first: int) -> Sql:
    return sql(
        "{} DELETE FROM op_queue WHERE id IN (SELECT id FROM ready) RETURNING {}", _ready(dialect, first), COLUMNS
    )


def _waiting(priority: Sql) -> Sql:
    """The soonest of one priority: so much is read from the index, not all that wait."""
    return sql(
        "SELECT {} FROM op_queue WHERE state = 'waiting' AND priority = {} AND (due_at, id) > ({}, {})"
        " ORDER BY due_at, id LIMIT {}",
        COLUMNS,
        priority,
        HOLE,
        HOLE,
        HOLE,
    )


INSERTS: Final = {rows: _insert(rows) for rows in CHUNKS}
CLAIM: Final = {first: Prepared(partial(_claim, first=first)) for first in PRIORITIES}
CLAIMED: Final = 20
"""How many claimed runs one statement takes out of the queue, or lets wait again; a shorter list repeats its last."""


def _take_claimed(dialect: Dialect, which: Sql) -> Sql:
    return sql(
        "DELETE FROM op_queue WHERE {} AND lease_owner = {} AND {} RETURNING id",
        which,
        HOLE,
        alive(dialect, sql("lease_owner")),
    )


TAKE_CLAIMED: Final = Prepared(lambda dialect: _take_claimed(dialect, sql("id IN ({})", holes(CLAIMED))))
TAKE_WHERE_THEY_STAND: Final = Prepared(
    lambda dialect: _take_claimed(
        dialect,
        # No index of ids is read: its last page is where others add runs.
        sql("({}, id) IN ({})", _place(dialect), join(", ", [sql("({})", holes(2))] * CLAIMED)),
    )
)
TAKE: Final = {first: Prepared(partial(_take, first=first)) for first in PRIORITIES}
KEEP: Final = prepared("INSERT INTO op_queue ({}) VALUES ({}) ON CONFLICT DO NOTHING", COLUMNS, holes(WIDTH))
KEYED: Final = prepared(
    "SELECT {} FROM op_queue WHERE workflow = {} AND key = {} AND state <> 'running'", COLUMNS, HOLE, HOLE
)
DROP_KEYED: Final = prepared("DELETE FROM op_queue WHERE workflow = {} AND key = {} AND state <> 'running'", HOLE, HOLE)
DROP_TIED: Final = {
    size: prepared("DELETE FROM op_queue WHERE ends_with IN ({}) AND state <> 'running'", holes(size))
    for size in (1, 16, 256)
}
REMOVE: Final = prepared("DELETE FROM op_queue WHERE id = {} AND state <> 'running'", HOLE)
CANCEL: Final = prepared(
    "DELETE FROM op_queue WHERE id = {} AND state <> 'running' AND batch_id IS NULL AND trigger <> 'retry'"
    " RETURNING workflow, delivery",
    HOLE,
)
DELIVERED: Final = prepared(
    "SELECT workflow, id FROM op_queue WHERE delivery IS NOT NULL AND state <> 'running' AND batch_id IS NULL AND trigger <> 'retry'"
)
"""Runs that begin deliveries anew: few, so that each of them is looked at."""

CANCEL_ALL: Final = prepared(
    "DELETE FROM op_queue WHERE state <> 'running' AND batch_id IS NULL AND trigger <> 'retry'"
)
CANCEL_OF: Final = prepared(
    "DELETE FROM op_queue WHERE workflow = {} AND state <> 'running' AND batch_id IS NULL AND trigger <> 'retry'", HOLE
)
UNPAUSE: Final = prepared("UPDATE op_queue SET state = 'waiting' WHERE state = 'paused' AND workflow = {}", HOLE)
PAUSED: Final = prepared(
    "SELECT {} FROM op_queue WHERE state = 'paused' AND (due_at, id) > ({}, {}) ORDER BY due_at, id LIMIT {}",
    COLUMNS,
    HOLE,
    HOLE,
    HOLE,
)
_FREE: Final = (
    "state = 'waiting', lease_until = NULL, lease_owner = NULL,"
    " key = CASE WHEN EXISTS (SELECT 1 FROM op_queue AS later WHERE later.workflow = op_queue.workflow"
    " AND later.key = op_queue.key AND later.state <> 'running') THEN NULL ELSE key END,"
    " settle_by = CASE WHEN EXISTS (SELECT 1 FROM op_queue AS later WHERE later.workflow = op_queue.workflow"
    " AND later.line = op_queue.line AND later.settle_by IS NOT NULL AND later.state <> 'running')"
    " THEN NULL ELSE settle_by END"
)
"""A claimed run waits again. What came meanwhile under its key has that for itself, the run is one without."""
LET_GO: Final = prepared(
    "UPDATE op_queue SET " + _FREE + " WHERE id IN ({}) AND state = 'running' AND lease_owner = {}",
    holes(CLAIMED),
    HOLE,
)
TAKE_FROM_THE_DEAD: Final = Prepared(
    lambda dialect: sql(
        "UPDATE op_queue SET " + _FREE + " WHERE id IN (SELECT id FROM op_queue WHERE state = 'running' AND NOT {}"
        " LIMIT {}{})",
        alive(dialect, sql("op_queue.lease_owner")),
        HOLE,
        dialect.skip_locked,
    )
)
NEXT_DUE: Final = prepared(
    "SELECT {}",
    join(
        ", ",
        (
            sql("(SELECT min(due_at) FROM op_queue WHERE state = 'waiting' AND priority = {})", one)
            for one in LEVELS.values()
        ),
    ),
)
GET: Final = prepared("SELECT {} FROM op_queue WHERE id = {}", COLUMNS, HOLE)
WAITING: Final = prepared(
    "SELECT * FROM ({}) AS every ORDER BY due_at, id LIMIT {}",
    join(" UNION ALL ", (sql("SELECT * FROM ({}) AS level", _waiting(one)) for one in LEVELS.values())),
    HOLE,
)
PARKED: Final = prepared(
    "SELECT {} FROM op_queue WHERE state = 'parked' AND batch_id IS NULL AND (due_at, id) > ({}, {}) ORDER BY due_at, id LIMIT {}",
    COLUMNS,
    HOLE,
    HOLE,
    HOLE,
)
COUNT_PARKED: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'parked' AND batch_id IS NULL")
NEXT_IN_LINE: Final = prepared(
    "SELECT {} FROM op_queue WHERE state = 'parked' AND workflow = {} AND line = {} ORDER BY due_at, id LIMIT 1",
    COLUMNS,
    HOLE,
    HOLE,
)
SETTLING: Final = prepared(
    "SELECT {} FROM op_queue WHERE settle_by IS NOT NULL AND state <> 'running' AND workflow = {} AND line = {}",
    COLUMNS,
    HOLE,
    HOLE,
)
ANY_OF: Final = prepared("SELECT 1 FROM op_queue WHERE workflow = {} LIMIT 1", HOLE)
COUNT: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'waiting'")
COUNT_DUE: Final = prepared(
    "SELECT count(*) FROM op_queue WHERE state = 'waiting' AND priority IN (-1, 0, 1) AND due_at <= {}", HOLE
)
COUNT_PAUSED: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'paused'")
