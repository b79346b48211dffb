"""Rounding, limits and looks of numbers."""

from __future__ import annotations

import math

from offpage.expr.accepts import optional
from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.decimals import finite, remainder, rounded
from offpage.values.number_format import formatted
from offpage.values.types import NUMBER, TEXT

operator(
    "rounded_to",
    NUMBER,
    places=optional(NUMBER),
    gives=NUMBER,
    doc="Rounded to so many decimal places; a half goes away from zero (0.5 → 1). Negative places round before the point.",
    py=rounded,
    sql=lambda d, of, places=None: d.rounded(of, places),
)
operator(
    "rounded",
    NUMBER,
    gives=NUMBER,
    doc="The nearest whole number; a half goes away from zero.",
    py=rounded,
    sql=lambda d, of: d.rounded(of, None),
)
operator(
    "floor",
    NUMBER,
    gives=NUMBER,
    doc="The whole number below: -2.3 → -3.",
    py=lambda of: float(math.floor(of)),
    sql=lambda d, of: terms.floor(of),
)
operator(
    "ceiling",
    NUMBER,
    gives=NUMBER,
    doc="The whole number above: -2.3 → -2.",
    py=lambda of: float(math.ceil(of)),
    sql=lambda d, of: terms.ceiling(of),
)
operator(
    "absolute",
    NUMBER,
    gives=NUMBER,
    doc="The number without its sign.",
    py=abs,
    sql=lambda d, of: terms.absolute(of),
)
operator(
    "min",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    doc="The smaller of two numbers.",
    py=min,
    sql=lambda d, of, other: d.smaller(of, other),
)
operator(
    "max",
    NUMBER,
    other=NUMBER,
    gives=NUMBER,
    doc="The larger of two numbers.",
    py=max,
    sql=lambda d, of, other: d.larger(of, other),
)


def step_below(number: float, step: float, start: float = 0.0) -> float | None:
    """The last multiple of a step (counted from a start) that is not above the number."""
    offset = number - start
    left = remainder(offset, step) if math.isfinite(offset) else None
    if left is None or step <= 0:
        return None
    return finite(number - left if left >= 0 else number - left - step)


operator(
    "rounded_down_to",
    NUMBER,
    step=NUMBER,
    start=optional(NUMBER),
    gives=NUMBER,
    doc="The last multiple of the step that is not above it: what numbers are grouped by. `37.rounded_down_to(10)` is 30.",
    py=step_below,
)
operator(
    "formatted_as",
    NUMBER,
    format=TEXT,
    gives=TEXT,
    doc='As text: `"0"` digits that are always there, `#` where needed, `,` thousands, `.00` places, `%` times 100, '
    'anything else as it is: `1234.5.formatted_as("$0,0.00")` is $1,234.50.',
    py=formatted,
)
