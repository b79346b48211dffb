"""Before and after, less and more: numbers, moments, lengths of time, texts (by code point)."""

from __future__ import annotations

import operator as python
from typing import Final

from offpage.expr.accepts import SAME, exactly
from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.shapes import Interval
from offpage.values.types import DATE, INTERVAL, NUMBER, TEXT, YES_NO

COMPARISONS: Final = (
    ("<", python.lt, "less than", "before"),
    ("<=", python.le, "less than or equal to", "before, or the same as"),
    (">", python.gt, "more than", "after"),
    (">=", python.ge, "more than or equal to", "after, or the same as"),
)


def _declare() -> None:
    """Every comparison of every type that has an order."""
    for symbol, compare, more_or_less, when in COMPARISONS:
        for accepts, words in ((NUMBER, more_or_less), (DATE, when)):
            operator(
                symbol,
                accepts,
                other=SAME,
                gives=YES_NO,
                form="symbol",
                doc=f"Whether it is {words} the other.",
                py=compare,
                sql=lambda d, one, other, symbol=symbol: terms.compare(symbol, one, other),
            )
        operator(
            symbol,
            INTERVAL,
            other=SAME,
            gives=YES_NO,
            form="symbol",
            doc=f"Whether the length is {more_or_less} the other (a day is 24 hours here, a month 30 days).",
            py=lambda one, other, compare=compare: compare(_length(one), _length(other)),
            sql=lambda d, one, other, symbol=symbol: terms.compare(symbol, one, other),
        )
        operator(
            symbol,
            exactly(TEXT),
            other=SAME,
            gives=YES_NO,
            form="symbol",
            doc=f"Whether the text comes {when} the other, by code point (capitals before small letters).",
            py=compare,
            sql=lambda d, one, other, symbol=symbol: d.compare_text(symbol, one, other),
        )


def _length(one: Interval) -> int:
    return one.total_ms


_declare()
