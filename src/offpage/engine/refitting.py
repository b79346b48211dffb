"""Runs on their way whose program does not fit the tables any more: they go on with one made for those that there are.

A run belongs to a definition; what it holds between two segments are values and places in that definition's workflows,
which are the same in each program made of it. Where a field has become something else, the workflows that speak of it
cannot run any more: then the run fails, and says so.
"""

from __future__ import annotations

from dataclasses import replace

from offpage.engine.definitions import Definitions
from offpage.engine.due_run import check_frozen, definition_of
from offpage.engine.frames import Frame
from offpage.engine.progress import Pause
from offpage.engine.run import Run
from offpage.program.program import Workflow
from offpage.store.tx import Tx


def refitted_run(tx: Tx, run: Run, definitions: Definitions) -> Run:
    """A run that has not begun, ready for the tables as they are. Raises StepError where it cannot run on them."""
    if definitions.fits(run.program):
        return run
    program, workflow = definition_of(tx, definitions, run.program.definition, run.workflow.name)
    check_frozen(program, [one.type for one in workflow.parameters], run.parameters)
    return replace(run, program=program, workflow=workflow)


def refitted(tx: Tx, pause: Pause, definitions: Definitions) -> Pause:
    """A run that has paused, ready to go on. Raises StepError where it cannot on the tables as they are."""
    if definitions.fits(pause.run.program):
        return pause
    run = refitted_run(tx, pause.run, definitions)

    def found(workflow: Workflow) -> Workflow:
        return definition_of(tx, definitions, run.program.definition, workflow.name)[1]

    def refit(frame: Frame) -> Frame:
        caller = frame.caller
        return replace(frame, caller=caller and replace(caller, workflow=found(caller.workflow)))

    progress = pause.progress
    workflow = found(progress.workflow)
    progress = replace(progress, workflow=workflow, frames=[refit(one) for one in progress.frames])
    step = None if pause.step is None else workflow.steps[progress.next]
    return replace(pause, run=run, progress=progress, step=step)
