"""A batch as a row, and the statements that `batches` runs."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from offpage.sql.fragment import join, sql
from offpage.store.statement import HOLE, Prepared, holes, names, prepared

BatchState = Literal["running", "paused", "finished", "stopped", "cancelled"]
"""`stopped`: at the first item that failed, as it was told to. The last three have ended."""


class Batch(NamedTuple):
    """The runs of one workflow over a list. Times in ms since 1970; `parameters` to `on_complete` may be JSON text.

    Items are done in the order of their `seq`, those up to `cursor` have been taken; `outside` of them have not ended.
    With an interval, item `base_seq + n` is due at `base_at + (n - 1) * interval_ms`. `next_at` is when there is
    something to do again; None: nothing, or not before one comes back from outside. With `places` an item is a
    thing's id, and goes to these places of the parameters; else it is all parameters as JSON.
    """

    id: str
    workflow: str
    definition: str
    state: BatchState
    actor: str
    user_id: str | None
    zone: str | None
    ignore_privacy: bool
    depth: int
    parent_id: str | None
    parameters: str
    places: str | None
    total: int
    done: int
    failed: int
    skipped: int
    outside: int
    cursor: int
    last_seq: int
    base_seq: int
    base_at: int
    next_at: int | None
    created_at: int
    started_at: int | None
    finished_at: int | None
    interval_ms: int | None
    at_once: int
    on_item_failed: str
    on_complete: str | None
    workload: float
    ip: str | None = None
    """Where the caller is whose request began it."""
    seq: int = 0

    @property
    def left(self) -> int:
        """How many items have not ended."""
        return self.total - self.done - self.failed - self.skipped

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it will run unless it is retried."""
        return self.state not in ("running", "paused")


COLUMNS: Final = names(Batch._fields)
_WRITTEN: Final = Batch._fields[:-1]
INSERT: Final = prepared("INSERT INTO op_batches ({}) VALUES ({}) RETURNING seq", names(_WRITTEN), holes(len(_WRITTEN)))
GET: Final = prepared("SELECT {} FROM op_batches WHERE id = {}", COLUMNS, HOLE)
GET_SEQ: Final = prepared("SELECT {} FROM op_batches WHERE seq = {}", COLUMNS, HOLE)
LATEST: Final = prepared("SELECT {} FROM op_batches WHERE seq < {} ORDER BY seq DESC LIMIT {}", COLUMNS, HOLE, HOLE)
DUE: Final = Prepared(
    lambda dialect: sql(
        "SELECT {} FROM op_batches WHERE state = 'running' AND next_at <= {} ORDER BY next_at, seq LIMIT 1{}",
        COLUMNS,
        HOLE,
        dialect.skip_locked,
    )
)
DUE_ONE: Final = Prepared(
    lambda dialect: sql(
        "SELECT {} FROM op_batches WHERE state = 'running' AND next_at <= {} AND id = {}{}",
        COLUMNS,
        HOLE,
        HOLE,
        dialect.skip_locked,
    )
)
DUE_IDS: Final = prepared(
    "SELECT id FROM op_batches WHERE state = 'running' AND next_at <= {} ORDER BY next_at, seq LIMIT {}", HOLE, HOLE
)
NEXT_DUE: Final = prepared("SELECT min(next_at) FROM op_batches WHERE state = 'running'")
SET_TOTAL: Final = prepared("UPDATE op_batches SET total = {}, last_seq = {} WHERE seq = {}", *[HOLE] * 3)
ADVANCE: Final = prepared(
    "UPDATE op_batches SET done = done + {}, failed = failed + {}, skipped = skipped + {}, outside = outside + {},"
    " workload = workload + {}, cursor = {}, next_at = {}, started_at = coalesce(started_at, {}) WHERE seq = {}"
    " RETURNING {}",
    *[HOLE] * 9,
    COLUMNS,
)
CAME_BACK: Final = prepared(
    "UPDATE op_batches SET done = done + {}, failed = failed + {}, skipped = skipped + {}, outside = outside - 1,"
    " workload = workload + {}, next_at = CASE WHEN next_at IS NULL AND cursor < last_seq THEN {} ELSE next_at END"
    " WHERE seq = {} RETURNING {}",
    *[HOLE] * 6,
    COLUMNS,
)
END: Final = prepared(
    "UPDATE op_batches SET state = {}, skipped = skipped + {}, finished_at = {}, next_at = NULL, on_complete = NULL"
    " WHERE seq = {} RETURNING {}",
    *[HOLE] * 4,
    COLUMNS,
)
FAIL_REST: Final = prepared(
    "UPDATE op_batches SET failed = failed + {}, cursor = last_seq, next_at = NULL WHERE seq = {} RETURNING {}",
    HOLE,
    HOLE,
    COLUMNS,
)
PAUSE: Final = prepared("UPDATE op_batches SET state = 'paused' WHERE id = {} AND state = 'running'", HOLE)
RESUME: Final = prepared(
    "UPDATE op_batches SET state = 'running', base_seq = cursor,"
    " base_at = CASE WHEN base_at > {} THEN base_at ELSE {} END, next_at = CASE WHEN base_at > {} THEN base_at ELSE {} END"
    " WHERE id = {} AND state = 'paused'",
    *[HOLE] * 5,
)
REST: Final = prepared("UPDATE op_batches SET next_at = NULL WHERE seq = {}", HOLE)
STIR: Final = prepared(
    "UPDATE op_batches SET next_at = {} WHERE workflow = {} AND state = 'running' AND next_at IS NULL", HOLE, HOLE
)
RETRY: Final = prepared(
    "UPDATE op_batches SET state = 'running', failed = failed - {}, base_seq = last_seq, cursor = last_seq,"
    " last_seq = last_seq + {}, base_at = {}, next_at = {}, finished_at = NULL WHERE seq = {}",
    *[HOLE] * 5,
)
RETRY_BESIDE: Final = prepared(
    "UPDATE op_batches SET failed = failed - {}, last_seq = last_seq + {},"
    " next_at = CASE WHEN next_at IS NULL THEN {} ELSE next_at END WHERE seq = {}",
    *[HOLE] * 4,
)

