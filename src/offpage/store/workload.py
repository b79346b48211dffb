"""What runs cost, added up by hour, workflow and step, from their records.

Nothing is added up when a run ends: that would cost every run a write. It is done later, for whoever asks, from where
it was left the last time: `done` is the last `seq` whose run is in the sums. The sums stay when the records are forgotten.

On PostgreSQL several write at once, and who was given the lower `seq` may commit later: runs are added up once they are so
old that no transaction can be open any more which began before their end.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from offpage.sql.fragment import sql
from offpage.store import settings
from offpage.store.statement import HOLE, Prepared, holes, prepared
from offpage.store.tx import Tx

DONE: Final = "workload.done"
HOUR_MS: Final = 3_600_000
SETTLED_MS: Final = 120_000
"""Longer than any transaction lasts, and than the clocks of processes differ."""


class Cost(NamedTuple):
    """So much of a step (its place in the workflow, "" for the run itself), of an action, in an hour."""

    hour: int
    workflow: str
    step: str
    do: str
    times: int
    workload: float
    ms: float


class Ended(NamedTuple):
    """A run that is over, as far as it matters here. `journal` is JSON text."""

    seq: int
    workflow: str
    started_at: int
    finished_at: int | None
    workload: float
    journal: str


_UNFINISHED: Final = prepared(
    "SELECT min(seq) FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside')"
)
_LAST: Final = prepared("SELECT max(seq) FROM op_runs")
_AT: Final = prepared("SELECT started_at FROM op_runs WHERE seq = {}", HOLE)
_PRESENT: Final = Prepared(lambda dialect: sql("SELECT {}", dialect.present))
_RUNS: Final = prepared(
    "SELECT seq, workflow, started_at, finished_at, workload, journal FROM op_runs"
    " WHERE seq > {} AND seq < {} ORDER BY seq LIMIT {}",
    HOLE,
    HOLE,
    HOLE,
)
# "do" is a word of PostgreSQL's, so it stands in quotes.
_ADD: Final = prepared(
    'INSERT INTO op_workload (hour, workflow, step, "do", count, workload, ms) VALUES ({}) ON CONFLICT'
    ' (hour, workflow, step, "do") DO UPDATE SET count = op_workload.count + excluded.count,'
    " workload = op_workload.workload + excluded.workload, ms = op_workload.ms + excluded.ms",
    holes(len(Cost._fields)),
)
_SUMS: Final = prepared(
    'SELECT hour, workflow, step, "do", count, workload, ms FROM op_workload WHERE hour >= {} AND hour < {}'
    " AND (workflow = {} OR {} = '')",
    *[HOLE] * 4,
)
_BY_WORKFLOW: Final = prepared(
    "SELECT hour, workflow, '', '', sum(CASE WHEN step = '' THEN count ELSE 0 END), sum(workload),"
    " sum(CASE WHEN step = '' THEN ms ELSE 0 END) FROM op_workload WHERE hour >= {} AND hour < {}"
    " AND (workflow = {} OR {} = '') GROUP BY hour, workflow",
    *[HOLE] * 4,
)
_BY_ACTIVITY: Final = prepared(
    "SELECT hour, '', '', \"do\", sum(count), sum(workload), sum(ms) FROM op_workload WHERE hour >= {} AND hour < {}"
    " AND (workflow = {} OR {} = '') GROUP BY hour, \"do\"",
    *[HOLE] * 4,
)
_BY: Final = {"workflow": _BY_WORKFLOW, "activity": _BY_ACTIVITY, "step": _SUMS}


def done(tx: Tx) -> int:
    """The last run that is in the sums."""
    seq, started_at = _done(tx)
    row = tx.row(_AT.of(tx), (seq,))
    last = tx.row(_LAST.of(tx))
    # SQLite counts from 1 again once all runs have been forgotten: then none of those there is in the sums.
    again = (row is not None and int(row[0]) != started_at) or (row is None and int((last or (0,))[0] or 0) < seq)
    return 0 if again else seq


def _done(tx: Tx) -> tuple[int, int]:
    seq, _, started_at = (settings.get(tx, DONE) or "0 0").partition(" ")
    return int(seq), int(started_at)


def left(tx: Tx) -> int:
    """How many runs are not yet in the sums, about."""
    row = tx.row(_LAST.of(tx))
    return max(0, int(row[0] or 0) - done(tx)) if row else 0


def ended(tx: Tx, after: int, limit: int) -> list[Ended]:
    """The next runs, all of which are over and settled: it stops before the first that is not."""
    row = tx.row(_UNFINISHED.of(tx))
    stop = 2**62 if row is None or row[0] is None else int(row[0])
    found = [Ended._make(one) for one in tx.rows(_RUNS.of(tx), (after, stop, limit))]
    if not tx.dialect.many_writers:
        return found
    (now,) = tx.row(_PRESENT.of(tx)) or (0,)
    return list(takewhile(lambda one: (one.finished_at or one.started_at) <= now - SETTLED_MS, found))


def add(tx: Tx, costs: Sequence[Cost], before: int, last: Ended) -> bool:
    """Add costs to the sums, which then hold the runs up to the `last`. False, and nothing happens, if another process has
    gone on from `before` meanwhile.
    """
    if done(tx) != before:
        return False
    settings.put(tx, DONE, f"{last.seq} {last.started_at}")
    for one in costs:
        tx.change(_ADD.of(tx), one)
    return True


def sums(tx: Tx, by: str, since: int, until: int, workflow: str = "") -> list[Cost]:
    """The costs of a time, by `workflow`, `activity` or `step`, an hour each; of one workflow, or ("") of all."""
    found = tx.rows(_BY[by].of(tx), (since, until, workflow, workflow))
    # PostgreSQL adds whole numbers up to decimals.
    return [Cost(hour, name, step, do, int(n), float(load), float(ms)) for hour, name, step, do, n, load, ms in found]
