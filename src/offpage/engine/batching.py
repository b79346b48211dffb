"""The items of batches, taken in order and in chunks: each in its own savepoint, all of a chunk in one commit.

An item that fails is undone as a whole, and leaves a record that says why. One that ends well leaves no record of its
own: it is counted. (A record for each of a million items would take more time than most of the items, and more room
than what they did.) One that leaves the database has a record before it does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import msgspec

from offpage.engine.adding_up import Sums, steps_of
from offpage.engine.arriving import Arriving, item_of, mark_of
from offpage.engine.batch_end import came_back, finish
from offpage.engine.batch_work import CHUNK, Work, due_now, next_at
from offpage.engine.broken import Spoilt, failure_of
from offpage.engine.calls import Outcome
from offpage.engine.definitions import Definitions
from offpage.engine.due_run import check_depth, definition_of, run_of
from offpage.engine.flow import Admission, Keys, held_by_batch
from offpage.engine.items import TRIGGER, ItemOfBatch
from offpage.engine.lines import put_aside
from offpage.engine.progress import Pause
from offpage.engine.queued import Begin
from offpage.engine.record import error_from
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End, Executor
from offpage.engine.unbegun import failed_row, failed_waiting
from offpage.kernel.errors import OffpageError
from offpage.program.program import Workflow
from offpage.store import batches, runs, workload
from offpage.store.batches import Batch, Counts
from offpage.store.failures import GivenUp
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx


class _Undone(Exception):
    """Takes back what a failed item did."""


@dataclass(slots=True)
class Tally:
    """What became of the items of one chunk."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    workload: float = 0.0
    spent: Sums = field(default_factory=Sums)
    """What those cost that leave no record."""
    parked: int = 0
    pauses: list[Pause] = field(default_factory=list)

    @property
    def outside(self) -> int:
        """How many have not ended: they are in a step outside the database, or wait for their turns."""
        return len(self.pauses) + self.parked

    @property
    def state(self) -> str:
        """What became of the only item."""
        return "failed" if self.failed else "skipped" if self.skipped else "finished"

    @property
    def counts(self) -> Counts:
        """For the batch's counters."""
        return Counts(self.done, self.failed, self.skipped, self.outside, self.workload)