ITEM_CHUNKS: Final = (256, 16, 1)
"""How many items one INSERT takes."""
INSERT_ITEMS: Final = {
    size: prepared("INSERT INTO op_items (batch, seq, item) VALUES {}", join(", ", [sql("({})", holes(3))] * size))
    for size in ITEM_CHUNKS
}
SELECT_INTO: Final = prepared(
    "INSERT INTO op_items (batch, seq, item) SELECT {}, row_number() OVER (), id FROM chosen WHERE id IS NOT NULL", HOLE
)
ITEMS: Final = prepared(
    "SELECT seq, item FROM op_items WHERE batch = {} AND seq > {} AND state IS NULL ORDER BY seq LIMIT {}", *[HOLE] * 3
)
NOTE: Final = prepared("UPDATE op_items SET state = {}, run_id = {} WHERE batch = {} AND seq = {}", *[HOLE] * 4)
DONE: Final = prepared(
    "DELETE FROM op_items WHERE batch = {} AND seq > {} AND seq <= {} AND state IS NULL", *[HOLE] * 3
)
DONE_ONE: Final = prepared("DELETE FROM op_items WHERE batch = {} AND seq = {}", HOLE, HOLE)
FAIL_ITEMS: Final = prepared(
    "UPDATE op_items SET state = 'failed', run_id = {} WHERE batch = {} AND state IS NULL", HOLE, HOLE
)
DROP_REST: Final = prepared("DELETE FROM op_items WHERE batch = {} AND state IS NULL", HOLE)
FAILED_ITEMS: Final = prepared(
    "SELECT seq, item, run_id FROM op_items WHERE batch = {} AND state = 'failed' ORDER BY seq LIMIT {}", HOLE, HOLE
)
RETRY_ITEMS: Final = prepared(
    "UPDATE op_items SET seq = {} + again.place, state = NULL, run_id = NULL FROM ("
    "SELECT seq AS was, row_number() OVER (ORDER BY seq) AS place FROM op_items WHERE batch = {} AND state = 'failed'"
    ") AS again WHERE op_items.batch = {} AND op_items.seq = again.was",
    *[HOLE] * 3,
)
RETRY_ITEMS_OF: Final = prepared(
    "UPDATE op_items SET seq = {} + again.place, state = NULL, run_id = NULL FROM ("
    "SELECT seq AS was, row_number() OVER (ORDER BY seq) AS place FROM op_items WHERE batch = {} AND state = 'failed'"
    " AND run_id = {}) AS again WHERE op_items.batch = {} AND op_items.seq = again.was",
    *[HOLE] * 4,
)
FAILED_OF: Final = prepared(
    "SELECT count(*) FROM op_items WHERE batch = {} AND state = 'failed' AND run_id = {}", HOLE, HOLE
)
_OLD: Final = sql(
    "SELECT seq FROM op_batches WHERE seq IN (SELECT seq FROM op_batches ORDER BY seq LIMIT {})"
    " AND finished_at < {} AND outside = 0 AND state NOT IN ('running', 'paused')",
    HOLE,
    HOLE,
)
FORGET_ITEMS: Final = prepared(
    "DELETE FROM op_items WHERE (batch, seq) IN (SELECT batch, seq FROM op_items WHERE batch IN ({}) LIMIT {})",
    _OLD,
    HOLE,
)
FORGET: Final = prepared(
    "DELETE FROM op_batches WHERE seq IN ({}) AND NOT EXISTS (SELECT 1 FROM op_items WHERE batch = op_batches.seq)",
    _OLD,
)
