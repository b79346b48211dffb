"""How PostgreSQL says what an operator means.

`postgres_arithmetic` has what its arithmetic needs, `postgres_calendar` what its calendar needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from offpage.sql import postgres_arithmetic as arithmetic
from offpage.sql import postgres_calendar as calendar
from offpage.sql.fragment import Sql, sql, value
from offpage.sql.postgres_arithmetic import once
from offpage.sql.terms import COMPARISONS
from offpage.values import keywords

TYPES: Final = {
    "text": sql("TEXT"),
    "number": sql("DOUBLE PRECISION"),
    "yes_no": sql("BOOLEAN"),
    "integer": sql("BIGINT"),
    "json": sql("TEXT"),
}


_LONGEST: Final = sql("10000000")
"""`LONGEST` of values/text_length.py."""


class PostgresTerms:
    """Terms in PostgreSQL's words; `Terms` in dialect.py says what each means."""

    def bound(self, storage: str, of: Sql) -> Sql:
        """A bound value with its type, which PostgreSQL cannot always guess."""
        if storage in ("text", "json"):
            return sql('(CAST({} AS TEXT) COLLATE "C")', of)
        return sql("CAST({} AS {})", of, TYPES[storage])

    def compare_text(self, symbol: str, one: Sql, other: Sql) -> Sql:
        """By code point: the collation C compares bytes."""
        return sql('({} COLLATE "C"{}{})', one, COMPARISONS[symbol], other)

    def add(self, one: Sql, other: Sql) -> Sql:
        """The sum; NULL where it overflows."""
        return once(arithmetic.total, one, other)

    def subtract(self, one: Sql, other: Sql) -> Sql:
        """The difference; NULL where it overflows."""
        return once(arithmetic.total, one, sql("(- {})", other))

    def multiply(self, one: Sql, other: Sql) -> Sql:
        """The product; NULL where it overflows."""
        return once(arithmetic.product, one, other)

    def divide(self, one: Sql, other: Sql) -> Sql:
        """The quotient; NULL where it overflows and for a division by zero."""
        return once(arithmetic.quotient, one, other)

    def remainder(self, one: Sql, other: Sql) -> Sql:
        """The remainder in decimal digits."""
        return once(arithmetic.remainder, one, other)

    def rounded(self, of: Sql, places: Sql | None) -> Sql:
        """Rounded to decimal places, half away from zero."""
        digits = sql("0") if places is None else sql("CAST(trunc(greatest(-340, least(340, {}))) AS INTEGER)", places)
        exact = sql("round(CAST(CAST({} AS TEXT) AS NUMERIC), {})", of, digits)
        number = once(arithmetic.representable, exact)
        return number if places is None else sql("CASE WHEN {} IS NOT NULL THEN {} END", places, number)

    def smaller(self, one: Sql, other: Sql) -> Sql:
        """The smaller of two; NULL if one is."""
        return once(
            lambda a, b: sql("CASE WHEN {} <= {} THEN {} WHEN {} < {} THEN {} END", a, b, a, b, a, b), one, other
        )

    def larger(self, one: Sql, other: Sql) -> Sql:
        """The larger of two; NULL if one is."""
        return once(
            lambda a, b: sql("CASE WHEN {} >= {} THEN {} WHEN {} > {} THEN {} END", a, b, a, b, a, b), one, other
        )

    def within(self, part: Sql, of: Sql) -> Sql:
        """Whether a text holds another, cases told apart."""
        return sql("(strpos({}, {}) > 0)", of, part)

    def begins(self, of: Sql, part: Sql) -> Sql:
        """Whether a text begins with another."""
        return sql("starts_with({}, {})", of, part)

    def ends(self, of: Sql, part: Sql) -> Sql:
        """Whether a text ends with another."""
        return sql("(right({}, length({})) = {})", of, part, part)

    def joined(self, one: Sql, other: Sql) -> Sql:
        """One text after the other."""
        return once(
            lambda whole: sql("CASE WHEN length({}) <= {} THEN {} END", whole, _LONGEST, whole), _then(one, other)
        )

    def replaced(self, of: Sql, part: Sql, by: Sql) -> Sql:
        """All occurrences of a part replaced; they are counted first, for what comes out may be larger than the memory."""
        return once(_replaced, of, part, by)

    def uppercase(self, of: Sql) -> Sql:
        """All letters as capitals, by Unicode's simple mapping, and SS for the sharp s."""
        return sql("(replace(upper({} COLLATE \"pg_c_utf8\"), 'ß', 'SS') COLLATE \"C\")", of)

    def lowercase(self, of: Sql) -> Sql:
        """All letters as small ones, by Unicode's simple mapping."""
        return sql('(lower({} COLLATE "pg_c_utf8") COLLATE "C")', of)

    def trimmed(self, of: Sql, blanks: str) -> Sql:
        """Without these characters around it."""
        return sql("btrim({}, {})", of, value(blanks))

    def shifted(self, moment: Sql, number: Sql, unit_ms: int) -> Sql:
        """A moment so many units of ms later."""
        return once(lambda m, n: calendar.shifted(m, n, unit_ms), moment, number)

    def later(self, zone: Sql, moment: Sql, by: tuple[Sql, Sql, Sql]) -> Sql:
        """A moment so many months, days and ms later; none of a unit leaves the moment as it is."""
        months, days, ms = by
        shown = once(lambda m, n: _unless_zero(n, m, calendar.plus_months(zone, m, n)), moment, months)
        shown = once(lambda m, n: _unless_zero(n, m, calendar.plus_days(zone, m, n)), shown, days)
        return calendar.in_range(sql("{} + {}", shown, ms))

    def plus_days(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar days later."""
        return calendar.plus_days(zone, moment, number)

    def plus_months(self, zone: Sql, moment: Sql, number: Sql) -> Sql:
        """A moment so many calendar months later."""
        return calendar.plus_months(zone, moment, number)

    def date_part(self, zone: Sql, moment: Sql, part: Sql) -> Sql:
        """One part of a moment."""
        return calendar.date_part(zone, moment, part)

    def rounded_down(self, zone: Sql, moment: Sql, unit: Sql) -> Sql:
        """The beginning of a unit."""
        return calendar.rounded_down(zone, moment, unit)

    def same_period(self, zone: Sql, one: Sql, other: Sql, unit: Sql) -> Sql:
        """Whether two moments are in the same unit."""
        return sql("({} = {})", self.rounded_down(zone, one, unit), self.rounded_down(zone, other, unit))

    def first_characters(self, of: Sql, length: Sql) -> Sql:
        """The first so many characters."""
        return once(_first_characters, of, length)

    def distance(self, one: tuple[Sql, Sql], other: tuple[Sql, Sql], unit: Sql | None) -> Sql:
        """The distance of two places."""
        return once(_distance, *one, *other, unit or sql("'km'"))

    def has_keywords(self, of: Sql, wanted: Sql) -> Sql:
        """Whether a text has all keywords of another.

        What is wanted stands in a SELECT of its own, which is done once for all rows; and the endings are taken off
        only where a text holds the beginnings of all words (see `values/keywords.py`).
        """
        asked = sql("(SELECT {})", _stems(self._whole(wanted)))
        return sql("(SELECT {} FROM (SELECT {} AS op_0, {} AS op_1 OFFSET 0) AS op_o)", _HAS, self._whole(of), asked)

    def _whole(self, of: Sql) -> Sql:
        """A text in small letters, without apostrophes."""
        beginning = self.lowercase(sql("left({}, {})", of, calendar.whole(keywords.LOOKED_AT)))
        return _replaced_all(beginning, keywords.REPLACEMENTS[:1])


def _stems(whole: Sql) -> Sql:
    """The keywords of a text in small letters, with a blank between them."""
    return sql("btrim({})", _replaced_all(sql("(' ' || {} || ' ')", whole), keywords.REPLACEMENTS[1:]))


def _replaced_all(of: Sql, replacements: Sequence[tuple[str, str]]) -> Sql:
    for pattern, by in replacements:
        of = sql("regexp_replace({}, {}, {}, 'g')", of, value(pattern), value(by))
    return of


_HAS: Final = sql(
    "CASE WHEN op_0 IS NOT NULL AND op_1 IS NOT NULL THEN CASE WHEN op_1 = '' THEN FALSE "
    "WHEN EXISTS (SELECT FROM unnest(string_to_array(op_1, ' ')) AS op_w "
    "WHERE strpos(op_0, left(op_w, greatest(length(op_w) - 1, 1))) = 0) THEN FALSE "
    "ELSE string_to_array({}, ' ') @> string_to_array(op_1, ' ') END END",
    _stems(sql("op_0")),
)
"""Whether the text `op_0`, in small letters, has the keywords `op_1`."""


def _then(one: Sql, other: Sql) -> Sql:
    return sql("({} || {})", one, other)


def _replaced(of: Sql, part: Sql, by: Sql) -> Sql:
    count = sql("CAST((length({}) - length(replace({}, {}, ''))) / length({}) AS BIGINT)", of, of, part, part)
    return sql(
        "CASE WHEN {} IS NULL THEN NULL WHEN {} = '' THEN {} "
        "WHEN length({}) + {} * (length({}) - length({})) <= {} THEN replace({}, {}, {}) END",
        *(by, part, of),
        *(of, count, by, part, _LONGEST, of, part, by),
    )


def _unless_zero(number: Sql, before: Sql, after: Sql) -> Sql:
    return sql("CASE WHEN {} = 0 THEN {} ELSE {} END", number, before, after)


def _first_characters(of: Sql, length: Sql) -> Sql:
    return sql(
        "CASE WHEN {} > 2147483647 THEN {} WHEN {} >= 1 THEN left({}, CAST(trunc({}) AS INTEGER)) "
        "WHEN {} < 1 THEN left({}, 0) END",
        *(length, of, length, of, length),
        *(length, of),
    )


def _distance(lat: Sql, lng: Sql, to_lat: Sql, to_lng: Sql, unit: Sql) -> Sql:
    """The haversine formula, step by step as `values/distance.py` computes it."""
    halves = sql(
        "SELECT sin(radians({}) / 2) AS a, sin(radians({}) / 2) AS b OFFSET 0",
        _calm(sql("({} - {})", to_lat, lat)),
        _calm(sql("({} - {})", to_lng, lng)),
    )
    chord = sql(
        "SELECT a * a + cos(radians({})) * cos(radians({})) * b * b AS c FROM ({}) AS op_a OFFSET 0",
        *(_calm(lat), _calm(to_lat), halves),
    )
    way = sql(
        "SELECT 12742.0176 * asin(sqrt(CASE WHEN c > 1 THEN 1 ELSE c END)) AS km FROM ({}) AS op_b OFFSET 0", chord
    )
    return sql(
        "(SELECT CAST(round(CAST(CAST(CASE {} WHEN 'km' THEN km WHEN 'miles' THEN km / 1.609344 END AS TEXT) AS NUMERIC), "
        "6) AS DOUBLE PRECISION) FROM ({}) AS op_c)",
        *(unit, way),
    )


def _calm(degrees: Sql) -> Sql:
    """An angle too small to matter is none, so that its square does not underflow."""
    return sql("CASE WHEN abs({}) < 1e-100 THEN 0 ELSE {} END", degrees, degrees)
