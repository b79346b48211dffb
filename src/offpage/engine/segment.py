"""One stretch of a run in one transaction: its parameters' things, its condition, its steps, its record.

A run that finishes in one segment costs one insert for its record. A run that meets an outside step pauses:
what it needs to go on is recorded in the segment's transaction, before the step leaves the database.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offpage.actions.action import Action
from offpage.actions.outside import OutsideAction
from offpage.engine.calls import Outcome, State
from offpage.engine.idempotency import former_answer, keep_answer
from offpage.engine.journal import Entry
from offpage.engine.progress import Pause, Progress, Reached
from offpage.engine.record import Recorder
from offpage.engine.running import Run, Running, Surroundings
from offpage.kernel.errors import InvalidData, OffpageError, StepError, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Closure, Step
from offpage.store.failures import Interrupted
from offpage.store.tx import Tx
from offpage.values.codec import Forms

CRASHED = "This step failed because of a mistake inside Offpage, not in your app. The server's log has the details."

Do = Callable[[], None]

End = Outcome | Pause
"""How a segment ends: the run has ended, or it pauses for an outside step."""


class Executor:
    """Executes segments of runs, one call each, in whichever thread holds the transaction."""

    def __init__(self, around: Surroundings, recorder: Recorder, events: Events) -> None:
        self._around = around
        self._recorder = recorder
        self._events = events

    def begin(self, tx: Tx, run: Run) -> End:
        """Run it from its first step. A failed step is an outcome, not an exception.

        Raises InvalidData when a parameter names a thing that is not there (nothing is recorded then), KeyReused
        or Conflict for an Idempotency-Key, and StoreError when the database itself fails.
        """
        if run.idempotency is not None and (former := former_answer(tx, run)) is not None:
            return former
        running = Running(tx, run, self._around, _forms(run))
        try:
            return self._from_the_start(tx, run, running)
        finally:
            tx.deadline = None

    def _from_the_start(self, tx: Tx, run: Run, running: Running) -> End:
        _find_things(tx, run, running)
        values = running.values
        progress = Progress(values, running.now(), actor=run.actor, answer=running.answer, hidden=running.hidden)
        if run.workflow.only_when is not None and run.workflow.only_when(running) is not True:
            return self._ended(tx, running, progress, "skipped", None)
        return self._steps(tx, running, progress)

    def go_on(self, tx: Tx, pause: Pause, reached: Reached) -> End:
        """Settle the outside step that a run paused for, and run on from there."""
        progress = pause.progress.copy()
        running = Running(tx, pause.run, self._around, _forms(pause.run))
        running.take_up(progress)
        try:
            return self._from(tx, pause, progress, reached, running)
        finally:
            tx.deadline = None

    def _from(self, tx: Tx, pause: Pause, progress: Progress, reached: Reached, running: Running) -> End:
        entry = progress.journal[-1]
        entry["ms"] += reached.ms
        began = running.workload
        error = self._guarded(tx, pause.step, running, entry, lambda: self._settle(pause, reached, running, entry))
        entry["workload"] += running.workload - began
        progress.next += 1
        if error is not None and not pause.step.go_on_after_error:
            return self._ended(tx, running, progress, "failed", error)
        if running.ended:
            return self._ended(tx, running, progress, "finished", None)
        return self._steps(tx, running, progress)

    def resume(self, tx: Tx, run: Run, progress: Progress) -> Pause:
        """Pause again where a run stood when its process ended: its outside step is evaluated afresh."""
        running = Running(tx, run, self._around, _forms(run))
        running.take_up(progress)
        step = run.workflow.steps[progress.next]
        call = _evaluated(step, running, {})
        tx.deadline = None
        assert isinstance(call, OutsideAction)
        return Pause(run, progress, step, call, running.key)

    def _steps(self, tx: Tx, running: Running, progress: Progress) -> End:
        """Do the steps in order until the run ends or has to leave the database."""
        steps = running.run.workflow.steps
        while progress.next < len(steps):
            step = steps[progress.next]
            entry: Entry = {"step": step.index, "do": step.do}
            progress.journal.append(entry)
            at = time.perf_counter_ns()
            load = running.workload
            paused: list[Pause] = []
            error = self._step(tx, step, running, progress, entry, paused)
            entry["ms"] = (time.perf_counter_ns() - at) / 1e6
            entry["workload"] = running.workload - load
            if paused:
                running.put_down(progress)
                self._recorder.pause(tx, running, progress)
                return paused[0]
            if error is not None and not step.go_on_after_error:
                return self._ended(tx, running, progress, "failed", error)
            progress.next += 1
            if running.ended:
                break
        return self._ended(tx, running, progress, "finished", None)

    def _ended(self, tx: Tx, running: Running, progress: Progress, state: State, error: OffpageError | None) -> Outcome:
        run = running.run
        self._recorder.end(tx, running, progress, state, error)
        outcome = Outcome(run.id, state, running.answer, error, wake_at=running.wake_at)
        if run.idempotency is not None:
            keep_answer(tx, run, outcome)
        return outcome

    def _step(
        self, tx: Tx, step: Step, running: Running, progress: Progress, entry: Entry, paused: list[Pause]
    ) -> OffpageError | None:
        """Do one step, or find that it leads outside (then `paused` gets the pause)."""

        def do() -> None:
            running.check_time()
            if step.only_when is not None and not _holds(step.only_when, running, entry):
                return
            call = _evaluated(step, running, entry)
            if isinstance(call, OutsideAction):
                entry["state"] = "outside"
                paused.append(Pause(running.run, progress, step, call, running.key))
            else:
                _keep(step, running, entry, call.run(running))

        return self._guarded(tx, step, running, entry, do)

    def _settle(self, pause: Pause, reached: Reached, running: Running, entry: Entry) -> None:
        if reached.error is not None:
            raise reached.error
        running.key = pause.key
        _keep(pause.step, running, entry, pause.call.settle(running, reached.value))
        entry["state"] = "done"

    def _guarded(self, tx: Tx, step: Step, running: Running, entry: Entry, do: Do) -> OffpageError | None:
        """Do a part of a step so that a failure undoes that part alone; returns the failure."""
        try:
            if step.one_statement and not tx.dialect.aborts_on_error:
                do()
            else:
                with tx.savepoint():
                    do()
        except Interrupted:
            return self._failed(step, running, entry, running.too_late())
        except StoreError:
            raise
        except OffpageError as error:
            return self._failed(step, running, entry, error)
        except Exception as crash:  # noqa: BLE001 - a mistake of ours must not take the run's record with it
            self._events.say("step.crashed", run=running.run.id, address=step.address, trace=traceback.format_exc())
            return self._failed(step, running, entry, StepError(CRASHED, crash=type(crash).__name__))
        entry.setdefault("state", "done")
        return None

    def _failed(self, step: Step, running: Running, entry: Entry, error: OffpageError) -> OffpageError:
        # What the step wrote is undone, so what was remembered of it may be wrong.
        running.view.forget()
        error.details.setdefault("address", step.address)
        entry["state"] = "failed"
        entry["error"] = {"code": error.code, "message": error.message, "address": step.address}
        return error


def _holds(condition: Closure, running: Running, entry: Entry) -> bool:
    """Whether a step's condition holds; the journal keeps it."""
    holds = entry["condition"] = condition(running) is True
    if not holds:
        entry["state"] = "skipped"
    return holds


