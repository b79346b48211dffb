"""The parts of a moment as the run's zone shows them: reading, changing and rounding down; as text by a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offpage.expr.accepts import optional, word
from offpage.expr.operator import operator
from offpage.values.calendar import PARTS, UNITS, part, rounded_down, with_part, with_time
from offpage.values.date_format import formatted
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime

operator(
    "extract",
    DATE,
    part=word(*PARTS, "unix_ms"),
    gives=NUMBER,
    uses_runtime=True,
    doc="One part as a number: `millisecond second minute hour` (0–23), `weekday` (Sunday is 0), `day` (1–31), `week` "
    "(ISO, 1–53), `month` (1–12), `quarter`, `year`, `unix_ms`.",
    py=lambda rt, of, part_name: part(of, part_name, rt.zone),
    sql=lambda d, zone, of, part_name: d.date_part(zone, of, part_name),
)
operator(
    "rounded_down_to",
    DATE,
    unit=word(*UNITS),
    gives=DATE,
    uses_runtime=True,
    doc="The beginning of the `second minute hour day week` (Monday) `month quarter` or `year` that it is in.",
    py=lambda rt, of, unit: rounded_down(of, unit, rt.zone),
    sql=lambda d, zone, of, unit: d.rounded_down(zone, of, unit),
)


def same_period(rt: Runtime, one: int, other: int, unit: str) -> bool:
    """Whether two moments are in the same month, day …"""
    start = rounded_down(one, unit, rt.zone)
    return start is not None and start == rounded_down(other, unit, rt.zone)


operator(
    "equals_rounded_down",
    DATE,
    other=DATE,
    unit=word(*UNITS),
    gives=YES_NO,
    uses_runtime=True,
    doc='Whether both are in the same second, minute … year: `.equals_rounded_down(now, "day")` is today.',
    py=same_period,
    sql=lambda d, zone, one, other, unit: d.same_period(zone, one, other, unit),
)


def _declare() -> None:
    """`with_second` … `with_year`."""
    for name in ("second", "minute", "hour", "day", "month", "year"):

        def changed(rt: Runtime, of: int, to: float, name: str = name) -> int | None:
            return with_part(of, name, to, rt.zone)

        operator(
            f"with_{name}",
            DATE,
            to=NUMBER,
            gives=DATE,
            uses_runtime=True,
            doc=f"The moment with another {name}; what is too much carries over"
            + (", and milliseconds become zero." if name == "second" else "."),
            py=changed,
        )


_declare()


def at_time(rt: Runtime, of: int, hour: float, minute: float = 0.0, second: float = 0.0) -> int | None:
    """The same day at this time."""
    return with_time(of, hour, minute, second, rt.zone)


operator(
    "with_time",
    DATE,
    hour=NUMBER,
    minute=optional(NUMBER),
    second=optional(NUMBER),
    gives=DATE,
    uses_runtime=True,
    doc="The same day at another time: `.with_time(9, 30)`.",
    py=at_time,
)
operator(
    "formatted_as",
    DATE,
    format=TEXT,
    gives=TEXT,
    uses_runtime=True,
    doc="As text in the run's zone: `YYYY YY MMMM MMM MM M dddd ddd Do DD D HH H hh h mm m ss s SSS A a Z ZZ X x`, words "
    'in [brackets], anything else as it is: `.formatted_as("YYYY-MM-DD HH:mm")`.',
    py=lambda rt, of, pattern: formatted(of, pattern, rt.zone),
)
