"""Groups of a list's items with figures for each; items by how close they are to a target."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from offpage.expr.accepts import ANY_LIST, ONE_VALUE, exactly, optional, per_item, same_as_first
from offpage.expr.operator import operator
from offpage.expr.operators import aggregates
from offpage.expr.operators.equality import mark
from offpage.expr.order import sort_key
from offpage.values.codec import to_json
from offpage.values.types import JSON, NUMBER, UNKNOWN, Type

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime

Each = Callable[[Any], Any]

FIGURES: Final[tuple[tuple[str, Callable[..., Any]], ...]] = (
    ("sum", aggregates.total),
    ("average", aggregates.average),
    ("min", aggregates.smallest),
    ("max", aggregates.largest),
    ("median", aggregates.median),
    ("product", aggregates.product),
)
"""The figures of a group, by the name of the operand that says of what, in the order of the operands."""

MOST_GROUPS: Final = 10_000
"""A list with more groups than this has no answer."""


def not_asked_for(item: Any) -> None:
    """Stands for an expression that was left out."""


def grouped(
    rt: Runtime,
    types: tuple[Type | None, ...],
    items: Sequence[Any],
    by: Each,
    then: Each = not_asked_for,
    sum: Each = not_asked_for,
    average: Each = not_asked_for,
    min: Each = not_asked_for,
    max: Each = not_asked_for,
    median: Each = not_asked_for,
    product: Each = not_asked_for,
) -> list[Any] | None:
    """One json object for each group: `by`, `then` (where given), `count` and the figures that were asked for."""
    groups: dict[Any, tuple[tuple[Any, ...], list[Any]]] = {}
    for item in items:
        keys = (by(item),) if then is not_asked_for else (by(item), then(item))
        groups.setdefault(tuple(map(mark, keys)), (keys, []))[1].append(item)
    if len(groups) > MOST_GROUPS:
        return None
    in_order = sorted(groups.values(), key=lambda group: [_place(key) for key in group[0]])
    asked = (sum, average, min, max, median, product)
    return [_figures(rt, types, keys, members, asked) for keys, members in in_order]


def _place(key: Any) -> tuple[bool, Any]:
    """Where a group stands: empties last."""
    return (True, 0) if key is None else (False, sort_key(key))


def _figures(
    rt: Runtime, types: tuple[Type | None, ...], keys: Sequence[Any], members: list[Any], asked: Sequence[Each]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, key, given in zip(("by", "then"), keys, types[1:], strict=False):
        found[name] = to_json(given or UNKNOWN, key, rt.forms)
    found["count"] = len(members)
    for (name, figure), each in zip(FIGURES, asked, strict=True):
        if each is not not_asked_for:
            found[name] = to_json(NUMBER, figure(members, each), rt.forms)
    return found


_NUMBER_OF_EACH: Final = optional(per_item(exactly(NUMBER)))

operator(
    "group_by",
    ANY_LIST,
    by=per_item(ONE_VALUE),
    then=optional(per_item(ONE_VALUE)),
    sum=_NUMBER_OF_EACH,
    average=_NUMBER_OF_EACH,
    min=_NUMBER_OF_EACH,
    max=_NUMBER_OF_EACH,
    median=_NUMBER_OF_EACH,
    product=_NUMBER_OF_EACH,
    gives=JSON.listed,
    uses_runtime=True,
    uses_types=True,
    doc="One json object for each group of items, in the order of `by` and `then`: what they have in common, their "
    "`count`, and figures: `.group_by(this.status, sum=this.total)` gives `[{by, count, sum}, …]`. Group numbers and "
    "dates with .rounded_down_to.",
    py=grouped,
)


def nearest(
    items: Sequence[Any], by: Each, target: float, and_by: Each = not_asked_for, and_target: float = 0.0
) -> Any:
    """Items by how close they are to the target; those without a number come last."""

    def distance(item: Any) -> float:
        one = by(item)
        other = and_target if and_by is not_asked_for else and_by(item)
        return math.inf if one is None or other is None else math.hypot(one - target, other - and_target)

    return sorted(items, key=distance)


operator(
    "ranked_by",
    ANY_LIST,
    by=per_item(exactly(NUMBER)),
    target=NUMBER,
    and_by=optional(per_item(exactly(NUMBER))),
    and_target=optional(NUMBER),
    gives=same_as_first,
    doc="The items by how close a number of theirs (or two) is to a target, the closest first: "
    "`.ranked_by(this.price, 100)`.",
    py=nearest,
)
