"""Runs of the queue, executed when they are due: begun at once, or, where a limit holds them, when their turn comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from offpage.engine.arriving import Arriving
from offpage.engine.broken import Spoilt, failure_of
from offpage.engine.calls import Outcome
from offpage.engine.definitions import Definitions
from offpage.engine.due_run import run_of
from offpage.engine.flow import Admission
from offpage.engine.idempotency import give_place_up
from offpage.engine.left_outside import due_again
from offpage.engine.progress import Pause
from offpage.engine.recurring import RECURRING, tick
from offpage.engine.reviving import revived
from offpage.engine.run import Run
from offpage.engine.segment import End, Executor
from offpage.engine.unbegun import failed_once_more, failed_waiting
from offpage.store import queue, runs
from offpage.store.failures import GivenUp
from offpage.store.queue import AGAIN, HIGH, RETRY, QueuedRun
from offpage.store.tx import Tx

CHUNK: Final = 20
"""How many due runs are taken at once; between chunks the time is looked at.

It is looked at after each run too, but putting back what was taken costs something: only a turn that has taken twice
its time ends in the middle of a chunk. (Of runs that are claimed: see PATIENCE.)
"""

PATIENCE: Final = 5
"""How many times its time a turn with claimed runs may take until it ends in the middle of a chunk.

On a crowded machine a statement takes 50 times as long as on a quiet one, and a chunk never fits: each run that is put
back then costs an INSERT, another claim and another DELETE, more than to execute it.
"""

Begin = Callable[[Tx, Run], End | None]
"""Begins a run, or lets it wait."""


@dataclass(slots=True)
class Turn:
    """What became of claimed runs in one transaction.

    `taken`: so many were taken out of the queue, or were not ours any more; `done`: so many were executed. `given_up`
    is how runs ended that could not go on when they were to.
    """

    taken: int = 0
    done: int = 0
    pauses: list[Pause] = field(default_factory=list)
    given_up: list[Outcome] = field(default_factory=list)


class Due:
    """Executes runs of the queue. Used only by whoever holds a write transaction."""

    def __init__(self, executor: Executor, definitions: Definitions, admission: Admission) -> None:
        self._executor = executor
        self._definitions = definitions
        self._admission = admission
        self.given_up: list[Outcome] = []
        """How runs ended that could not go on when they were to: for their callers, when that is committed."""
        self._arriving = Arriving(executor.around, definitions, admission)

    def run(
        self, tx: Tx, now: int, seconds: float, paused: frozenset[str] = frozenset(), first: int = HIGH
    ) -> tuple[int, list[Pause]]:
        """Execute due runs for about `seconds`, each undone alone if it fails; those of paused workflows are put aside.

        Those of the priority `first` come first. Returns how many there were, and those that paused for an outside step.
        """
        deadline = time.perf_counter() + seconds
        pauses: list[Pause] = []
        count = 0
        self.given_up = []
        while True:
            taken = queue.take(tx, now, CHUNK, first)
            done = self._chunk(tx, taken, now, deadline + seconds, paused, pauses, self.given_up)
            count += done
            if done < len(taken) or len(taken) < CHUNK or time.perf_counter() > deadline:
                return count, pauses

    def run_claimed(
        self, tx: Tx, claimed: Sequence[QueuedRun], owner: str, now: int, seconds: float, paused: frozenset[str]
    ) -> Turn:
        """The same with runs that this process has claimed, as far as they are still its own: from the first on."""
        began = time.perf_counter()
        deadline, latest = began + seconds, began + PATIENCE * seconds
        turn = Turn()
        for place in range(0, len(claimed), queue.CLAIMED):
            chunk = claimed[place : place + queue.CLAIMED]
            turn.taken += len(chunk)
            taken = queue.take_claimed(tx, chunk, owner)
            done = self._chunk(tx, taken, now, latest, paused, turn.pauses, turn.given_up)
            turn.done += done
            if done < len(taken) or time.perf_counter() > deadline:
                break
        return turn

    def _chunk(
        self,
        tx: Tx,
        taken: Sequence[QueuedRun],
        now: int,
        latest: float,
        paused: frozenset[str],
        pauses: list[Pause],
        given_up: list[Outcome],
    ) -> int:
        """Execute runs that were taken out of the queue; those wait again that are not reached until `latest`."""
        for place, waiting in enumerate(taken):
            if waiting.workflow in paused:
                queue.add(tx, waiting._replace(state="paused"))
                continue
            end = self._arrived(tx, waiting, now)
            if isinstance(end, Pause):
                pauses.append(end)
            elif waiting.trigger == RETRY and end is not None:
                given_up.append(end)
            if time.perf_counter() > latest and place + 1 < len(taken):
                queue.add_many(tx, taken[place + 1 :])
                return place + 1
        return len(taken)

    def _arrived(self, tx: Tx, waiting: QueuedRun, now: int) -> End | None:
        """A run is due: it begins, unless it does not recur any more, or a limit holds it; or its step is tried again."""
        if waiting.trigger == RETRY:
            return due_again(tx, waiting.id, self._executor, self._definitions)
        if waiting.trigger == RECURRING and self._definitions.present is not None:
            now_due = tick(tx, waiting, self._definitions.present, self._executor.around)
            if now_due is None:
                return None
            waiting = now_due
        flow = self._admission.flow_of(waiting.workflow)
        if flow is None:
            return self.execute(tx, waiting, self._executor.begin, now)
        return self.execute(tx, waiting, lambda tx, run: self._arriving.of_queue(tx, waiting, run, flow, now), now)

    def execute(self, tx: Tx, waiting: QueuedRun, begin: Begin, now: int) -> End | None:
        """Begin a run. One that cannot even begin, or that crashes, is a failed run, never a lost one.

        Raises Spoilt if there is no transaction any more in which that could be said.
        """
        key = waiting.id if waiting.trigger != AGAIN else f"{waiting.id} {waiting.due_at}"
        failure = self._executor.spoiler(tx, key)
        if failure is None:
            try:
                with tx.savepoint():
                    return begin(tx, self._run(tx, waiting))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the queue
                failure = failure_of(error, self._executor.events, waiting.id, waiting.workflow)
        try:
            give_place_up(tx, waiting)
            if waiting.trigger != AGAIN:
                runs.insert(tx, failed_waiting(waiting, failure, now))
            elif (row := runs.get(tx, waiting.id)) is not None:
                # It has failed before, and nobody carries it: that it was this process's turn is what the queue says.
                runs.update(tx, failed_once_more(row._replace(owner=None), failure, now))
            self._executor.count(tx, "failed")
        except GivenUp:
            raise Spoilt(key, failure) from None
        return None

    def _run(self, tx: Tx, waiting: QueuedRun) -> Run:
        """The run that waits: one that is to begin, or one that had failed."""
        sealing = self._executor.around.sealing
        if waiting.trigger == AGAIN:
            return revived(tx, waiting.id, self._definitions, sealing)
        return run_of(tx, waiting, self._definitions, sealing)
