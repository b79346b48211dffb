"""One stretch of a run in one transaction: its parameters' things, its condition, its steps, its record."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from typing import Any

from offpage.engine.calls import Outcome, State
from offpage.engine.journal import Entry
from offpage.engine.record import Recorder
from offpage.engine.running import Run, Running, Surroundings
from offpage.kernel.errors import InvalidData, OffpageError, StepError, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Step
from offpage.store.tx import Tx
from offpage.values.codec import Forms

CRASHED = "This step failed because of a mistake inside Offpage, not in your app. The server's log has the details."


class Executor:
    """Executes runs, one call each, in whichever thread holds the transaction."""

    def __init__(self, around: Surroundings, recorder: Recorder, events: Events) -> None:
        self._around = around
        self._recorder = recorder
        self._events = events

    def execute(self, tx: Tx, run: Run) -> Outcome:
        """Run it from its first step and write its record. A failed step is an outcome, not an exception.

        Raises InvalidData when a parameter names a thing that is not there (nothing is recorded then), and
        StoreError when the database itself fails.
        """
        running = Running(tx, run, self._around, _forms(run))
        started = running.now()
        self._find_things(tx, run, running)
        journal: list[Entry] = []
        state: State
        error: OffpageError | None = None
        if run.workflow.only_when is not None and run.workflow.only_when(running) is not True:
            state = "skipped"
        else:
            error = self._steps(tx, run, running, journal)
            state = "failed" if error else "finished"
        self._recorder.write(tx, running, state=state, started=started, journal=journal, error=error)
        return Outcome(run.id, state, running.answer, error)

    def _find_things(self, tx: Tx, run: Run, running: Running) -> None:
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
                raise InvalidData(message, field=parameter.name)

    def _steps(self, tx: Tx, run: Run, running: Running, journal: list[Entry]) -> OffpageError | None:
        """Do the steps in order; returns the error that stopped the run, if one did."""
        began = time.perf_counter_ns()
        for step in run.workflow.steps:
            entry: Entry = {"step": step.index, "do": step.do}
            journal.append(entry)
            at = time.perf_counter_ns()
            load = running.workload
            error = self._step(tx, step, running, entry)
            ended = time.perf_counter_ns()
            entry["at"] = (at - began) / 1e6
            entry["ms"] = (ended - at) / 1e6
            entry["workload"] = running.workload - load
            if error is not None and not step.go_on_after_error:
                return error
            if running.ended:
                return None
        return None

    def _step(self, tx: Tx, step: Step, running: Running, entry: Entry) -> OffpageError | None:
        try:
            running.check_time()
            if step.only_when is not None:
                holds = step.only_when(running) is True
                entry["condition"] = holds
                if not holds:
                    entry["state"] = "skipped"
                    return None
            if step.one_statement and not tx.dialect.aborts_on_error:
                self._do(step, running, entry)
            else:
                with tx.savepoint():
                    self._do(step, running, entry)
        except StoreError:
            raise
        except OffpageError as error:
            return self._failed(step, running, entry, error)
        except Exception as crash:  # noqa: BLE001 - a mistake of ours must not take the run's record with it
            self._events.say("step.crashed", run=running.run.id, address=step.address, trace=traceback.format_exc())
            return self._failed(step, running, entry, StepError(CRASHED, crash=type(crash).__name__))
        entry["state"] = "done"
        return None

    def _do(self, step: Step, running: Running, entry: Entry) -> None:
        running.workload += step.action.cost.base
        running.key = f"{running.run.id}/{step.address}"
        call = step.action.__new__(step.action)
        values = call.__dict__
        inputs: dict[str, Any] = {}
        entry["inputs"] = inputs
        for prop in step.props:
            value = values[prop.name] = prop.read(running)
            inputs[prop.name] = prop.trace(value)
        result = call.run(running)
        if step.slot >= 0:
            running.values[step.slot] = result
        if step.trace_result is not None:
            entry["result"] = step.trace_result(result)

    def _failed(self, step: Step, running: Running, entry: Entry, error: OffpageError) -> OffpageError:
        # What the step wrote is undone, so what was remembered of it may be wrong.
        running.view.forget()
        error.details.setdefault("address", step.address)
        entry["state"] = "failed"
        entry["error"] = {"code": error.code, "message": error.message, "address": step.address}
        return error


def _forms(run: Run) -> Forms:
    """How values become text in this run: in its own zone, if it has one."""
    forms = run.program.forms
    return forms if run.zone is None else replace(forms, zone=run.zone)
