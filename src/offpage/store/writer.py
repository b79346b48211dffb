"""SQLite's one writer thread: segments that wait share a transaction, and one commit answers them all."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import Empty
from time import perf_counter
from typing import Final

from offpage.kernel.errors import Busy, StoreError
from offpage.kernel.events import Events
from offpage.store.jobs import Jobs
from offpage.store.sqlite_tx import RELEASE, SAVEPOINT, UNDO, SqliteTx
from offpage.store.tell import SLOW_MS, Job, Told, report_slow, tell

SLOW_S: Final = SLOW_MS / 1000

PATIENCE_SECONDS: Final = 60.0
"""How long segments wait for another process that holds the lock: a deploy may be changing a large table."""

TOO_LONG: Final = "Another process has been writing to the database for a long time (a deploy?). Try again in a moment."


class Writer:
    """Runs segments one after the other on the write connection, in a thread of its own.

    While a commit waits for the disk, new segments gather; the next transaction takes them all, up to
    `budget_ms` of work, so that one sync to the disk serves many. A segment that fails is undone alone.
    """

    def __init__(self, tx: SqliteTx, budget_ms: float, events: Events | None, after_commit: Callable[[], None]) -> None:
        self._tx = tx
        self._after_commit = after_commit
        self._budget = budget_ms / 1000
        self._events = events
        self.jobs = Jobs(threads=1)
        self._ended = False
        self._taken: list[Job] = []
        """Jobs that nobody has been told about yet."""
        self._thread = threading.Thread(target=self._serve, name="offpage-writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self.jobs.close()
        self._thread.join()

    @property
    def is_current_thread(self) -> bool:
        """Whether the caller is the writer's own thread."""
        return threading.current_thread() is self._thread

    def _serve(self) -> None:
        while not self._ended and (job := self.jobs.take()) is not None:
            self._taken = [job]
            try:
                self._turn(job)
            except BaseException as crash:  # noqa: BLE001  # whatever it is, this thread serves all who come later
                self._survive(crash)

    def _turn(self, job: Job) -> None:
        """One transaction for the job and those that wait behind it."""
        if not self._begin(job):
            return
        told = self._gather(job)
        if self._tx.connection.in_transaction:
            self._tell(self._commit(told))
            self._after_commit()
            return
        # A segment made SQLite give up the whole transaction. It is told so; the others did nothing wrong.
        self._tell([item for item in told if item[2] is not None])
        for innocent in [job for job, _, error in told if error is None]:
            if self._begin(innocent):
                self._tell(self._commit([self._one(innocent)]))

    def _tell(self, told: list[Told]) -> None:
        """Tell those whose segments have ended, and no one twice."""
        for job, _, _ in told:
            self._taken.remove(job)
        tell(told, self._events)

    def _survive(self, crash: BaseException) -> None:
        """Something failed outside of any segment: those who still wait are told so, and the next turn is clean."""
        with contextlib.suppress(Exception):
            if self._tx.connection.in_transaction:
                self._tx.connection.execute("ROLLBACK")
        failure = StoreError("Something went wrong while the database was written. The server's log has the details.")
        failure.__cause__ = crash
        waiting: list[Told] = [(job, None, failure) for job in self._taken]
        if self._events is not None:
            self._events.say("writer.crashed", error=crash)
        self._tell(waiting)

    def _begin(self, job: Job) -> bool:
        """Begin a transaction; where that is impossible, tell so and give False."""
        patience = perf_counter() + PATIENCE_SECONDS
        while True:
            try:
                self._tx.begin("BEGIN IMMEDIATE")
            except Busy:
                if perf_counter() < patience and not self.jobs.is_closed:
                    continue
                self._give_up()
                return False
            except StoreError as error:
                self._tell([(job, None, error)])
                return False
            return True

    def _give_up(self) -> None:
        """Tell all who wait that the lock is not to be had: each has waited for long, or the end has come."""
        while not self._ended:
            try:
                following = self.jobs.take_waiting()
            except Empty:
                break
            if following is None:
                self._ended = True
            else:
                self._taken.append(following)
        self._tell([(job, None, Busy(TOO_LONG)) for job in self._taken])

    def _gather(self, job: Job) -> list[Told]:
        """Run segments inside the open transaction until none waits or the time is over.

        Returns what to tell whom after the commit, and notes whether the end mark was met.
        """
        told: list[Told] = []
        run, take, clock = self._one, self.jobs.take_waiting, perf_counter
        before = clock()
        deadline = before + self._budget
        while True:
            told.append(run(job))
            now = clock()
            if now - before > SLOW_S:
                report_slow(self._events, job, now - before)
            if now >= deadline or not self._tx.connection.in_transaction:
                return told
            before = now
            try:
                following = take()
            except Empty:
                return told
            if following is None:
                self._ended = True
                return told
            job = following
            self._taken.append(job)

    def _one(self, job: Job) -> Told:
        """Run one segment inside its savepoint."""
        tx = self._tx
        tx.deadline = None  # one segment's deadline is not its neighbour's
        noted = len(tx.committed)
        try:
            tx.control(SAVEPOINT)
            result = job[0](tx)
            tx.control(RELEASE)
        except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to the one who asked
            self._undo()
            del tx.committed[noted:]
            return job, None, error
        return job, result, None

    def _undo(self) -> None:
        """Undo the segment that failed; where that is impossible, the whole transaction."""
        tx = self._tx
        try:
            if tx.connection.in_transaction:  # a full disk, for one, has ended it already
                tx.control(UNDO)
                tx.control(RELEASE)
        except StoreError:
            tx.control("ROLLBACK")

    def _commit(self, told: list[Told]) -> list[Told]:
        """Commit; if that fails, everybody in the batch is told so."""
        try:
            self._tx.control("COMMIT")
        except StoreError as failure:
            if self._tx.connection.in_transaction:
                self._tx.control("ROLLBACK")
            return [(job, None, error or failure) for job, _, error in told]
        for call in self._tx.committed:
            call()
        return told
