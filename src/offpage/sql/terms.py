"""Terms that both databases say in the same words. NULL is empty; a yes/no term may be NULL for no."""

from __future__ import annotations

from typing import Final

from offpage.sql.fragment import Sql, join, sql

Term = Sql | tuple[Sql, ...]
"""A value in SQL; several columns where its kind has several."""

ONE: Final = sql("CAST(1 AS DOUBLE PRECISION)")
ZERO: Final = sql("CAST(0 AS DOUBLE PRECISION)")

COMPARISONS: Final = {"<": sql(" < "), "<=": sql(" <= "), ">": sql(" > "), ">=": sql(" >= ")}


def _pairs(one: tuple[Sql, ...], other: Term) -> Sql:
    """Whether all columns of two values are the same, two NULLs being the same."""
    assert isinstance(other, tuple)
    pairs = (sql("{} IS NOT DISTINCT FROM {}", left, right) for left, right in zip(one, other, strict=True))
    return join(" AND ", pairs)


def equal(one: Term, other: Term) -> Sql:
    """Whether both have a value and it is the same. A plain `=` for one column, so that an index can serve it."""
    if isinstance(one, Sql):
        assert isinstance(other, Sql)
        return sql("({} = {})", one, other)
    return sql("({} AND {})", _pairs(one, other), is_not_empty(one))


def differ(one: Term, other: Term) -> Sql:
    """Whether exactly one is empty, or both have a value and these differ."""
    if isinstance(one, Sql):
        assert isinstance(other, Sql)
        return sql("({} IS DISTINCT FROM {})", one, other)
    return sql("(NOT ({}))", _pairs(one, other))


def equal_texts(one: Sql, other: Sql) -> Sql:
    """Whether both texts have characters and are the same; said so that an index can serve it."""
    return sql("({} = {} AND {} <> '')", one, other, min(one, other, key=lambda term: len(term.parts)))


def differ_texts(one: Sql, other: Sql) -> Sql:
    """Whether exactly one has no characters, or both have some and they differ."""
    return sql("(nullif({}, '') IS DISTINCT FROM nullif({}, ''))", one, other)


def is_empty(of: Term) -> Sql:
    """Whether there is no value."""
    if isinstance(of, Sql):
        return sql("({} IS NULL)", of)
    return sql("({})", join(" AND ", (sql("{} IS NULL", one) for one in of)))


def is_not_empty(of: Term) -> Sql:
    """Whether there is a value."""
    if isinstance(of, Sql):
        return sql("({} IS NOT NULL)", of)
    return sql("({})", join(" OR ", (sql("{} IS NOT NULL", one) for one in of)))


def is_empty_text(of: Sql) -> Sql:
    """Whether there is no text, or one without characters."""
    return sql("(nullif({}, '') IS NULL)", of)


def is_not_empty_text(of: Sql) -> Sql:
    """Whether there is a text with characters."""
    return sql("(nullif({}, '') IS NOT NULL)", of)


def is_empty_json(of: Sql) -> Sql:
    """Whether there is no json value, or one that counts as empty: null, a text without characters, an empty array."""
    return sql("(coalesce({}, 'null') IN ('null', '\"\"', '[]'))", of)


def is_not_empty_json(of: Sql) -> Sql:
    """Whether there is a json value that is not empty."""
    return sql("(coalesce({}, 'null') NOT IN ('null', '\"\"', '[]'))", of)


def default(of: Term, value: Term) -> Term:
    """The value, or the other where it is empty."""
    if isinstance(of, Sql):
        assert isinstance(value, Sql)
        return sql("coalesce({}, {})", of, value)
    assert isinstance(value, tuple)
    pairs = zip(of, value, strict=True)
    return tuple(sql("CASE WHEN {} THEN {} ELSE {} END", is_empty(of), new, old) for old, new in pairs)


def default_text(of: Sql, value: Sql) -> Sql:
    """The text, or the other where it has no characters."""
    return sql("coalesce(nullif({}, ''), {})", of, value)


def compare(symbol: str, one: Sql, other: Sql) -> Sql:
    """Whether one stands in this order to the other (numbers, dates, lengths)."""
    return sql("({}{}{})", one, COMPARISONS[symbol], other)


def both(one: Sql, other: Sql) -> Sql:
    """Whether both are yes."""
    return sql("({} AND {})", one, other)


def either(one: Sql, other: Sql) -> Sql:
    """Whether at least one is yes."""
    return sql("({} OR {})", one, other)


def is_not_yes(one: Sql) -> Sql:
    """Whether it is no or empty."""
    return sql("({} IS NOT TRUE)", one)


def is_no(one: Sql) -> Sql:
    """Whether it is no; NULL stays NULL."""
    return sql("(NOT {})", one)


def choose(condition: Sql, yes: Sql, no: Sql) -> Sql:
    """One value for yes, another for no."""
    return sql("CASE {} WHEN TRUE THEN {} WHEN FALSE THEN {} END", condition, yes, no)


def negate(one: Sql) -> Sql:
    """The number with the other sign."""
    return sql("(- {})", one)


def absolute(of: Sql) -> Sql:
    """The number without its sign."""
    return sql("abs({})", of)


def floor(of: Sql) -> Sql:
    """The whole number below."""
    return sql("floor({})", of)


def ceiling(of: Sql) -> Sql:
    """The whole number above."""
    return sql("ceil({})", of)


def minus(one: Sql, other: Sql) -> Sql:
    """The difference of whole numbers that are far from the limits: moments, lengths."""
    return sql("({} - {})", one, other)


def plus(one: Sql, other: Sql) -> Sql:
    """The sum of whole numbers that are far from the limits: moments, lengths."""
    return sql("({} + {})", one, other)


def length(of: Sql) -> Sql:
    """How many characters a text has."""
    return sql("CAST(length({}) AS DOUBLE PRECISION)", of)
