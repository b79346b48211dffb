"""Walks through the code of a run: its steps one after the other, into blocks and events and out of them again."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

from offpage.actions.action import Action
from offpage.actions.outside import OutsideAction
from offpage.engine import doing
from offpage.engine.calling import begin_event, end_event
from offpage.engine.frames import Frame, open_journals, place_of, step_of
from offpage.engine.journal import Entry
from offpage.engine.looping import begin_loop, clean_round, next_round
from offpage.engine.progress import Pause, Progress, Standing
from offpage.engine.running import Running
from offpage.kernel.errors import OffpageError, StepError
from offpage.kernel.events import Events
from offpage.program.program import Step

STRETCH_SECONDS: Final = 0.01
"""How long one segment of a loop may hold the write lock before others get their turn."""

Stop = Pause | OffpageError | None
"""Why a walk stopped: the run pauses, it failed, or it came to its end."""


class Undo(Exception):
    """Undoes a `transaction` block whose step failed."""

    def __init__(self, error: OffpageError) -> None:
        super().__init__()
        self.error = error


class Walk:
    """One segment of a run on its way."""

    def __init__(self, running: Running, progress: Progress, events: Events) -> None:
        self.running = running
        self.progress = progress
        self.events = events
        self.journals = open_journals(progress.journal, len(progress.frames))
        running.place = place_of(progress.frames)
        self.floor = 0
        """How many frames were open when the innermost transaction began, itself included; 0 outside of any."""
        self.until = time.perf_counter() + STRETCH_SECONDS
        self.moved = False
        """Whether a round has begun in this segment: each does at least one, or a busy machine would stand still."""
        self.standing: Standing | None = None
        """Where the run stood when it failed."""

    def go(self) -> Stop:
        """Do steps until the run ends, fails or pauses; inside a transaction, until that ends."""
        progress, floor = self.progress, self.floor
        while len(progress.frames) >= floor:
            code = progress.workflow.steps
            if progress.next >= len(code):
                if not progress.frames:
                    return None
                self._leave_event()
                continue
            step = code[progress.next]
            if step.closes >= 0:
                stop = self._close(step)
            else:
                stop = self._do(step)
            if stop is not None:
                return stop
            if self.running.ended and self._end():
                return None
        return None

    def settled(self, step: Step, call: OutsideAction, error: OffpageError | None) -> Stop:
        """Go on after an outside step has been settled."""
        if error is not None:
            stop = self._failed(step, error, call)
            if stop is not None:
                return stop
        else:
            self.progress.next += 1
        if self.running.ended and self._end():
            return None
        return self.go()

    def stopped(self, error: OffpageError, call: OutsideAction | None = None, *, after: bool = False) -> Stop:
        """End the run where it stands, whatever its steps say of errors: at the step `call`, which was outside, or `after` it."""
        place = self.progress.workflow.steps[min(self.progress.next, len(self.progress.workflow.steps) - 1)]
        error.details.setdefault("address", place.address)
        if after:
            self.progress.next += 1
        self.note_standing(None if after else call)
        while self.progress.frames:
            self._leave_failed(error)
        return error

    def _do(self, step: Step) -> Stop:
        """Do one step, or open it."""
        running, progress = self.running, self.progress
        entry: Entry = {"step": step.index, "do": step.do}
        if progress.frames:
            self._mark(entry)
        self.journals[-1].append(entry)
        began, load = time.perf_counter_ns(), running.workload.units
        calls: list[Action] = []

        def do() -> None:
            running.check_time()
            if step.only_when is not None and not doing.holds(step.only_when, running, entry):
                return
            call = doing.evaluated(step, running, entry)
            if isinstance(call, OutsideAction):
                self._check_outside(step)
                call.prepare(running)
                entry["state"] = "outside"
                calls.append(call)
            elif step.block is not None:
                calls.append(call)
            else:
                doing.keep(step, running, entry, call.run(running))

        error = doing.guarded(running, step, entry, self.events, do)
        entry["ms"] = (time.perf_counter_ns() - began) / 1e6
        entry["workload"] = running.workload.units - load
        if progress.frames:
            self._add_around(entry["ms"], entry["workload"])
        if error is not None:
            return self._failed(step, error)
        if calls and step.block is None:
            call = calls[0]
            assert isinstance(call, OutsideAction)
            return Pause(running.run, progress, step, call, running.key)
        if calls:
            return self._open(step, calls[0], entry)
        if running.calling is not None:
            return self._enter_event(step, entry)
        progress.next += 1
        return None

    def _mark(self, entry: Entry) -> None:
        """Say in an entry which item or round it belongs to, and whether it stands under `else`."""
        frame = self.progress.frames[-1]
        block = None if frame.caller else self.progress.workflow.steps[frame.at].block
        if block is None:
            return
        if block.kind in ("for_each", "while"):
            entry["round"] = frame.round
        elif block.kind == "branch" and self.progress.next >= block.otherwise:
            entry["else"] = True

    def _check_outside(self, step: Step) -> None:
        if self.floor:
            raise StepError(
                f"`{step.do}` leaves the database, which cannot be undone, and is inside a `transaction`. Move it out."
            )

    def add(self, entry: Entry, ms: float, workload: float) -> None:
        """Count what a step took besides, for it and for the steps that are open around it."""
        entry["ms"] += ms
        entry["workload"] += workload
        self._add_around(ms, workload)

    def _add_around(self, ms: float, workload: float) -> None:
        for journal in self.journals[:-1]:
            entry = journal[-1]
            entry["ms"] += ms
            entry["workload"] += workload

    # Blocks.

    def _push(self, frame: Frame, entry: Entry) -> None:
        entry["steps"] = []
        self.progress.frames.append(frame)
        self.journals.append(entry["steps"])
        self._place()

    def _pop(self) -> Frame:
        self.journals.pop()
        frame = self.progress.frames.pop()
        self._place()
        return frame

    def _place(self) -> None:
        """Tell the run where it is: part of the key of a step, which must differ from round to round."""
        self.running.place = place_of(self.progress.frames)

    def _open(self, step: Step, call: Any, entry: Entry) -> Stop:
        """Begin a block whose properties were evaluated."""
        block = step.block
        assert block is not None
        frame = Frame(self.progress.next)
        match block.kind:
            case "transaction":
                return self._atomically(step, frame, entry)
            case "branch":
                entry["condition"] = call.when is True
                self._push(frame, entry)
                self.progress.next = frame.at + 1 if call.when is True else block.otherwise
                if self.progress.next == block.after:  # nothing stands under `else`
                    self._pop()
                return None
            case "for_each" | "while":
                begin_loop(frame, block.kind, call, entry)
                self._push(frame, entry)
                return self._round(step)

    def _close(self, end: Step) -> Stop:
        """The steps of a block are done: go round again, or go on after it."""
        step = self.progress.workflow.steps[end.closes]
        block = step.block
        assert block is not None
        if block.kind in ("for_each", "while"):
            return self._round(step)
        self._pop()
        self.progress.next = block.after
        return None

    def _round(self, step: Step) -> Stop:
        """Begin the next round of a loop, or leave it; pause when this segment has held the lock for long."""
        running, progress = self.running, self.progress
        frame, entry = progress.frames[-1], self.journals[-2][-1]
        block = step.block
        assert block is not None
        if self.moved and frame.round >= 0 and not self.floor and time.perf_counter() > self.until:
            # The end mark is where the run stands: it comes back to this very place.
            return Pause(running.run, progress)
        clean_round(frame, entry)
        again = False

        def do() -> None:
            nonlocal again
            running.check_time()
            again = next_round(frame, step, running)

        error = doing.guarded(running, step, entry, self.events, do)
        if error is not None:
            if frame.round >= 0:
                if self._ends_with(step):
                    self.note_standing()  # within the loop: the rounds that are over stay so
                self._pop()
                return self._after_failure(step, error)
            self._pop()
            progress.next = frame.at
            return self._failed(step, error)
        if again:
            self.moved = True
            for slot in block.results:
                running.values[slot] = None
            self._place()
            progress.next = frame.at + 1
        else:
            if step.slot >= 0:
                running.values[step.slot] = None
            self._pop()
            progress.next = block.after
        return None

    def _atomically(self, step: Step, frame: Frame, entry: Entry) -> Stop:
        """Do the steps of a transaction: all of them, or none."""
        running, progress = self.running, self.progress
        block = step.block
        assert block is not None
        outer, values, answer, noted = self.floor, list(running.values), running.saved_answer(), len(running.changes)
        self._push(frame, entry)
        self.floor = len(progress.frames)
        progress.next = frame.at + 1
        try:
            with running.tx.savepoint():
                stop = self.go()
                if isinstance(stop, OffpageError):
                    raise Undo(stop)
        except Undo as undo:
            running.values[:] = values
            running.answer_again(answer)
            error = doing.failed(step, running, entry, undo.error, noted)
            self.floor = outer
            progress.next = frame.at
            return self._failed(step, error)
        self.floor = outer
        return None

    # Events.

    def _enter_event(self, step: Step, entry: Entry) -> Stop:
        """Begin the event that a step called."""
        running, progress = self.running, self.progress
        frame = Frame(progress.next)

        def do() -> None:
            begin_event(frame, running, progress, entry)

        error = doing.guarded(running, step, entry, self.events, do)
        running.calling = None
        if error is not None:
            return self._failed(step, error)
        if frame.caller is None:  # its condition did not hold
            progress.next += 1
        else:
            self._push(frame, entry)
        return None

    def _leave_event(self) -> None:
        """The event that was called last has ended: its caller goes on."""
        frame = self._pop()
        entry = self.journals[-1][-1]
        end_event(frame, self.running, self.progress, entry)

    # Ends.

    def _end(self) -> bool:
        """A step has ended the run or the event that it stands in; whether there is nothing left to do here."""
        running, frames = self.running, self.progress.frames
        if not running.in_event:
            while len(frames) >= max(self.floor, 1):
                self._pop()
            return True
        while frames[-1].caller is None:
            if len(frames) == self.floor:  # the transaction is over first; what is around it goes on ending
                self._pop()
                return True
            self._pop()
        running.ended = False
        self._leave_event()
        return len(frames) < self.floor

    def _failed(self, step: Step, error: OffpageError, call: OutsideAction | None = None) -> Stop:
        """Go on after a step that failed, where the run stands before it."""
        if self._ends_with(step):
            self.note_standing(call)
        return self._after_failure(step, error)

    def _ends_with(self, step: Step) -> bool:
        """Whether the failure of this step ends the run."""
        progress = self.progress
        if self.floor or step.go_on_after_error:
            return False
        around = (step_of(progress.frames, depth, progress.workflow) for depth in range(len(progress.frames)))
        return not any(one.go_on_after_error for one in around)

    def note_standing(self, call: OutsideAction | None = None) -> None:
        """Note where the run stands, which ends here. (An item of a batch begins anew.)"""
        progress, running = self.progress, self.running
        if running.run.item is not None:
            return
        stands = replace(progress, journal=[], changed=0).copy()  # what it has changed is told of now
        running.put_down(stands)
        self.standing = Standing(stands, call)

    def _after_failure(self, step: Step, error: OffpageError) -> Stop:
        """Go on after a failed step where something says so; otherwise the failure stops what is around it, too."""
        progress = self.progress
        while not self._goes_on(step, error):
            if len(progress.frames) <= self.floor:
                if self.floor:
                    self._pop()
                return error
            step = self._leave_failed(error)
        progress.next = step.block.after if step.block is not None else progress.next + 1
        return None

    def _leave_failed(self, error: OffpageError) -> Step:
        """Leave the innermost block or event because of an error; returns the step that it is."""
        progress = self.progress
        step = step_of(progress.frames, len(progress.frames) - 1, progress.workflow)
        frame = self._pop()
        entry = self.journals[-1][-1]
        entry["state"] = "failed"
        entry["error"] = {"code": error.code, "message": error.message, "address": error.details["address"]}
        if frame.caller is not None:
            end_event(frame, self.running, progress, entry)
        progress.next = frame.at
        return step

    def _goes_on(self, step: Step, error: OffpageError) -> bool:
        """Whether the run goes on after a step that failed; notes who is to be told of it."""
        if step.on_failure:
            self.running.failures = (*self.running.failures, (step.on_failure, error))
        return step.go_on_after_error
