"""One step of a run: its condition and its properties evaluated, its action done, its failure undone."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, Final

from offpage.actions.action import Action
from offpage.engine.journal import Entry
from offpage.engine.running import Running
from offpage.kernel.errors import OffpageError, StepError, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Closure, Step
from offpage.store.failures import Interrupted

CRASHED: Final = (
    "This step failed because of a mistake inside Offpage, not in your app. The server's log has the details."
)

CRASHED_CONDITION: Final = (
    "The workflow's condition failed because of a mistake inside Offpage, not in your app. "
    "The server's log has the details."
)

Do = Callable[[], None]


def guarded(running: Running, step: Step, entry: Entry, events: Events, do: Do) -> OffpageError | None:
    """Do a part of a step so that a failure undoes that part alone; returns the failure."""
    tx = running.tx
    noted = len(running.changes)
    try:
        if step.one_statement and not tx.dialect.aborts_on_error:
            do()
        else:
            with tx.savepoint():
                do()
    except Interrupted:
        return failed(step, running, entry, running.too_late(), noted)
    except StoreError:
        raise
    except OffpageError as error:
        return failed(step, running, entry, error, noted)
    except Exception as crash:  # noqa: BLE001 - a mistake of ours must not take the run's record with it
        events.say("step.crashed", run=running.run.id, address=step.address, trace=traceback.format_exc())
        return failed(step, running, entry, StepError(CRASHED, crash=type(crash).__name__), noted)
    entry.setdefault("state", "done")
    return None


def may_begin(running: Running, events: Events) -> bool | OffpageError:
    """Whether the condition of the run's workflow holds, or the error that asking it ended with."""
    workflow, tx = running.run.workflow, running.tx
    if workflow.only_when is None:
        return True
    try:
        if not tx.dialect.aborts_on_error:
            return workflow.only_when(running) is True
        with tx.savepoint():
            return workflow.only_when(running) is True
    except Interrupted:
        error: OffpageError = running.too_late()
    except StoreError:
        raise
    except OffpageError as found:
        error = found
    except Exception as crash:  # noqa: BLE001 - a mistake of ours must not take the run's record with it
        trace = traceback.format_exc()
        events.say("run.crashed", run=running.run.id, workflow=workflow.name, trace=trace)
        error = StepError(CRASHED_CONDITION, crash=type(crash).__name__)
    error.details.setdefault("address", f"{workflow.address}/only_when")
    return error


def failed(step: Step, running: Running, entry: Entry, error: OffpageError, noted: int) -> OffpageError:
    """Note the failure of a step that has been undone. `noted` is how many changes were noted before it."""
    # What the step wrote is undone, so what was remembered of it may be wrong.
    running.view.forget()
    running.changes.drop(noted)
    running.calling = None
    error.details.setdefault("address", step.address)
    entry["state"] = "failed"
    entry["error"] = {"code": error.code, "message": error.message, "address": error.details["address"]}
    for name in ("why", "answer_status", "answer"):
        if name in error.details:
            entry["error"][name] = error.details[name]
    return error


def holds(condition: Closure, running: Running, entry: Entry) -> bool:
    """Whether a step's condition holds; the journal keeps it."""
    found = entry["condition"] = condition(running) is True
    if not found:
        entry["state"] = "skipped"
    return found


def evaluated(step: Step, running: Running, entry: Entry) -> Action:
    """The action with its properties evaluated."""
    running.workload.units += step.action.cost.own(running.workload.prices)
    running.key = f"{running.run.id}/{step.address}"
    if running.place:
        running.key += running.place
    call = step.action.__new__(step.action)
    values = call.__dict__
    inputs: dict[str, Any] = {}
    entry["inputs"] = inputs
    for prop in step.props:
        value = values[prop.name] = prop.read(running)
        inputs[prop.name] = prop.trace(value)
    if step.hides:
        for name, declared in step.action.props.items():
            if declared.secret:
                running.hide(values.get(name))
    return call


def keep(step: Step, running: Running, entry: Entry, result: Any) -> None:
    """Put a step's result where later steps find it."""
    if step.slot >= 0:
        running.values[step.slot] = result
    if step.hides and step.action.secret_result:
        running.hide(result)
    if step.trace_result is not None:
        entry["result"] = step.trace_result(result)
