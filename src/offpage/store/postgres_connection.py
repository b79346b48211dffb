"""Connections to PostgreSQL: how each is set up, and the schema they all look at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import psycopg
from psycopg import conninfo

from offpage.kernel.errors import Busy, StoreError
from offpage.sql.fragment import ident
from offpage.sql.postgres import POSTGRES
from offpage.store.failures import ConnectionLost
from offpage.store.migrations import HAD
from offpage.store.postgres_tx import Connection, PostgresTx
from offpage.store.tx import Tx

PREPARE_AFTER: Final = 1
"""Executions after which a statement is prepared on the server: ours come back, their texts are few."""

PREPARED_AT_MOST: Final = 500
CONNECT_SECONDS: Final = 10

LOCK_MS: Final = 2_000
LOCK_ATTEMPTS: Final = 15
LOCK_PAUSE: Final = 0.5
"""How long a change of the system tables waits for a table, how often it is tried, and the seconds in between."""


def connect(url: str, schema: str, *, read_only: bool = False, idle_ms: int = 0) -> Connection:
    """Open a connection that looks at `schema`. Raises ConnectionLost if the server cannot be reached.

    `idle_ms`: the server ends a transaction in which nothing happens for so long (0: none): its process is paused or
    out of reach, and others wait for what it has locked.
    """
    try:
        connection = psycopg.connect(
            url,
            connect_timeout=CONNECT_SECONDS,
            prepare_threshold=PREPARE_AFTER,
            application_name="offpage",
            client_encoding="utf-8",
        )
    except psycopg.OperationalError as error:
        raise ConnectionLost(f"Cannot reach PostgreSQL at {place(url)}: {error}") from error
    except psycopg.Error as error:
        raise StoreError(f"This is not an address of a PostgreSQL database: {error}") from error
    connection.prepared_max = PREPARED_AT_MOST
    path = '"' + schema.replace('"', '""') + '"'  # a value here, not text of the statement
    connection.execute(
        "SELECT set_config('search_path', %s, false), set_config('TimeZone', 'UTC', false),"
        " set_config('idle_in_transaction_session_timeout', %s, false), set_config('enable_seqscan', %s, false),"
        " set_config('jit', %s, false)",
        # A writer that looks through a small table, rather than at its row, has read all of it for SERIALIZABLE. Until
        # version 18 a plan that does so where nothing else can be done seems so dear for it that it would be compiled.
        (path, str(idle_ms), str(read_only), str(read_only)),
    )
    connection.commit()
    connection.autocommit = not read_only  # a writer's BEGIN and COMMIT are its PostgresTx's to send
    if read_only:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def in_schema(url: str, schema: str, change: Callable[[Tx], object]) -> None:
    """Create the schema unless it is there, and change its system tables; one process at a time.

    Whoever uses a table is waited for, for a moment at a time: a statement that waits for a table holds up all others.
    """
    for attempt in range(LOCK_ATTEMPTS):
        try:
            _in_schema(url, schema, change)
        except Busy as error:
            if attempt == LOCK_ATTEMPTS - 1:
                raise Busy(
                    "The database's tables are to be changed, and have been in use for long. End long statements"
                    " (pg_stat_activity shows them), then start again."
                ) from error
            time.sleep(LOCK_PAUSE)
        else:
            return


def _in_schema(url: str, schema: str, change: Callable[[Tx], object]) -> None:
    connection = connect(url, schema)
    try:
        # Sees what was committed while it waited for the lock.
        tx = PostgresTx(connection, "BEGIN ISOLATION LEVEL READ COMMITTED;")
        tx.begin()
        # Held to the end of the transaction, so that servers started together do not migrate together.
        tx.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"offpage {schema}",))
        if not tx.row("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)):
            tx.change("CREATE SCHEMA " + POSTGRES.render(ident(schema)).text)
        tx.rows(f"SET LOCAL lock_timeout = {LOCK_MS}")
        change(tx)
        tx.commit()
    finally:
        connection.close()


def has_schema(url: str, schema: str) -> bool:
    """Whether the schema is there, and Offpage's tables in it."""
    connection = connect(url, schema, read_only=True)
    try:
        found = connection.execute(
            "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = %s", (schema, HAD.name)
        )
        return found.fetchone() is not None
    finally:
        connection.close()


def place(url: str) -> str:
    """Where a database is, for people: never with the password."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "the given address"
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"
