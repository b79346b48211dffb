"""One transaction on one PostgreSQL connection, and what its errors mean."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from offpage.kernel.errors import Busy, StoreError
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.sql.postgres import POSTGRES
from offpage.store.failures import ConnectionLost, Duplicate, Full, Interrupted, OutOfRange, TooLong
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

TABLES_CHANGED: Final = frozenset({"42P07", "42701"})
"""A table or column is there already, though it was not when the transaction began: somebody else made it."""


class PostgresTx:
    """A transaction on one connection; reused for every transaction of that connection.

    `again` is the error that asks for the whole transaction to be repeated (a deadlock, say), even if whoever
    ran the statement has made something else of it.

    Every statement is a journey to the server and back. So BEGIN and a savepoint wait for the first statement after
    them: a step that asks nothing of the database makes none, and where several have begun at the same point one
    stands for all. It is released together with the making of the next one in its place, or by the COMMIT.
    """

    __slots__ = (
        "_begin",
        "_begin_text",
        "_cursor",
        "_deadline",
        "_levels",
        "_limit",
        "_made",
        "_savepoint",
        "again",
        "committed",
        "connection",
        "dialect",
        "places",
    )

    def __init__(self, connection: Connection, begin: str = BEGIN) -> None:
        self.connection = connection
        self._begin_text = begin
        self.dialect: Dialect = POSTGRES
        self.again: StoreError | None = None
        self.places: dict[str, Any] = {}
        self.committed: list[Callable[[], None]] = []
        self._deadline: float | None = None
        self._limit = ""
        self._levels: list[int] = []
        """The savepoints that stand for the open `with` blocks, from the outermost on; 0: none has been made yet."""
        self._made = 0
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
        if moment is not None:
            self._limit = (
                f"SET LOCAL statement_timeout = {max(round((moment - monotonic()) * 1000), SHORTEST_LIMIT_MS)};"
            )

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a rendered statement and return all its rows."""
        cursor = self._execute(text, values)
        return cursor.fetchall() if cursor.description is not None else []

    def row(self, text: str, values: Sequence[Any] = ()) -> Row | None:
        """Run a rendered statement and return its first row."""
        cursor = self._execute(text, values)
        return cursor.fetchone() if cursor.description is not None else None

    def change(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a rendered statement and return how many rows it changed."""
        return max(self._execute(text, values).rowcount, 0)

    def run(self, fragment: Sql) -> list[Row]:
        """Render and run a fragment (not for hot paths)."""
        statement = self.dialect.render(fragment)
        return self.rows(statement.text, statement.values)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put many rows into a table with COPY."""
        self._catch_up()
        text = sql("COPY {} ({}) FROM STDIN", ident(table), join(", ", (ident(one) for one in columns)))
        try:
            with self._cursor.copy(self.dialect.render(text).text.encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise self.failed(error) from error

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

    def begin(self, *, sent: bool = False) -> None:
        """Begin a transaction; `sent` if the connection itself sends the BEGIN."""
        self.again = None
        self.places.clear()
        self.committed.clear()
        self._levels.clear()
        self._made = 0
        self._begin = not sent
        self._limit = ""
        self._deadline = None

    def commit(self) -> None:
        """Commit. Raises StoreError if a failed statement has spoilt the transaction, as PostgreSQL would not."""
        if self._begin:  # nothing was ever sent
            self._begin = False
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            raise StoreError(
                "A statement failed outside of a savepoint, so that nothing of the transaction can be kept."
            )
        self._control("COMMIT")

    def deeper(self) -> None:
        """What happens from now on can be undone for itself."""
        self._levels.append(0)

    def undo(self) -> None:
        """Undo what happened in the innermost block, unless that is nothing, or the connection is gone."""
        place = self._levels[-1]
        if place and not self.connection.closed:
            self._control(f"ROLLBACK TO s{place}")
            self._made = place

    def shallower(self) -> None:
        """The innermost block is over."""
        self._levels.pop()

    def _catch_up(self) -> None:
        """Send what has waited for the next statement."""
        new = bool(self._levels) and not self._levels[-1]
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

    def _execute(self, text: str, values: Sequence[Any]) -> psycopg.Cursor[Row]:
        self._catch_up()
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


def translated(error: psycopg.Error) -> StoreError:
    """Say an error of PostgreSQL in the store's words."""
    state = error.sqlstate or ""
    match error:
        case errors.UniqueViolation():
            return _duplicate(error)
        case errors.NumericValueOutOfRange():
            return OutOfRange()
        case errors.ProgramLimitExceeded():
            return TooLong()
        case errors.LockNotAvailable():
            return Busy()
        case errors.DiskFull():
            return Full()
        case errors.QueryCanceled():
            return Interrupted()
    if state in TABLES_CHANGED or _is_outdated(error):
        return Busy("Another process was changing the database's tables at the same moment. Try again in a moment.")
    if state.startswith("40"):
        return Busy("Two runs were changing the same things at the same moment. Try again in a moment.")
    if state.startswith(("08", "57P", "25P03")) or (isinstance(error, psycopg.OperationalError) and not state):
        return ConnectionLost(f"The connection to PostgreSQL was lost: {_first_line(error)}")
    return StoreError(f"PostgreSQL: {_first_line(error)}")


def _is_outdated(error: psycopg.Error) -> bool:
    """Whether a statement was prepared when its columns were of other types.

    The rollback that follows makes the driver forget all that it has prepared, so that trying again prepares it anew.
    PostgreSQL has neither a code of its own nor a name for this; its routine's name is in no people's language.
    """
    return isinstance(error, errors.FeatureNotSupported) and error.diag.source_function == "RevalidateCachedQuery"


def _first_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error)
    return text.strip().partition("\n")[0]


def _duplicate(error: psycopg.Error) -> Duplicate:
    """Read `Key (a, b)=(1, 2) already exists.` beside the names that PostgreSQL gives."""
    detail = error.diag.message_detail or ""
    inside = detail.removeprefix("Key (").partition(")=(")[0] if detail.startswith("Key (") else ""
    columns = tuple(name.strip().strip('"') for name in inside.split(",")) if inside else ()
    return Duplicate(error.diag.table_name or "", columns, error.diag.constraint_name or "")