def _evaluated(step: Step, running: Running, entry: Entry) -> Action:
    """The action with its properties evaluated."""
    running.workload += step.action.cost.base
    running.key = f"{running.run.id}/{step.address}"
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


def _keep(step: Step, running: Running, entry: Entry, result: Any) -> None:
    """Put a step's result where later steps find it."""
    if step.slot >= 0:
        running.values[step.slot] = result
    if step.hides and step.action.secret_result:
        running.hide(result)
    if step.trace_result is not None:
        entry["result"] = step.trace_result(result)


def _find_things(tx: Tx, run: Run, running: Running) -> None:
    """Raise InvalidData for a parameter that names a thing that is not there."""
    for parameter, value in zip(run.workflow.parameters, run.parameters, strict=True):
        if parameter.type.kind != "thing" or not value:
            continue
        type_id = parameter.type.of
        if parameter.type.is_list:
            there = run.program.things.exists(tx, type_id, value)
            missing = next((one for one in value if one not in there), None)
        else:
            missing = value if running.view.thing(type_id, value) is None else None
        if missing is not None:
            message = f"Invalid data for field {parameter.name}: object with id {missing} does not exist"
            raise InvalidData(message, parameter=parameter.name)


def _forms(run: Run) -> Forms:
    """How values become text in this run: in its own zone, if it has one."""
    forms = run.program.forms
    return forms if run.zone is None else replace(forms, zone=run.zone)
