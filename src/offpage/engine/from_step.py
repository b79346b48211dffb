"""An earlier run, once more from one of its steps: a new run, with what the steps before it gave then.

Each step's result has a slot of its own, so what a run holds at its end, or where it failed, is enough for any of its
steps. The steps from there on are those of the workflow as it is now; those before must be the same still. The new run
waits as a failed one does that goes on from where it stood: limits and pauses count, and it cannot be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from offpage.accounts.actor import Actor
from offpage.actions.catalogue import actions
from offpage.engine.definitions import Definitions
from offpage.engine.items import TRIGGER as ITEM
from offpage.engine.journal import Entry
from offpage.engine.progress import Progress, Standing
from offpage.engine.recurring import RECURRING
from offpage.engine.repeating import Repeated, from_the_start
from offpage.engine.rerunning import waiting_again
from offpage.engine.restoring import restored
from offpage.engine.run import Run
from offpage.engine.running import Running
from offpage.engine.segment import Executor
from offpage.engine.told_before import told_before
from offpage.engine.waiting import SCHEDULE
from offpage.kernel.errors import KeyLost, NotFound, StepError
from offpage.model.documents import StepDoc
from offpage.model.plain import plain
from offpage.program.program import Program, Step, Workflow
from offpage.store import queue, runs
from offpage.store.tx import Tx

CHANGED: Final = "The steps before it have changed since; run it from the start."

NOT_KEPT: Final = (
    "What its steps gave was not kept: that is done in development only, for runs that end while the server's editor is"
    " in use. Run it from the start."
)

WAITS: Final = "It waits to go on from step {}, and begins as soon as there is time for it."


@dataclass(frozen=True, slots=True)
class FromStep:
    """What running again from a step would be. `step`: its number in the file, from 0. `why_not`: why it cannot be, or ""."""

    run: runs.Run
    step: int
    why_not: str = ""
    repeats: tuple[Repeated, ...] = ()


class FromSteps:
    """Plans such runs, and queues them."""

    def __init__(self, executor: Executor, definitions: Definitions, present: Callable[[], Program]) -> None:
        self._executor = executor
        self._definitions = definitions
        self._present = present

    def plan(self, tx: Tx, run_id: str, step: int) -> FromStep | None:
        """What running an earlier run again from a step would be; None: there is no such run."""
        row = runs.get(tx, run_id)
        if row is None:
            return None
        try:
            self._made(tx, row, step, row.id)
        except (StepError, KeyLost) as error:
            return FromStep(row, step, error.message)
        later = [one for one in _journal(row) if one["step"] >= step]
        return FromStep(row, step, "", tuple(from_the_start(later, actions())))

    def queue(self, tx: Tx, run_id: str, step: int) -> str:
        """Queue it; returns the new run's id. Raises NotFound, StepError, KeyLost where it cannot be."""
        row = runs.get(tx, run_id)
        if row is None:
            raise NotFound(f"There is no run {run_id}.")
        around = self._executor.around
        now = around.clock.now()
        run, progress = self._made(tx, row, step, around.new_id(now))
        running = Running(tx, run, around, run.program.forms)
        tx.deadline = None
        running.take_up(progress)
        recorder = self._executor.recorder
        kept = recorder.stands(tx, running, Standing(progress))
        recorder.end(tx, running, progress, "failed", StepError(WAITS.format(step + 1)), kept)
        queue.add(tx, waiting_again(run, now))
        return run.id

    def _made(self, tx: Tx, row: runs.Run, step: int, new_id: str) -> tuple[Run, Progress]:
        """The new run, and where it stands. Raises StepError, KeyLost."""
        _check_end(row)
        former, stood, kept = restored(tx, row, self._executor.around.sealing, self._definitions)
        if kept["actor"][:2] != [row.actor, row.user_id]:
            raise StepError(
                "A step of this run logged somebody in or out, which is not repeated; run it from the start."
            )
        program = self._present()
        workflow = program.workflows.get(row.workflow)
        if workflow is None:
            raise StepError(f"The workflow {row.workflow} is not there any more, or has issues: see offpage check.")
        journal = _journal(row)
        _check_docs(former, program, step)
        _check_reached(former.workflow, journal, step, has_failed=row.state == "failed")
        told = told_before(tx, row, workflow, self._definitions, self._executor.around.sealing)
        now = self._executor.around.clock.now()
        values: list[Any] = told.parameters + [None] * (len(workflow.slot_types) - len(told.parameters))
        outermost = next((one.caller.values for one in stood.frames if one.caller is not None), stood.values)
        place = _take_results(former.workflow, outermost, workflow, values, step)
        run = replace(
            former,
            id=new_id,
            program=program,
            workflow=workflow,
            parameters=told.parameters,
            trigger=SCHEDULE if row.trigger == RECURRING else row.trigger,
            parent_id=row.id,
            queued_at=now,
            idempotency=None,
            accepted=False,
            place=None,
        )
        progress = Progress(
            workflow,
            values,
            now,
            next=place,
            journal=[_taken(one) for one in journal if one["step"] < step],
            actor=Actor(*kept["actor"]),
            hidden=stood.hidden,
            lifted=workflow.ignore_privacy or run.ignore_privacy,
        )
        return run, progress


