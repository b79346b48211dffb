"""What queries over rows need that the databases say differently: bound lists and exact sums."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from offpage.sql.fragment import Sql, sql

LARGEST: Final = sql("1.7976931348623157e308")
"""The largest number there is."""


class Rows(Protocol):
    """Lists as values, and figures over all rows."""

    def among(self, one: Sql, items: Sql, storage: str) -> Sql:
        """Whether a column is one of a bound list of values (made by `list_value`) of a storage class."""
        ...

    def among_found(self, one: Sql, found: Sql) -> Sql:
        """Whether a column is one of those that a SELECT gives, said so that an index on the column finds the rows."""
        ...

    def list_value(self, items: Sequence[Any]) -> Any:
        """A list of values in database form as one value to bind."""
        ...

    def total(self, number: Sql) -> Sql:
        """The sum of a number over all rows; NULL for none and where it overflows.

        The databases and Python agree but for the last digit: none adds doubles one after the other, which drifts.
        """
        ...


class SqliteRows:
    """How SQLite says it."""

    def among(self, one: Sql, items: Sql, storage: str) -> Sql:
        """Whether a column is one of a list, which comes as JSON text."""
        return sql("({} IN (SELECT value FROM json_each({})))", one, items)

    def among_found(self, one: Sql, found: Sql) -> Sql:
        """Whether a column is one of those that a SELECT gives."""
        return sql("({} IN ({}))", one, found)

    def list_value(self, items: Sequence[Any]) -> Any:
        """A list as JSON text."""
        return json.dumps(list(items), ensure_ascii=False)

    def total(self, number: Sql) -> Sql:
        """The sum; SQLite adds with compensation."""
        return sql("CASE WHEN abs(sum({})) <= {} THEN sum({}) END", number, LARGEST, number)


_ARRAYS: Final[dict[str, Callable[[Sql, Sql], Sql]]] = {
    "text": lambda one, items: sql("({} = ANY(CAST({} AS text[])))", one, items),
    "number": lambda one, items: sql("({} = ANY(CAST({} AS double precision[])))", one, items),
    "yes_no": lambda one, items: sql("({} = ANY(CAST({} AS boolean[])))", one, items),
    "integer": lambda one, items: sql("({} = ANY(CAST({} AS bigint[])))", one, items),
}


class PostgresRows:
    """How PostgreSQL says it."""

    def among(self, one: Sql, items: Sql, storage: str) -> Sql:
        """Whether a column is one of a list, which comes as an array."""
        return _ARRAYS[storage](one, items)

    def among_found(self, one: Sql, found: Sql) -> Sql:
        """Whether a column is one of those that a SELECT gives; an array, because `IN (SELECT …)` beside OR scans all."""
        return sql("({} = ANY(ARRAY({})))", one, found)

    def list_value(self, items: Sequence[Any]) -> Any:
        """A list; the driver makes an array of it."""
        return list(items)

    def total(self, number: Sql) -> Sql:
        """The sum of the shortest decimals: adding doubles one after the other drifts, and overflow is an error."""
        exact = sql("sum(CAST(CAST({} AS text) AS numeric))", number)
        return sql("CASE WHEN abs({}) <= {} THEN CAST({} AS double precision) END", exact, LARGEST, exact)
