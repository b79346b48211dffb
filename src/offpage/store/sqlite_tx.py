"""One transaction on one SQLite connection, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Final, Never

import apsw

from offpage.kernel.errors import Busy, StoreError
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql, value
from offpage.sql.sqlite import SQLITE
from offpage.store.failures import Duplicate, Full, GivenUp, Interrupted
from offpage.store.tx import Row

SAVEPOINT = "SAVEPOINT step"
RELEASE = "RELEASE step"
UNDO = "ROLLBACK TO step"

LOOK_EVERY: Final = 200_000
"""SQLite's virtual machine steps between two looks at the deadline: some milliseconds, so short statements pay nothing."""

WRITES: Final = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b")
"""A statement that begins with WITH may end as either; values never stand in a text."""


class SqliteTx:
    """A transaction on one connection; reused for every transaction of that connection.

    One cursor serves all statements: each of them reads its rows to the end before the next begins.
    """

    __slots__ = (
        "_execute",
        "_noted",
        "_really_execute",
        "_running",
        "_savepoint",
        "committed",
        "connection",
        "deadline",
        "dialect",
        "places",
        "repeated",
    )

    def __init__(self, connection: apsw.Connection) -> None:
        self.deadline: float | None = None
        self.places: dict[str, Any] = {}
        self.committed: list[Callable[[], None]] = []
        self.repeated: list[Callable[[], None]] = []
        self.connection = connection
        self.dialect: Dialect = SQLITE
        self._really_execute = connection.cursor().execute
        self._execute: Callable[..., Any] = self._really_execute
        self._savepoint = Savepoint(self)
        self._noted: list[int] = []
        self._running = ""
        connection.set_progress_handler(self._is_late, LOOK_EVERY)

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a rendered statement and return all its rows."""
        self._running = text
        try:
            return self._execute(text, values).fetchall()  # type: ignore[no-any-return]  # rows are tuples
        except apsw.Error as error:
            raise self._failed(error) from error

    def row(self, text: str, values: Sequence[Any] = ()) -> Row | None:
        """Run a rendered statement and return its first row."""
        self._running = text
        try:
            # To the end: a statement left in the middle would hold up RELEASE and COMMIT.
            found = self._execute(text, values).fetchall()
        except apsw.Error as error:
            raise self._failed(error) from error
        return found[0] if found else None

    def change(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a rendered statement and return how many rows it changed."""
        self._running = text
        try:
            self._execute(text, values).fetchall()
        except apsw.Error as error:
            raise self._failed(error) from error
        return self.connection.changes()

    def run(self, fragment: Sql) -> list[Row]:
        """Render and run a fragment (not for hot paths)."""
        statement = self.dialect.render(fragment)
        return self.rows(statement.text, statement.values)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put many rows into a table: one statement, prepared once."""
        places = join(", ", [value(None)] * len(columns))
        names = join(", ", (ident(one) for one in columns))
        text = self.dialect.render(sql("INSERT INTO {} ({}) VALUES ({})", ident(table), names, places)).text
        self._running = text
        try:
            self.connection.executemany(text, rows)
        except apsw.Error as error:
            raise self._failed(error) from error

    def put_off(self, table: str, columns: tuple[str, ...], row: Row) -> bool:
        """No row is put off: a statement is no journey."""
        return False

    def savepoint(self) -> Savepoint:
        """Undo what happens inside if it raises."""
        return self._savepoint

    def stop(self) -> None:
        """Have the reading that goes on end with Interrupted; called from another thread."""
        self.deadline = 0.0  # for what looks at the time between two statements
        self.connection.interrupt()

    def _is_late(self) -> bool:
        """Whether SQLite should stop the running statement.

        Never one that writes: SQLite would give up the whole transaction with it, the neighbours' work and all.
        """
        return self.deadline is not None and monotonic() > self.deadline and _only_reads(self._running)

    def begin(self, text: str = "BEGIN") -> None:
        """Begin a transaction."""
        self.deadline = None
        self._noted.clear()
        self.repeated.clear()
        self.committed.clear()
        self._execute = self._really_execute
        self.control(text)

    def deeper(self) -> None:
        """What happens from now on can be undone for itself."""
        self.control(SAVEPOINT)
        self._noted.append(len(self.committed))

    def shallower(self, *, undone: bool) -> None:
        """The innermost block is over, and what happened in it stays or is `undone`."""
        noted = self._noted.pop()
        if not undone:
            self.control(RELEASE)
            return
        del self.committed[noted:]
        if self.connection.in_transaction:  # a full disk, for one, has ended the whole transaction
            self.control(UNDO)
            self.control(RELEASE)

    def _failed(self, error: apsw.Error) -> StoreError:
        """Translate an error; if it has ended the transaction (a full disk does), refuse what would follow.

        Otherwise the statements after it would be kept one by one, outside of any transaction.
        """
        if not self.connection.in_transaction:
            self._execute = _refuse
        return translated(error)

    def control(self, text: str) -> None:
        """Run one of the constant transaction statements (BEGIN, COMMIT, SAVEPOINT…)."""
        self._running = text
        try:
            self._execute(text)
        except apsw.Error as error:
            raise self._failed(error) from error


class Savepoint:
    """Undoes what happens inside a `with` block that raises.

    One serves a whole connection, nested too: SQLite releases and rolls back to the innermost savepoint of a name.
    """

    __slots__ = ("_tx",)

    def __init__(self, tx: SqliteTx) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        self._tx.deeper()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tx.shallower(undone=kind is not None)


def _only_reads(text: str) -> bool:
    return text.startswith("SELECT") or (text.startswith("WITH") and WRITES.search(text) is None)


def _refuse(text: str, values: Sequence[Any] = ()) -> Never:
    raise GivenUp


def translated(error: apsw.Error) -> StoreError:
    """Say an error of SQLite in the store's words."""
    match error:
        case apsw.BusyError() | apsw.LockedError():
            return Busy("Another process is using the database. Try again in a moment.")
        case apsw.ConstraintError() if getattr(error, "extendedresult", 0) in (
            apsw.SQLITE_CONSTRAINT_UNIQUE,
            apsw.SQLITE_CONSTRAINT_PRIMARYKEY,
        ):
            return _duplicate(str(error))
        case apsw.FullError():
            return Full()
        case apsw.InterruptError():
            return Interrupted()
        case _:
            return StoreError(f"SQLite: {error}")


def _duplicate(message: str) -> Duplicate:
    """Read `UNIQUE constraint failed: t.a, t.b` or `…: index 'name'`."""
    subject = message.partition(": ")[2]
    if subject.startswith("index "):
        return Duplicate("", (), subject[len("index ") :].strip("'"))
    pairs = [name.rpartition(".") for name in subject.split(", ")]
    return Duplicate(pairs[0][0], tuple(column for _, _, column in pairs), "")