def _journal(row: runs.Run) -> list[Entry]:
    found: list[Entry] = msgspec.json.decode(row.journal)
    return found


def _check_end(row: runs.Run) -> None:
    if row.trigger == ITEM:
        raise StepError("This run was an item of a batch, which is undone as a whole; run the batch again.")
    if row.state not in ("finished", "failed"):
        raise StepError(f"This run is {row.state}: only one that has ended, and did something, can be run again.")
    if row.resume is None:
        raise StepError(NOT_KEPT)


def _check_docs(former: Run, program: Program, step: int) -> None:
    """Raise StepError unless the steps before are written as they were."""
    name = former.workflow.name
    then, now = former.program.app.workflows[name].steps, program.app.workflows[name].steps
    if not 0 <= step < len(now):
        raise StepError(f"The workflow {name} has no step {step + 1}.")
    if [_written(one) for one in then[:step]] != [_written(one) for one in now[:step]]:
        raise StepError(CHANGED)


def _written(doc: StepDoc) -> Any:
    """A step as its file says it, without what only people read."""
    said = {} if doc.keys is None else plain(doc.keys)
    return {name: one for name, one in said.items() if name != "note"}


def _check_reached(workflow: Workflow, journal: list[Entry], step: int, *, has_failed: bool) -> None:
    """Raise StepError unless the run has done all steps before."""
    done = {one["step"] for one in journal}
    wanted = {one.index for one in _outermost(workflow) if one.index < step}
    if not wanted <= done or (has_failed and step > max(done, default=0)):
        last = max(done, default=-1) + 1
        raise StepError(f"The run ended at step {last}, before this one; choose that step or an earlier one.")


def _outermost(workflow: Workflow) -> list[Step]:
    """The steps that stand in no other."""
    found, at = list[Step](), 0
    while at < len(workflow.steps):
        step = workflow.steps[at]
        found.append(step)
        at = at + 1 if step.block is None else step.block.after
    return found


def _place_of(workflow: Workflow, step: int) -> int:
    """Where the step, or the next that is not disabled, begins in the code."""
    at = 0
    while at < len(workflow.steps) and workflow.steps[at].index < step:
        block = workflow.steps[at].block
        at = at + 1 if block is None else block.after
    return at


def _take_results(then: Workflow, given: list[Any], now: Workflow, values: list[Any], step: int) -> int:
    """Put the results of the steps before where they belong now; returns the step's place. Raises StepError."""
    place = _place_of(now, step)
    if place != _place_of(then, step):
        raise StepError(CHANGED)
    for old, new in zip(then.steps[:place], now.steps[:place], strict=True):
        if (old.slot < 0) != (new.slot < 0):
            raise StepError(CHANGED)
        if new.slot >= 0:
            if then.slot_types[old.slot] != now.slot_types[new.slot]:
                raise StepError(CHANGED)
            values[new.slot] = given[old.slot]
    return place


def _taken(entry: Entry) -> Entry:
    """What a step did in the earlier run: it costs nothing this time."""
    found = entry | {"taken": True, "ms": 0.0, "workload": 0.0}
    if "steps" in entry:
        found["steps"] = [_taken(one) for one in entry["steps"]]
    return found
