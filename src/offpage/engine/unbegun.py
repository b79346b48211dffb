"""Records of runs that could not even begin."""

from __future__ import annotations

from offpage.engine.masking import as_text
from offpage.engine.record import error_data
from offpage.kernel.errors import OffpageError
from offpage.store import runs
from offpage.store.queue import QueuedRun


def failed_row(
    error: OffpageError,
    now: int,
    *,
    id: str,
    workflow: str,
    definition: str,
    trigger: str,
    actor: str,
    user_id: str | None,
    depth: int,
    parent_id: str | None,
    due_at: int | None,
) -> runs.Run:
    """The record of a run that could not even begin."""
    return runs.Run(
        id=id,
        workflow=workflow,
        definition=definition,
        trigger=trigger,
        state="failed",
        actor=actor,
        user_id=user_id,
        depth=depth,
        parent_id=parent_id,
        due_at=due_at,
        started_at=now,
        finished_at=now,
        workload=0.0,
        parameters="{}",
        error=as_text(error_data(error)),
        answer=None,
        journal="[]",
        resume=None,
    )


def failed_waiting(waiting: QueuedRun, error: OffpageError, now: int) -> runs.Run:
    """The record of a run of the queue that could not even begin, with what it takes to begin it anew."""
    row = failed_row(
        error, now, id=waiting.id, workflow=waiting.workflow, definition=waiting.definition, trigger=waiting.trigger,
        actor=waiting.actor, user_id=waiting.user_id, depth=waiting.depth, parent_id=waiting.parent_id,
        due_at=waiting.due_at,
    )  # fmt: skip
    return row if waiting.batch_id is not None else row._replace(resume=_kept(waiting))


def _kept(waiting: QueuedRun) -> str:
    """What a run was told that waits; what is sealed in its row stays so."""
    kept = {
        name: getattr(waiting, name) for name in ("parameters", "request", "zone", "ip", "ignore_privacy", "delivery")
    }
    return as_text({"begun": False, "item": None, "queued": kept})


def failed_once_more(row: runs.Run, error: OffpageError, now: int) -> runs.Run:
    """The record of a run that had failed, and cannot go on; it keeps where it stood."""
    return row._replace(state="failed", finished_at=now, error=as_text(error_data(error)))
