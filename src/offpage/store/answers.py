"""Answers kept for requests that may be repeated: one for each Idempotency-Key of a workflow."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx


class StoredAnswer(NamedTuple):
    """What was answered to a key. `status` is None while the first request is still being answered.

    `headers` is JSON text; `body` the answer's text; `created_at` in ms since 1970.
    """

    workflow: str
    key: str
    body_hash: str
    run_id: str | None
    status: int | None
    headers: str | None
    body: str | None
    created_at: int
    until: int | None = None
    """When it is forgotten; None: when the app forgets answers."""


_COLUMNS: Final = names(StoredAnswer._fields)
_INSERT: Final = prepared(
    "INSERT INTO op_answers ({}) VALUES ({}) ON CONFLICT DO NOTHING", _COLUMNS, holes(len(StoredAnswer._fields))
)
_GET: Final = prepared("SELECT {} FROM op_answers WHERE workflow = {} AND key = {}", _COLUMNS, HOLE, HOLE)
_COMPLETE: Final = prepared(
    "UPDATE op_answers SET status = {}, headers = {}, body = {} WHERE workflow = {} AND key = {}", *[HOLE] * 5
)
_FREE: Final = prepared("DELETE FROM op_answers WHERE workflow = {} AND key = {} AND status IS NULL", HOLE, HOLE)
_FREE_OF: Final = prepared(
    "DELETE FROM op_answers WHERE workflow = {} AND run_id = {} AND until IS NOT NULL AND status IS NULL", HOLE, HOLE
)
_DROP: Final = prepared("DELETE FROM op_answers WHERE workflow = {} AND key = {}", HOLE, HOLE)
_SWEEP_OVER: Final = prepared("DELETE FROM op_answers WHERE until < {}", HOLE)
_SWEEP: Final = prepared(
    "DELETE FROM op_answers WHERE created_at < {} AND until IS NULL AND NOT (status IS NULL AND ("
    " EXISTS (SELECT 1 FROM op_queue WHERE op_queue.id = op_answers.run_id)"
    " OR EXISTS (SELECT 1 FROM op_runs WHERE op_runs.id = op_answers.run_id AND op_runs.finished_at IS NULL)))",
    HOLE,
)


def get(tx: Tx, workflow: str, key: str) -> StoredAnswer | None:
    """What is kept for this key of a workflow, or None."""
    row = tx.row(_GET.of(tx), (workflow, key))
    return StoredAnswer._make(row) if row else None


def keep(tx: Tx, answer: StoredAnswer) -> StoredAnswer | None:
    """Keep an answer, or (without a status) the place for one. Returns what was there already, else None.

    On PostgreSQL a second request with the same key waits here until the first one's transaction is over.
    """
    if tx.change(_INSERT.of(tx), answer) == 1:
        return None
    return get(tx, answer.workflow, answer.key)


def complete(tx: Tx, workflow: str, key: str, *, status: int, headers: str, body: str) -> None:
    """Fill the place that `keep` made with the answer."""
    tx.change(_COMPLETE.of(tx), (status, headers, body, workflow, key))


def free(tx: Tx, workflow: str, key: str) -> None:
    """Give up the place of a request that got no answer, so that it may be tried again."""
    tx.change(_FREE.of(tx), (workflow, key))


def free_of(tx: Tx, workflow: str, run_id: str) -> None:
    """Give up the place of a delivery whose run came to nothing, so that its sender may try again."""
    tx.change(_FREE_OF.of(tx), (workflow, run_id))


def drop(tx: Tx, workflow: str, key: str) -> None:
    """Forget what is kept for a key, whatever that is."""
    tx.change(_DROP.of(tx), (workflow, key))


def sweep_over(tx: Tx, now: int) -> int:
    """Delete what said itself how long it is kept, once that is over; returns how many."""
    return tx.change(_SWEEP_OVER.of(tx), (now,))


def sweep(tx: Tx, created_before: int) -> int:
    """Delete what was kept before a moment, but no place whose run has not ended; returns how many."""
    return tx.change(_SWEEP.of(tx), (created_before,))
