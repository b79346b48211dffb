"""What both databases must be able to say. All differences between them are methods of a dialect."""

from __future__ import annotations

from typing import Protocol

from offpage.sql.fragment import Sql, Statement


class Dialect(Protocol):
    """One database's way of saying things."""

    name: str
    """`sqlite` or `postgres`."""

    aborts_on_error: bool
    """Whether a failed statement spoils its transaction up to the last savepoint (PostgreSQL)."""

    skip_locked: Sql
    """What a SELECT ends with to lock its rows and pass over those that others hold (nothing on SQLite: one writer)."""

    def render(self, fragment: Sql) -> Statement:
        """Make driver-ready text with this database's placeholders."""
        ...

    def column_type(self, storage: str) -> str:
        """SQL type of a storage class: `text`, `number`, `yes_no`, `integer` (64 bit), `json`, `identity` (a counter)."""
        ...
