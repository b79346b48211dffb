"""How SQLite says it."""

from __future__ import annotations

from typing import Final

from offpage.sql.fragment import NOTHING, Sql, Statement, Value, sql
from offpage.sql.rows import SqliteRows
from offpage.sql.sqlite_terms import SqliteTerms

COLUMN_TYPES: Final = {
    "text": "TEXT",
    "number": "REAL",
    "yes_no": "INTEGER",
    "integer": "INTEGER",
    "json": "TEXT",
    "identity": "INTEGER PRIMARY KEY",
}


class Sqlite(SqliteTerms, SqliteRows):
    """The SQLite dialect."""

    name = "sqlite"
    aborts_on_error = False
    many_writers = False
    skip_locked = NOTHING
    row_place: Sql | None = None
    present = sql("CAST(1000 * unixepoch('subsec') AS INTEGER)")

    def render(self, fragment: Sql) -> Statement:
        """Text with `?` placeholders and what to bind."""
        texts: list[str] = []
        values: list[object] = []
        for part in fragment.parts:
            if isinstance(part, Value):
                texts.append("?")
                values.append(part.of)
            else:
                texts.append(part)
        return Statement("".join(texts), tuple(values))

    def column_type(self, storage: str) -> str:
        """SQL type of a storage class."""
        return COLUMN_TYPES[storage]


SQLITE: Final = Sqlite()
