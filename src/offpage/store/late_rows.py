"""Rows that are written some statements later, many with one statement."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from offpage.sql.fragment import ident, sql
from offpage.sql.postgres import POSTGRES
from offpage.store.statement import holes, names
from offpage.store.tx import Row

MOST: Final = 500
"""So many wait at most."""


class Late(NamedTuple):
    """Rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: list[Row]


class LateRows:
    """The rows that wait in one transaction, by table."""

    __slots__ = ("_tables",)

    def __init__(self) -> None:
        self._tables: dict[str, Late] = {}

    def __bool__(self) -> bool:
        return bool(self._tables)

    def clear(self) -> None:
        """None wait any more."""
        self._tables.clear()

    def add(self, table: str, columns: tuple[str, ...], row: Row) -> list[Late]:
        """Let a row wait, always with the same columns for the same table; returns what must be written now."""
        late = self._tables.get(table)
        if late is None:
            late = self._tables[table] = Late(table, columns, [])
        late.rows.append(row)
        return [self._tables.pop(table)] if len(late.rows) >= MOST else []

    def take(self, text: str | None = None) -> list[Late]:
        """What must be written before a statement: all rows of the tables that it names; without one, all rows."""
        found = [one for one in self._tables if text is None or one in text]
        return [self._tables.pop(one) for one in found]


@cache
def insert_text(table: str, columns: tuple[str, ...]) -> str:
    """The statement that writes a row which is the only one."""
    return POSTGRES.render(
        sql("INSERT INTO {} ({}) VALUES ({})", ident(table), names(columns), holes(len(columns)))
    ).text


@cache
def copy_text(table: str, columns: tuple[str, ...]) -> str:
    """The statement that is told many rows."""
    return POSTGRES.render(sql("COPY {} ({}) FROM STDIN", ident(table), names(columns))).text
