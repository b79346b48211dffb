"""What a run of a workflow takes: by its latest runs, or, where there are none, by its steps."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.host.one_run import find_workflow
from offpage.program.program import Program
from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx

LOOKED_AT: Final = 200

_LATEST: Final = prepared(
    "SELECT count(*), avg(workload), avg(finished_at - started_at) FROM (SELECT workload, finished_at, started_at"
    " FROM op_runs WHERE workflow = {} AND finished_at IS NOT NULL ORDER BY seq DESC LIMIT {}) AS latest",
    HOLE,
    HOLE,
)


class Estimate(NamedTuple):
    """The workload of a run, and its ms (None: nothing is known). `measured` on so many runs; 0: added up of its steps."""

    workload: float
    ms: float | None
    measured: int


def estimated(tx: Tx, program: Program, name: str) -> Estimate:
    """What a run takes. Raises NotFound, AppError for a workflow that there is not or that cannot run."""
    workflow = find_workflow(program, name)
    row = tx.row(_LATEST.of(tx), (name, LOOKED_AT))
    if row is not None and row[0]:
        return Estimate(float(row[1]), float(row[2]), int(row[0]))
    prices = program.app.settings.workload
    costs = [one.action.cost for one in workflow.steps if one.do]
    return Estimate(sum(one.of(prices) + prices.thing_written * one.written for one in costs), None, 0)