class Batching:
    """Executes items of batches. Used only by whoever holds a write transaction."""

    def __init__(
        self, executor: Executor, definitions: Definitions, around: Surroundings, admission: Admission
    ) -> None:
        self._executor = executor
        self._definitions = definitions
        self._around = around
        self._admission = admission
        self._arriving = Arriving(around, definitions, admission)

    def run(
        self, tx: Tx, now: int, seconds: float, paused: frozenset[str] = frozenset(), only: str | None = None
    ) -> tuple[int, list[Pause]]:
        """Execute items that are due for about `seconds`, of the batches in turn or of the one with the id `only`.

        Returns how many there were, and those that paused for an outside step.
        """
        deadline = time.perf_counter() + seconds
        pauses: list[Pause] = []
        count = 0
        while (batch := batches.due(tx, now, only)) is not None:
            if batch.workflow in paused:
                batches.rest(tx, batch)
                continue
            tally = self._chunk(tx, batch, now, deadline)
            pauses += tally.pauses
            count += max(1, tally.done + tally.failed + tally.skipped + tally.outside)  # the end of a batch counts
            if time.perf_counter() > deadline:
                break
        return count, pauses

    def _chunk(self, tx: Tx, batch: Batch, now: int, deadline: float) -> Tally:
        tally = Tally()
        try:
            program, workflow = definition_of(tx, self._definitions, batch.definition, batch.workflow)
            check_depth(program, batch.depth)
            work = Work(batch, program, workflow, self._around.sealing)
        except OffpageError as error:
            if error.transient:
                raise
            tally.failed = self._fail_all(tx, batch, error, now)
            return tally
        cursor = batch.cursor
        limit = min(CHUNK, due_now(batch, now))
        taken = batches.items(tx, batch, limit)
        if limit and not taken:
            cursor = batch.last_seq
        begin = self._begin(workflow, now)
        for item in taken:
            self._item(tx, work.run(item, self._around.new_id(now), now), begin, now, tally)
            cursor = item.seq
            is_full = batch.outside + tally.outside >= batch.at_once
            if is_full or (tally.failed and work.stops) or time.perf_counter() > deadline:
                break
        tx.deadline = None
        outside = batch.outside + tally.outside
        _keep_spent(tx, tally)
        after = batches.advance(tx, batch, tally.counts, cursor, next_at(batch, cursor, outside, now), now)
        if tally.failed and work.stops:
            finish(tx, self._around, program, after, "stopped")
        elif after.left == 0:
            finish(tx, self._around, program, after, "finished")
        return tally

    def its_turn(self, tx: Tx, waiting: QueuedRun, begin: Begin, now: int) -> End | None:
        """Execute an item whose turn has come; `begin` knows its limits. Returns its pause, if it has one."""
        assert waiting.batch_id is not None
        item = item_of(waiting.batch_id)
        batch = batches.by_seq(tx, item.batch)
        if batch is not None and batch.state == "paused":
            held = held_by_batch(waiting.line or Keys(None, None).line, batch.seq)
            put_aside(tx, waiting, held, self._admission.priority_of(waiting.workflow))
            return None
        program = self._definitions.get(tx, waiting.definition)
        tally = Tally()
        if batch is None or batch.has_ended:
            tally.skipped = 1
        else:
            try:
                run = replace(run_of(tx, waiting, self._definitions, self._around.sealing), item=item)
            except OffpageError as error:
                if error.transient:
                    raise
                self._failed(tx, item, failed_waiting(waiting, error, now), tally)
            else:
                self._item(tx, run, begin, now, tally)
        if tally.pauses:
            return tally.pauses[0]
        _keep_spent(tx, tally)
        came_back(tx, self._around, program, item, waiting.id, tally.state, tally.workload)
        return None

    def _begin(self, workflow: Workflow, now: int) -> Begin:
        """How the items of a workflow begin: at once, unless it has limits."""
        flow = self._admission.flow_of(workflow.name)
        if flow is None:
            return self._executor.begin
        return lambda tx, run: self._arriving.of_batch(tx, run, flow, now)

    def _item(self, tx: Tx, run: Run, begin: Begin, now: int, tally: Tally) -> None:
        """Execute one item, undone alone if it fails."""
        assert run.item is not None
        failure = self._executor.spoiler(tx, mark_of(run.item))
        if failure is not None:
            self._failed(tx, run.item, _failed_item(run, failure, now), tally)
            return
        try:
            with tx.savepoint():
                end = begin(tx, run)
                if isinstance(end, Outcome) and end.state == "failed":
                    raise _Undone
        except _Undone:
            assert run.item.row is not None
            self._failed(tx, run.item, run.item.row, tally)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the batch
            failure = failure_of(error, self._executor.events, run.id, run.workflow.name)
            self._failed(tx, run.item, _failed_item(run, failure, now), tally)
        else:
            if not isinstance(end, Outcome):
                batches.note(tx, run.item.batch, run.item.seq, "outside", run.id)
                if end is None:
                    tally.parked += 1
                else:
                    tally.pauses.append(end)
                return
            tally.done += end.state == "finished"
            tally.skipped += end.state == "skipped"
            if end.state in ("finished", "skipped"):
                item = run.item
                began, ended = item.started or now, item.ended or now  # a limit may have skipped it before it began
                tally.spent.add_run(run.workflow.name, began, ended, item.workload, steps_of(item.journal))
        tally.workload += run.item.workload

    def _failed(self, tx: Tx, item: ItemOfBatch, row: runs.Run, tally: Tally) -> None:
        """Record an item that failed. Raises Spoilt if there is no transaction any more in which to do so."""
        try:
            runs.insert(tx, row)
        except GivenUp:
            failure = error_from(msgspec.json.decode(row.error or "{}"))
            raise Spoilt(mark_of(item), failure) from None
        batches.note(tx, item.batch, item.seq, "failed", row.id)
        self._executor.count(tx, "failed")
        tally.failed += 1

    def _fail_all(self, tx: Tx, batch: Batch, error: OffpageError, now: int) -> int:
        """None of the items can run: one record says why, for all of them. Returns how many there were."""
        program = self._definitions.get(tx, batch.definition)
        run_id = self._around.new_id(now)
        runs.insert(tx, _failed_batch(batch, run_id, error, now))
        after = batches.fail_rest(tx, batch, run_id)
        if after.left == 0:
            finish(tx, self._around, program, after, "finished")
        return after.failed - batch.failed


def _keep_spent(tx: Tx, tally: Tally) -> None:
    """Keep what items cost that have ended without a record: one statement for all of them."""
    if costs := tally.spent.costs():
        workload.keep(tx, costs)


def _failed_item(run: Run, error: OffpageError, now: int) -> runs.Run:
    """The record of an item that could not even begin."""
    return failed_row(
        error, now, id=run.id, workflow=run.workflow.name, definition=run.program.definition, trigger=TRIGGER,
        actor=run.actor.kind, user_id=run.actor.user_id, depth=run.depth, parent_id=run.parent_id, due_at=run.queued_at,
    )  # fmt: skip


def _failed_batch(batch: Batch, run_id: str, error: OffpageError, now: int) -> runs.Run:
    """The record of a batch none of whose items can run."""
    return failed_row(
        error, now, id=run_id, workflow=batch.workflow, definition=batch.definition, trigger=TRIGGER,
        actor=batch.actor, user_id=batch.user_id, depth=batch.depth, parent_id=batch.id, due_at=batch.base_at,
    )  # fmt: skip
