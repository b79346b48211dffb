"""Runs that have left the database: their outside steps, and the segments that follow."""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from offpage.accounts import sessions
from offpage.actions.outside import Imports, Listener
from offpage.data.transfer.importing import Rules
from offpage.engine.broken import end_failed, failure_of_call
from offpage.engine.calls import Answer, Outcome
from offpage.engine.definitions import Definitions
from offpage.engine.doing import CRASHED
from offpage.engine.idempotency import known_outcome
from offpage.engine.importing import ImportOfRun
from offpage.engine.progress import Pause, Reached
from offpage.engine.refitting import refitted
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End, Executor
from offpage.engine.trip import Trip, gone_out
from offpage.kernel.errors import Busy, CallerLeft, OffpageError, StepError, Stopping, StoreError
from offpage.kernel.events import Events
from offpage.store import runs
from offpage.store.failures import ConnectionLost, LeaseLost
from offpage.store.tx import Database, Tx

COMPUTING_THREADS: Final = 2
LOOK_SECONDS: Final = 0.5
"""How often a caller's run is looked for that may have ended in another process."""

BUSY_SECONDS: Final = 0.5
"""How long a run waits until it asks a database again that was busy."""

LAST_WORDS_SECONDS: Final = 10.0
"""How long a stopping process waits for runs that are outside; the others are taken up again at the next start."""


def queued_at(end: End) -> int | None:
    """The soonest moment of what a segment queued."""
    return end.progress.wake_at if isinstance(end, Pause) else end.wake_at


