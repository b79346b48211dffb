"""A typed tree with some of its nodes exchanged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from offpage.expr.ir import Attribute, Call, Choose, FieldOf, Ir, ListOf, Part, Reach, Search, Slot, SortBy, TextOf
from offpage.expr.nodes import nodes

Node = TypeVar("Node", bound=Ir)


def reaches(ir: Ir) -> bool:
    """Whether an expression calls another program anywhere in it."""
    return any(isinstance(one, Reach) for one in nodes(ir))


def without_reaches(ir: Ir, instead: Callable[[Reach], Ir]) -> Ir:
    """The tree with something else for each call, the inner ones first."""

    def go(node: Ir) -> Ir:
        return without_reaches(node, instead)

    def maybe(node: Ir | None) -> Ir | None:
        return None if node is None else go(node)

    match ir:
        case Reach(arguments=arguments):
            return instead(replace(ir, arguments=tuple(map(maybe, arguments))))
        case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
            return replace(ir, base=go(base))
        case Call(operands=operands):
            return replace(ir, operands=tuple(map(maybe, operands)))
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return replace(ir, condition=go(condition), then=go(then), otherwise=go(otherwise))
        case ListOf(items=items):
            return replace(ir, items=tuple(map(go, items)))
        case TextOf(parts=parts):
            return replace(ir, parts=tuple(one if isinstance(one, str) else go(one) for one in parts))
        case Search(condition=condition, order=order):
            rules = tuple(SortBy(go(one.by), maybe(one.descending)) for one in order)
            return replace(ir, condition=maybe(condition), order=rules)
    return ir


def as_known(ir: Ir) -> Ir:
    """The tree with each call as a value that is known: what it is when it is evaluated."""
    return without_reaches(ir, lambda reach: Slot(reach.type, 0, reach.name, reach.place)) if reaches(ir) else ir
