"""Snapshots of the app: what a run was scheduled under is what it executes."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

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
    " AND NOT EXISTS (SELECT 1 FROM op_deploys WHERE op_deploys.definition = op_definitions.hash"
    " AND op_deploys.number > (SELECT max(number) FROM op_deploys) - {})"
    " AND NOT EXISTS (SELECT 1 FROM op_runs WHERE op_runs.definition = op_definitions.hash"
    " AND state <> 'finished' AND state IN ('running', 'outside', 'failed'))",
    HOLE,
    HOLE,
    HOLE,
)


_WAITING: Final = prepared(
    "SELECT definition, workflow, count(*) FROM op_queue WHERE trigger <> 'recurring' GROUP BY definition, workflow"
)
_ITEMS: Final = prepared(
    "SELECT definition, workflow, sum(total - done - failed - skipped) FROM op_batches"
    " WHERE state IN ('running', 'paused') GROUP BY definition, workflow"
)
_OUTSIDE: Final = prepared(
    "SELECT definition, workflow, count(*) FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside')"
    " GROUP BY definition, workflow"
)


class Use(NamedTuple):
    """So many runs of a workflow that belong to a definition and have not ended. `what`: how they are kept."""

    definition: str
    workflow: str
    what: Literal["waiting", "items", "outside"]
    runs: int


def put(tx: Tx, hash: str, content: str, now: int) -> bool:
    """Keep a snapshot under its hash. False: it was there already."""
    return tx.change(_PUT.of(tx), (hash, now, content)) == 1


def get(tx: Tx, hash: str) -> str | None:
    """The snapshot with this hash, or None."""
    row = tx.row(_GET.of(tx), (hash,))
    return str(row[0]) if row else None


def sweep(tx: Tx, created_before: int, current: str, deploys: int = 0) -> int:
    """Delete old snapshots that no waiting, unfinished or failed run needs, except the current one; returns how many.

    Those of the last so many `deploys` stay too, so that one can go back to them.
    """
    return tx.change(_SWEEP.of(tx), (created_before, current, deploys))


def uses(tx: Tx) -> list[Use]:
    """Which definitions runs need that wait or are under way. What recurs runs as it is now, whenever it was queued."""
    found = [Use(row[0], row[1], "waiting", int(row[2])) for row in tx.rows(_WAITING.of(tx))]
    found += [Use(row[0], row[1], "items", int(row[2])) for row in tx.rows(_ITEMS.of(tx))]
    found += [Use(row[0], row[1], "outside", int(row[2])) for row in tx.rows(_OUTSIDE.of(tx))]
    return sorted(found)
