"""Snapshots of the app: what a run was scheduled under is what it executes."""

from __future__ import annotations

from typing import Final

from offpage.store.statement import HOLE, holes, prepared
from offpage.store.tx import Tx

_PUT: Final = prepared(
    "INSERT INTO op_definitions (hash, created_at, content) VALUES ({}) ON CONFLICT DO NOTHING", holes(3)
)
_GET: Final = prepared("SELECT content FROM op_definitions WHERE hash = {}", HOLE)
_SWEEP: Final = prepared(
    "DELETE FROM op_definitions WHERE created_at < {} AND hash <> {}"
    " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE op_queue.definition = op_definitions.hash)"
    " AND NOT EXISTS (SELECT 1 FROM op_batches WHERE op_batches.definition = op_definitions.hash"
    " AND op_batches.state IN ('running', 'paused'))"
    " AND NOT EXISTS (SELECT 1 FROM op_runs WHERE op_runs.definition = op_definitions.hash"
    " AND state <> 'finished' AND state IN ('running', 'outside'))",
    HOLE,
    HOLE,
)


def put(tx: Tx, hash: str, content: str, now: int) -> bool:
    """Keep a snapshot under its hash. False: it was there already."""
    return tx.change(_PUT.of(tx), (hash, now, content)) == 1


def get(tx: Tx, hash: str) -> str | None:
    """The snapshot with this hash, or None."""
    row = tx.row(_GET.of(tx), (hash,))
    return str(row[0]) if row else None


def sweep(tx: Tx, created_before: int, current: str) -> int:
    """Delete old snapshots that no waiting or unfinished run needs, except the current one; returns how many."""
    return tx.change(_SWEEP.of(tx), (created_before, current))
