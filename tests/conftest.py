"""Fixtures for all tests: a PostgreSQL server, and a fresh database of either kind.

Pick one kind with `-k sqlite` or `-k postgres`. Apps that are served by tests of TWICE which name no database have
theirs on both, too, each in one of its own; `--on sqlite` or `--on postgresql` chooses for them, and for all that serve.
"""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from offpage.host.settings import SETTINGS
from offpage.sql.sqlite_functions import register_functions
from offpage.store.postgres import PostgresDatabase
from offpage.store.sqlite import SqliteDatabase
from offpage.store.tx import Database
from tests.postgres_server import fresh_database, server
from tests.site import DATABASE

_SCHEMAS = itertools.count()

# A busy machine is not a failing law: no example has to be fast.
# In continuous integration the examples are the same each time, so that what turns red is what was changed; by hand
# they are new ones every time, which is how the laws find something.
settings.register_profile("offpage", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("offpage")


SERVING = frozenset({"api", "apps", "bubble", "chaos", "editor", "ui"})
"""The folders of tests that serve apps."""

TWICE = frozenset({"api", "bubble", "editor"})
"""Those of them whose tests run on both databases unless `--on` says otherwise."""

CHOOSES = frozenset({"database_url", "kept_in", "postgres_url"})
"""Fixtures of tests that say themselves where the data of their apps are."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--on`."""
    parser.addoption(
        "--on", choices=("sqlite", "postgresql", "both"), default="both", help="the databases of served apps"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that serve apps and choose no database run on SQLite, then on PostgreSQL."""
    folder, on = metafunc.definition.path.parent.name, metafunc.config.getoption("--on")
    if folder not in SERVING or CHOOSES & set(metafunc.fixturenames):
        return
    kinds = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "both": ["sqlite", "postgresql"]}[on]
    if on == "both" and (folder not in TWICE or metafunc.definition.get_closest_marker("on_sqlite")):
        return
    metafunc.parametrize("database_of_the_served", kinds, indirect=True)


@pytest.fixture(autouse=True)
def database_of_the_served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What commands and servers of a test find in the environment: no settings, but the database."""
    for setting in SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)
    if getattr(request, "param", "sqlite") == "sqlite":
        yield
        return
    if mark := request.node.get_closest_marker("on_sqlite"):
        pytest.skip(*mark.args)
    url = request.getfixturevalue("postgres_url")
    with fresh_database(url, f"offpage_served_{os.getpid()}_{next(_SCHEMAS)}") as fresh:
        monkeypatch.setenv(DATABASE, fresh)
        yield


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """To be called between two apps of a test that do not share their data: on PostgreSQL the next gets a database of its own."""
    with ExitStack() as stack:

        def go() -> None:
            if DATABASE in os.environ:
                url = request.getfixturevalue("postgres_url")
                other = fresh_database(url, f"offpage_served_{os.getpid()}_{next(_SCHEMAS)}")
                monkeypatch.setenv(DATABASE, stack.enter_context(other))

        yield go


@pytest.fixture(scope="module")
def leaves_sockets() -> Iterator[None]:
    """For modules whose event loops end with connections open: what is left is collected here, not in somebody else's test.

    Such a module ignores `pytest.PytestUnraisableExceptionWarning`, too.
    """
    yield
    gc.collect()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of an empty PostgreSQL database that belongs to this test process alone."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    with server(run) as url, fresh_database(url, f"offpage_{worker}_{os.getpid()}") as database:
        yield database


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept_in(request: pytest.FixtureRequest) -> Iterator[tuple[str, ...]]:
    """What a server is to be started with so that it keeps its data in a database of this module's own; on both."""
    if request.param == "sqlite":
        yield ()
        return
    name = f"offpage_{request.module.__name__.rpartition('.')[2]}_{os.getpid()}"
    with fresh_database(request.getfixturevalue("postgres_url"), name) as url:
        yield "--database", url


@pytest.fixture
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """Name of a schema that no other test uses; dropped afterwards. It is created by whoever opens it."""
    name = f"test_{next(_SCHEMAS)}"
    yield name
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgres"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """A function that opens the test's fresh database, again after it was closed; a test with it runs on both."""
    opened: list[Database] = []

    if request.param == "sqlite":

        def open_it() -> Database:
            opened.append(SqliteDatabase(tmp_path / "app.db", functions=register_functions))
            return opened[-1]

    else:
        url: str = request.getfixturevalue("postgres_url")
        schema: str = request.getfixturevalue("postgres_schema")

        def open_it() -> Database:
            opened.append(PostgresDatabase(url, schema, threads=2))
            return opened[-1]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """A fresh database with its system tables; every test that takes it runs on SQLite and on PostgreSQL."""
    return open_database()
