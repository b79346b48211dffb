"""What both databases must be able to say. All differences between them are methods of a dialect."""

from __future__ import annotations

from typing import Protocol

from offpage.sql.fragment import Sql, Statement
from offpage.sql.rows import Rows

Place = tuple[Sql, Sql]
"""Latitude and longitude."""


class Terms(Protocol):
    """What the databases say differently about an operator's meaning; `sql/terms.py` has what they say alike.

    Operands are the terms of one column. NULL in gives NULL out (NULL for a yes/no means no).
    """

    def bound(self, storage: str, of: Sql) -> Sql:
        """A bound value of a storage class with its type said out loud, where the database cannot guess it."""
        ...

    def compare_text(self, symbol: str, one: Sql, other: Sql) -> Sql:
        """Whether one text stands in this order to the other, by code point."""
        ...

    def add(self, one: Sql, other: Sql) -> Sql:
        """The sum; NULL where it overflows, as for all arithmetic."""
        ...

    def subtract(self, one: Sql, other: Sql) -> Sql:
        """The difference."""
        ...

    def multiply(self, one: Sql, other: Sql) -> Sql:
        """The product."""
        ...

    def divide(self, one: Sql, other: Sql) -> Sql:
        """The quotient; NULL for a division by zero."""
        ...

    def remainder(self, one: Sql, other: Sql) -> Sql:
        """What is left of a division (`values/decimals.py`)."""
        ...

    def rounded(self, of: Sql, places: Sql | None) -> Sql:
        """Rounded to decimal places (`values/decimals.py`)."""
        ...

    def smaller(self, one: Sql, other: Sql) -> Sql:
        """The smaller of two."""
        ...

    def larger(self, one: Sql, other: Sql) -> Sql:
        """The larger of two."""
        ...

    def within(self, part: Sql, of: Sql) -> Sql:
        """Whether `of` holds `part`, capitals and small letters told apart."""
        ...

    def begins(self, of: Sql, part: Sql) -> Sql:
        """Whether `of` begins with `part`."""
        ...

    def ends(self, of: Sql, part: Sql) -> Sql:
        """Whether `of` ends with `part`."""
        ...

    def joined(self, one: Sql, other: Sql) -> Sql:
        """One text after the other; NULL where that is longer than a text may be (`values/text_length.py`)."""
        ...

    def replaced(self, of: Sql, part: Sql, by: Sql) -> Sql:
        """A text with all occurrences of a part replaced; NULL as for `joined`."""
        ...

    def uppercase(self, of: Sql) -> Sql:
        """All letters as capitals (`values/text_case.py`)."""
        ...

    def lowercase(self, of: Sql) -> Sql:
        """All letters as small ones (`values/text_case.py`)."""
        ...

    def trimmed(self, of: Sql, blanks: str) -> Sql:
        """Without any of these characters around it."""
        ...

    def shifted(self, moment: Sql, number: Sql, unit_ms: int) -> Sql:
        """A moment so many units later, to the nearest ms (`values/calendar.py`)."""
        ...

    def later(self, zone: Sql, moment: Sql, by: tuple[Sql, Sql, Sql]) -> Sql:
        """A moment so many calendar months, calendar days and exact ms later (`values/calendar.py`)."""
        ...

    def plus_days(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar days later (`values/calendar.py`)."""
        ...

    def plus_months(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar months later (`values/calendar.py`)."""
        ...

    def date_part(self, zone: Sql, moment: Sql, part: Sql) -> Sql:
        """One part of a moment as a number; NULL for a part nobody knows (`values/calendar.py`)."""
        ...

    def rounded_down(self, zone: Sql, moment: Sql, unit: Sql) -> Sql:
        """The beginning of the unit that a moment is in (`values/calendar.py`)."""
        ...

    def same_period(self, zone: Sql, one: Sql, other: Sql, unit: Sql) -> Sql:
        """Whether two moments are in the same unit."""
        ...

    def first_characters(self, of: Sql, length: Sql) -> Sql:
        """The first so many characters of a text."""
        ...

    def distance(self, one: Place, other: Place, unit: Sql | None) -> Sql:
        """The distance of two places (`values/distance.py`); each is latitude and longitude."""
        ...

    def has_keywords(self, of: Sql, wanted: Sql) -> Sql:
        """Whether a text has all keywords of another (`values/keywords.py`)."""
        ...


class Dialect(Terms, Rows, Protocol):
    """One database's way of saying things."""

    name: str
    """`sqlite` or `postgres`."""

    aborts_on_error: bool
    """Whether a failed statement spoils its transaction up to the last savepoint (PostgreSQL)."""

    many_writers: bool
    """Whether several transactions write at the same time."""

    skip_locked: Sql
    """What a SELECT ends with to lock its rows and pass over those that others hold (nothing on SQLite: one writer)."""

    row_place: Sql | None
    """Where a row stands: it is found there without an index. None where that is not worth while."""

    present: Sql
    """This moment in ms since 1970 by the database's own clock, which all processes have in common."""

    def render(self, fragment: Sql) -> Statement:
        """Make driver-ready text with this database's placeholders."""
        ...

    def column_type(self, storage: str) -> str:
        """SQL type of a storage class: `text`, `number`, `yes_no`, `integer` (64 bit), `json`, `identity` (a counter)."""
        ...
