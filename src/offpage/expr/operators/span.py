"""Ranges of numbers and of dates. Their ends belong to them; ranges that touch overlap."""

from __future__ import annotations

from offpage.expr.operator import operator
from offpage.expr.operators.interval import length
from offpage.sql import terms
from offpage.sql.fragment import Sql, sql
from offpage.values.decimals import finite
from offpage.values.shapes import Span
from offpage.values.types import DATE, DATE_RANGE, INTERVAL, NUMBER, NUMBER_RANGE, YES_NO, Type

Columns = tuple[Sql, Sql]


def holds_range(of: Span, other: Span) -> bool:
    """Whether a range lies inside another."""
    return of.start <= other.start and other.end <= of.end


def overlap(one: Span, other: Span) -> bool:
    """Whether two ranges have a point in common."""
    return one.start <= other.end and other.start <= one.end


def _inside(inner: Columns, outer: Columns) -> Sql:
    return sql("({} <= {} AND {} <= {})", outer[0], inner[0], inner[1], outer[1])


def _touch(one: Columns, other: Columns) -> Sql:
    return sql("({} <= {} AND {} <= {})", one[0], other[1], other[0], one[1])


def _ends(of: Type, ends: Type, names: tuple[str, str]) -> None:
    """The two ends, under their names."""
    for name, at in zip(names, (0, 1), strict=True):
        operator(
            name,
            of,
            gives=ends,
            doc=f"Where the range {'ends' if at else 'begins'}.",
            py=lambda of, at=at: of[at],
            sql=lambda d, of, at=at: of[at],
        )


def _relations(of: Type, ends: Type) -> None:
    """How ranges and points lie to each other."""
    operator(
        "contains",
        of,
        point=ends,
        gives=YES_NO,
        doc=f"Whether the {ends} lies in the range, its ends included.",
        py=lambda of, point: of.start <= point <= of.end,
        sql=lambda d, of, point: _inside((point, point), of),
    )
    operator(
        "contains",
        of,
        range=of,
        gives=YES_NO,
        doc="Whether the other range lies inside this one.",
        py=holds_range,
        sql=lambda d, of, other: _inside(other, of),
    )
    operator(
        "is_contained_by",
        of,
        range=of,
        gives=YES_NO,
        doc="Whether this range lies inside the other one.",
        py=lambda of, other: holds_range(other, of),
        sql=lambda d, of, other: _inside(of, other),
    )
    operator(
        "is_within",
        ends,
        range=of,
        gives=YES_NO,
        doc=f"Whether the {ends} lies in the range, its ends included.",
        py=lambda of, other: other.start <= of <= other.end,
        sql=lambda d, of, other: _inside((of, of), other),
    )
    operator(
        "overlaps_with",
        of,
        range=of,
        gives=YES_NO,
        doc="Whether the two ranges have a point in common; touching ends count.",
        py=overlap,
        sql=lambda d, of, other: _touch(of, other),
    )


def _order(of: Type, ends: Type, after: str, before: str) -> None:
    """Whether a range lies wholly to one side of a point or a range."""
    for accepts, words in ((ends, f"the {ends}"), (of, "the other range")):
        operator(
            after,
            of,
            other=accepts,
            gives=YES_NO,
            doc=f"Whether the whole range lies after {words}; touching is not after.",
            py=lambda of, other: of.start > _last(other),
            sql=lambda d, of, other: terms.compare(">", of[0], other[1] if isinstance(other, tuple) else other),
        )
        operator(
            before,
            of,
            other=accepts,
            gives=YES_NO,
            doc=f"Whether the whole range lies before {words}; touching is not before.",
            py=lambda of, other: of.end < _first(other),
            sql=lambda d, of, other: terms.compare("<", of[1], other[0] if isinstance(other, tuple) else other),
        )


def _first(one: Span | float) -> float:
    return one.start if isinstance(one, Span) else one


def _last(one: Span | float) -> float:
    return one.end if isinstance(one, Span) else one


_ends(DATE_RANGE, DATE, ("start", "end"))
_ends(NUMBER_RANGE, NUMBER, ("min", "max"))
_ends(NUMBER_RANGE, NUMBER, ("start", "end"))
_relations(DATE_RANGE, DATE)
_relations(NUMBER_RANGE, NUMBER)
_order(DATE_RANGE, DATE, "is_after", "is_before")
_order(NUMBER_RANGE, NUMBER, "is_greater_than", "is_smaller_than")

operator(
    "center",
    DATE_RANGE,
    gives=DATE,
    doc="The moment in the middle.",
    py=lambda of: (of.start + of.end) // 2,
)
operator(
    "duration",
    DATE_RANGE,
    gives=INTERVAL,
    doc="How long it is from the start to the end.",
    py=lambda of: length(of.end - of.start),
)
operator(
    "average",
    NUMBER_RANGE,
    gives=NUMBER,
    doc="The number in the middle.",
    py=lambda of: finite(of.start / 2 + of.end / 2),
)
