"""A gate as a row, and the statements that `flow` runs."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, join, sql
from offpage.store.queue_text import LEVELS, PRIORITIES
from offpage.store.statement import HOLE, Prepared, holes, names, prepared


class Gate(NamedTuple):
    """A limit at which somebody waits: one of a workflow's, for one key.

    `why` says in words what it waits for. `caller_last`: the last who passed was a caller who waits for the answer.
    """

    workflow: str
    gate: str
    priority: int
    next_at: int | None
    why: str
    caller_last: bool = False


COLUMNS: Final = names(Gate._fields)

COUNT_PLACES: Final = prepared("SELECT count(*) FROM op_places WHERE workflow = {} AND key = {}", HOLE, HOLE)
TAKE_PLACE: Final = prepared("INSERT INTO op_places (run_id, workflow, key) VALUES ({})", holes(3))
PLACE_OF: Final = prepared("SELECT key FROM op_places WHERE run_id = {}", HOLE)
FREE_PLACE: Final = prepared("DELETE FROM op_places WHERE run_id = {}", HOLE)
FREE_LOST: Final = prepared(
    "DELETE FROM op_places WHERE NOT EXISTS (SELECT 1 FROM op_runs WHERE op_runs.id = op_places.run_id"
    " AND op_runs.state IN ('outside', 'running'))"
)

_LAST_START: Final = sql(
    "(SELECT number FROM op_starts WHERE workflow = {} AND key = {} ORDER BY number DESC LIMIT 1)", HOLE, HOLE
)
OLDEST_START: Final = Prepared(
    lambda dialect: sql(
        "SELECT until FROM op_starts WHERE workflow = {} AND key = {} AND number = 1 - {} + {}",
        HOLE,
        HOLE,
        dialect.bound("integer", HOLE),
        _LAST_START,
    )
)
NOTE_START: Final = prepared(
    "INSERT INTO op_starts (workflow, key, number, until) VALUES ({}, {}, 1 + coalesce({}, 0), {}) RETURNING number",
    HOLE,
    HOLE,
    _LAST_START,
    HOLE,
)
DROP_STARTS: Final = prepared(
    "DELETE FROM op_starts WHERE workflow = {} AND key = {} AND number <= {}", HOLE, HOLE, HOLE
)
SWEEP: Final = prepared("DELETE FROM op_starts WHERE until <= {}", HOLE)

GATES: Final = prepared("SELECT {} FROM op_gates WHERE workflow = {} AND gate IN ({}, {})", COLUMNS, HOLE, HOLE, HOLE)
PUT_GATE: Final = prepared(
    "INSERT INTO op_gates ({}) VALUES ({}) ON CONFLICT (workflow, gate) DO UPDATE SET priority = excluded.priority,"
    " next_at = excluded.next_at, why = excluded.why, caller_last = excluded.caller_last",
    COLUMNS,
    holes(len(Gate._fields)),
)
DROP_GATE: Final = prepared("DELETE FROM op_gates WHERE workflow = {} AND gate = {}", HOLE, HOLE)
OPEN_GATE: Final = prepared("UPDATE op_gates SET next_at = {} WHERE workflow = {} AND gate = {}", HOLE, HOLE, HOLE)
STIR_ALL: Final = prepared("UPDATE op_gates SET next_at = {}", HOLE)
STIR: Final = prepared("UPDATE op_gates SET next_at = {} WHERE workflow = {}", HOLE, HOLE)


def _due(dialect: Dialect, first: int) -> Sql:
    def of(priority: int) -> Sql:
        return sql(
            "SELECT {} FROM (SELECT {} FROM op_gates WHERE priority = {} AND next_at <= {} ORDER BY next_at LIMIT {}{})"
            " AS due",
            COLUMNS,
            COLUMNS,
            LEVELS[priority],
            HOLE,
            HOLE,
            dialect.skip_locked,
        )

    order = sorted(PRIORITIES, key=lambda one: (one != first, one))
    return sql("{} LIMIT {}", join(" UNION ALL ", map(of, order)), HOLE)


DUE: Final = {first: Prepared(partial(_due, first=first)) for first in PRIORITIES}
NEXT_DUE: Final = prepared(
    "SELECT {}",
    join(
        ", ",
        (
            sql("(SELECT min(next_at) FROM op_gates WHERE priority = {} AND next_at IS NOT NULL)", one)
            for one in LEVELS.values()
        ),
    ),
)

LINE: Final = prepared("SELECT line, gate FROM op_lines WHERE workflow = {} AND line = {}", HOLE, HOLE)
FIRST_LINE: Final = prepared(
    "SELECT line, gate FROM op_lines WHERE workflow = {} AND gate = {} ORDER BY turn LIMIT 1", HOLE, HOLE
)
PUT_LINE: Final = prepared(
    "INSERT INTO op_lines (workflow, line, gate, turn) VALUES ({}, {}, {}, 1 + coalesce("
    "(SELECT turn FROM op_lines WHERE workflow = {} AND gate = {} ORDER BY turn DESC LIMIT 1), 0))"
    " ON CONFLICT (workflow, line) DO UPDATE SET gate = excluded.gate, turn = excluded.turn",
    *[HOLE] * 5,
)
DROP_LINE: Final = prepared("DELETE FROM op_lines WHERE workflow = {} AND line = {}", HOLE, HOLE)
