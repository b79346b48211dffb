"""What queries over rows need that the databases say differently: typed values, lists of values, exact sums."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, sql

_POSTGRES_CASTS: Final[dict[str, Callable[[Sql], Sql]]] = {
    "text": lambda one: sql("CAST({} AS text)", one),
    "json": lambda one: sql("CAST({} AS text)", one),
    "number": lambda one: sql("CAST({} AS double precision)", one),
    "yes_no": lambda one: sql("CAST({} AS boolean)", one),
    "integer": lambda one: sql("CAST({} AS bigint)", one),
}

_POSTGRES_ARRAYS: Final[dict[str, Callable[[Sql, Sql], Sql]]] = {
    "text": lambda one, items: sql("{} = ANY(CAST({} AS text[]))", one, items),
    "number": lambda one, items: sql("{} = ANY(CAST({} AS double precision[]))", one, items),
    "yes_no": lambda one, items: sql("{} = ANY(CAST({} AS boolean[]))", one, items),
    "integer": lambda one, items: sql("{} = ANY(CAST({} AS bigint[]))", one, items),
}


def typed(dialect: Dialect, value: Sql, storage: str) -> Sql:
    """A bound value whose type PostgreSQL could not tell from where it stands; SQLite's values carry their own."""
    return _POSTGRES_CASTS[storage](value) if dialect.name == "postgres" else value


def among(dialect: Dialect, one: Sql, items: Sql, storage: str) -> Sql:
    """Whether a column is one of a bound list of values (made by `list_value`)."""
    if dialect.name == "postgres":
        return _POSTGRES_ARRAYS[storage](one, items)
    return sql("{} IN (SELECT value FROM json_each({}))", one, items)


def list_value(dialect: Dialect, items: Sequence[Any]) -> Any:
    """A list of values in database form as one value to bind."""
    return list(items) if dialect.name == "postgres" else json.dumps(list(items))


def total(dialect: Dialect, number: Sql) -> Sql:
    """The sum of a number column over all rows, as exact as Python's `fsum`; NULL for none and where it overflows."""
    if dialect.name == "postgres":
        # Adding doubles one after the other drifts, and overflow is an error: add the shortest decimals instead.
        exact = sql("sum(CAST(CAST({} AS text) AS numeric))", number)
        return sql("CASE WHEN abs({}) <= 1.7976931348623157e308 THEN CAST({} AS double precision) END", exact, exact)
    return sql("CASE WHEN abs(sum({})) <= 1.7976931348623157e308 THEN sum({}) END", number, number)
