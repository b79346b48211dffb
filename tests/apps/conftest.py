"""What tests of the examples share: each is served from a database of either kind."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres_server import fresh_database


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept_in(request: pytest.FixtureRequest) -> Iterator[tuple[str, ...]]:
    """What a server is to be started with so that it keeps its data in a database of this module's own."""
    if request.param == "sqlite":
        yield ()
        return
    name = f"offpage_{request.module.__name__.rpartition('.')[2]}_{os.getpid()}"
    with fresh_database(request.getfixturevalue("postgres_url"), name) as url:
        yield "--database", url
