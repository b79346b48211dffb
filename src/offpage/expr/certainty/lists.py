"""Lists in a rule: what is in them for certain, and whether that is all that may be in them.

A list without items is a list like any other: nothing is in it. The list of something that is empty is unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from offpage.expr.certainty.sure import Sure
from offpage.expr.certainty.terms import YES, asked, both, either, items_where, opposite
from offpage.expr.free import is_each
from offpage.expr.ir import Call, Ir, ListOf, Search, SortBy

MORE_GIVES_MORE: Final = frozenset({"where", "each", "sort_by", "unique", "merged_with", "intersect_with"})
"""Operators whose list never becomes shorter because one before it is longer."""

MORE_KEEPS_YES: Final = frozenset({"contains", "in", "contains_list", ">", ">=", "<", "<="})
"""Operators that stay yes when the list in them becomes longer; the comparisons do with `.count` on the greater side."""


class Knowing(Protocol):
    """Says of each part of a condition when it is certain."""

    def yes(self, ir: Ir) -> Ir:
        """Whether it is yes for certain."""
        ...

    def no(self, ir: Ir) -> Ir:
        """Whether it is no for certain."""
        ...

    def value(self, ir: Ir) -> Sure:
        """The value, and what must hold for it to be known."""
        ...


def may_grow(call: Call) -> int | None:
    """Which operand may be a part of what it may be, when only yes is to be certain; None: none of them."""
    name = call.operator.name
    match name:
        case _ if name not in MORE_KEEPS_YES:
            return None
        case "contains" | "contains_list":
            return 0 if _is_list(call.operands[0]) else None
        case "in":
            return 1
    at = 0 if name in {">", ">="} else 1
    return at if _is_count(call.operands[at]) else None


def _is_list(ir: Ir | None) -> bool:
    return ir is not None and ir.type.is_list


def _is_count(ir: Ir | None) -> bool:
    return isinstance(ir, Call) and ir.operator.name == "count"


def written_out(ir: ListOf, knowing: Knowing) -> Sure:
    """`[a, b]`: an item that is empty is left out of what is in it for certain."""
    items = [knowing.value(one) for one in ir.items]
    needs = tuple(need for one in items for need in one.needs)
    whole = tuple(test for one in items for test in (one.own or one.implied))
    return Sure(replace(ir, items=tuple(one.ir for one in items)), needs, whole=whole, may_be_empty=False)


def for_each(call: Call, items: Sure, knowing: Knowing) -> tuple[tuple[Ir | None, ...], tuple[Ir, ...]]:
    """The operands of a list operator that looks at every item, and what must hold for its result to be whole."""
    here = items.ir
    found: list[Ir | None] = [here]
    whole = list(items.whole)
    for at, one in enumerate(call.operands[1:], 1):
        if one is None or not is_each(call, at):
            found.append(one)
            continue
        condition, known = _of_item(call, one, knowing)
        found.append(condition)
        whole += _none(here, known)
    return tuple(found), tuple(whole)


def _of_item(call: Call, one: Ir, knowing: Knowing) -> tuple[Ir, Ir]:
    """What is asked of every item, and whether it is known of one."""
    if call.operator.name == "where":
        yes = knowing.yes(one)
        return yes, either(yes, knowing.no(one))
    value = knowing.value(one)
    return value.ir, both(value.known, *value.whole)


def searched(ir: Search, knowing: Knowing) -> Sure:
    """A search: it finds what its condition is yes for, for certain."""
    found, whole = replace(ir, condition=None, order=(), ignore_empty=False), tuple[Ir, ...]()
    if ir.condition is not None:
        condition = knowing.yes(ir.condition)
        whole = _none(found, either(condition, knowing.no(ir.condition)))
        found = replace(found, condition=condition)
    needs: list[Ir] = []
    order: list[SortBy] = []
    for rule in ir.order:
        by = knowing.value(rule.by)
        whole += _none(found, by.known)
        way = None if rule.descending is None else knowing.value(rule.descending)
        order.append(SortBy(by.ir, None if way is None else way.ir))
        needs += [] if way is None else [way.known]
    return Sure(replace(found, order=tuple(order)), tuple(needs), whole=whole, may_be_empty=False)


def _none(items: Ir, known: Ir) -> tuple[Ir, ...]:
    """That there is no item of which it is not known."""
    if known == YES:
        return ()
    unknown = opposite(known)
    if isinstance(items, Search):
        both_of = unknown if items.condition is None else both(items.condition, unknown)
        return (asked("is_empty", replace(items, condition=both_of, order=()), items.place),)
    return (asked("is_empty", items_where(items, unknown), items.place),)
