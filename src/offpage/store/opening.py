"""Opening a database by its address: a file, or `postgresql://…`."""

from __future__ import annotations

from pathlib import Path

from offpage.kernel.errors import StoreError
from offpage.kernel.events import Events
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
    if not str(address).startswith(POSTGRES_URLS):
        if "://" in str(address):
            raise StoreError(f"A database is the path of a file or begins with postgresql://, not {address}.")
        return SqliteDatabase(address, functions=functions, events=events, shared=shared)
    try:
        from offpage.store.postgres import PostgresDatabase
    except ImportError as error:
        if error.name is None or not error.name.startswith("psycopg"):
            raise
        raise StoreError("PostgreSQL needs its driver. Install it: pip install 'offpage[postgres]'") from error
    return PostgresDatabase(str(address), schema, events=events, shared=shared)
