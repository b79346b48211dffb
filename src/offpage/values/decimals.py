"""Rounding and remainders as people count: in decimal digits of the number as it is written."""

from __future__ import annotations

import math
import sys
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Final

LARGEST: Final = sys.float_info.max
"""The largest number there is."""

EXACT: Final = 2.0**53
"""Whole numbers up to here are exact."""

SMALLEST_DIVISOR: Final = 1e-300
"""A division by less than this has no remainder."""

MOST_PLACES: Final = 340
"""No number has more decimal places than this, nor more digits before the point."""

_EXACTLY: Final = Context(prec=700, rounding=ROUND_HALF_UP)
"""Room for every digit of the largest number divided by the smallest divisor."""


def finite(number: float) -> float | None:
    """The number, or empty where it has grown beyond all numbers."""
    return number if -LARGEST <= number <= LARGEST else None


def remainder(one: float, other: float) -> float | None:
    """What is left of a division, with the sign of the first, counted in decimal digits: 0.3 % 0.1 is 0.

    A number beyond EXACT, whose last digits nobody knows, has none.
    """
    if abs(other) < SMALLEST_DIVISOR or abs(one) > EXACT:
        return None
    if one.is_integer() and other.is_integer():
        return math.fmod(one, other)
    return float(_EXACTLY.remainder(Decimal(repr(one)), Decimal(repr(other))))


def half_up(number: float) -> int:
    """The nearest whole number; a half goes away from zero. The number is finite."""
    below = math.floor(abs(number))
    whole = below + 1 if abs(number) - below >= 0.5 else below
    return whole if number >= 0 else -whole


def rounded(number: float, places: float = 0) -> float | None:
    """The number with so many decimal places (negative: before the point); a half goes away from zero.

    It counts the digits as written: 1.005 to 2 places is 1.01. Empty where the result is beyond all numbers.
    """
    digits = math.trunc(max(-MOST_PLACES, min(MOST_PLACES, places)))
    if digits == 0 and abs(number) < 2**52:
        return float(half_up(number))
    exact = Decimal(repr(number)).quantize(_unit(digits), context=_EXACTLY)
    return finite(float(exact))


@cache
def _unit(digits: int) -> Decimal:
    """One, at so many decimal places."""
    return Decimal(1).scaleb(-digits)
