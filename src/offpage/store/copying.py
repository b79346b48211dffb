"""Copying the system tables of a database, and the mark by which a copy that has not ended is known."""

from __future__ import annotations

from typing import Final

from offpage.kernel.errors import AppError
from offpage.sql import ddl
from offpage.sql.fragment import ident, sql
from offpage.store import settings
from offpage.store.contents import Kept
from offpage.store.ddl import Table
from offpage.store.migrations import HAD, current_tables, migrate
from offpage.store.run_tables import LEASES
from offpage.store.tables import SETTINGS
from offpage.store.tx import Tx
from offpage.store.upgrade_tables import FINISHED, RUNNING

MARK: Final = "unfinished_copy"
"""In a target's settings from the first moment of a copy to the last: nothing runs on it meanwhile."""

_OWN: Final = frozenset({RUNNING.name, FINISHED.name, LEASES.name})
"""What is about the database itself, and not about the app in it."""


def system_tables() -> tuple[Kept, ...]:
    """The system tables whose rows are moved; the settings come last, since the mark is one of them."""
    names = sorted(current_tables().values(), key=lambda table: (table.name == SETTINGS.name, table.name))
    return tuple(_kept(table) for table in names if table.name not in _OWN)


def mark(tx: Tx, copy: str) -> None:
    """Mark a target as unfinished, by the name of the copy."""
    settings.put(tx, MARK, copy)


def marked(tx: Tx) -> str | None:
    """The name of the copy that has not ended, or None."""
    return settings.get(tx, MARK)


def check_mark(tx: Tx, copy: str) -> None:
    """Raise AppError unless the target is still this copy's."""
    if marked(tx) != copy:
        raise AppError("Another copy to the same database has begun meanwhile. Let one of them end.")


def unmark(tx: Tx) -> None:
    """The copy is whole."""
    settings.drop(tx, MARK)


def is_empty(tx: Tx) -> bool:
    """Whether a database holds nothing but empty system tables."""
    if tx.run(ddl.table_columns(tx.dialect)):
        return False
    return not any(tx.run(sql("SELECT 1 FROM {} LIMIT 1", ident(one.name))) for one in system_tables())


def make_empty(tx: Tx) -> None:
    """Drop all that is there, and make the system tables anew."""
    theirs = {str(table) for table, _ in tx.run(ddl.table_columns(tx.dialect))}
    ours = {*current_tables(), HAD.name}
    for name in sorted(theirs | ours):
        tx.run(sql("DROP TABLE IF EXISTS {}", ident(name)))
    migrate(tx)


def _kept(table: Table) -> Kept:
    identity = tuple(column.name for column in table.columns if column.storage == "identity")
    columns = tuple((column.name, column.storage) for column in table.columns)
    return Kept(table.name, identity or table.key, columns)
