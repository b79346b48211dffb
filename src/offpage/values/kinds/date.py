"""Dates: moments in ms since 1970 UTC, in the years 1 to 9999. On the wire, ISO 8601 in UTC with milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final

from offpage.values.kind import Forms, Kind, unreadable
from offpage.values.kinds.spoken_dates import moment_in_words
from offpage.values.types import DATE, Type

EARLIEST: Final = -62_135_596_800_000
LATEST: Final = 253_402_300_799_999
"""First moment of the year 1 and last of the year 9999, UTC, in ms."""

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UTC: Final = datetime(1970, 1, 1)  # noqa: DTZ001  (naive on purpose: formatting UTC is faster so)
_MS: Final = timedelta(milliseconds=1)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:?[0-9]{2}[0-9:.,]*(?:[Zz]|[+-][0-9:]+)?)?\Z")
_MILLISECONDS: Final = re.compile(r"-?[0-9]{9,15}\Z")


def in_years(ms: float, of: Type = DATE) -> int:
    """A moment, if it lies in the years 1 to 9999."""
    if not EARLIEST <= ms <= LATEST:
        raise unreadable(of, "Dates lie in the years 1 to 9999.")
    return round(ms)


def moment_of(local: datetime, zone: tzinfo) -> int:
    """Ms of a calendar reading; one without an offset is read in `zone`."""
    aware = local if local.tzinfo is not None else local.replace(tzinfo=zone)
    return (aware - _EPOCH) // _MS


def reading_of(ms: int, zone: tzinfo) -> datetime:
    """What calendar and clock show in `zone`; in UTC where that would leave the years 1 to 9999."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def date_from_text(text: str, of: Type, zone: tzinfo) -> int:
    """ISO 8601, ms as text, or one of the English and US forms; a time without an offset is read in `zone`.

    Short runs of digits (`2016`, `20160113`) are ambiguous, and refused.
    """
    text = text.strip()
    if len(text) > 100:
        raise unreadable(of)
    if _MILLISECONDS.match(text):
        return in_years(int(text), of)
    try:
        local = datetime.fromisoformat(text.upper()) if _ISO.match(text) else moment_in_words(text)
    except ValueError:
        local = None
    if local is None:
        raise unreadable(of, "Write a date as in 2016-01-13T16:45:09Z.")
    return in_years(moment_of(local, zone), of)


def _read(raw: Any, of: Type, forms: Forms) -> int:
    if type(raw) is str:
        return date_from_text(raw, of, forms.zone)
    if type(raw) is int or type(raw) is float:
        return in_years(raw, of)
    raise unreadable(of)


def iso(ms: int) -> str:
    """ISO 8601 in UTC with milliseconds: `2016-11-11T19:14:46.517Z`."""
    seconds, rest = divmod(ms, 1000)
    return "%s.%03dZ" % (_to_the_second(seconds), rest)  # noqa: UP031  (an f-string is slower)


@lru_cache(maxsize=1_000)
def _to_the_second(seconds: int) -> str:
    """Remembered: most dates that are written are those of just now."""
    return (_EPOCH_UTC + timedelta(seconds=seconds)).isoformat()


def _to_json(value: Any, of: Type, forms: Forms) -> str:
    return iso(value)


def date_text(ms: int, zone: tzinfo) -> str:
    """For people, in `zone`: `Jan 13, 2016 4:45 pm`."""
    seen = reading_of(ms, zone)
    half = "am" if seen.hour < 12 else "pm"
    return f"{MONTHS[seen.month - 1]} {seen.day}, {seen.year:04d} {seen.hour % 12 or 12}:{seen.minute:02d} {half}"


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    return date_text(value, forms.zone)


DATE_KIND: Final = Kind("date", "date", _read, _read, _to_json, _to_text, plain=True)
