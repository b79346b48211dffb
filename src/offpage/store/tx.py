"""What one transaction can do; handed as the first argument to whatever reads or writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql
from offpage.store.failures import Interrupted

if TYPE_CHECKING:
    from offpage.store.watch import Watch

T = TypeVar("T")
Row = tuple[Any, ...]

READ_THREADS: Final = 6
"""How many readings go on at once in one process. Whoever lets slow ones in leaves some threads to the others."""


class Tx(Protocol):
    """An open transaction in the thread that holds it."""

    dialect: Dialect

    deadline: float | None
    """When the present work must be over (`time.monotonic()`), or None. A statement that runs past it is stopped
    with Interrupted, on SQLite only one that reads: what writes many rows looks at the time between its statements
    (`check_deadline`). Whoever sets it clears it."""

    committed: list[Callable[[], None]]
    """What is called when the transaction has been committed, and not where it was undone or is repeated."""

    repeated: list[Callable[[], None]]
    """What is called when the transaction is undone to be repeated: it takes back what was noted outside of the database."""

    places: dict[str, Any]
    """Where the things stand that this transaction has written, by their ids, on PostgreSQL: it does not count what a
    transaction finds there again as read, as it would the page of an index on the way, where others insert."""

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a rendered statement and return all its rows."""
        ...

    def row(self, text: str, values: Sequence[Any] = ()) -> Row | None:
        """Run a rendered statement and return its first row."""
        ...

    def change(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a rendered statement and return how many rows it changed."""
        ...

    def run(self, fragment: Sql) -> list[Row]:
        """Render and run a fragment (not for hot paths)."""
        ...

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put many rows into a table, in the way that is fastest."""
        ...

    def put_off(self, table: str, columns: tuple[str, ...], row: Row) -> bool:
        """Write a row together with others, at the latest before a statement that names the table, or the commit.

        False where it must be written now, with a statement of its own.
        """
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what happens inside if it raises."""
        ...


Segment = Callable[[Tx], T]
"""Work to be done in one transaction. PostgreSQL may call it again after a deadlock or a lost connection, so it must
change nothing but the database, and let errors that are `transient` pass."""


@dataclass(frozen=True, slots=True)
class Lasting(Generic[T]):
    """A segment that goes on for about `seconds` on purpose, with as much as there is room for; `name` is for the log."""

    name: str
    seconds: float
    do: Segment[T]

    def __call__(self, tx: Tx) -> T:
        """Do it."""
        return self.do(tx)


def check_deadline(tx: Tx) -> None:
    """Raise Interrupted where the present work must be over."""
    if tx.deadline is not None and monotonic() > tx.deadline:
        raise Interrupted


class Database(Protocol):
    """One environment's database."""

    dialect: Dialect

    retries: Counter[str]
    """How often a transaction was repeated, by why: `conflict`, `connection`; `undone`: something in it was to be
    undone alone, which it was not made for."""

    def write(
        self,
        segment: Segment[T],
        done: Callable[[T | None, BaseException | None], None],
    ) -> None:
        """Queue `segment` for a transaction that may be shared with others.

        Once it is committed (or has failed and was undone alone) `done(result, error)` is called, in
        the writer's thread.
        """
        ...

    def write_now(self, segment: Segment[T]) -> T:
        """Run `segment` in a transaction and wait for the commit (start-up, command line, tests)."""
        ...

    async def written(self, segment: Segment[T]) -> T:
        """Await the commit of `segment` from an event loop."""
        ...

    def arrange_now(self, segment: Segment[T]) -> T:
        """Run a short transaction of the dispatcher's own bookkeeping, claims and leases, and wait for the commit.

        On PostgreSQL it is READ COMMITTED: locked rows keep such transactions apart, and none has to be repeated.
        """
        ...

    async def arranged(self, segment: Segment[T]) -> T:
        """The same, awaited from an event loop."""
        ...

    def read(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in this thread; `watch` can stop it."""
        ...

    async def reading(self, segment: Segment[T], watch: Watch | None = None) -> T:
        """Run `segment` on a read connection, in a thread of a small pool; `watch` can stop it."""
        ...

    def close(self) -> None:
        """Finish what is queued, then let go of the files or connections."""
        ...
