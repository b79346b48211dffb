"""Arming recurring workflows in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offpage.engine.recurring import arm, disarm
from offpage.kernel.errors import StepError
from offpage.store import recurring
from offpage.values.recurrence import Recurrence, read_every

if TYPE_CHECKING:
    from offpage.engine.running import Running


class RecurringOfRun:
    """Arms and disarms in the transaction of a run. Implements StepRecurring."""

    __slots__ = ("_running",)

    def __init__(self, running: Running) -> None:
        self._running = running

    def arm(self, workflow: str, thing_id: str, every: str, starts: int | None) -> int | None:
        """Let a workflow start for a thing every so often, as whoever the run acts for; returns when it does next.

        Without `starts` the first start is one period from now. Where the thing is armed already and `starts` is not
        after the start that waits, the first is one period later (bubble.md 4.3). Raises StepError.
        """
        running = self._running
        program, now = running.run.program, running.now()
        found = program.workflows.get(workflow)
        period = read_every(every, running.forms)
        if found is None or found.plan is None:
            raise StepError(f"The workflow {workflow} cannot run before its issues are mended: see offpage check.")
        if period is None:
            raise StepError(
                f"{every[:80]!r} is no frequency. Use day, week, month, quarter, year, 90 seconds, or none."
            )
        zone = running.run.zone if not found.plan.own_zone and running.run.zone is not None else None
        recurrence = Recurrence(getattr(zone, "key", found.plan.zone), "", period, now if starts is None else starts)
        former = recurring.get(running.tx, workflow, thing_id)
        first: int | None = recurrence.anchor
        if starts is None or starts <= now:
            first = recurrence.after(now)
        elif former is not None and starts <= former.next_at:
            first = recurrence.after(starts)
        if first is None:
            raise StepError("It would start after the year 9999.")
        actor = running.actor
        arm(
            running.tx, program, found, recurrence, running.new_id, first,
            now=now, thing_id=thing_id, actor=actor.kind, user_id=actor.user_id, ip=running.run.ip,
        )  # fmt: skip
        running.wakes(first)
        running.workload.scheduled()
        return first

    def disarm(self, workflow: str, thing_id: str) -> None:
        """Let it start for the thing no more."""
        disarm(self._running.tx, workflow, thing_id)
