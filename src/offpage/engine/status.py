"""What a caller may know of a run that was accepted for later."""

from __future__ import annotations

import msgspec

from offpage.engine.calls import RunStatus, State
from offpage.engine.idempotency import exact_outcome
from offpage.engine.record import error_from
from offpage.store import queue, runs
from offpage.store.tx import Tx


def status_of(tx: Tx, run_id: str) -> RunStatus | None:
    """What is known of a run: waiting, or how it ended, with its exact answer as long as that is kept."""
    row = runs.get(tx, run_id)
    if row is None:
        waiting = queue.get(tx, run_id)
        return None if waiting is None else RunStatus(run_id, waiting.workflow, "waiting")
    state: State = "running" if row.state == "outside" else row.state
    exact = exact_outcome(tx, row)
    if exact is not None:
        return RunStatus(run_id, row.workflow, state, exact.answer, exact.error)
    error = error_from(msgspec.json.decode(row.error)) if row.error else None
    return RunStatus(run_id, row.workflow, state, None, error)