class Outside:
    """Carries paused runs to their ends. Waiting holds no thread and no transaction."""

    def __init__(
        self, database: Database, executor: Executor, definitions: Definitions, around: Surroundings, events: Events
    ) -> None:
        self._database = database
        self._executor = executor
        self._definitions = definitions
        self._around = around
        self._events = events
        self._pool = ThreadPoolExecutor(COMPUTING_THREADS, thread_name_prefix="offpage-computing")
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.Task[None]] = set()
        """Those that wait for the next attempt of a run whose caller is here."""
        self.carried: set[str] = set()
        """The runs that are outside from this process, and those that are stuck here."""
        self._held: asyncio.Event | None = None
        """Set when those may go on who come back and are held; None while nobody is."""
        self._awaited: dict[str, asyncio.Future[Outcome]] = {}
        """The runs whose callers wait for their ends, however often these go through the database."""
        self._listeners: dict[str, Listener] = {}
        """Whoever called a run and listens, by the run's id, however often that goes through the database."""
        self.woken: Callable[[int | None], None] = lambda at: None
        """Called after each segment with the soonest moment of what it queued; the engine sets it."""
        self.again: Callable[[str], Awaitable[None]]
        """Has the step of a run tried again that waits in the queue under this process's name; the engine sets it."""
        self.freed: Callable[[Run], None] = lambda run: None
        """Called when a run has ended that had a place; the engine sets it."""

    @contextlib.contextmanager
    def listening(self, run: Run, listener: Listener) -> Iterator[None]:
        """Let a caller hear what its run says while the block lasts."""
        self._listeners[run.id] = listener
        listener.run_id = run.id
        try:
            yield
        finally:
            del self._listeners[run.id]

    async def to_the_end(self, pause: Pause) -> Outcome:
        """Go on with a paused run and return how it ended. It goes on when nobody waits for that any more."""
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._awaited[pause.run.id] = ended
        self.carry(pause)
        try:
            end = await (self._watched(pause.run.id, ended) if self._shares else ended)
        finally:
            del self._awaited[pause.run.id]
        await self._renew_token(end.answer)
        return end

    async def _renew_token(self, answer: Answer) -> None:
        """Give the caller of a run that has gone on from its record since the log-in a token, which is kept nowhere."""
        session = answer.session
        if session is None or "token" in session:
            return
        token = await self._database.written(lambda tx: sessions.renew(tx, answer.token_id))
        answer.session = None if token is None else {"token": token, **session}

    @property
    def _shares(self) -> bool:
        """Whether other processes may carry this one's runs."""
        return self._around.lease.owner is not None

    async def _watched(self, run_id: str, ended: asyncio.Future[Outcome]) -> Outcome:
        """Wait for the end of a run that another process may have taken up: where it is not here, or the lease was lost, look."""
        lease = self._around.lease
        owner = lease.owner
        while not (await asyncio.wait({ended}, timeout=LOOK_SECONDS))[0]:
            if run_id not in self.carried or lease.owner != owner:
                with contextlib.suppress(StoreError):  # the database is away: look again
                    found = await self._database.reading(self._ended(run_id))
                    if found is not None:
                        return found
        return ended.result()

    def _ended(self, run_id: str) -> Callable[[Tx], Outcome | None]:
        def look(tx: Tx) -> Outcome | None:
            row = runs.get(tx, run_id)
            if row is None or row.state in ("running", "outside"):
                return None
            return known_outcome(tx, row, self._around.sealing)

        return look

    def carry(self, pause: Pause) -> None:
        """Go on with a paused run until it ends, or waits in the database for its step's next attempt."""
        pause.run.awaited = pause.run.id in self._awaited
        task = asyncio.create_task(self._carry(pause), name=f"run {pause.run.id}")
        self._tasks.add(task)
        self.carried.add(pause.run.id)
        task.add_done_callback(self._forget)

    def carry_all(self, pauses: Iterable[Pause]) -> None:
        """Go on with several paused runs."""
        for pause in pauses:
            self.carry(pause)

    def hold(self) -> None:
        """Keep those who come back from going on, until `release`."""
        if self._held is None:
            self._held = asyncio.Event()

    def release(self) -> None:
        """Let them go on."""
        if self._held is not None:
            self._held.set()
            self._held = None

    async def may_go_on(self) -> None:
        """Return at once, or when what is held goes on."""
        while self._held is not None:
            await self._held.wait()

    def tell(self, end: Outcome) -> None:
        """Tell a caller who waits how the run has ended."""
        caller = self._awaited.get(end.run_id)
        if caller is not None and not caller.done():
            caller.set_result(end)

    async def stop(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """Wait a while for those under way, then let go of them; they are recorded."""
        for task in self._resting:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=min(seconds, LAST_WORDS_SECONDS))
        for task in (*self._tasks, *self._resting):
            task.cancel()
        for caller in self._awaited.values():
            if not caller.done():
                caller.set_exception(Stopping())
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _carry(self, pause: Pause) -> None:
        try:
            end = await self._to_its_stop(pause)
        except BaseException as error:
            passes = isinstance(error, ConnectionLost | LeaseLost)
            if passes or isinstance(error, asyncio.CancelledError):
                self.carried.discard(pause.run.id)  # it goes on from its record, here or elsewhere
            caller = self._awaited.get(pause.run.id)
            if caller is not None and not caller.done() and not (passes and self._shares):
                if isinstance(error, Exception):
                    caller.set_exception(error)
                else:
                    caller.cancel()
            raise
        self.carried.discard(pause.run.id)
        if isinstance(end, Pause):
            if end.run.awaited and self._shares:
                self._resting.add(task := asyncio.create_task(self._rest(end), name=f"attempt {end.run.id}"))
                task.add_done_callback(self._resting.discard)
            return
        if pause.run.place is not None:
            self.freed(pause.run)
        self.tell(end)

    async def _rest(self, pause: Pause) -> None:
        """Have the next attempt of a run made here when it is due: its caller is here."""
        assert pause.due_at is not None
        while True:
            if (left := pause.due_at - self._around.clock.now()) > 0:
                await asyncio.sleep(min(left / 1000, LOOK_SECONDS))  # not longer: clocks are put right
                continue
            await self.may_go_on()
            try:
                await self.again(pause.run.id)
                return
            except Stopping:
                return
            except (Busy, ConnectionLost, LeaseLost):  # which the dispatcher tells of
                await asyncio.sleep(LOOK_SECONDS)
            except Exception as error:  # noqa: BLE001 - it waits under this process's name: nobody else would look
                self._events.say("attempt.failed", run=pause.run.id, error=error)
                await asyncio.sleep(LOOK_SECONDS)

    async def _to_its_stop(self, pause: Pause) -> End:
        """Carry a run to its end, or to where it waits for its next attempt."""
        end: End = pause
        while isinstance(end, Pause) and end.due_at is None:
            reached = await self._reach(end)
            await self.may_go_on()
            if reached.stop is None and self._is_left(end.run):
                reached.stop = CallerLeft()
            end = await self._segment_after(end, reached)
            self.woken(queued_at(end))
        return end

    def _imports(self, pause: Pause, type_id: str, rules: Rules) -> Imports:
        return ImportOfRun(pause, type_id, rules, self._database, self._executor, self._definitions, self.may_go_on)

    def _is_left(self, run: Run) -> bool:
        """Whether the run is to stop because its caller is gone."""
        if run.workflow.when_caller_leaves != "cancel" or not run.is_direct:
            return False
        listener = self._listeners.get(run.id)
        return run.left_over if listener is None else listener.gone

    async def _segment_after(self, pause: Pause, reached: Reached) -> End:
        def segment(tx: Tx) -> End:
            return self._executor.go_on(tx, refitted(tx, pause, self._definitions), reached)

        try:
            return await self._written(segment)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay half-way for ever
            failure, owner = failure_of_call(error, self._events, pause.run), pause.progress.owner

            def failed(tx: Tx) -> End:
                self._executor.count(tx, "failed")
                return end_failed(tx, pause.run, failure, self._around, owner)

            return await self._written(failed)

    async def _written(self, segment: Callable[[Tx], End]) -> End:
        """Await the commit of a segment. While others keep the database busy, nothing of it happens: again, then.

        Nobody else could take the run up: it is outside from here.
        """
        while True:
            try:
                return await self._database.written(segment)
            except Busy:
                await asyncio.sleep(BUSY_SECONDS)

    async def _reach(self, pause: Pause) -> Reached:
        began = time.perf_counter()
        reached = Reached()
        call, step = pause.call, pause.step
        if call is None or step is None:  # it only lets others write
            return reached
        if self._is_left(pause.run):
            reached.error = reached.stop = CallerLeft()
            return reached
        listener = self._listeners.get(pause.run.id)
        trip = Trip(pause, reached, self._around, self._database, self._pool, listener, self._imports)
        try:
            reached.value = await gone_out(call, trip, step.timeout, BUSY_SECONDS)
        except (ConnectionLost, LeaseLost):
            raise  # no failure of the step: the run goes on from its record
        except OffpageError as error:
            reached.error = error
        except Exception as crash:  # noqa: BLE001 - a mistake of ours must not leave a run hanging
            trace = traceback.format_exc()
            self._events.say("step.crashed", run=pause.run.id, address=step.address, trace=trace)
            reached.error = StepError(CRASHED, crash=type(crash).__name__)
        reached.ms = (time.perf_counter() - began) * 1000
        return reached

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            self.carried.discard(task.get_name().removeprefix("run "))
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Stopping):
            self._events.say("run.stuck", task=task.get_name(), error=str(error))
