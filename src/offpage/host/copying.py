"""Moves an app's databases to other ones, SQLite or PostgreSQL: all rows, checked table by table.

The target is marked before its first row and until its last one has been checked. A copy that is killed leaves the mark;
nothing starts on such a target, and the next copy empties it (`again`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from offpage.data import moving
from offpage.host.compose import open_any
from offpage.kernel.errors import AppError, StoreError
from offpage.sql import ddl
from offpage.store import copying, opening
from offpage.store.contents import Contents, Kept, Sum, count, summed
from offpage.store.failures import Taken
from offpage.store.presence import now_ms
from offpage.store.running_versions import alive
from offpage.store.tables import SETTINGS
from offpage.store.tx import Database, Row, Tx

Advance = Callable[[int], None]
"""Takes how many rows are done; each counts twice, once written and once read again."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where the databases of an app are: a folder of SQLite files, or a PostgreSQL database."""

    folder: Path | None = None
    url: str = field(default="", repr=False)

    def address(self, environment: str) -> str | Path:
        """The address of one environment's database."""
        return self.url if self.folder is None else self.folder / f"{environment}.db"

    def __str__(self) -> str:
        """For people: never with the password."""
        return opening.shown(self.url or self.folder or "")


class Copied(NamedTuple):
    """One table that was copied."""

    environment: str
    table: str
    sum: Sum


class Moving:
    """One environment on its way from a source to a target; both are open."""

    def __init__(self, name: str, source: Database, target: Database) -> None:
        self.name = name
        self.source = source
        self.target = target
        self.tables = source.read(moving.read_tables)
        self.kept: tuple[Kept, ...] = (*self.tables.kept, *copying.system_tables())
        self.rows: int = source.read(lambda tx: sum(count(tx, one) for one in self.kept))
        self._id = secrets.token_hex(8)

    def check(self, *, again: bool) -> None:
        """Raise AppError where the target is not empty, or is what an earlier copy has left (`again`: that is emptied)."""
        self.target.read(lambda tx: self._check(tx, again=again))

    def begin(self, *, again: bool) -> None:
        """Mark the target, and make the tables. Raises AppError as `check` does."""

        def segment(tx: Tx) -> None:
            self._check(tx, again=again)
            if copying.marked(tx) is not None:
                copying.make_empty(tx)
            copying.mark(tx, self._id)
            for kept in self.tables.kept:
                tx.run(moving.create(tx.dialect, kept))

        self.target.write_now(segment)

    def _check(self, tx: Tx, *, again: bool) -> None:
        if copying.marked(tx) is not None:
            if not again:
                raise AppError(
                    f"An earlier copy of {self.name} to this database did not end. Repeat it with --again, which"
                    " empties the target first."
                )
        elif not copying.is_empty(tx):
            raise AppError(
                f"The target is not empty: it has a database {self.name} with something in it. Name another one, drop"
                " it yourself, or copy only the other environment with --env."
            )

    def copy(self, advance: Advance) -> list[Copied]:
        """Write all rows, make the indexes, read all again. Raises AppError where anything is not as in the source."""
        sums = self.source.read(lambda tx: self._write(tx, advance))
        self._make_indexes()
        done = self.rows

        def check(tx: Tx) -> None:
            nonlocal done
            for kept in self.kept:
                if kept.name == SETTINGS.name:
                    continue
                contents = Contents(tx, kept)
                for page in contents:
                    advance(done := done + len(page))
                _compare(kept, sums[kept.name], contents.sum)

        self.target.read(check)
        return [Copied(self.name, kept.name, sums[kept.name]) for kept in self.kept]

    def end(self) -> None:
        """The settings, in the transaction that takes the mark away."""
        settings = self.kept[-1]
        rows = self.source.read(lambda tx: [row for page in Contents(tx, settings) for row in page])
        expected = self.source.read(lambda tx: summed(tx, settings))

        def segment(tx: Tx) -> None:
            copying.check_mark(tx, self._id)
            copying.unmark(tx)
            tx.load(settings.name, settings.names, rows)
            _compare(settings, expected, summed(tx, settings))

        self.target.write_now(segment)

    def _write(self, source: Tx, advance: Advance) -> dict[str, Sum]:
        sums, done = {}, 0
        for kept in self.kept:
            contents = Contents(source, kept)
            for page in contents:
                if kept.name != SETTINGS.name:
                    self._load(kept, page)
                advance(done := done + len(page))
            sums[kept.name] = contents.sum
            self._count_on(source, kept)
        return sums

    def _load(self, kept: Kept, page: Sequence[Row]) -> None:
        with _about(kept.name):
            self.target.write_now(lambda tx: tx.load(kept.name, kept.names, page))

    def _count_on(self, source: Tx, kept: Kept) -> None:
        """Numbers that were given once are not given again."""
        is_list = kept.key == (moving.POSITION,)
        if not is_list and ("seq", "identity") not in kept.columns:
            return
        (column,) = kept.key
        last = int(source.run(ddl.counted(source.dialect, kept.name, column, remembers=is_list))[0][0])
        if last:
            dialect = self.target.dialect
            statements = ddl.count_on(dialect, kept.name, column, last, remembers=is_list)
            self.target.write_now(lambda tx: [tx.run(one) for one in statements])

    def _make_indexes(self) -> None:
        for index in moving.indexes(self.target.dialect, self.tables):
            statement = index.create(self.target.dialect)
            with _about(f"{index.table} ({', '.join(index.columns)})"):
                self.target.write_now(lambda tx, one=statement: tx.run(one))  # type: ignore[misc]


