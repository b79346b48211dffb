"""Opening a database by its address: a file, or `postgresql://…`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offpage.kernel.errors import StoreError
from offpage.kernel.events import Events
from offpage.store.holding import Alone, Lease
from offpage.store.leases import Kind
from offpage.store.sqlite import Functions, SqliteDatabase
from offpage.store.tx import Database

POSTGRES_URLS = ("postgresql://", "postgres://")


def open_database(
    address: str | Path,
    *,
    schema: str = "public",
    functions: Functions | None = None,
    events: Events | None = None,
    shared: bool = False,
) -> Database:
    """Open the database at `address`: the path of an SQLite file, or a URL that begins with `postgresql://`.

    `functions` matters to SQLite, `schema` to PostgreSQL; `shared`: for a short command that may work beside a server. Raises StoreError with
    a sentence that says what to do.
    """
    if not is_postgres(address):
        return SqliteDatabase(address, functions=functions, events=events, shared=shared)
    with _driver():
        from offpage.store.postgres import PostgresDatabase
    return PostgresDatabase(str(address), schema, events=events, shared=shared)


def is_there(address: str | Path, *, schema: str = "public") -> bool:
    """Whether there is a database of Offpage's at `address`; makes none."""
    if not is_postgres(address):
        return Path(address).is_file()
    with _driver():
        from offpage.store.postgres_connection import has_schema
    return has_schema(str(address), schema)


def is_postgres(address: str | Path) -> bool:
    """Whether an address is one of PostgreSQL, not the path of an SQLite file. Raises StoreError for another kind."""
    if str(address).startswith(POSTGRES_URLS):
        return True
    if "://" in str(address):
        raise StoreError(f"A database is the path of a file or begins with postgresql://, not {address}.")
    return False


def shown(address: str | Path) -> str:
    """An address for people: never with the password."""
    if not is_postgres(address):
        return str(address)
    with _driver():
        from offpage.store.postgres_connection import place
    return place(str(address))


@contextmanager
def _driver() -> Iterator[None]:
    """Say what to install where PostgreSQL's driver is missing."""
    try:
        yield
    except ImportError as error:
        if error.name is None or not error.name.startswith("psycopg"):
            raise
        raise StoreError("PostgreSQL needs its driver. Install it: pip install 'offpage[postgres]'") from error


def lease_of(database: Database, kind: Kind, events: Events | None = None, *, only: bool = False) -> Alone:
    """This process's lease on a database, still to be joined; of an SQLite file, which it has for itself, none.

    `only`: no other process may hold one at the same time.
    """
    if database.dialect.name != "postgres":
        return Alone()
    return Lease(database, kind, events or Events(), only=only)
