"""What has to have a value before a `!=` or a `not` of a search or a rule may say yes.

A comparison with an empty value is no, and `not` would turn that into yes: a rule that compares with a field of the
current user would show everything to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from offpage.expr.free import is_each, uses_this
from offpage.expr.ir import Attribute, Call, Const, FieldOf, Ir, Part
from offpage.values.types import YES_NO


def constraints(call: Call) -> list[Ir]:
    """The values that do not look at the row and without which a strict `!=` or `not` is no."""
    match call.operator.name:
        case "!=strict":
            return [one for one in call.operands if one is not None and not uses_this(one) and not _has_value(one)]
        case "notstrict":
            return compared_with(call.operands[0])
    return []


def compared_with(ir: Ir | None) -> list[Ir]:
    """The values that do not look at the row and without which a comparison is no."""
    if isinstance(ir, Call) and ir.operator.gives == YES_NO and not ir.operator.takes_empty:
        return [one for operand in _operands(ir) for one in _needed(operand)]
    return []


def _operands(call: Call) -> list[Ir]:
    return [one for at, one in enumerate(call.operands) if one is not None and not is_each(call, at)]


def _needed(ir: Ir) -> Iterator[Ir]:
    if ir.type.is_list:
        yield from _owner(ir)
    elif not uses_this(ir):
        if not _has_value(ir):
            yield ir
    elif isinstance(ir, Call) and not ir.operator.takes_empty:
        for one in _operands(ir):
            yield from _needed(one)


def _owner(ir: Ir) -> Iterator[Ir]:
    """A list may be empty, and nothing is in it; but there must be the thing whose list it is."""
    while isinstance(ir, Call) and ir.type.is_list and ir.operands[0] is not None:
        ir = ir.operands[0]
    if isinstance(ir, FieldOf | Attribute | Part) and not uses_this(ir.base) and not ir.base.type.is_list:
        yield ir.base


def _has_value(ir: Ir) -> bool:
    return isinstance(ir, Const) and ir.value is not None
