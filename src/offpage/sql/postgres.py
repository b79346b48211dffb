"""How PostgreSQL says it."""

from __future__ import annotations

from typing import Final

from offpage.sql.fragment import Sql, Statement, Value

COLUMN_TYPES: Final = {
    "text": 'TEXT COLLATE "C"',
    "number": "DOUBLE PRECISION",
    "yes_no": "BOOLEAN",
    "integer": "BIGINT",
    "json": 'TEXT COLLATE "C"',
}


class Postgres:
    """The PostgreSQL dialect."""

    name = "postgres"
    aborts_on_error = True

    def render(self, fragment: Sql) -> Statement:
        """Text with psycopg's `%s` placeholders (literal `%` doubled) and what to bind."""
        texts: list[str] = []
        values: list[object] = []
        for part in fragment.parts:
            if isinstance(part, Value):
                texts.append("%s")
                values.append(part.of)
            else:
                texts.append(part.replace("%", "%%"))
        return Statement("".join(texts), tuple(values))

    def column_type(self, storage: str) -> str:
        """SQL type of a storage class."""
        return COLUMN_TYPES[storage]


POSTGRES: Final = Postgres()
