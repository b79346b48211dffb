"""Calls that follow one another closely become one run: with the parameters of the last, once nobody calls any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from offpage.engine.enqueuing import row_of
from offpage.engine.flow import Admission
from offpage.engine.idempotency import keep_for_status, take_place
from offpage.engine.run import Run, Surroundings
from offpage.engine.skipping import record_replaced
from offpage.engine.triggers import DATA_CHANGE
from offpage.engine.waiting import SCHEDULE
from offpage.program.limits import Debounce
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx

API: Final = "api"
SETTLING: Final = frozenset({API, SCHEDULE, DATA_CHANGE})
"""The triggers of runs that wait for others like them: what a list or a plan asks for runs as often as that says."""

NEVER: Final = 2**62
"""A moment that does not come."""


class Debouncing:
    """Lets runs wait for others like them. Used only by whoever holds a write transaction."""

    def __init__(self, around: Surroundings, admission: Admission) -> None:
        self._around = around
        self._admission = admission

    def accept(self, tx: Tx, run: Run, debounce: Debounce) -> str:
        """Keep a call; returns the id of the run that it becomes, perhaps together with others.

        The same Idempotency-Key with the same body gives that id again; with another, KeyReused is raised.
        """
        now = self._around.clock.now()
        key = self._key(tx, run)
        former = queue.settling(tx, run.workflow.name, key)
        one = run if former is None else replace(run, id=former.id)
        if one.idempotency is not None:
            answered = take_place(tx, one, now)
            if answered is not None:
                keep_for_status(tx, answered)
                return answered.run_id or one.id
        self._put(tx, row_of(one, now, self._around.sealing), former, key, debounce, now)
        return one.id

    def settle(self, tx: Tx, waiting: QueuedRun, run: Run, debounce: Debounce, now: int) -> None:
        """Let a run that is due wait on, alone or in the place of one like it, under that one's id."""
        key = self._key(tx, run)
        former = queue.settling(tx, run.workflow.name, key)
        self._put(tx, waiting, former, key, debounce, now)
        if former is not None and waiting.trigger == SCHEDULE:  # its id is known to whoever scheduled it
            record_replaced(tx, waiting, former.id, now)

    def _put(
        self, tx: Tx, waiting: QueuedRun, former: QueuedRun | None, key: str, debounce: Debounce, now: int
    ) -> None:
        if former is None:
            settle_by = now + debounce.longest_ms if debounce.longest_ms else NEVER
        else:
            queue.remove(tx, former.id)
            waiting = waiting._replace(id=former.id, state=former.state)
            settle_by = former.settle_by or NEVER
        due_at = min(now + debounce.wait_ms, settle_by)
        queue.add(tx, waiting._replace(due_at=due_at, line=key, settle_by=settle_by))

    def _key(self, tx: Tx, run: Run) -> str:
        own = run.workflow.flow
        closure = own.debounce.key if own is not None and own.debounce is not None else None
        return self._admission.evaluated(tx, run, [("debounce", closure)])[0]
