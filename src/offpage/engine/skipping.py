"""Runs that do not run after all, because of a limit: each leaves a record that says why."""

from __future__ import annotations

from offpage.engine.flow import Held
from offpage.engine.run import Run
from offpage.engine.unbegun import failed_row, failed_waiting
from offpage.kernel.errors import OffpageError, Replaced, WorkflowBusy
from offpage.store import runs
from offpage.store.queue import AGAIN, QueuedRun
from offpage.store.tx import Tx


def skipped_by(workflow: str, held: Held) -> WorkflowBusy:
    """Why a run was skipped."""
    return WorkflowBusy(f"Not run: {held.why}, and {workflow} says `when_busy: skip`.")


def record_skipped(tx: Tx, run: Run, error: OffpageError, now: int) -> None:
    """Record a run that was skipped before it began."""
    row = failed_row(
        error, now, id=run.id, workflow=run.workflow.name, definition=run.program.definition, trigger=run.trigger,
        actor=run.actor.kind, user_id=run.actor.user_id, depth=run.depth, parent_id=run.parent_id, due_at=run.queued_at,
    )  # fmt: skip
    runs.insert(tx, row._replace(state="skipped"))


def record_replaced(tx: Tx, former: QueuedRun, by: str, now: int) -> None:
    """Record a waiting run in whose place another one runs."""
    if former.trigger == AGAIN:  # it has a record, and stays failed
        return
    error = Replaced(f"Not run: the run {by} was asked for later and took its place.", by=by)
    runs.insert(tx, failed_waiting(former, error, now)._replace(state="skipped", resume=None))
