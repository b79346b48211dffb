"""A run of a workflow with limits is due: it begins, waits for its turn, or does not run."""

from __future__ import annotations

from offpage.engine.batch_end import came_back
from offpage.engine.calls import Outcome
from offpage.engine.debouncing import SETTLING, Debouncing
from offpage.engine.definitions import Definitions
from offpage.engine.enqueuing import row_of
from offpage.engine.flow import Admission, Held, Keys
from offpage.engine.idempotency import give_place_up
from offpage.engine.items import ItemOfBatch
from offpage.engine.lines import park
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End
from offpage.engine.skipping import record_replaced, record_skipped, skipped_by
from offpage.program.limits import Flow
from offpage.store import flow as limits
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx


def mark_of(item: ItemOfBatch) -> str:
    """Which item of which batch a waiting run is, for its row."""
    return f"{item.batch}/{item.seq}"


def item_of(mark: str) -> ItemOfBatch:
    """What `mark_of` made."""
    batch, seq = mark.split("/")
    return ItemOfBatch(int(batch), int(seq))


class Arriving:
    """Receives runs that are due. Used only by whoever holds a write transaction."""

    def __init__(self, around: Surroundings, definitions: Definitions, admission: Admission) -> None:
        self._around = around
        self._definitions = definitions
        self._admission = admission
        self._debouncing = Debouncing(around, admission)

    def of_queue(self, tx: Tx, waiting: QueuedRun, run: Run, flow: Flow, now: int) -> End | None:
        """Begin a run of the queue, or None: it waits, or is recorded as skipped."""
        if flow.debounce is not None and waiting.settle_by is None and waiting.trigger in SETTLING:
            self._debouncing.settle(tx, waiting, run, flow.debounce, now)
            return None
        keys = self._admission.keys(tx, run, flow)
        held = self.held(tx, run.workflow.name, flow, keys, now)
        if held is None:
            return self._admission.begin(tx, run, flow, keys)
        if flow.when_busy == "skip" and run.stands is None:  # whoever asks for a second try does not want it skipped
            record_skipped(tx, run, skipped_by(run.workflow.name, held), now)
            give_place_up(tx, waiting)
        else:
            self._wait(tx, waiting, flow, held, now)
        return None

    def of_batch(self, tx: Tx, run: Run, flow: Flow, now: int) -> End | None:
        """Begin an item of a batch, or None: it waits. One that is skipped is counted only, as all that end well."""
        assert run.item is not None
        keys = self._admission.keys(tx, run, flow)
        held = self.held(tx, run.workflow.name, flow, keys, now)
        if held is None:
            return self._admission.begin(tx, run, flow, keys)
        if flow.when_busy == "skip":
            return Outcome(run.id, "skipped")
        self._wait(tx, row_of(run, now, self._around.sealing)._replace(batch_id=mark_of(run.item)), flow, held, now)
        return None

    def held(self, tx: Tx, workflow: str, flow: Flow, keys: Keys, now: int) -> Held | None:
        """What holds a run that was not there before: a limit, or those who wait already."""
        held = self._admission.held(tx, workflow, flow, keys, now)
        if held is not None or flow.when_busy == "skip" or not keys.gates:
            return held
        gates = limits.gates(tx, workflow, keys.gates)
        return Held(gates[0].gate, now, gates[0].why, keys.line, in_turn=True) if gates else None

    def replace_former(self, tx: Tx, workflow: str, line: str, by: str, now: int) -> None:
        """Take the run that waits in a line out of it: a later one takes its place."""
        former = queue.next_in_line(tx, workflow, line)
        if former is None:
            return
        queue.remove(tx, former.id)
        if former.batch_id is None:
            record_replaced(tx, former, by, now)
            give_place_up(tx, former)
        else:
            program = self._definitions.get(tx, former.definition)
            came_back(tx, self._around, program, item_of(former.batch_id), former.id, "skipped", 0.0)

    def _wait(self, tx: Tx, waiting: QueuedRun, flow: Flow, held: Held, now: int) -> None:
        if flow.when_busy == "replace":
            self.replace_former(tx, waiting.workflow, held.line, waiting.id, now)
        park(tx, waiting, held, self._admission.priority_of(waiting.workflow), now)
