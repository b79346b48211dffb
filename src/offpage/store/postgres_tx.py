"""One transaction on one PostgreSQL connection, and what its errors mean."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Final

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from offpage.kernel.errors import StoreError
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql
from offpage.sql.postgres import POSTGRES
from offpage.store.failures import ConnectionLost, NoSavepoint
from offpage.store.late_rows import Late, LateRows, copy_text, insert_text
from offpage.store.postgres_errors import translated
from offpage.store.tx import Row

Connection = psycopg.Connection[Row]

BEGIN: Final = "BEGIN ISOLATION LEVEL SERIALIZABLE;"
"""A check and the change after it must not be separated by anybody's change, whatever the check looks at."""

BEGIN_COMMITTED: Final = "BEGIN ISOLATION LEVEL READ COMMITTED;"
"""For the dispatcher's bookkeeping: claims and leases, which their row locks keep apart."""

SHORTEST_LIMIT_MS: Final = 100
"""However little time is left, a statement gets so much: what records that the time was over needs some, too."""

CANCEL_SECONDS: Final = 2.0
"""How long the server may take to hear that a statement is to be stopped."""


class PostgresTx:
    """A transaction on one connection; reused for every transaction of that connection.

    `again` is the error that asks for the whole transaction to be repeated (a deadlock, say), even if whoever
    ran the statement has made something else of it.

    Every statement is a journey to the server and back. So BEGIN and a savepoint wait for the first statement after
    them: a step that asks nothing of the database makes none, and where several have begun at the same point one
    stands for all. It is released together with the making of the next one in its place, or by the COMMIT.

    A transaction begun as a `whole` makes no savepoints at all, and puts rows off: most need nothing undone. Where
    something must be, `again` is NoSavepoint: all of it is undone, and to be repeated with savepoints.
    """

    __slots__ = (
        "_begin",
        "_begin_text",
        "_cursor",
        "_deadline",
        "_late",
        "_levels",
        "_limit",
        "_limit_ms",
        "_made",
        "_noted",
        "_savepoint",
        "_whole",
        "_written",
        "again",
        "committed",
        "connection",
        "dialect",
        "places",
        "repeated",
    )

    def __init__(self, connection: Connection, begin: str = BEGIN) -> None:
        self.connection = connection
        self._begin_text = begin
        self.dialect: Dialect = POSTGRES
        self.again: StoreError | None = None
        self.places: dict[str, Any] = {}
        self.committed: list[Callable[[], None]] = []
        self.repeated: list[Callable[[], None]] = []
        self._deadline: float | None = None
        self._limit = ""
        self._limit_ms = 0
        """What the server was told last in this transaction that a statement may take; 0: nothing, or that was undone."""
        self._levels: list[int] = []
        """The savepoints that stand for the open `with` blocks, from the outermost on; 0: none has been made yet.
        In a `whole` transaction: how much had been written when each block began."""
        self._noted: list[int] = []
        """How much was to be called after the commit when each of these blocks began."""
        self._made = 0
        self._whole = False
        self._written = 0
        self._late = LateRows()
        self._begin = False
        self._cursor = connection.cursor()
        self._savepoint = Savepoint(self)

    @property
    def deadline(self) -> float | None:
        """When the present work must be over (`time.monotonic()`), or None."""
        return self._deadline

    @deadline.setter
    def deadline(self, moment: float | None) -> None:
        # The server stops each statement that takes as long as all of the work may; the limit goes with the next
        # statement. It is not taken back when the work is over, which would be one more journey: it ends with the
        # transaction, and no statement that is well takes so long.
        self._deadline = moment
        if moment is None:
            return
        limit = max(round((moment - monotonic()) * 1000), SHORTEST_LIMIT_MS)
        if abs(limit - self._limit_ms) > limit / 100:  # the run before this one has said the same
            self._limit_ms = limit
            self._limit = f"SET LOCAL statement_timeout = {limit};"

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a rendered statement and return all its rows."""
        cursor = self._execute(text, values)
        return cursor.fetchall() if _gave_rows(cursor) else []

    def row(self, text: str, values: Sequence[Any] = ()) -> Row | None:
        """Run a rendered statement and return its first row."""
        cursor = self._execute(text, values)
        return cursor.fetchone() if _gave_rows(cursor) else None

    def change(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a rendered statement and return how many rows it changed."""
        return max(self._execute(text, values).rowcount, 0)

    def run(self, fragment: Sql) -> list[Row]:
        """Render and run a fragment (not for hot paths)."""
        statement = self.dialect.render(fragment)
        return self.rows(statement.text, statement.values)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put many rows into a table with COPY."""
        self._before(copy_text(table, tuple(columns)))
        try:
            with self._cursor.copy(copy_text(table, tuple(columns)).encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise self.failed(error) from error

    def put_off(self, table: str, columns: tuple[str, ...], row: Row) -> bool:
        """Write a row together with others, at the latest before a statement that names the table, or the COMMIT.

        False: it must be written now.
        """
        if not self._whole:
            return False
        self._written += 1
        self._write(self._late.add(table, columns, row))
        return True

    def savepoint(self) -> Savepoint:
        """Undo what happens inside if it raises."""
        return self._savepoint

    def stop(self) -> None:
        """Have the reading that goes on end with Interrupted; called from another thread."""
        self._deadline = 0.0  # for what looks at the time between two statements
        with contextlib.suppress(psycopg.Error):  # out of reach: the statement's own limit is left
            self.connection.cancel_safe(timeout=CANCEL_SECONDS)

    @property
    def is_stopped(self) -> bool:
        """Whether the work was stopped from another thread."""
        return self._deadline == 0.0

    def begin(self, *, sent: bool = False, whole: bool = False) -> None:
        """Begin a transaction; `sent` if the connection itself sends the BEGIN. `whole`: see the class."""
        self.again = None
        self._whole = whole
        self._written = 0
        self._late.clear()
        self.places.clear()
        self.committed.clear()
        self.repeated.clear()
        self._levels.clear()
        self._noted.clear()
        self._made = 0
        self._begin = not sent
        self._limit = ""
        self._limit_ms = 0
        self._deadline = None

    def commit(self) -> None:
        """Commit. Raises StoreError if a failed statement has spoilt the transaction, as PostgreSQL would not."""
        if self._late:
            self._write(self._late.take())
        if self._begin:  # nothing was ever sent
            self._begin = False
            return
        if self._is_spoilt:
            raise StoreError(
                "A statement failed outside of a savepoint, so that nothing of the transaction can be kept."
            )
        self._control("COMMIT")

    def deeper(self) -> None:
        """What happens from now on can be undone for itself."""
        self._levels.append(self._written if self._whole else 0)
        self._noted.append(len(self.committed))

    def undo(self) -> None:
        """Undo what happened in the innermost block, unless that is nothing, or the connection is gone.

        Raises NoSavepoint in a `whole` transaction.
        """
        place = self._levels[-1]
        del self.committed[self._noted[-1] :]
        if self.connection.closed:
            return
        if self._whole:
            if self._written > place or self._is_spoilt:
                raise self._repeated()
        elif place:
            self._control(f"ROLLBACK TO s{place}")
            self._made = place
            self._limit_ms = 0

    @property
    def _is_spoilt(self) -> bool:
        """Whether a failed statement has ended the transaction, up to its last savepoint."""
        return self.connection.info.transaction_status == TransactionStatus.INERROR

    def _repeated(self) -> StoreError:
        """Have all of the transaction repeated, with savepoints."""
        if self.again is None:
            self.again = NoSavepoint()
        return self.again

    def shallower(self) -> None:
        """The innermost block is over."""
        self._levels.pop()
        self._noted.pop()

    def _catch_up(self) -> None:
        """Send what has waited for the next statement."""
        new = not self._whole and bool(self._levels) and not self._levels[-1]
        if not (new or self._begin or self._limit):
            return
        text = f"{self._begin_text if self._begin else ''}{self._limit}"
        self._begin = False
        self._limit = ""
        if not new:
            self._control(text)
            return
        first = self._levels.index(0)
        place = self._levels[first - 1] + 1 if first else 1
        release = f"RELEASE s{place};" if self._made >= place else ""
        self._control(f"{text}{release}SAVEPOINT s{place}")
        self._made = place
        self._levels[first:] = [place] * (len(self._levels) - first)

    def _control(self, text: str) -> None:
        """Run transaction statements, several in one journey."""
        try:
            self._cursor.execute(text.encode(), prepare=False)
        except psycopg.Error as error:
            raise self.failed(error) from error

    def _before(self, text: str) -> None:
        """What must be done before a statement."""
        if not text.startswith("SELECT"):
            self._written += 1
        if self._late:
            self._write(self._late.take(text))
        self._catch_up()

    def _write(self, put_off: Sequence[Late]) -> None:
        """Write rows that were put off."""
        for table, columns, rows in put_off:
            try:
                if len(rows) == 1:
                    self.change(insert_text(table, columns), rows[0])
                else:
                    self.load(table, columns, rows)
            except Exception as refused:  # whose it was is known when each is written at its time
                raise self._repeated() from refused

    def _execute(self, text: str, values: Sequence[Any]) -> psycopg.Cursor[Row]:
        self._before(text)
        try:
            return self._cursor.execute(text.encode(), values)
        except psycopg.Error as error:
            raise self.failed(error) from error

    def failed(self, error: psycopg.Error) -> StoreError:
        """Translate an error, noting whether the whole transaction should be repeated."""
        said = translated(error)
        if said.transient or isinstance(said, ConnectionLost):
            self.again = said
        return said


class Savepoint:
    """Undoes what happens inside a `with` block that raises; nested too, the innermost of a name counts."""

    __slots__ = ("_tx",)

    def __init__(self, tx: PostgresTx) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        self._tx.deeper()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is not None:
                self._tx.undo()
        finally:
            self._tx.shallower()


def _gave_rows(cursor: psycopg.Cursor[Row]) -> bool:
    """Whether a statement is one that gives rows (`description`, which says it too, is made anew for each of them)."""
    return cursor.pgresult is not None and cursor.pgresult.status == ExecStatus.TUPLES_OK
