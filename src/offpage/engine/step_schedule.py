"""Scheduling in a run: workflows that run later, over a list, and that do not run after all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from offpage.actions.scheduling import Completion, ItemArguments, Listed, Order, Pace
from offpage.engine.items import batch_record, packed_completion
from offpage.engine.waiting import kept_parameters, new_batch, queued_row
from offpage.kernel.errors import StepError
from offpage.program.program import Workflow
from offpage.store import batches, queue
from offpage.store.batches import Batch
from offpage.values.records import PARTS, SCHEDULED, Record

if TYPE_CHECKING:
    from offpage.engine.running import Running


class ScheduleOfRun:
    """Scheduling in the transaction of a run. Implements StepSchedule."""

    __slots__ = ("_running",)

    def __init__(self, running: Running) -> None:
        self._running = running

    def once(
        self,
        order: Order,
        values: Sequence[Any],
        *,
        key: str | None = None,
        on_conflict: str = "replace",
        cancel_with: str | None = None,
    ) -> Record:
        """Let a workflow run once; returns the run as a record. Raises StepError where one waits under the key."""
        running = self._running
        due_at = running.now() if order.at is None else max(order.at, running.now())
        row = queued_row(running, self.workflow(order.workflow), values, due_at, order.ignore_privacy)
        row = row._replace(key=key, ends_with=cancel_with)
        if key is None:
            queue.add(running.tx, row)
        else:
            former = queue.put_keyed(running.tx, row, replace=on_conflict == "replace")
            if former is not None and on_conflict == "error":
                raise StepError(f"A run of {order.workflow} waits under the key {key!r} already.")
            if former is not None:
                return Record(PARTS[SCHEDULED], {"id": former.id, "at": former.due_at})
        running.workload.scheduled()
        running.wakes(row.due_at)
        return Record(PARTS[SCHEDULED], {"id": row.id, "at": row.due_at})

    def on_list(
        self, order: Order, listed: Listed, arguments: ItemArguments, pace: Pace, on_complete: Completion | None
    ) -> Record:
        """Let a workflow run for every item of a list; returns the batch as a record."""
        running = self._running
        now = running.now()
        begins = now if order.at is None else max(order.at, now)
        workflow = self.workflow(order.workflow)
        batch = new_batch(running, workflow, order.ignore_privacy, arguments, pace, begins, now)
        batch = batches.add(running.tx, batch._replace(on_complete=packed_completion(running, on_complete)))
        batch = batches.set_total(running.tx, batch, self._write(batch, workflow, listed, arguments))
        running.workload.scheduled(batch.total)
        running.wakes(begins)
        return batch_record(batch)

    def _write(self, batch: Batch, workflow: Workflow, listed: Listed, arguments: ItemArguments) -> int:
        """Write the items of a batch, with one statement where that can be; returns how many."""
        tx = self._running.tx
        if arguments.shared is not None:
            select = listed.statement()
            return batches.select_items(tx, batch, *select) if select else batches.add_items(tx, batch, listed.items())
        return batches.add_items(tx, batch, self._packed(workflow, listed.items(), arguments))

    def _packed(self, workflow: Workflow, items: list[Any], arguments: ItemArguments) -> Iterator[str]:
        for item in items:
            self._running.check_time()
            yield kept_parameters(self._running.sealing, workflow, arguments.each(item))

    def cancel(self, ids: Sequence[str]) -> int:
        """Cancel runs that wait; returns how many. Ids of which none waits are passed over."""
        tx, now = self._running.tx, self._running.now()
        return sum(queue.cancel(tx, one) or batches.cancel(tx, one, now) or 0 for one in ids)

    def workflow(self, name: str) -> Workflow:
        """Another workflow of the app. Raises StepError if it has issues."""
        found = self._running.run.program.workflows.get(name)
        if found is None:
            raise StepError(f"The workflow {name} cannot run before its issues are mended: see offpage check.")
        return found
