"""Equality, and being in a list. In a search or a privacy rule the strict pair is meant, where empty equals nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offpage.expr.accepts import (
    ANY_LIST,
    JSON_OR,
    LIST_OF_SAME,
    NOT_JSON,
    ONE_VALUE,
    SAME,
    SAME_OR_JSON,
    UNTEXTUAL,
)
from offpage.expr.meter import SHORT
from offpage.expr.operator import operator
from offpage.expr.operators.emptiness import TEXTS, is_nothing
from offpage.sql import terms
from offpage.values.shapes import Interval
from offpage.values.types import JSON, YES_NO

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime


def equal(one: Any, other: Any) -> bool:
    """Whether two values that are not empty are the same.

    Yes is not 1 (they meet inside json), and intervals are compared by their exact length.
    """
    if type(one) is type(other) and type(one) in (str, float, int, bool):
        return bool(one == other)
    match one, other:
        case Interval(), Interval():
            return one.total_ms == other.total_ms
        case bool(), _:
            return one is other
        case _, bool():
            return False
        case dict(), dict():
            return one.keys() == other.keys() and all(equal(part, other[key]) for key, part in one.items())
        case list() | tuple(), list() | tuple():
            return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; two empties are."""
    if is_nothing(one) or is_nothing(other):
        return is_nothing(one) and is_nothing(other)
    return equal(one, other)


def differ(one: Any, other: Any) -> bool:
    """Whether exactly one is empty, or both have a value and these differ."""
    if one is None or other is None:
        return one is not other
    return not equal(one, other)


def _both_and_equal(one: Any, other: Any) -> bool:
    """The strict equality of lists, which come as () when they are empty."""
    return bool(one) and bool(other) and equal(one, other)


def _lists_differ(one: Any, other: Any) -> bool:
    return not same(one, other)


operator(
    "==",
    NOT_JSON,
    other=SAME_OR_JSON,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether both are the same; two empties are the same.",
    py=same,
)
operator(
    "!=",
    NOT_JSON,
    other=SAME_OR_JSON,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether the two differ; two empties do not.",
    py=lambda one, other: not same(one, other),
)


def _texts_equal(one: str, other: str) -> bool:
    return one != "" and one == other


def _texts_differ(one: str | None, other: str | None) -> bool:
    return (one or None) != (other or None)


for _accepts, _equal, _differ, _equal_sql, _differ_sql in (
    (UNTEXTUAL, equal, differ, terms.equal, terms.differ),
    (TEXTS, _texts_equal, _texts_differ, terms.equal_texts, terms.differ_texts),
):
    operator(
        "==strict",
        _accepts,
        other=SAME,
        gives=YES_NO,
        form="symbol",
        doc="What == means inside a search and a privacy rule: whether both have a value and it is the same.",
        py=_equal,
        sql=lambda d, one, other, say=_equal_sql: say(one, other),
    )
    operator(
        "!=strict",
        _accepts,
        other=SAME,
        gives=YES_NO,
        form="symbol",
        takes_empty=True,
        doc="What != means inside a search and a privacy rule: whether exactly one is empty, or both have values that differ.",
        py=_differ,
        sql=lambda d, one, other, say=_differ_sql: say(one, other),
    )

for _first, _other, _things, _equal_strict, _differ_strict in (
    (JSON, JSON_OR, "json values, with keys in any order,", equal, differ),
    (ANY_LIST, SAME, "lists", _both_and_equal, _lists_differ),
):
    operator(
        "==",
        _first,
        other=_other,
        gives=YES_NO,
        form="symbol",
        takes_empty=True,
        doc=f"Whether two {_things} are the same; two empties are the same.",
        py=same,
    )
    operator(
        "!=",
        _first,
        other=_other,
        gives=YES_NO,
        form="symbol",
        takes_empty=True,
        doc=f"Whether two {_things} differ; two empties do not.",
        py=lambda one, other: not same(one, other),
    )
    operator(
        "==strict",
        _first,
        other=_other,
        gives=YES_NO,
        form="symbol",
        doc=f"Whether two {_things} both have a value and are the same.",
        py=_equal_strict,
    )
    operator(
        "!=strict",
        _first,
        other=_other,
        gives=YES_NO,
        form="symbol",
        takes_empty=True,
        doc=f"Whether two {_things} differ, one of them being empty included.",
        py=_differ_strict,
    )


def mark(item: Any) -> Any:
    """Something hashable that is the same for equal items."""
    match item:
        case bool():
            return ("yes/no", item)
        case Interval():
            return ("ms", item.total_ms)
        case str() | float() | int() | tuple():
            return item
        case list():
            return ("list", *map(mark, item))
        case dict():
            return frozenset((key, mark(part)) for key, part in item.items())
    return item


def among(one: Any, items: Any) -> bool:
    """Whether a list holds a value."""
    return any(equal(one, item) for item in items if item is not None)


def place_in(rt: Runtime, one: Any, items: Any) -> int | None:
    """Where an item stands in a list, counting from 1; in a long list found by its mark. Empty stands in none."""
    if one == "":
        return None
    if len(items) < SHORT:
        return next((place for place, item in enumerate(items, 1) if item is not None and equal(one, item)), None)
    return rt.meter.places(items, mark).get(mark(one))


operator(
    "in",
    ONE_VALUE,
    items=LIST_OF_SAME,
    gives=YES_NO,
    form="symbol",
    query="in",
    uses_runtime=True,
    doc="Whether the list holds it.",
    py=lambda rt, one, items: place_in(rt, one, items) is not None,
)
operator(
    "not in",
    ONE_VALUE,
    items=LIST_OF_SAME,
    gives=YES_NO,
    form="symbol",
    query="not in",
    uses_runtime=True,
    doc="Whether it has a value that the list does not hold.",
    py=lambda rt, one, items: one != "" and place_in(rt, one, items) is None,
)
