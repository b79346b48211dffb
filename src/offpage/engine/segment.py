"""One stretch of a run in one transaction: its parameters' things, its condition, its steps, its record.

A run that finishes in one segment costs one insert for its record. A run that meets an outside step pauses:
what it needs to go on is recorded in the segment's transaction, before the step leaves the database.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

from offpage.accounts.actor import Actor
from offpage.actions.outside import OutsideAction
from offpage.engine import doing
from offpage.engine.adding_up import RUN, goes_on
from offpage.engine.again import Unready, note_attempt, wait_in_queue
from offpage.engine.batch_end import came_back
from offpage.engine.calls import Outcome, State
from offpage.engine.failures import queue_handlers
from offpage.engine.frames import place_of
from offpage.engine.idempotency import former_answer, keep_accepted, keep_answer
from offpage.engine.masking import MASK, as_text
from offpage.engine.packing import pack_all, unpack_all
from offpage.engine.places import give_place_back
from offpage.engine.progress import Pause, Progress, Reached, Standing
from offpage.engine.record import Recorder
from offpage.engine.redirecting import locate
from offpage.engine.reviving import Stands, check_delivery
from offpage.engine.run import Run, Surroundings
from offpage.engine.running import Running
from offpage.engine.triggers import (
    DATA_CHANGE,
    NO_WORKFLOW,
    OUTSIDE,
    Noted,
    changes_of,
    check_chain,
    keep_changes,
    start,
    started_by,
)
from offpage.engine.unrecorded import Unrecorded, of_type
from offpage.engine.walk import Stop, Walk
from offpage.kernel.errors import OF_ACCOUNTS, InvalidData, LimitReached, OffpageError, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Program
from offpage.services.sealing import Sealing
from offpage.store import runs
from offpage.store.tx import Tx
from offpage.values.codec import Forms

End = Outcome | Pause
"""How a segment ends: the run has ended, or it pauses for an outside step."""


class Executor:
    """Executes segments of runs, one call each, in whichever thread holds the transaction."""

    def __init__(self, around: Surroundings, recorder: Recorder, events: Events) -> None:
        self.around = around
        self.recorder = recorder
        self.events = events
        self.unrecorded = Unrecorded()
        """What is spent in this process without a run."""
        self.ended: Counter[str] = Counter()
        """How many runs have ended here in each state, and are committed."""
        self._counting = Lock()
        self.spoilers: dict[str, OffpageError] = {}
        """What has ended a whole transaction, and how it failed: see `spoiler`."""

    def begin(self, tx: Tx, run: Run) -> End:
        """Run it from its first step. A failed step is an outcome, not an exception.

        Raises InvalidData when a parameter names a thing that is not there (nothing is recorded then), KeyReused
        or Conflict for an Idempotency-Key, and StoreError when the database itself fails. A run that has failed before
        goes on where it `stands`.
        """
        if run.stands is not None:
            return self._revived(tx, run, run.stands)
        if run.idempotency is not None:
            now, sealing = self.around.clock.now(), self.around.sealing
            if run.queued_at is not None:
                check_delivery(tx, run, now)
            elif (former := former_answer(tx, run, now, sealing)) is not None:
                return former
        running = Running(tx, run, self.around, _forms(run))
        if run.trigger == "api" and run.parent_id is None:
            running.workload.request(0 if run.request is None else run.request.size)
        try:
            return self._from_the_start(tx, run, running)
        finally:
            tx.deadline = None

    def _from_the_start(self, tx: Tx, run: Run, running: Running) -> End:
        _find_things(tx, run, running)
        values = running.values
        progress = Progress(
            run.workflow, values, running.now(), actor=run.actor, answer=running.answer, hidden=running.hidden
        )
        held = doing.may_begin(running, self.events)
        unbegun = Standing(progress, begun=False)
        if isinstance(held, OffpageError):
            return self._ended(tx, running, progress, "failed", held, unbegun)
        if not held:
            if run.trigger == DATA_CHANGE:  # of each change that is none of its business nothing is kept
                return Outcome(run.id, "skipped")
            return self._ended(tx, running, progress, "skipped", None)
        try:
            check_chain(run)
        except LimitReached as error:
            return self._ended(tx, running, progress, "failed", error, unbegun)
        walk = Walk(running, progress, self.events)
        return self._stopped(walk, walk.go())

    def go_on(self, tx: Tx, pause: Pause, reached: Reached) -> End:
        """Settle the outside step that a run paused for, and run on from there."""
        progress = pause.progress.copy()
        running = Running(tx, pause.run, self.around, _forms(pause.run))
        running.take_up(progress)
        try:
            return self._from(pause, progress, reached, running)
        finally:
            tx.deadline = None

    def _from(self, pause: Pause, progress: Progress, reached: Reached, running: Running) -> End:
        walk = Walk(running, progress, self.events)
        step, call = pause.step, pause.call
        if step is None or call is None:
            return self._stopped(walk, walk.go() if reached.stop is None else walk.stopped(reached.stop))
        entry = walk.journals[-1][-1]
        workload = running.workload
        began = workload.units
        workload.outside(reached.calls, reached.bytes)
        walk.add(entry, reached.ms, workload.units - began)
        began = workload.units
        if reached.error is not None and step.retry is not None and reached.stop is None:
            due_at = step.retry.due_at(pause.attempt, reached.error, running.now(), running.random)
            note_attempt(entry, reached.error, pause.attempt)
            if due_at is not None:
                return self._stopped(walk, replace(pause, progress=progress, attempt=pause.attempt + 1, due_at=due_at))

        def settle() -> None:
            if reached.error is not None:
                raise reached.error
            running.key = pause.key
            doing.keep(step, running, entry, call.settle(running, reached.value))
            entry["state"] = "done"
            if said := call.remark(reached.value):
                entry["note"] = said

        error = doing.guarded(running, step, entry, self.events, settle)
        walk.add(entry, 0.0, workload.units - began)
        if error is not None and reached.error is None:
            entry["reached"] = True  # it was done outside all the same
        if reached.stop is not None:
            return self._stopped(walk, walk.stopped(reached.stop, call, after=error is None))
        return self._stopped(walk, walk.settled(step, call, error))

    def resume(
        self,
        tx: Tx,
        run: Run,
        progress: Progress,
        *,
        resting: bool,
        same: list[Any] | None = None,
        attempt: int = 1,
    ) -> Pause:
        """Pause again where a run stood: an outside step is evaluated afresh, but for `same`.

        `resting`: it was only letting others write. `attempt`: how often its step will have been tried.
        """
        running = Running(tx, run, self.around, _forms(run))
        running.take_up(progress)
        tx.deadline = None
        if resting:
            return Pause(run, progress)
        step = progress.workflow.steps[progress.next]
        running.place = place_of(progress.frames)
        try:
            with tx.savepoint():
                call = doing.evaluated(step, running, {})
                assert isinstance(call, OutsideAction)
                call.prepare(running)
        except StoreError:
            raise
        except OffpageError as error:
            return Pause(run, progress, step, Unready(error), running.key, attempt)
        if same is not None and (kept := call.same()) is not None and len(kept[0]) == len(same):
            call.take_same(unpack_all(kept[0], same))
        return Pause(run, progress, step, call, running.key, attempt)

    def _revived(self, tx: Tx, run: Run, stands: Stands) -> End:
        """Let a run that had failed go on: at the step that failed, which an outside step does as it was."""
        check_delivery(tx, run, self.around.clock.now())
        goes_on(tx, run.id)
        pause = self.resume(tx, run, stands.progress, resting=stands.resting, same=stands.same)
        owner = stands.progress.owner = self.around.lease.owner
        if owner is not None or not stands.resting:
            runs.leave_again(tx, run.id, as_text(stands.progress.journal), owner)
        return self.go_on(tx, pause, Reached()) if stands.resting else pause

    def changed_outside(
        self, tx: Tx, program: Program, actor: Actor, noted: Sequence[Noted], cause: Run | None = None
    ) -> int | None:
        """Start what changes start that no segment of a run has made: call it in their transaction, after them.

        `cause` is the run that they were made for, if it was one. Returns the soonest moment of what that queued.
        """
        if not any(type_id in program.watched for type_id, _, _ in noted):
            return None
        if cause is None:
            run = Run(self.around.new_id(self.around.clock.now()), program, NO_WORKFLOW, [], actor, trigger=OUTSIDE)
        else:
            run = replace(cause, workflow=NO_WORKFLOW, parameters=[], actor=actor)
        running = Running(tx, run, self.around, program.forms)
        running.workload.known(thing_id for _, thing_id, _ in noted)
        start(self.begin, running, started_by(running, noted))
        tx.committed.append(partial(self._spent, running, noted[0][0], cause))
        return running.wake_at

    def _stopped(self, walk: Walk, stop: Stop) -> End:
        """What becomes of a run that has stopped: it is recorded as ended, or as one that goes on later."""
        running, progress = walk.running, walk.progress
        if isinstance(stop, Pause):
            if stop.due_at is not None:
                running.wakes(stop.due_at)
            self._tell(running, progress, None)
            running.put_down(progress)
            keep_changes(running, progress)
            kept = None if stop.call is None else stop.call.same()
            same = None if kept is None else pack_all(*kept)
            if not progress.recorded:
                progress.owner = self.around.lease.owner
                if progress.owner is not None and running.run.is_direct:
                    running.run.accepted = True
            self.recorder.pause(
                running.tx, running, progress, resting=stop.call is None, same=same, attempt=stop.attempt
            )
            if stop.due_at is not None:
                wait_in_queue(running.tx, stop)
            return stop
        if stop is None and self.recorder.keeps_finished:
            walk.note_standing()
        return self._ended(running.tx, running, progress, "finished" if stop is None else "failed", stop, walk.standing)

    def _tell(self, running: Running, progress: Progress, error: OffpageError | None) -> None:
        """Let those follow who are told of failures."""
        if running.failures or error is not None:
            for _, failure in running.failures:
                self.recorder.hide(failure, progress.hidden)
            queue_handlers(running, error, self.events)

    def _ended(
        self,
        tx: Tx,
        running: Running,
        progress: Progress,
        state: State,
        error: OffpageError | None,
        standing: Standing | None = None,
    ) -> Outcome:
        run = running.run
        tx.deadline = None  # its time may be over: what happened must be recorded all the same
        locate(running, progress, state)
        following = started_by(running, changes_of(running, progress))
        if state == "finished" and run.answers_caller:
            running.workload.carried(running.answer.size)
        resume = None if standing is None else self._kept(running, standing, error)
        recorded = self.recorder.end(tx, running, progress, state, error, resume)
        self.count(tx, state)
        self._tell(running, progress, error)
        if run.item is not None and progress.recorded:
            came_back(tx, self.around, run.program, run.item, run.id, state, running.workload.units)
            running.wakes(running.now())  # another item may have its place
        if run.place is not None and give_place_back(tx, run, running.now()):
            running.wakes(running.now())
        start(self.begin, running, following)
        outcome = Outcome(run.id, state, running.answer, error, wake_at=running.wake_at)
        if run.idempotency is not None:
            keep_answer(tx, run, outcome, _sealing_of(running, recorded))
        if run.accepted:
            keep_accepted(tx, run, outcome, recorded, running.now(), _sealing_of(running, recorded))
        return outcome

    def _spent(self, running: Running, type_id: str, cause: Run | None) -> None:
        """Note what looking at changes has cost that no segment of a run has made."""
        name, do = (of_type(type_id), DATA_CHANGE) if cause is None else (cause.workflow.name, RUN)
        self.unrecorded.note(running.now(), name, do, running.workload.units, times=0)

    def spoiler(self, tx: Tx, key: str) -> OffpageError | None:
        """How a run failed that has ended a whole transaction: it is not executed again, but recorded as failed, once."""
        failure = self.spoilers.get(key)
        if failure is not None:
            tx.committed.append(partial(self._over, key))
        return failure

    def _over(self, key: str) -> None:
        self.spoilers.pop(key, None)

    def count(self, tx: Tx, state: State) -> None:
        """Count a run that has ended, once that is committed."""
        tx.committed.append(partial(self._count, state))

    def _count(self, state: State) -> None:
        with self._counting:
            self.ended[state] += 1

    def _kept(self, running: Running, standing: Standing, error: OffpageError | None) -> str | None:
        """What a run keeps to be tried again. That it cannot be kept must not change how the run ends.

        No password that was refused lies in the database, not even sealed: it would be refused again.
        """
        if running.run.item is not None or isinstance(error, OF_ACCOUNTS):
            return None
        try:
            with running.tx.savepoint():
                return self.recorder.stands(running.tx, running, standing)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the failure itself must be recorded
            run, trace = running.run, traceback.format_exc()
            self.events.say("run.unkept", run=run.id, workflow=run.workflow.name, trace=trace)
            return None


def _sealing_of(running: Running, recorded: str | None) -> Sealing | None:
    """What the exact answer of a run is sealed with; None where nothing in it can be secret."""
    return running.sealing if running.hidden or (recorded is not None and MASK in recorded) else None


def _find_things(tx: Tx, run: Run, running: Running) -> None:
    """Raise InvalidData for a parameter that names a thing that is not there."""
    if run.trigger == DATA_CHANGE:  # a thing that is deleted is what it may be about
        return
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
