"""One number (or date) out of a list. Empties are left out; of an empty list there is no sum."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.expr.accepts import ANY_LIST, FITS_EVERYWHERE, Accepts, per_item
from offpage.expr.operator import operator
from offpage.values.decimals import finite
from offpage.values.types import DATE, NUMBER, Type

Items = Sequence[Any]
Each = Callable[[Any], Any]


def known(items: Items, each: Each | None) -> list[float]:
    """The numbers to count with: the items, or what the expression gives for each, without empties."""
    found = items if each is None else map(each, items)
    return [one for one in found if one is not None]


def total(items: Items, each: Each | None = None) -> float | None:
    """The sum, exact until it is rounded once."""
    numbers = known(items, each)
    try:
        return finite(math.fsum(numbers)) if numbers else None
    except OverflowError:
        return None


def average(items: Items, each: Each | None = None) -> float | None:
    """The sum divided by the count."""
    numbers = known(items, each)
    found = total(numbers)
    return None if found is None else found / len(numbers)


def product(items: Items, each: Each | None = None) -> float | None:
    """All multiplied."""
    numbers = known(items, each)
    return finite(math.prod(numbers)) if numbers else None


def smallest(items: Items, each: Each | None = None) -> Any:
    """The smallest."""
    return min(known(items, each), default=None)


def largest(items: Items, each: Each | None = None) -> Any:
    """The largest."""
    return max(known(items, each), default=None)


def median(items: Items, each: Each | None = None) -> float | None:
    """The one in the middle, or the mean of the two in the middle."""
    numbers = sorted(known(items, each))
    if not numbers:
        return None
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return finite(numbers[half - 1] / 2 + numbers[half] / 2)


def _has(*kinds: str) -> Accepts:
    """One value of one of these kinds."""
    return Accepts(" or ".join(kinds), lambda given, _: not given.is_list and given.kind in (*kinds, *FITS_EVERYWHERE))


NUMBERS: Final = (
    ("sum", total, "The sum"),
    ("average", average, "The average"),
    ("product", product, "All multiplied"),
    ("median", median, "The one in the middle (between two: their mean)"),
)
ENDS: Final = (("min", smallest, "The smallest (or earliest)"), ("max", largest, "The largest (or latest)"))
"""What also works for dates."""


def _declare() -> None:
    """Each aggregate twice: of a list of numbers, and of an expression for each item of any list."""
    for name, py, words in NUMBERS:
        _both_ways(name, py, words, (NUMBER,))
    for name, py, words in ENDS:
        _both_ways(name, py, words, (NUMBER, DATE))


def _both_ways(name: str, py: Callable[..., Any], words: str, kinds: tuple[Type, ...]) -> None:
    for kind in kinds:
        operator(
            name,
            kind.listed,
            gives=kind,
            query=name,
            doc=f"{words} of the items. Of an empty list there is none.",
            py=py,
        )
        operator(
            name,
            ANY_LIST,
            each=per_item(_has(kind.kind)),
            gives=kind,
            query=name,
            doc=f"{words} of an expression for each item: `.{name}(this.{'total' if kind is NUMBER else 'paid_at'})`. "
            "Empties are left out.",
            py=py,
        )


_declare()
