"""What a database refused, said the same way for every database.

StoreError
├── Duplicate        a unique index already has this value
├── OutOfRange       a number grew beyond what its column holds
├── TooLong          a value is too long for an index
├── Full             there is no room left
├── Interrupted      the statement was stopped from outside
├── GivenUp          the database ended the transaction by itself
├── ConnectionLost   the server went away
├── LeaseLost        this process was away for too long: others do what it did
├── Taken            another server has the database open
├── NoSavepoint      something must be undone alone in a transaction that cannot (transient)
└── Busy             another process holds what is needed (transient)
"""

from __future__ import annotations

from typing import ClassVar

from offpage.kernel.errors import StoreError


class Duplicate(StoreError):
    """Another row already has this value.

    `table` and either `columns` (SQLite; empty when it only knows the index) or `index` say which unique
    index refused the row; PostgreSQL knows all three.
    """

    code: ClassVar[str] = "NOT_UNIQUE"

    def __init__(self, table: str, columns: tuple[str, ...], index: str) -> None:
        self.table = table
        self.columns = columns
        self.index = index
        where = f"{table}({', '.join(columns)})" if columns else index
        super().__init__(f"Another row already has this value: {where}.")


class OutOfRange(StoreError):
    """A number grew beyond what its column holds. (SQLite keeps infinity instead: whoever adds must look.)"""

    code = "NUMBER_TOO_LARGE"


class TooLong(StoreError):
    """A value is too long for the index of its column."""

    code = "VALUE_TOO_LONG"


class Full(StoreError):
    """There is no room left on the database's disk. Free some space and try again."""

    code = "DATABASE_FULL"


class Taken(StoreError):
    """Another Offpage process has this database open. Stop it first, or name another data folder."""

    code = "DATABASE_TAKEN"


class Interrupted(StoreError):
    """The statement was stopped before it was done."""

    code = "DATABASE_INTERRUPTED"


class GivenUp(StoreError):
    """The database gave up the transaction; nothing of it was kept."""

    code = "DATABASE_GAVE_UP"


class ConnectionLost(StoreError):
    """The connection to the database was lost."""

    code = "DATABASE_CONNECTION"
    status = 503


class NoSavepoint(StoreError):
    """Something is to be undone alone in a transaction without savepoints: it is repeated with them."""

    code = "DATABASE_BUSY"
    transient = True


class LeaseLost(StoreError):
    """This process was away for longer than its lease, and others have taken over what it was doing. Nothing was kept."""

    code = "LEASE_LOST"
    status = 503
