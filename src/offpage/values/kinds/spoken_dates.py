"""Dates as English and American texts have them: `Wed Jan 13 2016 16:45:09 GMT-0500 (EST)`, `01/13/2016 4:45 pm`.

Our own strict reading, since the general libraries guess (a lone `10` is a day of this month; `GMT+3` is west).
A name of a weekday is read over. Years have four digits. `01/02/2016` is the second of January.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}

_ZONES: Final = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""Hours of the zones that RFC 2822 names; any other abbreviation is ambiguous."""

_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_NAME: Final = r"(?P<name>[a-z]{3,9})\.?"
_WEEKDAY: Final = r"(?:(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\.?,? )?"
_TIME: Final = (
    r"(?:,? (?:at )?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>am|pm))?"
    r"(?: ?(?P<zone>z|utc|gmt|[ecmp][sd]t)?(?P<sign>[+-])?(?(sign)(?P<offset>[0-9]{2}:?[0-9]{2})))?(?: \([^()]*\))?)?\Z"
)
_FORMS: Final = tuple(
    re.compile(_WEEKDAY + form + _TIME)
    for form in (
        f"{_NAME} {_DAY},? {_YEAR}",
        f"{_DAY} {_NAME},? {_YEAR}",
        r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/" + _YEAR,
    )
)


def moment_in_words(text: str) -> datetime | None:
    """The calendar reading that a text says, with its offset if it says one; None where it says no single date."""
    text = " ".join(text.lower().split())
    for form in _FORMS:
        found = form.match(text)
        if found is not None:
            return _reading(found.groupdict())
    return None


def _reading(part: dict[str, str | None]) -> datetime | None:
    month = int(part["month"] or 0) if "month" in part else _MONTHS.get(part["name"] or "", 0)
    hour = int(part["hour"] or 0)
    if part["half"] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part["half"] == "pm" else 0)
    try:
        return datetime(
            int(part["year"] or 0),
            month,
            int(part["day"] or 0),
            hour,
            int(part["minute"] or 0),
            int(part["second"] or 0),
            int((part["part"] or "0").ljust(6, "0")),
            tzinfo=_zone(part),
        )
    except ValueError:
        return None


def _zone(part: dict[str, str | None]) -> timezone | None:
    if part["zone"] is None and part["offset"] is None:
        return None
    minutes = 60 * _ZONES.get(part["zone"] or "", 0)
    if part["offset"] is not None:
        digits = part["offset"].replace(":", "")
        minutes += (-1 if part["sign"] == "-" else 1) * (60 * int(digits[:2]) + int(digits[2:]))
    return timezone(timedelta(minutes=minutes))
