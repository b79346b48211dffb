"""Statements written once: rendered for each dialect when the module is imported, never per call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, LiteralString

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql, value
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Tx

DIALECTS: Final[tuple[Dialect, ...]] = (SQLITE, POSTGRES)

HOLE: Final = value(None)
"""A place where a value is bound when the statement runs."""


def holes(count: int) -> Sql:
    """`count` places for values, with commas between them."""
    return join(", ", [HOLE] * count)


def names(columns: Iterable[str]) -> Sql:
    """Column names with commas between them."""
    return join(", ", (ident(column) for column in columns))


class Prepared:
    """A statement's text in every dialect."""

    __slots__ = ("_texts",)

    def __init__(self, say: Callable[[Dialect], Sql]) -> None:
        self._texts = {dialect.name: dialect.render(say(dialect)).text for dialect in DIALECTS}

    def of(self, tx: Tx) -> str:
        """The text for the database of a transaction."""
        return self._texts[tx.dialect.name]


def prepared(template: LiteralString, *parts: Sql) -> Prepared:
    """A statement that both databases say the same way; its `{}` are filled with `parts` (HOLE for a value)."""
    fragment = sql(template, *parts)
    return Prepared(lambda _: fragment)
