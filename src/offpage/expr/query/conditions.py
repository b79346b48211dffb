"""The conditions of a search: one for each part that `and` joins, some of them left out while it runs."""

from __future__ import annotations

import operator
from typing import Any

from offpage.expr.free import fields_of_this, uses_this
from offpage.expr.ir import Call, Const, Ir
from offpage.expr.query.select import Select
from offpage.expr.query.term import Term
from offpage.expr.symbols import Closure
from offpage.sql.fragment import Sql, join, sql


def conjuncts(ir: Ir) -> list[Ir]:
    """The conditions that a chain of `and` joins."""
    if isinstance(ir, Call) and ir.operator.name == "and":
        return [one for operand in ir.operands if operand is not None for one in conjuncts(operand)]
    return [ir]


def add_condition(select: Select, condition: Ir, *, ignore_empty: bool) -> None:
    """Every conjunct as one condition; with `ignore_empty` one whose constraint value is empty is left out."""
    for one in conjuncts(condition):
        term = select.draft.condition(one, select.frame)
        values = _constraints(one) if ignore_empty else []
        if values and select.draft.switch(_any_empty([select.draft.closure(value) for value in values])):
            continue
        select.where.append(_where_hidden(select, one, term))


def _where_hidden(select: Select, condition: Ir, term: Term) -> Sql:
    """The condition as it counts for rows whose fields may not be seen: see `Surroundings.hidden`."""
    hidden, own = select.draft.around.hidden, select.frame.own_row(select.item, select.item.type.of)
    if hidden == "empty" or own is None:
        return term.sql
    asked = [select.frame.may_see(one.type_id, one.field_id, own) for one in fields_of_this(condition)]
    seen = [one for one in asked if one is not None]
    if not seen:
        return term.sql
    if hidden == "no_match":
        return sql("({} AND {})", join(" AND ", seen), term.sql)
    return sql("({} OR NOT coalesce(({}), FALSE))", term.sql, join(" AND ", seen))


def _constraints(ir: Ir) -> list[Ir]:
    """What a field of the row is compared with: the operands that do not look at the row."""
    while isinstance(ir, Call) and ir.operator.name in {"not", "notstrict"} and ir.operands[0] is not None:
        ir = ir.operands[0]
    if isinstance(ir, Call) and ir.operator.name == "or":
        # The same words looked for in several fields are one constraint.
        one, other = (_constraints(operand) for operand in ir.operands if operand is not None)
        return one if len(one) == len(other) and all(map(operator.is_, one, other)) else []
    if not isinstance(ir, Call) or ir.operator.name == "and" or not uses_this(ir):
        return []
    return [one for one in ir.operands if one is not None and not uses_this(one) and not _has_value(one)]


def _has_value(ir: Ir) -> bool:
    return isinstance(ir, Const) and ir.value not in (None, "", (), [])


def _any_empty(closures: list[Closure]) -> Closure:
    def any_empty(rt: Any) -> bool:
        return any((value := one(rt)) is None or value in ("", (), []) for one in closures)

    return any_empty
