"""What is done where several processes have one database: due runs are claimed, and those of the dead are taken over.

A claim is a short transaction of its own. The claimed runs leave the queue in the very transaction that executes them,
by a statement that is also the fence: it finds nothing where they are another's by now, or the lease has run out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Final, NamedTuple

from offpage.engine.broken import Spoilt
from offpage.engine.definitions import Definitions
from offpage.engine.draining import ROUND, Draining
from offpage.engine.left_outside import taken_over
from offpage.engine.outside import Outside
from offpage.engine.progress import Pause
from offpage.engine.queued import Turn
from offpage.engine.segment import Executor
from offpage.engine.turns import Turns
from offpage.store import batches, flow, leases, pausing, queue, runs
from offpage.store.holding import LEASE_MS
from offpage.store.queue import QueuedRun
from offpage.store.tx import Database, Lasting, Tx

CLAIM: Final = 200
"""How many due runs are claimed at once."""

ABANDONED: Final = 200
"""How many runs of dead processes are looked for at once."""

BATCHES: Final = 20
"""How many batches are looked for at once whose turns it is."""


class Work(NamedTuple):
    """What there is to do now, and when there is something next."""

    runs: bool = False
    lines: bool = False
    batches: tuple[str, ...] = ()
    next_at: int | None = None

    def __bool__(self) -> bool:
        return self.runs or self.lines or bool(self.batches)


def work(tx: Tx, now: int) -> Work:
    """What is due, unless all is paused."""
    if pausing.paused(tx).everything:
        return Work()
    moments = (queue.next_due(tx), flow.next_due(tx), batches.next_due(tx))
    due = [one is not None and one <= now for one in moments]
    ids = tuple(batches.due_ids(tx, now, BATCHES)) if due[2] else ()
    return Work(due[0], due[1], ids, min((one for one in moments if one is not None), default=None))


class Sharing:
    """The share of one process in the work. Its calls come from one event loop, several at a time."""

    def __init__(
        self,
        database: Database,
        draining: Draining,
        outside: Outside,
        turns: Turns,
        executor: Executor,
        definitions: Definitions,
    ) -> None:
        self._database = database
        self._draining = draining
        self._outside = outside
        self._turns = turns
        self._executor = executor
        self._definitions = definitions
        self._first = cycle(ROUND)
        self._missed: set[str] = set()
        """Runs of this process that were not here when it looked last."""

    @property
    def _owner(self) -> str:
        owner = self._executor.around.lease.owner
        assert owner is not None, "a process that shares its database holds a lease"
        return owner

    @property
    def _now(self) -> int:
        return self._executor.around.clock.now()

    async def look(self) -> Work:
        """What is due."""
        now = self._now
        return await self._database.reading(lambda tx: work(tx, now))

    async def drain(self, seconds: float) -> int:
        """Execute what is due for about `seconds` of each kind; returns how many runs that were."""
        found = await self.look()
        deadline = time.perf_counter() + seconds
        count = await self.lines(seconds) if found.lines else 0
        if found.runs:
            count += await self.due(seconds, lambda: time.perf_counter() > deadline, at_least=1)
        for batch_id in found.batches:
            count += await self.items(batch_id, seconds)
        return count

    async def due(self, seconds: float, ends: Callable[[], bool], *, at_least: int = 0) -> int:
        """Claim due runs and execute them in transactions of about `seconds`; returns how many.

        What has not begun when it `ends` waits again; so many turns are begun however late it is.
        """
        owner, now, first = self._owner, self._now, next(self._first)
        claimed = await self._database.arranged(lambda tx: queue.claim(tx, now, CLAIM, owner, LEASE_MS, first))
        taken = done = turns = 0
        try:
            while taken < len(claimed) and (turns < at_least or not ends()):
                turns += 1
                turn = await self._turn(claimed[taken:], owner, now, seconds)
                taken += turn.taken
                done += turn.done
        finally:
            if left := claimed[taken:]:
                await self._database.arranged(lambda tx: queue.let_go(tx, left, owner))
        return done

    async def _turn(self, claimed: Sequence[QueuedRun], owner: str, now: int, seconds: float) -> Turn:
        try:
            turn = await self._database.written(
                Lasting("due", seconds, lambda tx: self._draining.run_claimed(tx, claimed, owner, now, seconds))
            )
        except Spoilt as spoilt:
            # The next turn meets it again, and records its failure instead of executing it.
            self._executor.spoilers[spoilt.key] = spoilt.failure
            return Turn()
        self._after(turn.pauses)
        for ended in turn.given_up:
            self._outside.tell(ended)
        return turn

    async def again(self, run_id: str) -> None:
        """Try the step of a run again that waits in the queue under this process's name, if it still does."""
        owner, now = self._owner, self._now
        waiting = await self._database.reading(lambda tx: queue.get(tx, run_id))
        if waiting is not None and waiting.lease_owner == owner:
            await self._turn([waiting], owner, now, 0.0)

    async def items(self, batch_id: str, seconds: float) -> int:
        """Execute items of one batch for about `seconds`; returns how many."""
        owner, now = self._owner, self._now
        return await self._done(
            Lasting("items", seconds, lambda tx: self._draining.run_items(tx, owner, now, seconds, batch_id))
        )

    async def lines(self, seconds: float) -> int:
        """Let those pass whose turns have come, for about `seconds`; returns how many."""
        owner, now = self._owner, self._now
        return await self._done(Lasting("lines", seconds, lambda tx: self._draining.run_lines(tx, owner, now, seconds)))

    async def _done(self, segment: Callable[[Tx], tuple[int, list[Pause]]]) -> int:
        try:
            count, pauses = await self._database.written(segment)
        except Spoilt as spoilt:
            self._executor.spoilers[spoilt.key] = spoilt.failure
            return 1
        self._after(pauses)
        return count

    def _after(self, pauses: Iterable[Pause]) -> None:
        self._outside.carry_all(pauses)
        if self._turns.gates:
            self._turns.served()

    async def resume(self) -> None:
        """Take up what dead processes have left, at the start."""
        await self.free_claims()
        former: list[str] = []
        while (ids := await self.abandoned()) and ids != former:
            await self.take_over(ids)
            former = ids

    async def free_claims(self) -> None:
        """Let the runs wait again that dead processes had claimed, and forget their leases."""
        while await self._database.arranged(lambda tx: queue.take_from_the_dead(tx, CLAIM)):
            pass
        await self._database.arranged(leases.forget)

    async def abandoned(self) -> list[str]:
        """The ids of runs that dead processes were carrying, some of them."""
        return await self._database.reading(lambda tx: runs.abandoned(tx, ABANDONED))

    async def missing(self) -> list[str]:
        """The ids of runs that are this process's by the database, but have not been here for two looks.

        Their transaction was committed, but the connection was lost before that was known.
        """
        owner = self._owner
        there = set(await self._database.reading(lambda tx: runs.owned(tx, owner)))
        missed = there - self._outside.carried
        found = sorted(missed & self._missed)
        self._missed = missed
        return found

    async def take_over(self, run_ids: Sequence[str]) -> None:
        """Go on with those of these runs that nobody carries."""
        wanted = [one for one in run_ids if one not in self._outside.carried]
        self._outside.carry_all(
            await self._database.written(lambda tx: taken_over(tx, wanted, self._executor, self._definitions))
        )