@contextmanager
def opened(source: Store, target: Store, environments: Sequence[str]) -> Iterator[list[Moving]]:
    """Open the environments that the source has, on both sides. Raises AppError where that cannot be or none is there."""
    if source == target:
        raise AppError("The source and the target are the same. Name another target with --to.")
    names = [one for one in environments if opening.is_there(source.address(one), schema=one)]
    if not names:
        raise AppError(f"There is nothing to copy in {source}: no database {' or '.join(environments)}.")
    with ExitStack() as stack:
        found = []
        for name in names:
            database = _opened_source(source, name)
            stack.callback(database.close)
            other = open_any(target.address(name), name, shared=target.folder is None)
            stack.callback(other.close)
            found.append(Moving(name, database, other))
        yield found


def check_quiet(moves: Sequence[Moving]) -> None:
    """Raise AppError if a server runs on a source: what it writes now would be missing."""
    for one in moves:
        running = one.source.read(lambda tx: alive(tx, now_ms()))
        if running:
            who = ", ".join(map(str, running))
            raise AppError(
                f"A server runs on the source ({one.name}): {who}. Stop it, then copy: what it writes meanwhile would be"
                " missing. (If it was killed, it is taken for ended after 30 seconds.)"
            )


def _opened_source(source: Store, name: str) -> Database:
    try:
        database = open_any(source.address(name), name, shared=source.folder is None)
    except Taken as error:
        raise AppError(f"{error.message} What it writes while it is copied would be missing.") from error
    if database.read(copying.marked) is not None:
        database.close()
        raise AppError(f"The source ({name}) is itself the target of a copy that did not end. Name the original.")
    return database


def _compare(kept: Kept, expected: Sum, found: Sum) -> None:
    if expected != found:
        raise AppError(
            f"The copy of {kept.name} is not what the source has: {found.rows:,} rows ({found.checksum[:12]}) instead of"
            f" {expected.rows:,} ({expected.checksum[:12]}). The copy is not used. Copy again with --again."
        )


@contextmanager
def _about(what: str) -> Iterator[None]:
    """Say which table it was that the target refused."""
    try:
        yield
    except StoreError as error:
        raise AppError(
            f"The target refused what the source has in {what}: {error.message} The copy is not used. Change what is"
            " refused in the source, then copy again with --again."
        ) from error
