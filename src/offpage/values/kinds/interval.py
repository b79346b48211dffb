"""Lengths of time. Outside and in the database: whole milliseconds (a day is 24 hours, a month 30 days)."""

from __future__ import annotations

import re
from typing import Any, Final

from offpage.values.kind import Forms, Kind, unreadable
from offpage.values.kinds.number import EXACT, read_number
from offpage.values.shapes import DAY_MS, Interval
from offpage.values.types import Type

_UNITS: Final = {
    "ms": (0, 0, 1),
    "s": (0, 0, 1000),
    "m": (0, 0, 60_000),
    "h": (0, 0, 3_600_000),
    "d": (0, 1, 0),
    "w": (0, 7, 0),
    "mo": (1, 0, 0),
    "y": (12, 0, 0),
}
_NAMES: Final = {
    "millisecond": "ms",
    "sec": "s",
    "second": "s",
    "min": "m",
    "minute": "m",
    "hour": "h",
    "day": "d",
    "week": "w",
    "month": "mo",
    "year": "y",
}
_PART: Final = re.compile(r"([+-]?[0-9]{1,15}) ?([a-z]{1,12})(?: |\Z)")


def _exact(ms: float, of: Type) -> Interval:
    if not -EXACT <= ms <= EXACT:
        raise unreadable(of, "The interval is too long.")
    return Interval(0, 0, round(ms))


def _from_json(raw: Any, of: Type, forms: Forms) -> Interval:
    """Milliseconds, or text such as `3 days 2 hours`, `90s`, `1 month`."""
    if not (isinstance(raw, str) and raw[-1:].isalpha()):
        return _exact(read_number(raw, of), of)
    if len(raw) > 200:
        raise unreadable(of)
    text = " ".join(raw.lower().split())
    months = days = ms = at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise unreadable(of)
        count, name = int(part[1]), part[2]
        unit = _UNITS.get(name) or _UNITS.get(_NAMES.get(name.removesuffix("s"), ""))
        if unit is None:
            raise unreadable(of, f"There is no unit {name}.")
        months, days, ms = months + unit[0] * count, days + unit[1] * count, ms + unit[2] * count
        at = part.end()
    found = Interval(months, days, ms)
    _exact(found.total_ms, of)
    return found


def _to_json(value: Any, of: Type, forms: Forms) -> int:
    return int(value.total_ms)


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    """Words, largest unit first: `1 month 3 days 2 hours`."""
    sign = -1 if value.ms < 0 else 1
    rest = abs(value.ms)
    days, rest = divmod(rest, DAY_MS)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, ms = divmod(rest, 1000)
    counts = {
        "month": value.months,
        "day": value.days + sign * days,
        "hour": sign * hours,
        "minute": sign * minutes,
        "second": sign * seconds,
        "millisecond": sign * ms,
    }
    words = [f"{count} {unit}{'' if abs(count) == 1 else 's'}" for unit, count in counts.items() if count]
    return " ".join(words) or "0 seconds"


def _encode(value: Any) -> tuple[int | None]:
    ms = value.total_ms
    return (ms if -(2**63) <= ms < 2**63 else None,)


INTERVAL_KIND: Final = Kind(
    "interval",
    "interval",
    _from_json,
    _from_json,
    _to_json,
    _to_text,
    encode=_encode,
    decode=lambda columns: Interval(0, 0, int(columns[0])),
)
