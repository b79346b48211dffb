"""Picking items of a list: the first, the last, some in the middle, those that a condition holds for, in an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from offpage.expr.accepts import ANY_LIST, ITEM, ONE_VALUE, exactly, item_of_first, optional, per_item, same_as_first
from offpage.expr.operator import operator
from offpage.expr.operators.equality import place_in
from offpage.expr.order import sort_key
from offpage.values.types import NUMBER, YES_NO

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime

LONGEST: int = 2**53
"""Positions beyond this are beyond every list."""


def position(number: float) -> int:
    """A number as a count of items: whole, not negative."""
    return int(max(0.0, min(float(LONGEST), number)))


def at(items: Sequence[Any], number: float) -> Any:
    """The item at a position that counts from 1."""
    index = position(number)
    return items[index - 1] if 1 <= index <= len(items) else None


operator(
    "first",
    ANY_LIST,
    gives=item_of_first,
    query="first",
    doc="The first item.",
    py=lambda of: of[0] if of else None,
)
operator(
    "last",
    ANY_LIST,
    gives=item_of_first,
    query="last",
    doc="The last item.",
    py=lambda of: of[-1] if of else None,
)
operator(
    "item",
    ANY_LIST,
    number=NUMBER,
    gives=item_of_first,
    query="item",
    doc="The item at this position; the first is 1.",
    py=at,
)


def any_item(rt: Runtime, items: Sequence[Any]) -> Any:
    """An item by chance."""
    return rt.random.choice(items) if items else None


operator(
    "random",
    ANY_LIST,
    gives=item_of_first,
    query="random",
    uses_runtime=True,
    doc="An item by chance.",
    py=any_item,
)


def shuffled(rt: Runtime, items: Sequence[Any]) -> list[Any]:
    """The items in an order by chance."""
    return rt.random.sample(items, len(items))


operator(
    "shuffled",
    ANY_LIST,
    gives=same_as_first,
    uses_runtime=True,
    doc="The items in an order by chance.",
    py=shuffled,
)
operator(
    "take",
    ANY_LIST,
    number=NUMBER,
    gives=same_as_first,
    query="take",
    doc="The first so many items.",
    py=lambda of, number: list(of[: position(number)]),
)
operator(
    "skip",
    ANY_LIST,
    number=NUMBER,
    gives=same_as_first,
    query="skip",
    doc="The items after the first so many.",
    py=lambda of, number: list(of[position(number) :]),
)
operator(
    "items_until",
    ANY_LIST,
    number=NUMBER,
    gives=same_as_first,
    query="items_until",
    doc="The items up to this position, that one included; the first is 1.",
    py=lambda of, number: list(of[: position(number)]),
)
operator(
    "items_from",
    ANY_LIST,
    number=NUMBER,
    gives=same_as_first,
    query="items_from",
    doc="The items from this position on, that one included; the first is 1.",
    py=lambda of, number: list(of[max(0, position(number) - 1) :]),
)


def index_of(rt: Runtime, items: Sequence[Any], item: Any) -> float | None:
    """Where an item stands; the first is 1."""
    place = place_in(rt, item, items)
    return None if place is None else float(place)


operator(
    "index_of",
    ANY_LIST,
    item=ITEM,
    gives=NUMBER,
    uses_runtime=True,
    doc="The position of an item, counting from 1; empty if it is not there.",
    py=index_of,
)
operator(
    "where",
    ANY_LIST,
    condition=per_item(exactly(YES_NO)),
    gives=same_as_first,
    query="where",
    doc="The items for which the condition is yes: `.where(this.total > 100)`.",
    py=lambda of, condition: [item for item in of if condition(item)],
)


def in_order(items: Sequence[Any], by: Callable[[Any], Any], descending: bool = False) -> list[Any]:
    """Items by what the expression gives; empties last; what is the same keeps its order."""
    keyed = [(by(item), item) for item in items]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: sort_key(pair[0]), reverse=bool(descending))
    return [item for _, item in known] + [item for key, item in keyed if key is None]


operator(
    "sort_by",
    ANY_LIST,
    by=per_item(ONE_VALUE),
    descending=optional(YES_NO),
    gives=same_as_first,
    query="sort_by",
    doc="The items ordered by an expression, empties last; `descending=yes` turns the order round. "
    "To sort by two things, sort by the less important one first.",
    py=in_order,
)
