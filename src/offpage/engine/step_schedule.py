"""Scheduling in a run: workflows that run later, over a list, and that do not run after all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from offpage.actions.scheduling import Order
from offpage.engine.waiting import queued_row
from offpage.kernel.errors import StepError
from offpage.program.program import Workflow
from offpage.store import queue
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
            row = former or row
        running.wakes(row.due_at)
        return Record(PARTS[SCHEDULED], {"id": row.id, "at": row.due_at})

    def cancel(self, ids: Sequence[str]) -> int:
        """Cancel runs that wait; returns how many. Ids of which none waits are passed over."""
        return sum(queue.cancel(self._running.tx, one) for one in ids)

    def workflow(self, name: str) -> Workflow:
        """Another workflow of the app. Raises StepError if it has issues."""
        found = self._running.run.program.workflows.get(name)
        if found is None:
            raise StepError(f"The workflow {name} cannot run before its issues are mended: see offpage check.")
        return found
