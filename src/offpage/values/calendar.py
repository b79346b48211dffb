"""Calendar arithmetic on moments (ms since 1970 UTC) in a zone.

A wall-clock time that the zone skips (spring) is read with the offset before the change; one that it has twice
(autumn) is the earlier. What would leave the years 1 to 9999 has no answer. The last day of a month holds:
31 January plus one month is 28 or 29 February.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from offpage.values.decimals import half_up

FIRST_MS: Final = -62_135_596_800_000
"""The first moment of year 1."""

LAST_MS: Final = 253_402_300_799_999
"""The last moment of year 9999."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 4_000_000
_MOST_MONTHS: Final = 130_000

UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
"""What a moment can be rounded down to."""


def in_range(ms: float) -> int | None:
    """The moment, or empty where it is before year 1 or after year 9999."""
    return int(ms) if FIRST_MS <= ms <= LAST_MS else None


def shifted(ms: int, by: float) -> int | None:
    """The moment so many milliseconds later, rounded to the nearest."""
    return in_range(ms + half_up(by)) if abs(by) <= 2 * LAST_MS else None


def wall(ms: int, zone: tzinfo) -> datetime | None:
    """What the clock on the wall shows (no zone attached), or None outside the years 1 to 9999."""
    try:
        return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone).replace(tzinfo=None, fold=0)
    except (OverflowError, ValueError):
        return None


def moment(shown: datetime, zone: tzinfo) -> int | None:
    """The moment at which the clock on the wall shows this."""
    try:
        offset = shown.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    except (OverflowError, ValueError):
        return None
    return in_range((shown.replace(tzinfo=UTC) - _EPOCH) // _MS - offset // _MS)


def on_the_wall(ms: int, zone: tzinfo, change: Callable[[datetime], datetime]) -> int | None:
    """The moment after a change of what the clock on the wall shows."""
    shown = wall(ms, zone)
    if shown is None:
        return None
    try:
        return moment(change(shown), zone)
    except (OverflowError, ValueError):
        return None


def plus_months(ms: int, months: float, zone: tzinfo) -> int | None:
    """So many calendar months later (fractions rounded), the day clamped to the month's last."""
    if abs(months) > _MOST_MONTHS:
        return None
    return on_the_wall(ms, zone, lambda shown: _months_later(shown, half_up(months)))


def plus_years(ms: int, years: float, zone: tzinfo) -> int | None:
    """So many years later (to the nearest month)."""
    return plus_months(ms, years * 12, zone) if abs(years) < _MOST_MONTHS else None


def plus_days(ms: int, days: float, zone: tzinfo) -> int | None:
    """So many calendar days later (fractions rounded), at the same time on the wall."""
    if abs(days) > _MOST_DAYS:
        return None
    return on_the_wall(ms, zone, lambda shown: shown + half_up(days) * _DAY)


def later(ms: int, months: int, days: int, exact_ms: int, zone: tzinfo) -> int | None:
    """The moment so much later: first the months, then the days, both on the calendar, then the exact rest."""
    shown: int | None = ms
    if months:
        shown = plus_months(ms, months, zone)
    if shown is not None and days:
        shown = plus_days(shown, days, zone)
    return None if shown is None else in_range(shown + exact_ms)


def _months_later(shown: datetime, months: int) -> datetime:
    year, month = divmod(shown.year * 12 + shown.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return shown.replace(year=year, month=month + 1, day=min(shown.day, calendar.monthrange(year, month + 1)[1]))


def rounded_down(ms: int, unit: str, zone: tzinfo) -> int | None:
    """The beginning of the second, minute … year that the moment is in; None for a unit nobody knows."""
    return on_the_wall(ms, zone, lambda shown: start_of(shown, unit)) if unit in UNITS else None


def start_of(shown: datetime, unit: str) -> datetime:
    """The beginning of the unit; a week begins on Monday."""
    match unit:
        case "second":
            return shown.replace(microsecond=0)
        case "minute":
            return shown.replace(microsecond=0, second=0)
        case "hour":
            return shown.replace(microsecond=0, second=0, minute=0)
    day = shown.replace(microsecond=0, second=0, minute=0, hour=0)
    match unit:
        case "week":
            return day - day.weekday() * _DAY
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        case "year":
            return day.replace(day=1, month=1)
    return day


def part(ms: int, name: str, zone: tzinfo) -> float | None:
    """One part of what the clock and the calendar on the wall show; None for a part nobody knows."""
    if name == "unix_ms":
        return float(ms)
    shown = wall(ms, zone)
    take = PARTS.get(name)
    return float(take(shown)) if shown is not None and take is not None else None


PARTS: Final[dict[str, Callable[[datetime], int]]] = {
    "millisecond": lambda shown: shown.microsecond // 1000,
    "second": lambda shown: shown.second,
    "minute": lambda shown: shown.minute,
    "hour": lambda shown: shown.hour,
    "weekday": lambda shown: shown.isoweekday() % 7,
    "day": lambda shown: shown.day,
    "week": lambda shown: shown.isocalendar().week,
    "month": lambda shown: shown.month,
    "quarter": lambda shown: (shown.month - 1) // 3 + 1,
    "year": lambda shown: shown.year,
}
"""The parts of a date: weekday counts from Sunday = 0, week is the ISO week, the others count as people do."""


def with_part(ms: int, name: str, to: float, zone: tzinfo) -> int | None:
    """The moment with one part of the clock or calendar changed; what is too much carries over.

    Changing seconds sets milliseconds to zero; a day that a month does not have becomes its last.
    """
    if abs(to) > _MOST_DAYS:
        return None
    value = half_up(to)
    return on_the_wall(ms, zone, lambda shown: _with(shown, name, value))


def _with(shown: datetime, name: str, to: int) -> datetime:
    match name:
        case "second":
            return shown.replace(microsecond=0) + timedelta(seconds=to - shown.second)
        case "minute":
            return shown + timedelta(minutes=to - shown.minute)
        case "hour":
            return shown + timedelta(hours=to - shown.hour)
        case "day":
            return shown + (to - shown.day) * _DAY
        case "month":
            return _months_later(shown, to - shown.month)
    return _months_later(shown, (to - shown.year) * 12)


def with_time(ms: int, hour: float, minute: float, second: float, zone: tzinfo) -> int | None:
    """The same day at another time."""
    if max(abs(hour), abs(minute), abs(second)) > _MOST_DAYS:
        return None
    later = timedelta(hours=half_up(hour), minutes=half_up(minute), seconds=half_up(second))
    return on_the_wall(ms, zone, lambda shown: start_of(shown, "day") + later)
