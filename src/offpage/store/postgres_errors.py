"""What PostgreSQL's errors mean, in the store's words."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import errors

from offpage.kernel.errors import Busy, StoreError
from offpage.store.failures import ConnectionLost, Duplicate, Full, Interrupted, OutOfRange, TooLong

TABLES_CHANGED: Final = frozenset({"42P07", "42701"})
"""A table or column is there already, though it was not when the transaction began: somebody else made it."""


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
