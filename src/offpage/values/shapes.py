"""The Python classes of compound values."""

from __future__ import annotations

from typing import Final, NamedTuple

DAY_MS: Final = 86_400_000
MONTH_MS: Final = 30 * DAY_MS


class Interval(NamedTuple):
    """A length of time. `months` and `days` follow the calendar of a zone; `ms` is exact.

    Saved in a field, or compared, it counts as exact milliseconds: a day is 24 hours, a month 30 days.
    """

    months: int = 0
    days: int = 0
    ms: int = 0

    @property
    def total_ms(self) -> int:
        """The length as exact milliseconds."""
        return self.months * MONTH_MS + self.days * DAY_MS + self.ms


class Span(NamedTuple):
    """A range of dates (ms) or numbers. Its ends count as inside."""

    start: float
    end: float


class Place(NamedTuple):
    """A geographic address: text and coordinates, either of which may be missing."""

    address: str | None
    lat: float | None
    lng: float | None
