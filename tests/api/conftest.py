"""What tests of served apps share."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest

from tests.postgres_server import fresh_database

_NUMBERS = itertools.count()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of the test's own; "" for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    url = request.getfixturevalue("postgres_url")
    with fresh_database(url, f"offpage_api_{os.getpid()}_{next(_NUMBERS)}") as fresh:
        yield fresh
