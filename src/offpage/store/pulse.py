"""A few numbers that are others once something has happened: for whoever wants to know without being told.

They are cheap, whatever the tables hold: the ends of indexes, and counts that stop at a bound.
"""

from __future__ import annotations

from typing import Final

from offpage.store import pausing, settings
from offpage.store.statement import prepared
from offpage.store.tx import Row, Tx

MOST_COUNTED: Final = 2_000

_RUNS: Final = prepared("SELECT max(seq) FROM op_runs")
_GOING_ON: Final = prepared(
    f"SELECT count(*), max(seq) FROM (SELECT seq FROM op_runs WHERE state <> 'finished' ORDER BY seq DESC LIMIT {MOST_COUNTED}) AS noted"
)
_QUEUE: Final = prepared("SELECT max(id), min(id) FROM op_queue")
_WAITING: Final = prepared(f"SELECT count(*) FROM (SELECT 1 FROM op_queue LIMIT {MOST_COUNTED}) AS waiting")
_BATCHES: Final = prepared(
    "SELECT max(seq), sum(done), sum(failed), sum(skipped), sum(outside), count(finished_at), max(next_at)"
    f" FROM (SELECT * FROM op_batches ORDER BY seq DESC LIMIT {MOST_COUNTED}) AS latest"
)
_DELIVERIES: Final = prepared("SELECT max(received_at) FROM op_deliveries")

Pulse = dict[str, tuple[Row | str | None, ...]]


def pulse(tx: Tx) -> Pulse:
    """What runs, what is scheduled, batches and deliveries are like now, each as something to compare."""
    runs = (tx.row(_RUNS.of(tx)), tx.row(_GOING_ON.of(tx)))
    paused = settings.get(tx, pausing.KEY)
    return {
        "runs": runs,
        "scheduled": (tx.row(_QUEUE.of(tx)), tx.row(_WAITING.of(tx)), paused),
        "batches": (tx.row(_BATCHES.of(tx)), paused),
        "deliveries": (tx.row(_DELIVERIES.of(tx)),),
    }
