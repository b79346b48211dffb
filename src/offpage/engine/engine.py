"""The front door of the engine: call a workflow now, accept one for later, look a run up."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Final

from offpage.data.writing import Told
from offpage.engine.arriving import Arriving
from offpage.engine.broken import Spoilt, failure_of_call, record_failed
from offpage.engine.calls import ApiCall, Outcome, RunStatus
from offpage.engine.calls_with_limits import LimitedCalls
from offpage.engine.debouncing import Debouncing
from offpage.engine.definitions import Definitions
from offpage.engine.draining import Draining
from offpage.engine.enqueuing import enqueue_once
from offpage.engine.flow import Admission, Held
from offpage.engine.from_step import FromSteps
from offpage.engine.housekeeping import EVERY_MS, Housekeeping
from offpage.engine.idempotency import is_repeated
from offpage.engine.left_outside import left_outside
from offpage.engine.outside import LAST_WORDS_SECONDS, Outside, queued_at
from offpage.engine.outside_changes import ToldAll, tell_all, tell_one
from offpage.engine.recurring import follow
from offpage.engine.refitting import refitted_run
from offpage.engine.rerunning import Reruns
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End, Executor
from offpage.engine.sharing import Sharing
from offpage.engine.status import status_of
from offpage.engine.turns import Turns
from offpage.engine.unrecorded import Unrecorded
from offpage.kernel.errors import Stopping, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Program
from offpage.store import deliveries
from offpage.store import flow as limits
from offpage.store.deliveries import KeptDelivery
from offpage.store.tx import Database, Lasting, Tx

SOON_MS: Final = 1_000
"""A dispatcher looks into the queue at least this often; what is due later needs no wake-up."""


class Engine:
    """Runs the workflows of one environment. All calls come from one event loop."""

    def __init__(
        self,
        database: Database,
        program: Program,
        around: Surroundings,
        executor: Executor,
        definitions: Definitions,
        events: Events,
    ) -> None:
        self.database = database
        self.program = program
        self.events = events
        self.wake: Callable[[], None] = lambda: None
        """Called when work has been queued; the dispatcher sets it."""
        self.calls = 0
        """How many calls have come, for the dispatcher, which makes room for them."""
        self._around = around
        self._executor = executor
        self._definitions = definitions
        self._outside = Outside(database, executor, definitions, around, events)
        self._outside.woken = self._woken
        admission = Admission(executor, around, lambda: self.program)
        arriving = Arriving(around, definitions, admission)
        self._debouncing = Debouncing(around, admission)
        self._limited = LimitedCalls(executor, around, admission, arriving)
        self._turns = Turns(around.clock, self._begin_limited)
        self._outside.freed = self._turns.freed
        self._draining = Draining(executor, definitions, around, admission)
        self.reruns = Reruns(around, definitions, lambda: self.program)
        """Failed runs, tried again."""
        self.from_steps = FromSteps(executor, definitions, lambda: self.program)
        """Earlier runs, once more from one of their steps."""
        self.recorder = executor.recorder
        self.sharing = Sharing(database, self._draining, self._outside, self._turns, executor, definitions)
        """What is done otherwise where other processes have the same database."""
        self._outside.again = self.sharing.again
        self._housekeeping = Housekeeping()
        self._tidies_at = 0
        self._open = True

    @property
    def ended(self) -> Counter[str]:
        """How many runs have ended in this process, in each state."""
        return self._executor.ended

    async def call(self, call: ApiCall) -> Outcome:
        """Run an API workflow at once and return how it ended, when that is on disk.

        Raises InvalidData for a parameter that names a thing that is not there, KeyReused when the
        Idempotency-Key came with another body, Stopping while the server stops; of a workflow with limits WorkflowBusy,
        RateLimited or Replaced for a call whose turn does not come.
        """
        run = self._new_run(call)
        if call.listener is None:
            return await self._called(run)
        with self._outside.listening(run, call.listener):
            return await self._called(run)

    async def accept(self, call: ApiCall) -> str:
        """Queue an API workflow and return the run's id once it cannot be lost.

        The same Idempotency-Key with the same body gives the first run's id again; with another, KeyReused.
        """
        run = self._new_run(call)
        debounce = None if run.workflow.flow is None else run.workflow.flow.debounce
        if debounce is not None:
            run_id = await self.database.written(lambda tx: self._debouncing.accept(tx, run, debounce))
        else:
            run_id = await self.database.written(
                lambda tx: enqueue_once(tx, run, self._around.clock.now(), self._around.sealing)
            )
        self.wake()
        return run_id

    async def keep_delivery(self, workflow: str, size: int, content: str) -> str:
        """Keep what a webhook was sent, as it came and sealed; returns the id that its run is to have."""
        if not self._open:
            raise Stopping
        now = self._around.clock.now()
        delivery = KeptDelivery(self._around.new_id(now), workflow, now, size, self._around.sealing.seal(content))
        await self.database.written(lambda tx: deliveries.keep(tx, delivery))
        return delivery.id

    async def is_repeated(self, call: ApiCall) -> bool:
        """Whether this call was made before: with its Idempotency-Key and the same body."""
        idempotency, name = call.idempotency, call.workflow.name
        if idempotency is None:
            return False
        return await self.database.reading(lambda tx: is_repeated(tx, name, idempotency))

    async def run_status(self, run_id: str) -> RunStatus | None:
        """What became of a run, or None if there is no such run."""
        now, sealing = self._around.clock.now(), self._around.sealing
        return await self.database.reading(lambda tx: status_of(tx, run_id, now, sealing))

    def told(self, program: Program) -> Told:
        """What the Data API tells of its writes, each in its transaction: they start workflows as a run's do."""
        return tell_one(self._executor, program)

    def told_all(self, program: Program) -> ToldAll:
        """What an import tells of the writes of a transaction, in that transaction."""
        return tell_all(self._executor, program)

    async def drain(self, seconds: float) -> int:
        """Execute due runs of the queue for about `seconds`; returns how many. The dispatcher calls this."""
        if self._around.lease.owner is not None:
            return await self.sharing.drain(seconds)
        now = self._around.clock.now()
        try:
            count, pauses = await self.database.written(
                Lasting("due", seconds, lambda tx: self._draining.run(tx, now, seconds))
            )
        except Spoilt as spoilt:
            # The next turn meets it again, and records its failure instead of executing it.
            self._executor.spoilers[spoilt.key] = spoilt.failure
            return 1
        self._outside.carry_all(pauses)
        for ended in self._draining.given_up():
            self._outside.tell(ended)
        if self._turns.gates:
            self._turns.served()
        return count

    async def drain_batch(self, batch_id: str, seconds: float) -> int:
        """Execute items of one batch for about `seconds`; returns how many. For commands that do one batch."""
        now = self._around.clock.now()
        try:
            count, pauses = await self.database.written(
                Lasting("items", seconds, lambda tx: self._draining.run_batch(tx, now, seconds, batch_id))
            )
        except Spoilt as spoilt:
            self._executor.spoilers[spoilt.key] = spoilt.failure
            return 1
        self._outside.carry_all(pauses)
        return count

    def follow(self) -> None:
        """Let what starts again and again, and who waits for a turn, be as the present program says; blocks.

        Call it whenever that changes.
        """

        def segment(tx: Tx) -> None:
            follow(tx, self.program, self._around)
            limits.stir(tx, self._around.clock.now())

        self.database.write_now(segment)

    @property
    def unrecorded(self) -> Unrecorded:
        """What is spent in this process without a run."""
        return self._executor.unrecorded

    async def tidy(self) -> None:
        """Forget a piece of what need not be kept any more, if that is due. The dispatcher calls this between turns.

        Where that fails, it is said, and tried again after a rest: no run waits for it.
        """
        now, program, housekeeping = self._around.clock.now(), self.program, self._housekeeping
        if now < self._tidies_at:
            return
        try:
            if self.unrecorded.is_due(now):
                await self.unrecorded.write(self.database)
            if housekeeping.is_due(now):
                behind = await housekeeping.add_up(self.database, program, now)
                gone = await self.database.written(lambda tx: housekeeping.tidy(tx, program, now))
                housekeeping.done(gone + behind, now)
        except Stopping:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the dispatcher has more to do
            self._tidies_at = now + EVERY_MS
            self.events.say("housekeeping.failed", error=error)

    async def resume(self) -> None:
        """Take up the runs that a former process left outside. Call it once, at the start."""
        await self.database.written(lambda tx: follow(tx, self.program, self._around))
        if self._around.lease.owner is not None:
            await self.sharing.resume()
            return
        self._outside.carry_all(
            await self.database.written(lambda tx: left_outside(tx, self._executor, self._definitions))
        )

    def hold(self) -> None:
        """Let nothing that waits, or was outside, go on until `release`: the tables are about to change."""
        self._outside.hold()

    def release(self) -> None:
        """Let it go on."""
        self._outside.release()

    def stop_taking(self) -> None:
        """Refuse new calls from now on."""
        self._open = False
        self._turns.close()

    async def stop(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """Let the runs that are outside end, as far as they do so within some seconds."""
        await self._outside.stop(seconds)
        with contextlib.suppress(StoreError):
            await self.unrecorded.write(self.database)

    async def _called(self, run: Run) -> Outcome:
        try:
            if run.workflow.flow is not None:
                end = await self._turns.begin(run)
            else:
                end = await self.database.written(lambda tx: self._executor.begin(tx, run))
        except Exception as error:  # noqa: BLE001 - what was foreseen is an outcome; the rest must not pass unrecorded
            return await self._failed(run, error)
        self._woken(queued_at(end))
        if isinstance(end, Outcome):
            return end
        return await self._outside.to_the_end(end)

    async def _begin_limited(self, run: Run, again: bool) -> End | Held:
        crowded = self._turns.gates
        if not again:
            return await self.database.written(lambda tx: self._limited.begin(tx, run, crowded, again=False))
        await self._outside.may_go_on()  # the tables may have changed while it waited

        def segment(tx: Tx) -> End | Held:
            return self._limited.begin(tx, refitted_run(tx, run, self._definitions), crowded, again=True)

        return await self.database.written(segment)

    async def _failed(self, run: Run, error: Exception) -> Outcome:
        """Record a call that ended its whole transaction. Raises what is the caller's, or may pass, again."""
        failure = failure_of_call(error, self.events, run)
        now = self._around.clock.now()

        def segment(tx: Tx) -> Outcome:
            self._executor.count(tx, "failed")
            return record_failed(tx, run, failure, now, self._around.sealing)

        return await self.database.written(segment)

    def _woken(self, at: int | None) -> None:
        """Tell the dispatcher of work that was queued, unless it looks for itself before that is due."""
        if at is not None and at <= self._around.clock.now() + SOON_MS:
            self.wake()

    def _new_run(self, call: ApiCall) -> Run:
        if not self._open:
            raise Stopping
        self.calls += 1
        return Run(
            id=call.run_id or self._around.new_id(self._around.clock.now()),
            program=call.program or self.program,
            workflow=call.workflow,
            parameters=call.parameters,
            actor=call.actor,
            request=call.request,
            idempotency=call.idempotency,
            # A server of the app's own calls for all its users from one address.
            ip="" if call.actor.kind == "admin" else call.ip,
        )
