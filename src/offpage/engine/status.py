"""What a caller may know of a run that was accepted for later."""

from __future__ import annotations

import msgspec

from offpage.accounts.actor import Actor
from offpage.engine.calls import RunStatus, State
from offpage.engine.idempotency import exact_outcome
from offpage.engine.record import error_from
from offpage.engine.why_waiting import why_waiting
from offpage.services.sealing import Sealing
from offpage.store import queue, runs
from offpage.store.tx import Tx


def status_of(tx: Tx, run_id: str, now: int, sealing: Sealing) -> RunStatus | None:
    """What is known of a run: waiting, or how it ended, with its exact answer as long as that is kept."""
    row = runs.get(tx, run_id)
    if row is None:
        waiting = queue.get(tx, run_id)
        if waiting is None:
            return None
        why = why_waiting(tx, waiting, now)
        return RunStatus(run_id, waiting.workflow, "waiting", actor=_actor(waiting), why=why)
    state: State = "running" if row.state == "outside" else row.state
    status = RunStatus(run_id, row.workflow, state, actor=_actor(row))
    exact = exact_outcome(tx, row, sealing)
    if exact is not None:
        status.answer, status.error = exact.answer, exact.error
    elif row.error:
        status.error = error_from(msgspec.json.decode(row.error))
    return status


def _actor(row: runs.Run | queue.QueuedRun) -> Actor:
    return Actor(row.actor, row.user_id)  # type: ignore[arg-type]  # one of the three words
