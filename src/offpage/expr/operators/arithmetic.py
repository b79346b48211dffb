"""Arithmetic of numbers. What overflows, or divides by zero, has no answer: empty."""

from __future__ import annotations

import math

from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.decimals import LARGEST, finite, remainder
from offpage.values.types import NUMBER


def plus(one: float, other: float) -> float | None:
    """The sum."""
    total = one + other
    return total if -LARGEST <= total <= LARGEST else None


def minus(one: float, other: float) -> float | None:
    """The difference."""
    rest = one - other
    return rest if -LARGEST <= rest <= LARGEST else None


def times(one: float, other: float) -> float | None:
    """The product."""
    product = one * other
    return product if -LARGEST <= product <= LARGEST else None


def divided_by(one: float, other: float) -> float | None:
    """The quotient; empty for a division by zero."""
    if other == 0:
        return None
    quotient = one / other
    return quotient if -LARGEST <= quotient <= LARGEST else None


def power(one: float, other: float) -> float | None:
    """One to the power of the other; empty where that is no real number."""
    try:
        return finite(math.pow(one, other))
    except (OverflowError, ValueError):
        return None


operator(
    "+",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="The sum.",
    py=plus,
    sql=lambda d, one, other: d.add(one, other),
)
operator(
    "-",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="The difference.",
    py=minus,
    sql=lambda d, one, other: d.subtract(one, other),
)
operator(
    "*",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="The product.",
    py=times,
    sql=lambda d, one, other: d.multiply(one, other),
)
operator(
    "/",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="The quotient; empty for a division by zero.",
    py=divided_by,
    sql=lambda d, one, other: d.divide(one, other),
)
operator(
    "%",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="What is left of a division, with the sign of the first number: `-7 % 3` is -1.",
    py=remainder,
    sql=lambda d, one, other: d.remainder(one, other),
)
operator(
    "**",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="One to the power of the other; empty where that is not a real number.",
    py=power,
)
operator(
    "negate",
    NUMBER,
    gives=NUMBER,
    form="symbol",
    doc="The number with the other sign: `-x`.",
    py=lambda one: -one,
    sql=lambda d, one: terms.negate(one),
)
