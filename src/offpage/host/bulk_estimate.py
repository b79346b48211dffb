"""What a run of a workflow takes: by what its runs have taken lately, or, where there are none, by its steps."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.host.one_run import find_workflow
from offpage.program.program import Program
from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx
from offpage.store.workload import HOUR_MS

LOOKED_AT: Final = 100
"""In so many of the latest hours in which it ran. (Items of batches have no records of their own, but are in the sums.)"""

_LATEST: Final = prepared(
    "SELECT sum(count), sum(workload), sum(ms) FROM (SELECT hour, sum(CASE WHEN step = '' THEN count ELSE 0 END) AS count,"
    " sum(workload) AS workload, sum(CASE WHEN step = '' THEN ms ELSE 0 END) AS ms FROM op_workload"
    " WHERE workflow = {} AND hour >= {} GROUP BY hour ORDER BY hour DESC LIMIT {}) AS latest",
    *[HOLE] * 3,
)
DAYS: Final = 30


class Estimate(NamedTuple):
    """The workload of a run, and its ms (None: nothing is known). `measured` on so many runs; 0: added up of its steps."""

    workload: float
    ms: float | None
    measured: int


def estimated(tx: Tx, program: Program, name: str, now: int) -> Estimate:
    """What a run takes, by the sums as they are. Raises NotFound, AppError for a workflow that there is not or that
    cannot run.
    """
    workflow = find_workflow(program, name)
    row = tx.row(_LATEST.of(tx), (name, now - DAYS * 24 * HOUR_MS, LOOKED_AT))
    if row is not None and row[0]:
        count = int(row[0])
        return Estimate(float(row[1]) / count, float(row[2]) / count, count)
    prices = program.app.settings.workload
    return Estimate(sum(one.action.cost.at_least(prices) for one in workflow.steps if one.do), None, 0)
