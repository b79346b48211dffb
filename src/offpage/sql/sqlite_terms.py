"""How SQLite says what an operator means. What it lacks are functions registered by `sqlite_functions`."""

from __future__ import annotations

from typing import Final

from offpage.sql.fragment import Sql, sql, value
from offpage.sql.terms import COMPARISONS

_LONGEST: Final = sql("10000000")
"""`LONGEST` of values/text_length.py."""


class SqliteTerms:
    """Terms in SQLite's words; `Terms` in dialect.py says what each means."""

    def bound(self, storage: str, of: Sql) -> Sql:
        """A bound value: SQLite knows its type from the value."""
        return of

    def compare_text(self, symbol: str, one: Sql, other: Sql) -> Sql:
        """By code point: SQLite compares bytes."""
        return sql("({}{}{})", one, COMPARISONS[symbol], other)

    def add(self, one: Sql, other: Sql) -> Sql:
        """The sum; NULL where it overflows."""
        return _finite(sql("({} + {})", one, other))

    def subtract(self, one: Sql, other: Sql) -> Sql:
        """The difference; NULL where it overflows."""
        return _finite(sql("({} - {})", one, other))

    def multiply(self, one: Sql, other: Sql) -> Sql:
        """The product; NULL where it overflows."""
        return _finite(sql("({} * {})", one, other))

    def divide(self, one: Sql, other: Sql) -> Sql:
        """The quotient; NULL where it overflows and for a division by zero."""
        return _finite(sql("({} / {})", one, other))

    def remainder(self, one: Sql, other: Sql) -> Sql:
        """The remainder in decimal digits."""
        return sql("op_remainder({}, {})", one, other)

    def rounded(self, of: Sql, places: Sql | None) -> Sql:
        """Rounded to decimal places, half away from zero."""
        return sql("op_rounded({}, {})", of, places or sql("0"))

    def smaller(self, one: Sql, other: Sql) -> Sql:
        """The smaller of two; NULL if one is."""
        return sql("min({}, {})", one, other)

    def larger(self, one: Sql, other: Sql) -> Sql:
        """The larger of two; NULL if one is."""
        return sql("max({}, {})", one, other)

    def within(self, part: Sql, of: Sql) -> Sql:
        """Whether a text holds another, cases told apart."""
        return sql("(instr({}, {}) > 0)", of, part)

    def begins(self, of: Sql, part: Sql) -> Sql:
        """Whether a text begins with another."""
        return sql("(substr({}, 1, length({})) = {})", of, part, part)

    def ends(self, of: Sql, part: Sql) -> Sql:
        """Whether a text ends with another."""
        return sql("op_ends({}, {})", of, part)

    def joined(self, one: Sql, other: Sql) -> Sql:
        """One text after the other; in a subquery, so that an operand is written once."""
        whole = sql("SELECT {} || {} AS op_whole", one, other)
        return sql("(SELECT CASE WHEN length(op_whole) <= {} THEN op_whole END FROM ({}))", _LONGEST, whole)

    def replaced(self, of: Sql, part: Sql, by: Sql) -> Sql:
        """All occurrences of a part replaced."""
        return sql("op_replaced({}, {}, {})", of, part, by)

    def uppercase(self, of: Sql) -> Sql:
        """All letters as capitals."""
        return sql("op_uppercase({})", of)

    def lowercase(self, of: Sql) -> Sql:
        """All letters as small ones."""
        return sql("op_lowercase({})", of)

    def trimmed(self, of: Sql, blanks: str) -> Sql:
        """Without these characters around it."""
        return sql("trim({}, {})", of, value(blanks))

    def shifted(self, moment: Sql, number: Sql, unit_ms: int) -> Sql:
        """A moment so many units of ms later."""
        return sql("op_shifted({}, {}, {})", moment, number, value(unit_ms))

    def later(self, zone: Sql, moment: Sql, by: tuple[Sql, Sql, Sql]) -> Sql:
        """A moment so many months, days and ms later."""
        return sql("op_later({}, {}, {}, {}, {})", zone, moment, *by)

    def plus_days(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar days later."""
        return sql("op_plus_days({}, {}, {})", zone, moment, number)

    def plus_months(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar months later."""
        return sql("op_plus_months({}, {}, {})", zone, moment, number)

    def date_part(self, zone: Sql, moment: Sql, part: Sql) -> Sql:
        """One part of a moment."""
        return sql("op_date_part({}, {}, {})", zone, moment, part)

    def rounded_down(self, zone: Sql, moment: Sql, unit: Sql) -> Sql:
        """The beginning of a unit."""
        return sql("op_rounded_down({}, {}, {})", zone, moment, unit)

    def same_period(self, zone: Sql, one: Sql, other: Sql, unit: Sql) -> Sql:
        """Whether two moments are in the same unit."""
        return sql("({} = {})", self.rounded_down(zone, one, unit), self.rounded_down(zone, other, unit))

    def first_characters(self, of: Sql, length: Sql) -> Sql:
        """The first so many characters."""
        return sql("substr({}, 1, CAST(max(0, min({}, 2147483647)) AS INTEGER))", of, length)

    def distance(self, one: tuple[Sql, Sql], other: tuple[Sql, Sql], unit: Sql | None) -> Sql:
        """The distance of two places."""
        return sql("op_distance({}, {}, {}, {}, {})", *one, *other, unit or sql("'km'"))

    def has_keywords(self, of: Sql, wanted: Sql) -> Sql:
        """Whether a text has all keywords of another."""
        return sql("op_has_keywords({}, {})", of, wanted)


def _finite(number: Sql) -> Sql:
    """The number, or NULL where it is infinite (SQLite itself makes NULL of what is not a number)."""
    return sql("nullif(nullif({}, 9e999), -9e999)", number)
