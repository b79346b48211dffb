"""When something happens that happens again and again. Pure: moments in, moments out, in ms since 1970.

Where clocks change, what is meant is what the clock on the wall shows:

* A time that the zone skips in spring happens once all the same: at the moment that the clock jumps for a cron with a
  fixed time, and an hour later on the wall (02:30 → 03:30) for `every`.
* A time that the zone has twice in autumn happens once, the first time.
* What happens every few minutes, hours or seconds goes on evenly: an hour that is skipped has no starts, one that
  comes twice has them twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from offpage.kernel.errors import InvalidData
from offpage.values.calendar import later
from offpage.values.codec import from_text
from offpage.values.kind import Forms
from offpage.values.shapes import Interval
from offpage.values.types import INTERVAL

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_LONGEST_MONTH: Final = 31 * 86_400_000
_SHORTEST_MS: Final = 1_000

WORDS: Final = {
    "hourly": Interval(ms=3_600_000),
    "daily": Interval(days=1),
    "weekly": Interval(days=7),
    "monthly": Interval(months=1),
    "quarterly": Interval(months=3),
    "yearly": Interval(months=12),
    "minute": Interval(ms=60_000),
    "second": Interval(ms=1_000),
    "hour": Interval(ms=3_600_000),
    "day": Interval(days=1),
    "week": Interval(days=7),
    "month": Interval(months=1),
    "quarter": Interval(months=3),
    "year": Interval(months=12),
}
"""Frequencies in one word; Bubble's five among them."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A cron expression, or a period that counts from `anchor`; in the zone of a place. One of the two is set."""

    zone: str
    cron: str = ""
    every: Interval | None = None
    anchor: int = 0

    def after(self, moment: int) -> int | None:
        """The first time after a moment, or None if there is none any more."""
        if self.every is None:
            return _cron_after(self.cron, moment, ZoneInfo(self.zone))
        return _period_after(self.every, self.anchor, moment, ZoneInfo(self.zone))

    def as_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        every = None if self.every is None else list(self.every)
        return {"zone": self.zone, "cron": self.cron, "every": every, "anchor": self.anchor}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Recurrence:
        """What `as_data` made."""
        every = data["every"]
        return cls(data["zone"], data["cron"], None if every is None else Interval(*every), data["anchor"])


def read_every(text: str, forms: Forms) -> Interval | None:
    """A frequency such as `day`, `weekly`, `quarter`, `90 seconds`, `2 quarters`; None for what is none, or too short."""
    words = " ".join(text.lower().split())
    found = WORDS.get(words)
    if found is not None:
        return found
    count, _, unit = words.partition(" ")
    if unit in ("quarter", "quarters") and count.isdigit():
        found = Interval(months=3 * int(count))
    else:
        try:
            found = from_text(INTERVAL, words, forms)
        except InvalidData:
            return None
    fits = found is not None and min(found) >= 0 and found.total_ms >= _SHORTEST_MS
    return found if fits else None


def is_cron(text: str) -> bool:
    """Whether this is a cron expression: five fields, or six that begin with the seconds."""
    try:
        CronSim(text, _EPOCH)
    except (CronSimError, ValueError):
        return False
    return True


def _cron_after(text: str, moment: int, zone: ZoneInfo) -> int | None:
    seconds, fields = _without_seconds(text)
    begin = _EPOCH + (moment - seconds * 1000) * _MS
    try:
        found = next(CronSim(fields, begin.astimezone(zone)))
    except (StopIteration, OverflowError, ValueError):
        return None
    return (found.astimezone(UTC) - _EPOCH) // _MS + seconds * 1000


def _without_seconds(text: str) -> tuple[int, str]:
    """A cron with one second said is one with five fields, so many seconds later: the rules for clocks are the same."""
    fields = text.split()
    if len(fields) == 6 and fields[0].isdigit():
        return int(fields[0]), " ".join(fields[1:])
    return 0, text


def _period_after(every: Interval, anchor: int, moment: int, zone: ZoneInfo) -> int | None:
    """Counted from the anchor, never from the time before: what begins on the 31st keeps to the ends of months."""
    longest = every.months * _LONGEST_MONTH + every.days * 90_000_000 + every.ms  # a day has up to 25 hours
    count = max(0, (moment - anchor) // longest)
    while True:
        found = later(anchor, every.months * count, every.days * count, every.ms * count, zone)
        if found is None or found > moment:
            return found
        count += 1
