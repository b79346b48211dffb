"""Arithmetic in PostgreSQL's words: it raises errors where ours has no answer, so every step is guarded.

It may also evaluate an operand anywhere; so operands that occur more than once are computed once, in a subquery
that OFFSET 0 keeps the planner from dissolving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from offpage.sql.fragment import Sql, Value, ident, join, sql

LONGEST_REPEATED: Final = 80
"""An operand longer than this is not written twice."""


def once(say: Callable[..., Sql], *operands: Sql) -> Sql:
    """What `say` makes of operands that it may repeat: each is computed once unless it is short."""
    if all(_is_short(one) for one in operands):
        return say(*operands)
    names = [ident(f"op_{at}") for at in range(len(operands))]
    given = join(", ", (sql("{} AS {}", one, name) for one, name in zip(operands, names, strict=True)))
    return sql("(SELECT {} FROM (SELECT {} OFFSET 0) AS op_o)", say(*names), given)


def _is_short(one: Sql) -> bool:
    texts = [part for part in one.parts if not isinstance(part, Value)]
    # A bound value would be folded into the branches of a CASE that are there to avoid it.
    return len(one.parts) == len(texts) and sum(map(len, texts)) <= LONGEST_REPEATED


def total(x: Sql, y: Sql) -> Sql:
    """The sum. Halves are added first where the sum may be too large (2 to the power of 1023 is half of what is)."""
    return sql(
        "CASE WHEN abs({}) <= 8.9e307 AND abs({}) <= 8.9e307 THEN {} + {} "
        "WHEN abs({}) <= 1 OR abs({}) <= 1 OR ({} < 0) <> ({} < 0) THEN {} + {} "
        "WHEN abs({} / 2 + {} / 2) < 8.98846567431158e307 THEN {} + {} END",
        *(x, y) * 7,
    )


def product(x: Sql, y: Sql) -> Sql:
    """The product. Near the limits, both are made smaller (or larger) by 2 to the power of 600 to see what will come out."""
    size = sql("ln(abs({})) + ln(abs({}))", x, y)
    small = sql("abs(({} * power(2::float8, -600)) * ({} * power(2::float8, -600)))", x, y)
    large = sql("abs(({} * power(2::float8, 600)) * ({} * power(2::float8, 600)))", x, y)
    zero = sql("CASE WHEN {} = 0 OR {} = 0 THEN {} * {} ", x, y, x, y)
    return sql("{}{}", zero, _guarded(sql("{} * {}", x, y), x, y, size, small, large))


def quotient(x: Sql, y: Sql) -> Sql:
    """The quotient, guarded as the product is."""
    size = sql("ln(abs({})) - ln(abs({}))", x, y)
    small = sql("abs(({} * power(2::float8, -600)) / ({} * power(2::float8, 600)))", x, y)
    large = sql("abs(({} * power(2::float8, 600)) / ({} * power(2::float8, -600)))", x, y)
    zero = sql("CASE WHEN {} = 0 THEN NULL WHEN {} = 0 THEN {} / {} ", y, x, x, y)
    return sql("{}{}", zero, _guarded(sql("{} / {}", x, y), x, y, size, small, large))


def _guarded(result: Sql, x: Sql, y: Sql, size: Sql, small: Sql, large: Sql) -> Sql:
    """The rest of a CASE: the result where it is certainly a number, else by its logarithm and its scaled form."""
    return sql(
        "WHEN abs({}) BETWEEN 1e-140 AND 1e140 AND abs({}) BETWEEN 1e-140 AND 1e140 THEN {} "
        "WHEN {} > 711.5 THEN NULL WHEN {} < -749 THEN 0 "
        "WHEN {} > 706 THEN CASE WHEN {} < power(2::float8, -176) THEN {} END "
        "WHEN {} < -706 THEN CASE WHEN {} > power(2::float8, 125) THEN {} ELSE 0 END "
        "ELSE {} END",
        *(x, y, result, size, size),
        *(size, small, result),
        *(size, large, result),
        result,
    )


def remainder(x: Sql, y: Sql) -> Sql:
    """The remainder. Numbers become NUMERIC by way of their shortest text, which keeps all their digits."""
    return sql(
        "CASE WHEN abs({}) >= 1e-300 AND abs({}) <= 9007199254740992 THEN "
        "CAST(CAST(CAST({} AS TEXT) AS NUMERIC) % CAST(CAST({} AS TEXT) AS NUMERIC) AS DOUBLE PRECISION) END",
        *(y, x, x, y),
    )


def representable(exact: Sql) -> Sql:
    """A NUMERIC as a number; NULL where it is beyond all numbers."""
    return sql("CASE WHEN abs({}) <= 1.7976931348623157e308 THEN CAST({} AS DOUBLE PRECISION) END", exact, exact)
