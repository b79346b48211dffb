"""Steps that are tried again: a run waits for that in the database, as a row of the queue, and nowhere else."""

from __future__ import annotations

from typing import Any, Final

from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.engine.journal import Entry
from offpage.engine.progress import Pause
from offpage.kernel.errors import OffpageError
from offpage.store import queue
from offpage.store.queue import RETRY, QueuedRun
from offpage.store.tx import Tx

SHOWN: Final = 20
"""How many failed attempts of a step its journal shows: the latest."""


class Unready(OutsideAction):
    """Stands for a step that cannot be done again: its properties could not be evaluated any more."""

    def __init__(self, error: OffpageError) -> None:
        self._error = error

    async def reach(self, step: OutsideContext) -> Any:
        """Fail with that."""
        raise self._error


def note_attempt(entry: Entry, error: OffpageError, attempt: int) -> None:
    """Add a failed attempt to the journal's entry of its step."""
    entry["attempts"] = attempt
    add_attempt(entry, error.code, error.message)


def add_attempt(entry: Entry, code: str, message: str) -> None:
    """Add an attempt by its number among all of the step, those before a rerun among them."""
    before = entry.get("failed_attempts", [])
    number = before[-1]["attempt"] + 1 if before else 1
    entry["failed_attempts"] = [*before[1 - SHOWN :], {"attempt": number, "code": code, "message": message}]


def wait_in_queue(tx: Tx, pause: Pause) -> None:
    """Let a run that was recorded wait for its next attempt.

    Where processes share the work, one whose caller waits here waits under this process's name: it is to go on here,
    where the caller can be told things, unless the process dies.
    """
    run, owner = pause.run, pause.progress.owner
    assert pause.due_at is not None
    row = QueuedRun(
        id=run.id,
        due_at=pause.due_at,
        workflow=run.workflow.name,
        definition=run.program.definition,
        parameters="[]",
        trigger=RETRY,
        actor=run.actor.kind,
        user_id=run.actor.user_id,
        depth=run.depth,
        priority=run.workflow.priority,
        parent_id=run.parent_id,
    )
    if run.awaited and owner is not None:
        row = row._replace(state="running", lease_owner=owner)
    queue.add(tx, row)
