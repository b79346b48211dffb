"""One thread's connection to PostgreSQL: runs segments, again where others' changes or a lost connection undid them."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any, Final, TypeVar

from offpage.kernel.errors import StoreError
from offpage.store.failures import ConnectionLost, NoSavepoint
from offpage.store.postgres_connection import connect
from offpage.store.postgres_tx import BEGIN, PostgresTx
from offpage.store.tell import Job, Told
from offpage.store.tx import Segment

T = TypeVar("T")

ATTEMPTS: Final = 40
"""How often a segment is tried when others' changes, a deadlock or a lost connection undo it.

Each time that others win, one of them has committed; so many losses in a row mean that something else is wrong.
"""

FIRST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.2
"""Seconds before the next attempt; each pause is up to twice as long as the one before it."""

LONGEST_WAIT: Final = 0.6
"""The same where the server is away: so it may be restarted (some 9 s for all attempts), and callers are told in time."""


LONGEST_SPELL: Final = 256
"""For so many transactions at most none is tried as a whole."""


class Trust:
    """Whether the next transaction is tried as a whole, without savepoints; shared by all threads.

    After one for which that was in vain some are not: each time that it is in vain again twice as many, each time
    that it is not, half as many. So those in which something is often undone pay for it seldom.
    """

    def __init__(self) -> None:
        self._spell = 0
        self._left = 0

    def asked(self) -> bool:
        """Whether the next one is."""
        if self._left > 0:
            self._left -= 1
            return False
        return True

    def kept(self) -> None:
        """One was, and nothing had to be undone."""
        self._spell //= 2

    def broken(self) -> None:
        """One was in vain."""
        self._spell = min(max(1, 2 * self._spell), LONGEST_SPELL)
        self._left = self._spell


class PostgresWorker:
    """One thread's connection, opened when it is first needed and again when it was lost."""

    def __init__(
        self, url: str, schema: str, retries: Counter[str], trust: Trust, *, begin: str = BEGIN, idle_ms: int = 0
    ) -> None:
        self._retries = retries
        self._trust = trust
        self._url = url
        self._schema = schema
        self._begin = begin
        self._idle_ms = idle_ms
        self._tx: PostgresTx | None = None

    def do(self, job: Job) -> Told:
        """Run a segment in a transaction of its own, again where that may help."""
        failure: BaseException = StoreError()
        whole = self._trust.asked()
        for attempt in range(ATTEMPTS):
            if attempt and not isinstance(failure, NoSavepoint):
                longest = LONGEST_WAIT if isinstance(failure, ConnectionLost) else LONGEST_PAUSE
                time.sleep(min(FIRST_PAUSE * 2.0**attempt, longest) * random.random())
            try:
                result = self._attempt(job[0], whole)
            except _Again as again:
                failure = again.cause
                self._retries[_why(failure)] += 1
                if isinstance(failure, NoSavepoint):
                    whole = False
                    self._trust.broken()
            except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to the one who asked
                return job, None, error
            else:
                if whole:
                    self._trust.kept()
                return job, result, None
        return job, None, failure

    def close(self) -> None:
        """Let go of the connection."""
        if self._tx is not None:
            self._tx.connection.close()
            self._tx = None

    def _attempt(self, segment: Segment[T], whole: bool) -> T:
        tx = self._open()
        tx.begin(whole=whole)
        try:
            result = segment(tx)
        except BaseException as error:
            self._undo(tx)
            if tx.again is not None:
                raise _again(tx, tx.again) from error
            raise
        if tx.again is not None:  # somebody made another error of it, or went on as if nothing had been
            self._undo(tx)
            raise _again(tx, tx.again)
        self._commit(tx)
        for call in tx.committed:
            call()
        return result

    def _open(self) -> PostgresTx:
        if self._tx is None or self._tx.connection.closed:
            try:
                self._tx = PostgresTx(connect(self._url, self._schema, idle_ms=self._idle_ms), self._begin)
            except ConnectionLost as error:
                raise _Again(error) from error
        return self._tx

    def _undo(self, tx: PostgresTx) -> None:
        try:
            tx.connection.rollback()
        except Exception:  # noqa: BLE001  # whatever became of it, the next segment gets a connection that is well
            self.close()

    def _commit(self, tx: PostgresTx) -> None:
        try:
            tx.commit()
        except BaseException as error:  # whatever it is: the next segment's commit must not keep what this one wrote
            self._undo(tx)
            if isinstance(error, ConnectionLost):
                # Not tried again: it may have been committed before the connection went.
                raise ConnectionLost(
                    "The connection to PostgreSQL was lost during a commit; it is not known whether it took place."
                ) from error
            if tx.again is not None:  # refused because of what others committed: nothing of it was kept
                raise _again(tx, tx.again) from error
            raise


def _again(tx: PostgresTx, cause: StoreError) -> _Again:
    """Have a transaction that was undone repeated."""
    for call in tx.repeated:
        call()
    return _Again(cause)


def _why(failure: BaseException) -> str:
    match failure:
        case ConnectionLost():
            return "connection"
        case NoSavepoint():
            return "undone"
    return "conflict"


class _Again(Exception):
    """The segment was undone by something that may be over in a moment."""

    def __init__(self, cause: StoreError) -> None:
        self.cause: Any = cause
        super().__init__(str(cause))
