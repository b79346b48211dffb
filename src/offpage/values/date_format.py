"""Moments as text by a pattern such as `YYYY-MM-DD HH:mm`, and back. Names are English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from offpage.values.calendar import FIRST_MS, in_range, moment, wall

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_YEAR_1: Final = datetime.min  # noqa: DTZ901  what the wall shows has no zone

LONGEST: Final = 200
"""Most characters of a pattern, and of a text that is read by one."""

_TOKENS: Final = re.compile(
    r"\[[^\]]*\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|x|.", re.DOTALL
)


def _ordinal(day: int) -> str:
    ending = "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _offset(ms: int, shown: datetime, colon: str) -> str:
    """The distance from UTC, in whole minutes."""
    minutes = (round((shown - _YEAR_1).total_seconds() * 1000) - (ms - FIRST_MS)) // 60_000
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


Show = Callable[[int, datetime], str]
SHOW: Final[dict[str, Show]] = {
    "YYYY": lambda ms, at: f"{at.year:04d}",
    "YY": lambda ms, at: f"{at.year % 100:02d}",
    "MMMM": lambda ms, at: MONTHS[at.month - 1],
    "MMM": lambda ms, at: MONTHS[at.month - 1][:3],
    "MM": lambda ms, at: f"{at.month:02d}",
    "M": lambda ms, at: str(at.month),
    "Do": lambda ms, at: _ordinal(at.day),
    "DD": lambda ms, at: f"{at.day:02d}",
    "D": lambda ms, at: str(at.day),
    "dddd": lambda ms, at: DAYS[at.weekday()],
    "ddd": lambda ms, at: DAYS[at.weekday()][:3],
    "HH": lambda ms, at: f"{at.hour:02d}",
    "H": lambda ms, at: str(at.hour),
    "hh": lambda ms, at: f"{(at.hour - 1) % 12 + 1:02d}",
    "h": lambda ms, at: str((at.hour - 1) % 12 + 1),
    "mm": lambda ms, at: f"{at.minute:02d}",
    "m": lambda ms, at: str(at.minute),
    "ss": lambda ms, at: f"{at.second:02d}",
    "s": lambda ms, at: str(at.second),
    "SSS": lambda ms, at: f"{at.microsecond // 1000:03d}",
    "A": lambda ms, at: "PM" if at.hour >= 12 else "AM",
    "a": lambda ms, at: "pm" if at.hour >= 12 else "am",
    "Z": lambda ms, at: _offset(ms, at, ":"),
    "ZZ": lambda ms, at: _offset(ms, at, ""),
    "X": lambda ms, at: str(ms // 1000),
    "x": lambda ms, at: str(ms),
}
"""What each token shows of a moment (ms) and of what the wall shows then."""


def formatted(ms: int, pattern: str, zone: tzinfo) -> str | None:
    """The moment by the pattern; None for a pattern that is too long or a wall outside the years 1 to 9999."""
    shown = wall(ms, zone)
    if shown is None or len(pattern) > LONGEST:
        return None
    return "".join(_part(token, ms, shown) for token in _TOKENS.findall(pattern))


def _part(token: str, ms: int, shown: datetime) -> str:
    if token.startswith("[") and token.endswith("]") and len(token) > 1:
        return token[1:-1]
    show = SHOW.get(token)
    return token if show is None else show(ms, shown)


READ: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short_year>\d{2})",
    "MMMM": rf"(?P<month_name>{'|'.join(MONTHS)})",
    "MMM": rf"(?P<month_name>{'|'.join(one[:3] for one in MONTHS)})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "Do": r"(?P<day>\d{1,2})(?:st|nd|rd|th)",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "dddd": rf"(?:{'|'.join(DAYS)})",
    "ddd": rf"(?:{'|'.join(one[:3] for one in DAYS)})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{2})",
    "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{2})",
    "s": r"(?P<second>\d{1,2})",
    "SSS": r"(?P<ms>\d{3})",
    "A": r"(?P<half>AM|PM)",
    "a": r"(?P<half>AM|PM)",
    "Z": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
    "ZZ": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
    "X": r"(?P<unix>-?\d{1,12})",
    "x": r"(?P<unix_ms>-?\d{1,15})",
}
"""How each token is read."""


@lru_cache(maxsize=128)
def _reader(pattern: str) -> re.Pattern[str] | None:
    """What a text by this pattern looks like; None where a part occurs twice."""
    pieces = [READ.get(one) or re.escape(_literal(one)) for one in _TOKENS.findall(pattern)]
    try:
        return re.compile("".join(pieces), re.IGNORECASE | re.ASCII)
    except re.error:
        return None


def _literal(token: str) -> str:
    return token[1:-1] if token.startswith("[") and token.endswith("]") and len(token) > 1 else token


def parsed(text: str, pattern: str, zone: tzinfo) -> int | None:
    """The moment that a text shows by the pattern, in the zone unless it has an offset; None where it does not fit.

    What the pattern leaves out is the first: of January, of the month, midnight; the year is 1970.
    """
    if len(text) > LONGEST or len(pattern) > LONGEST:
        return None
    reader = _reader(pattern)
    found = reader.fullmatch(text.strip()) if reader else None
    if found is None:
        return None
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    if "unix_ms" in parts or "unix" in parts:
        return in_range(int(parts["unix_ms"]) if "unix_ms" in parts else int(parts["unix"]) * 1000)
    try:
        shown = datetime(  # noqa: DTZ001
            _year(parts),
            _month(parts),
            int(parts.get("day", 1)),
            _hour(parts),
            int(parts.get("minute", 0)),
            int(parts.get("second", 0)),
            int(parts.get("ms", 0)) * 1000,
        )
    except ValueError:
        return None
    offset = parts.get("offset")
    return moment(shown, zone) if offset is None else _with_offset(shown, offset)


def _year(parts: dict[str, str]) -> int:
    if "short_year" in parts:
        short = int(parts["short_year"])
        return short + (1900 if short > 68 else 2000)
    return int(parts.get("year", 1970))


def _month(parts: dict[str, str]) -> int:
    if "month_name" in parts:
        return [one[:3].lower() for one in MONTHS].index(parts["month_name"][:3].lower()) + 1
    return int(parts.get("month", 1))


def _hour(parts: dict[str, str]) -> int:
    hour = int(parts.get("hour", 0))
    if "half" not in parts:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if parts["half"].upper() == "PM" else 0)


def _with_offset(shown: datetime, offset: str) -> int | None:
    """The moment of a wall that is so far from UTC."""
    minutes = 0
    if offset.upper() != "Z":
        digits = offset[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        minutes = -minutes if offset.startswith("-") else minutes
    since = (shown - _YEAR_1) // timedelta(milliseconds=1) + FIRST_MS
    return in_range(since - minutes * 60_000)
