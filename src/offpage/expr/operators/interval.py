"""Lengths of time: making them, adding them, counting them in a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from offpage.expr.operator import operator
from offpage.values.decimals import half_up, rounded
from offpage.values.shapes import DAY_MS, Interval
from offpage.values.types import INTERVAL, NUMBER

LONGEST_MS: Final = 10**15
"""The longest length of time, about 31,000 years; more has no answer."""


def length(ms: float) -> Interval | None:
    """So many exact milliseconds."""
    return Interval(0, 0, half_up(ms)) if abs(ms) <= LONGEST_MS else None


def checked(interval: Interval) -> Interval | None:
    """The interval, or empty where it is longer than a length of time may be."""
    return interval if max(map(abs, (interval.total_ms, *interval))) <= LONGEST_MS else None


def _exact(unit_ms: int) -> Callable[[float], Interval | None]:
    return lambda number: length(number * unit_ms)


def _days(unit_days: int) -> Callable[[float], Interval | None]:
    return lambda number: checked(Interval(0, half_up(number * unit_days), 0)) if abs(number) < LONGEST_MS else None


def _months(unit_months: int) -> Callable[[float], Interval | None]:
    return lambda number: checked(Interval(half_up(number * unit_months), 0, 0)) if abs(number) < LONGEST_MS else None


MAKERS: Final = {
    "milliseconds": _exact(1),
    "seconds": _exact(1000),
    "minutes": _exact(60_000),
    "hours": _exact(3_600_000),
    "days": _days(1),
    "weeks": _days(7),
    "months": _months(1),
    "years": _months(12),
}
"""How a number of each unit becomes an interval. Days and longer follow the calendar and are whole."""


def _declare() -> None:
    """The makers, and the counts in a unit."""
    for unit, make in MAKERS.items():
        calendar = unit in ("days", "weeks", "months", "years")
        operator(
            unit,
            None,
            number=NUMBER,
            gives=INTERVAL,
            form="function",
            doc=f"A length of so many {unit}"
            + ("; added to a date it follows the calendar, and fractions are rounded." if calendar else "."),
            py=make,
        )
    for unit, ms, places in (
        ("days", DAY_MS, 1),
        ("hours", 3_600_000, 1),
        ("minutes", 60_000, 0),
        ("seconds", 1000, 0),
        ("milliseconds", 1, 0),
    ):
        operator(
            f"as_{unit}",
            INTERVAL,
            gives=NUMBER,
            doc=f"The length in {unit}, " + ("with one decimal." if places else "as a whole number."),
            py=lambda of, ms=ms, places=places: rounded(of.total_ms / ms, places),
        )


_declare()


def added(one: Interval, other: Interval) -> Interval | None:
    """One length after the other."""
    return checked(Interval(one.months + other.months, one.days + other.days, one.ms + other.ms))


def scaled(one: Interval, by: float) -> Interval | None:
    """So many times the length; a whole number of times keeps days and months on the calendar."""
    if abs(by) > LONGEST_MS:
        return None
    if by.is_integer():
        times = int(by)
        return checked(Interval(one.months * times, one.days * times, one.ms * times))
    return length(one.total_ms * by)


def ratio(one: Interval, other: Interval) -> float | None:
    """How many times the other length fits into this one."""
    return one.total_ms / other.total_ms if other.total_ms else None


operator(
    "+",
    INTERVAL,
    other=INTERVAL,
    gives=INTERVAL,
    form="symbol",
    doc="Both lengths together.",
    py=added,
)
operator(
    "-",
    INTERVAL,
    other=INTERVAL,
    gives=INTERVAL,
    form="symbol",
    doc="What is left of a length without the other.",
    py=lambda one, other: added(one, Interval(-other.months, -other.days, -other.ms)),
)
operator(
    "*",
    INTERVAL,
    number=NUMBER,
    gives=INTERVAL,
    form="symbol",
    doc="So many times the length.",
    py=scaled,
)
operator(
    "/",
    INTERVAL,
    number=NUMBER,
    gives=INTERVAL,
    form="symbol",
    doc="The length divided by a number, as an exact length.",
    py=lambda one, number: length(one.total_ms / number) if abs(number) >= 1e-9 else None,
)
operator(
    "/",
    INTERVAL,
    other=INTERVAL,
    gives=NUMBER,
    form="symbol",
    doc="How many times the other length fits into this one.",
    py=ratio,
)
operator(
    "negate",
    INTERVAL,
    gives=INTERVAL,
    form="symbol",
    doc="The length in the other direction.",
    py=lambda one: Interval(-one.months, -one.days, -one.ms),
)
