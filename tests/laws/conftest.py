"""Both databases, for laws that need no tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apsw
import psycopg
import pytest

from offpage.sql.sqlite_functions import register_functions
from tests.laws.asking import Ask


@pytest.fixture(scope="module")
def ask_sqlite() -> Iterator[Ask]:
    connection = apsw.Connection(":memory:")
    register_functions(connection)
    yield lambda text, values: next(iter(connection.execute(text, values)))
    connection.close()


@pytest.fixture(scope="module")
def ask_postgres(postgres_url: str) -> Iterator[Ask]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def ask(text: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
            row = connection.execute(text.encode(), values).fetchone()
            assert row is not None
            return row

        yield ask
