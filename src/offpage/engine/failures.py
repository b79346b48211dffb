"""The workflows that follow failures, queued in the transaction that records them."""

from __future__ import annotations

from typing import Any, Final

from offpage.engine.running import Running
from offpage.engine.waiting import queued_row
from offpage.kernel.errors import CallerLeft, OffpageError
from offpage.kernel.events import Events
from offpage.store import queue

FAILURE: Final = "failure"
"""The trigger of these runs. Their own failures start no others, or one mistake would run for ever."""


def queue_handlers(running: Running, failed: OffpageError | None, events: Events) -> None:
    """Queue what follows the steps that have failed since the last time, and, with `failed`, the run's failure.

    The errors' sentences must be masked already: they stand in the queue.
    """
    run = running.run
    if run.trigger == FAILURE:
        return
    found, running.failures = running.failures, ()
    if isinstance(failed, CallerLeft):  # nothing that anybody should be told of
        failed = None
    if failed is not None and run.workflow.on_failure and run.item is None:
        found = (*found, (run.workflow.on_failure, failed))
    for name, error in found:
        workflow = run.program.workflows.get(name)
        if workflow is None:
            events.say("failure.unhandled", run=run.id, workflow=run.workflow.name, handler=name)
            continue
        told = _told(running, error)
        values = [told.get(one.name) for one in workflow.parameters]
        queue.add(running.tx, queued_row(running, workflow, values, running.now(), trigger=FAILURE))
        running.wakes(running.now())


def _told(running: Running, error: OffpageError) -> dict[str, Any]:
    """What the workflow may know; see `TOLD` of program/handlers."""
    status = error.details.get("answer_status")
    return {
        "failed_run": running.run.id,
        "failed_workflow": running.run.workflow.name,
        "failed_step": error.details.get("address"),
        "failed_at": running.now(),
        "code": error.code,
        "message": error.message,
        "why": error.details.get("why"),
        "answer_status": None if status is None else float(status),
    }
