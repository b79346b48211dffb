"""A waiting run as a row, and the statements that `queue` runs."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, join, sql
from offpage.store.statement import HOLE, Prepared, holes, names, prepared

NORMAL: Final = 0
BACKGROUND: Final = 1
"""The two priorities. Runs of a batch are in the background, so that others do not wait behind all of them."""


class QueuedRun(NamedTuple):
    """A run that waits, or that a process is at. Times in ms since 1970; `parameters` and `request` are JSON text.

    Of one workflow only one run waits under a `key`. `ends_with` is a thing: when it is deleted, the run goes too.
    `ip` is where the caller is whose request began it: attempts to log in are counted for that address.
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
    state: Literal["waiting", "paused", "running"] = "waiting"
    lease_until: int | None = None
    lease_owner: str | None = None
    key: str | None = None
    ends_with: str | None = None
    ip: str | None = None
    ignore_privacy: bool = False


COLUMNS: Final = names(QueuedRun._fields)
WIDTH: Final = len(QueuedRun._fields)
CHUNKS: Final = (128, 16, 1)
"""How many rows one INSERT takes: few texts, so that each is prepared once."""


def _insert(rows: int) -> Prepared:
    row = sql("({})", holes(WIDTH))
    return prepared("INSERT INTO op_queue ({}) VALUES {}", COLUMNS, join(", ", [row] * rows))


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
        COLUMNS,
    )


def _take(dialect: Dialect) -> Sql:
    return sql("{} DELETE FROM op_queue WHERE id IN (SELECT id FROM ready) RETURNING {}", _ready(dialect), COLUMNS)


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
CLAIM: Final = Prepared(_claim)
TAKE: Final = Prepared(_take)
FINISH: Final = prepared("DELETE FROM op_queue WHERE id = {} AND lease_owner = {}", HOLE, HOLE)
KEEP: Final = prepared("INSERT INTO op_queue ({}) VALUES ({}) ON CONFLICT DO NOTHING", COLUMNS, holes(WIDTH))
KEYED: Final = prepared(
    "SELECT {} FROM op_queue WHERE workflow = {} AND key = {} AND state <> 'running'", COLUMNS, HOLE, HOLE
)
DROP_KEYED: Final = prepared("DELETE FROM op_queue WHERE workflow = {} AND key = {} AND state <> 'running'", HOLE, HOLE)
DROP_TIED: Final = {
    size: prepared("DELETE FROM op_queue WHERE ends_with IN ({}) AND state <> 'running'", holes(size))
    for size in (1, 16, 256)
}
CANCEL: Final = prepared("DELETE FROM op_queue WHERE id = {} AND state <> 'running'", HOLE)
CANCEL_ALL: Final = prepared("DELETE FROM op_queue WHERE state <> 'running'")
CANCEL_OF: Final = prepared("DELETE FROM op_queue WHERE workflow = {} AND state <> 'running'", HOLE)
UNPAUSE: Final = prepared("UPDATE op_queue SET state = 'waiting' WHERE state = 'paused' AND workflow = {}", HOLE)
PAUSED: Final = prepared(
    "SELECT {} FROM op_queue WHERE state = 'paused' AND (due_at, id) > ({}, {}) ORDER BY due_at, id LIMIT {}",
    COLUMNS,
    HOLE,
    HOLE,
    HOLE,
)
RELEASE: Final = prepared(
    "UPDATE op_queue SET state = 'waiting', due_at = {}, lease_until = NULL, lease_owner = NULL"
    " WHERE id = {} AND lease_owner = {}",
    *[HOLE] * 3,
)
RENEW: Final = prepared("UPDATE op_queue SET lease_until = {} WHERE state = 'running' AND lease_owner = {}", HOLE, HOLE)
TAKE_BACK: Final = prepared(
    "UPDATE op_queue SET state = 'waiting', lease_until = NULL, lease_owner = NULL"
    " WHERE state = 'running' AND lease_until <= {}",
    HOLE,
)
NEXT_DUE: Final = prepared(
    "SELECT (SELECT min(due_at) FROM op_queue WHERE state = 'waiting' AND priority = 0),"
    " (SELECT min(due_at) FROM op_queue WHERE state = 'waiting' AND priority = 1)"
)
GET: Final = prepared("SELECT {} FROM op_queue WHERE id = {}", COLUMNS, HOLE)
WAITING: Final = prepared(
    "SELECT * FROM (SELECT * FROM ({}) AS normal UNION ALL SELECT * FROM ({}) AS background) AS every"
    " ORDER BY due_at, id LIMIT {}",
    _waiting(sql("0")),
    _waiting(sql("1")),
    HOLE,
)
COUNT: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'waiting'")
COUNT_PAUSED: Final = prepared("SELECT count(*) FROM op_queue WHERE state = 'paused'")
