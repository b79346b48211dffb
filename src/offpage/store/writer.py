"""SQLite's one writer thread: segments that wait share a transaction, and one commit answers them all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty
from time import perf_counter
from typing import Final

from offpage.kernel.errors import StoreError
from offpage.kernel.events import Events
from offpage.store.jobs import Jobs
from offpage.store.sqlite_tx import RELEASE, SAVEPOINT, UNDO, SqliteTx
from offpage.store.tell import SLOW_MS, Job, Told, report_slow, tell

SLOW_S: Final = SLOW_MS / 1000


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
        ended = False
        while not ended and (job := self.jobs.take()) is not None:
            if not self._begin(job):
                continue
            told, ended = self._gather(job)
            if self._tx.connection.in_transaction:
                tell(self._commit(told), self._events)
                self._after_commit()
                continue
            # A segment made SQLite give up the whole transaction. It is told so; the others did nothing wrong.
            tell([item for item in told if item[2] is not None], self._events)
            for innocent in [job for job, _, error in told if error is None]:
                if self._begin(innocent):
                    tell(self._commit([self._one(innocent)]), self._events)

    def _begin(self, job: Job) -> bool:
        """Begin a transaction; where that is impossible, tell so and give False."""
        try:
            self._tx.begin("BEGIN IMMEDIATE")
        except StoreError as error:
            tell([(job, None, error)], self._events)
            return False
        return True

    def _gather(self, job: Job) -> tuple[list[Told], bool]:
        """Run segments inside the open transaction until none waits or the time is over.

        Returns what to tell whom after the commit, and whether the end mark was met.
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
                return told, False
            before = now
            try:
                following = take()
            except Empty:
                return told, False
            if following is None:
                return told, True
            job = following

    def _one(self, job: Job) -> Told:
        """Run one segment inside its savepoint."""
        tx = self._tx
        tx.deadline = None  # one segment's deadline is not its neighbour's
        try:
            tx.control(SAVEPOINT)
            result = job[0](tx)
            tx.control(RELEASE)
        except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to the one who asked
            self._undo()
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
        return told
