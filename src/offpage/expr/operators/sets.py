"""Lists as collections: what they hold, with more, with less, without doubles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from offpage.expr.accepts import ANY_LIST, ITEM, ONE_VALUE, SAME, listed_first, same_as_first
from offpage.expr.operator import operator
from offpage.expr.operators.equality import among, equal, mark, place_in
from offpage.values.types import NUMBER, YES_NO


def unique(items: Iterable[Any]) -> list[Any]:
    """The items without doubles and empties, each where it first stood."""
    found: dict[Any, Any] = {}
    for item in items:
        if item is not None:
            found.setdefault(mark(item), item)
    return list(found.values())


def without(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """The items that the other list does not hold."""
    marks = set(map(mark, others))
    return [item for item in items if mark(item) not in marks]


def with_item(items: Sequence[Any], item: Any) -> list[Any]:
    """The list with an item at its end, unless it is there already."""
    return list(items) if item is None or among(item, items) else [*items, item]


def without_item(items: Sequence[Any], item: Any) -> list[Any]:
    """The list without an item, wherever it stands."""
    return list(items) if item is None else [one for one in items if not equal(one, item)]


def toggled(items: Sequence[Any], item: Any) -> list[Any]:
    """The list without the item if it was there, with it if not."""
    return without_item(items, item) if item is not None and among(item, items) else with_item(items, item)


def holds_all(items: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether a list holds every item of another."""
    return set(map(mark, others)) <= set(map(mark, items))


def common(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """What both lists hold, in the order of the first, without doubles."""
    marks = set(map(mark, others))
    return unique(item for item in items if mark(item) in marks)


operator(
    "contains",
    ANY_LIST,
    item=ITEM,
    gives=YES_NO,
    query="contains",
    uses_runtime=True,
    doc="Whether the list holds the item.",
    py=lambda rt, of, item: place_in(rt, item, of) is not None,
)
operator(
    "not_contains",
    ANY_LIST,
    item=ITEM,
    gives=YES_NO,
    query="not_contains",
    uses_runtime=True,
    doc="Whether the list does not hold the item.",
    py=lambda rt, of, item: item != "" and place_in(rt, item, of) is None,
)
operator(
    "contains_list",
    ANY_LIST,
    items=SAME,
    gives=YES_NO,
    doc="Whether the list holds every item of the other.",
    py=holds_all,
)
operator(
    "plus",
    ANY_LIST,
    item=ITEM,
    gives=same_as_first,
    takes_empty=True,
    doc="The list with the item at its end, unless it is there already.",
    py=with_item,
)
operator(
    "minus",
    ANY_LIST,
    item=ITEM,
    gives=same_as_first,
    takes_empty=True,
    doc="The list without the item.",
    py=without_item,
)
operator(
    "toggle",
    ANY_LIST,
    item=ITEM,
    gives=same_as_first,
    takes_empty=True,
    doc="The list without the item if it holds it, with it if not.",
    py=toggled,
)
operator(
    "merged_with",
    ANY_LIST,
    items=SAME,
    gives=same_as_first,
    doc="The items of both lists without doubles.",
    py=lambda of, items: unique([*of, *items]),
)
operator(
    "intersect_with",
    ANY_LIST,
    items=SAME,
    gives=same_as_first,
    doc="The items that both lists hold, without doubles.",
    py=common,
)
operator(
    "minus_list",
    ANY_LIST,
    items=SAME,
    gives=same_as_first,
    doc="The items that the other list does not hold.",
    py=without,
)
operator(
    "unique",
    ANY_LIST,
    gives=same_as_first,
    query="unique",
    doc="The items without doubles, each where it first stood.",
    py=unique,
)
operator(
    "count",
    ANY_LIST,
    gives=NUMBER,
    query="count",
    doc="How many items there are; 0 for an empty list.",
    py=lambda of: float(len(of)),
)
operator(
    "to_list",
    ONE_VALUE,
    gives=listed_first,
    doc="A list with this one item.",
    py=lambda of: [of],
)
