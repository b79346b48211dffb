"""Moments: earlier and later, by exact time or by the calendar of the run's zone."""

from __future__ import annotations

from typing import Final

from offpage.expr.operator import operator
from offpage.expr.operators.interval import length
from offpage.sql import terms
from offpage.values.calendar import later, plus_days, plus_months, plus_years, shifted
from offpage.values.types import DATE, INTERVAL, NUMBER

EXACT: Final = {"seconds": 1000, "minutes": 60_000, "hours": 3_600_000}
"""Units that are the same everywhere, in ms."""


operator(
    "+",
    DATE,
    by=INTERVAL,
    gives=DATE,
    form="symbol",
    uses_runtime=True,
    interval_parts=True,
    doc="So much later; days, weeks, months and years follow the calendar of the run's zone.",
    py=lambda rt, of, by: later(of, by.months, by.days, by.ms, rt.zone),
    sql=lambda d, zone, of, by: d.later(zone, of, by),
)
operator(
    "-",
    DATE,
    by=INTERVAL,
    gives=DATE,
    form="symbol",
    uses_runtime=True,
    interval_parts=True,
    doc="So much earlier; days, weeks, months and years follow the calendar of the run's zone.",
    py=lambda rt, of, by: later(of, -by.months, -by.days, -by.ms, rt.zone),
    sql=lambda d, zone, of, by: d.later(zone, of, tuple(map(terms.negate, by))),
)
operator(
    "-",
    DATE,
    other=DATE,
    gives=INTERVAL,
    form="symbol",
    doc="The exact time from the other to this one.",
    py=lambda one, other: length(one - other),
    sql=lambda d, one, other: terms.minus(one, other),
)


def _exact() -> None:
    """Adding units that need no calendar."""
    for unit, ms in EXACT.items():
        operator(
            f"plus_{unit}",
            DATE,
            number=NUMBER,
            gives=DATE,
            doc=f"So many {unit} later (earlier, if negative), to the nearest millisecond.",
            py=lambda moment, number, ms=ms: shifted(moment, number * ms),
            sql=lambda d, moment, number, ms=ms: d.shifted(moment, number, ms),
        )


_exact()

operator(
    "plus_days",
    DATE,
    number=NUMBER,
    gives=DATE,
    uses_runtime=True,
    doc="So many days later at the same time of day, in the run's zone; fractions are rounded.",
    py=lambda rt, moment, number: plus_days(moment, number, rt.zone),
    sql=lambda d, zone, moment, number: d.plus_days(zone, moment, number),
)
operator(
    "plus_weeks",
    DATE,
    number=NUMBER,
    gives=DATE,
    uses_runtime=True,
    doc="So many weeks later at the same time of day, in the run's zone; fractions are rounded to days.",
    py=lambda rt, moment, number: plus_days(moment, number * 7, rt.zone),
)
operator(
    "plus_months",
    DATE,
    number=NUMBER,
    gives=DATE,
    uses_runtime=True,
    doc="So many months later, in the run's zone; fractions are rounded, and the 31st becomes a short month's last day.",
    py=lambda rt, moment, number: plus_months(moment, number, rt.zone),
    sql=lambda d, zone, moment, number: d.plus_months(zone, moment, number),
)
operator(
    "plus_years",
    DATE,
    number=NUMBER,
    gives=DATE,
    uses_runtime=True,
    doc="So many years later, in the run's zone; fractions count as the nearest number of months.",
    py=lambda rt, moment, number: plus_years(moment, number, rt.zone),
)
operator(
    "min",
    DATE,
    other=DATE,
    gives=DATE,
    doc="The earlier of two dates.",
    py=min,
    sql=lambda d, of, other: d.smaller(of, other),
)
operator(
    "max",
    DATE,
    other=DATE,
    gives=DATE,
    doc="The later of two dates.",
    py=max,
    sql=lambda d, of, other: d.larger(of, other),
)
