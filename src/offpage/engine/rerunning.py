"""Failed runs, once more: from the step that failed, as the run that it was, or from the start, as a new one.

A rerun waits in the queue as every run does, so that it is not lost, and that limits and pauses count. From the failed
step: the run's id waits, and its record says `failed` until it goes on; of its steps the outside ones keep their
idempotency keys. From the start: a new run, of the workflow as it is now. An item of a batch waits in its batch again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import msgspec

from offpage.accounts.actor import Actor
from offpage.actions.catalogue import actions
from offpage.engine.definitions import Definitions
from offpage.engine.enqueuing import row_of
from offpage.engine.idempotency import accepted_key
from offpage.engine.items import TRIGGER as ITEM
from offpage.engine.masking import as_text
from offpage.engine.record import opened_resume
from offpage.engine.recurring import RECURRING
from offpage.engine.repeating import Repeated, from_the_failed_step, from_the_start
from offpage.engine.reviving import check_delivery, repeated_since, revived
from offpage.engine.run import Run, Surroundings
from offpage.engine.told_before import told_before
from offpage.engine.waiting import SCHEDULE
from offpage.kernel.errors import KeyLost, StepError
from offpage.program.program import Program
from offpage.store import answers, batches, queue, runs
from offpage.store.queue import AGAIN, QueuedRun
from offpage.store.tx import Tx

Origin = Literal["failed", "start"]
"""Where a rerun begins: at the step that failed, or at the first one."""

NOT_KEPT: Final = (
    "Of this run was not kept what it takes to try it again: an account's password or link was refused, which is not kept; "
    "or it failed under a former version of Offpage. Run it anew with: offpage run"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rerun would be. `origin`: where it begins indeed; `item`: in its batch. `why_not`: why there is none, or "".

    `settled`: there is none because the run was tried again already.
    """

    run: runs.Run
    origin: Origin
    item: bool = False
    why_not: str = ""
    repeats: tuple[Repeated, ...] = ()
    settled: bool = False


class Reruns:
    """Plans reruns, and queues them."""

    def __init__(self, around: Surroundings, definitions: Definitions, present: Callable[[], Program]) -> None:
        self._around = around
        self._definitions = definitions
        self._present = present

    def plan(self, tx: Tx, run_id: str, origin: Origin) -> Plan | None:
        """What trying a run again would be; None: there is no such run."""
        row = runs.get(tx, run_id)
        if row is None:
            return None
        item = row.trigger == ITEM
        why_not = self._why_not(tx, row, item=item)
        if why_not:
            return Plan(row, origin, item, why_not, settled=row.state != "failed" or why_not != NOT_KEPT)
        try:
            kept: dict[str, Any] = {} if item else opened_resume(row.resume or "{}", self._around.sealing)
        except KeyLost as error:
            return Plan(row, origin, item, error.message)
        if item or not kept.get("begun", True):  # no step of it has failed, or all that it did was undone
            origin = "start"
        why_not = "" if item else _delivered_since(tx, row, kept)
        journal = msgspec.json.decode(row.journal)
        if origin == "start":
            found = from_the_start(journal, actions())
        else:
            found = from_the_failed_step(journal, actions(), outside=not kept.get("resting", True))
        return Plan(row, origin, item, why_not, tuple(found))

    def queue(self, tx: Tx, plan: Plan) -> str:
        """Queue a rerun that was planned; returns the id of the run that it is, of an item "" (it gets one when it begins).

        Call it in a write transaction, in a savepoint of its own. Raises StepError, KeyLost where that cannot be (any
        more): then nothing has changed.
        """
        row, now = plan.run, self._around.clock.now()
        present = runs.get(tx, row.id)
        why_not = "It is not there any more." if present is None else self._why_not(tx, present, item=plan.item)
        if why_not:
            raise StepError(why_not)
        if plan.item:
            batches.retry(tx, row.parent_id or "", now, row.id)
            return ""
        if plan.origin == "start":
            return self._anew(tx, row, now)
        run = revived(tx, row.id, self._definitions, self._around.sealing)
        # Whoever asks for what became of it hears of this try, not of the last one.
        answers.drop(tx, row.workflow, accepted_key(row.id))
        queue.add(tx, waiting_again(run, now))
        return row.id

    def _why_not(self, tx: Tx, row: runs.Run, *, item: bool) -> str:
        """Why a run cannot be tried again, or ""."""
        if row.state != "failed":
            return f"This run is {row.state}: only one that has failed can be tried again."
        if item:
            there = batches.has_failed_of(tx, row.parent_id or "", row.id)
            return "" if there else "This item of a batch was tried again already, or its batch is kept no more."
        if queue.get(tx, row.id) is not None:
            return "This run waits already to be tried again."
        if (other := runs.again_as(tx, row.id)) is not None:
            return f"This run was begun anew already, as {other}."
        return "" if row.resume is not None else NOT_KEPT

    def _anew(self, tx: Tx, row: runs.Run, now: int) -> str:
        """Queue the run from its start, as the workflow is now."""
        program = self._present()
        workflow = program.workflows.get(row.workflow)
        if workflow is None:
            raise StepError(f"The workflow {row.workflow} is not there any more, or has issues: see offpage check.")
        told = told_before(tx, row, workflow, self._definitions, self._around.sealing)
        run = Run(
            id=self._around.new_id(now),
            program=program,
            workflow=workflow,
            parameters=told.parameters,
            actor=Actor(row.actor, row.user_id),  # type: ignore[arg-type]  # one of the three words
            request=told.request,
            # What recurs has armed its next start already.
            trigger=SCHEDULE if row.trigger == RECURRING else row.trigger,
            depth=row.depth,
            parent_id=row.id,
            zone=told.zone,
            ip=told.ip,
            ignore_privacy=told.ignore_privacy,
        )
        if not runs.begun_again(tx, row.id, run.id):
            raise StepError("This run was begun anew already.")
        waiting = row_of(run, now, self._around.sealing)
        if told.delivery is not None and workflow.dedupe is not None:  # from now on it counts as delivered
            check_delivery(tx, replace(run, idempotency=told.delivery), now)
            waiting = waiting._replace(delivery=as_text(told.delivery))
        queue.add(tx, waiting)
        return run.id


def waiting_again(run: Run, now: int) -> QueuedRun:
    """A run that goes on as a row of the queue: its record has all the rest."""
    return QueuedRun(
        id=run.id,
        due_at=now,
        workflow=run.workflow.name,
        definition=run.program.definition,
        parameters="[]",
        trigger=AGAIN,
        actor=run.actor.kind,
        user_id=run.actor.user_id,
        depth=run.depth,
        priority=run.workflow.priority,
        parent_id=run.parent_id,
    )


def _delivered_since(tx: Tx, row: runs.Run, kept: dict[str, Any]) -> str:
    """Why a delivery is not tried again: it came again, and that run ended well or goes on; "" where it did not."""
    waited = kept.get("queued", {}).get("delivery")
    key = msgspec.json.decode(waited) if waited else kept.get("idempotency")
    former = answers.get(tx, row.workflow, key[0]) if key else None
    if former is None or former.until is None or former.run_id in (None, row.id):
        return ""
    return repeated_since(former.run_id)
