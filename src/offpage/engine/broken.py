"""Runs that something unforeseen ended: each is recorded as failed, and none of them stops the others.

A crash inside a step is the step's failure (`doing`). What is left is what happens around the steps: a mistake of
ours, or a database that gave up the whole transaction, with the record that the run was about to get.
"""

from __future__ import annotations

import traceback
from typing import Final

from offpage.engine.batch_end import came_back
from offpage.engine.calls import Outcome
from offpage.engine.enqueuing import row_of
from offpage.engine.idempotency import keep_answer
from offpage.engine.places import give_place_back
from offpage.engine.run import Run, Surroundings
from offpage.engine.unbegun import failed_once_more, failed_waiting
from offpage.kernel.errors import OffpageError, RequestError, StepError, TimedOut
from offpage.kernel.events import Events
from offpage.services.sealing import Sealing
from offpage.store import runs
from offpage.store.failures import ConnectionLost, Interrupted, LeaseLost
from offpage.store.tx import Tx

CRASHED: Final = (
    "This run failed because of a mistake inside Offpage, not in your app. The server's log has the details."
)


class Spoilt(OffpageError):
    """A run ended the transaction around it, so that its failure must be recorded in another one."""

    def __init__(self, key: str, failure: OffpageError) -> None:
        super().__init__(failure.message)
        self.key = key
        """The id of the run, or the batch's with the item's number."""
        self.failure = failure


def failure_of(error: Exception, events: Events, run_id: str, workflow: str) -> OffpageError:
    """What a run failed with. Raises the error again where the run is to be tried again."""
    if isinstance(error, Interrupted):
        return TimedOut()
    if isinstance(error, OffpageError):
        if error.transient:
            raise error
        return error
    trace = "".join(traceback.format_exception(error))
    events.say("run.crashed", run=run_id, workflow=workflow, trace=trace)
    return StepError(CRASHED, crash=type(error).__name__)


def failure_of_call(error: Exception, events: Events, run: Run) -> OffpageError:
    """What a call failed with. Raises the error again where there is no run, or none that is known to have failed."""
    if isinstance(error, RequestError | ConnectionLost | LeaseLost):
        raise error
    return failure_of(error, events, run.id, run.workflow.name)


def record_failed(tx: Tx, run: Run, error: OffpageError, now: int, sealing: Sealing) -> Outcome:
    """Record a run of which nothing else was kept."""
    row = failed_waiting(row_of(run, now, sealing), error, now)
    runs.insert(tx, row._replace(due_at=run.queued_at))
    return Outcome(run.id, "failed", error=error)


def end_failed(tx: Tx, run: Run, error: OffpageError, around: Surroundings, owner: str | None = None) -> Outcome:
    """End a run that was recorded before, and cannot go on. Raises LeaseLost where `owner` carries it no more."""
    row = runs.get(tx, run.id)
    outcome = Outcome(run.id, "failed", error=error)
    if row is None or row.state not in ("running", "outside"):
        return outcome
    now = around.clock.now()
    # It keeps where it stood, so that it can be tried again.
    runs.update(tx, failed_once_more(row._replace(owner=owner), error, now))
    if run.item is not None:
        came_back(tx, around, run.program, run.item, run.id, "failed", 0.0)
    if run.place is not None:
        give_place_back(tx, run, now)
    if run.idempotency is not None:
        keep_answer(tx, run, outcome, around.sealing if run.workflow.has_secrets else None)
    return outcome
