"""An expression over one row → SQL terms."""

from __future__ import annotations

import inspect
from contextlib import nullcontext
from typing import Any

from offpage.expr.constraints import constraints
from offpage.expr.free import uses_this
from offpage.expr.ir import Attribute, Call, Choose, Const, FieldOf, Hole, Ir, This
from offpage.expr.parts import attributes
from offpage.expr.query.by_ids import by_ids, is_of_user
from offpage.expr.query.chain import REDUCTIONS, is_list_source
from offpage.expr.query.frame import Frame
from offpage.expr.query.membership import membership
from offpage.expr.query.reduction import reduced
from offpage.expr.query.term import Term, Unsayable
from offpage.sql.fragment import NULL, Sql, join, sql
from offpage.sql.terms import differ
from offpage.values.types import INTERVAL, YES_NO


def row(ir: Ir, frame: Frame) -> Term:
    """The term of an expression. Raises Unsayable."""
    if not uses_this(ir):
        if frame.draft.around.user_in_sql and isinstance(ir, FieldOf) and is_of_user(ir):
            return _field(ir, frame)
        return frame.draft.bound(ir)
    match ir:
        case This():
            return frame.this
        case FieldOf():
            return _field(ir, frame)
        case Attribute():
            return _attribute(ir, frame)
        case Choose():
            return _choose(ir, frame)
        case Call(operator=operator) if operator.gives == YES_NO:
            return condition(ir, frame).collapsed()
        case Call():
            return _call(ir, frame)
        case Hole():
            return Term(ir.type, (NULL,))
    raise Unsayable(ir.place, "This cannot be used inside a search; compute it before.")


def condition(ir: Ir, frame: Frame) -> Term:
    """A yes/no over the row in which NULL, where it may come, means no."""
    match ir:
        case Call(operator=operator) if operator.gives == YES_NO and uses_this(ir):
            return _yes_no(ir, frame)
    return row(ir, frame)


def _yes_no(call: Call, frame: Frame) -> Term:
    first = call.operands[0]
    assert first is not None
    match call.operator.name:
        case "and" | "or" as symbol if call.operator.form == "symbol":
            second = call.operands[1]
            assert second is not None
            left, right = condition(first, frame), condition(second, frame)
            both = sql("({} AND {})", left.sql, right.sql)
            either = sql("({} OR {})", left.sql, right.sql)
            return Term(YES_NO, (both if symbol == "and" else either,), left.nullable or right.nullable)
        case "not" | "notstrict" if call.operator.form == "symbol":
            inner = condition(first, frame).collapsed()
            return _guarded(call, Term(YES_NO, (sql("(NOT {})", inner.sql),), nullable=False), frame)
    if (by_id := by_ids(call, frame)) is not None:
        return by_id
    found = _call(call, frame)
    return _guarded(call, found, frame)


def _guarded(call: Call, found: Term, frame: Frame) -> Term:
    """Law 1 for `!=` and `not`: where the value that the row is compared with is empty, the answer is no."""
    known = [row(one, frame).has_value for one in constraints(call)]
    if not known:
        return found
    return Term(YES_NO, (sql("({} AND {})", found.sql, join(" AND ", known)),), found.nullable)


def _field(ir: FieldOf, frame: Frame) -> Term:
    if ir.type.is_list:
        raise Unsayable(ir.place, "A list cannot be compared as a whole inside a search. Use .contains or .count.")
    field = frame.draft.around.schema.field(ir.type_id, ir.field_id)
    if field is None:
        raise Unsayable(ir.place, f"{ir.type_id} has no field {ir.field_id}.")
    return frame.field(row(ir.base, frame), ir.type_id, field)


def _attribute(ir: Attribute, frame: Frame) -> Term:
    """An attribute of the row's option: a CASE over the options, whose attributes are known."""
    options = frame.draft.around.schema.option_sets.get(ir.set_id)
    base = row(ir.base, frame)
    if ir.attribute == "id":
        return Term(ir.type, base.columns, base.nullable)
    if options is None or ir.type.is_list:
        raise Unsayable(ir.place, "This attribute cannot be used inside a search; compute it before.")
    draft = frame.draft
    cases = [
        (draft.bound(Const(base.type, option)), draft.bound(Const(ir.type, known)))
        for option, known in attributes(options, ir.attribute).items()
        if known is not None
    ]
    if not cases:
        return draft.bound(Const(ir.type, None))
    every = tuple(
        sql(
            "CASE {} {} END",
            base.sql,
            join(" ", [sql("WHEN {} THEN {}", one.sql, then.columns[at]) for one, then in cases]),
        )
        for at in range(len(cases[0][1].columns))
    )
    return Term(ir.type, every)


def _choose(ir: Choose, frame: Frame) -> Term:
    when = condition(ir.condition, frame)
    then, otherwise = row(ir.then, frame), row(ir.otherwise, frame)
    if ir.then.type.kind in {"empty", "unknown"}:
        then = frame.draft.bound(Const(ir.type, None))
    if ir.otherwise.type.kind in {"empty", "unknown"}:
        otherwise = frame.draft.bound(Const(ir.type, None))
    every = tuple(
        sql("CASE WHEN {} THEN {} ELSE {} END", when.sql, one, other)
        for one, other in zip(then.columns, otherwise.columns, strict=True)
    )
    return Term(ir.type, every, then.nullable or otherwise.nullable)


def _call(call: Call, frame: Frame) -> Term:
    operator = call.operator
    first = call.operands[0]
    if operator.query in {"in", "not in"}:
        item, items = call.operands
        assert item is not None
        assert items is not None
        if is_list_source(items) and uses_this(items):
            return reduced(call, frame.draft, frame).within()
        return membership(call, item, items, frame, wanted=operator.query == "in")
    if first is not None and first.type.is_list:
        return _of_list(call, first, frame)
    if operator.form == "symbol" and operator.name in {"==", "!="}:
        return _same(call, frame)
    if operator.sql is None:
        name = operator.name.removesuffix("strict")
        shown = name if operator.form == "symbol" else f".{name}" if operator.form == "method" else f"{name}(…)"
        raise Unsayable(call.place, f"{shown} cannot be used inside a search; compute it before.")
    return _said(call, frame)


def _same(call: Call, frame: Frame) -> Term:
    """The equality outside of conditions, where two empties are the same (a text without characters is empty)."""
    one, other = (row(operand, frame) for operand in call.operands if operand is not None)
    if "json" in {one.type.kind, other.type.kind} or len(one.columns) != len(other.columns):
        raise Unsayable(call.place, f"{call.operator.name} cannot be used inside a search; compute it before.")
    if len(one.columns) == 1 and one.type.kind in {"text", "file", "image"}:
        one, other = (Term(term.type, (sql("nullif({}, '')", term.sql),)) for term in (one, other))
    found = differ(one.operand, other.operand)
    return Term(YES_NO, (found if call.operator.name == "!=" else sql("(NOT {})", found),), nullable=False)


def _of_list(call: Call, first: Ir, frame: Frame) -> Term:
    """A list operator inside a row: on a list field of the row, or on a list known before."""
    name = call.operator.query
    if call.operator.form == "symbol":
        raise Unsayable(call.place, "Lists cannot be compared as a whole inside a search. Use .contains or .count.")
    if uses_this(first) and name in REDUCTIONS and is_list_source(first):
        found = reduced(call, frame.draft, frame)
        if found.how != "items":
            return found.within()
    elif not uses_this(first) and name in {"contains", "not_contains"}:
        item = call.operands[1]
        assert item is not None
        return membership(call, item, first, frame, wanted=name == "contains")
    raise Unsayable(
        call.place, f".{call.operator.name} cannot be used on this list inside a search; compute it before."
    )


def _said(call: Call, frame: Frame) -> Term:
    """The operator's own SQL."""
    operator = call.operator
    assert operator.sql is not None
    with frame.unfound() if operator.looks_through else nullcontext():
        terms = [None if one is None else row(one, frame) for one in call.operands]
    extra: list[Any] = []
    if operator.uses_runtime:
        extra.append(frame.draft.bound_as(lambda rt: rt.zone, _zone_name, "text"))
    while terms and terms[-1] is None:
        terms.pop()
    operands: list[Any] = []
    for at, term in enumerate(terms):
        if term is None:
            operands.append(_default(call, at + 1 + len(extra)))
        elif operator.interval_parts and term.type == INTERVAL:
            operands.append(_interval_parts(call.operands[at], term, frame))
        else:
            operands.append(term.operand)
    found: Sql | tuple[Sql, ...] = operator.sql(frame.draft.around.dialect, *extra, *operands)
    columns = found if isinstance(found, tuple) else (found,)
    if operator.gives == YES_NO:
        nullable = not operator.takes_empty and any(term is not None and term.nullable for term in terms)
    else:
        nullable = True
    return Term(call.type, columns, nullable)


def _interval_parts(ir: Ir | None, term: Term, frame: Frame) -> tuple[Sql, ...]:
    """An interval as months, days and ms; one of the row is exact."""
    assert ir is not None
    if uses_this(ir):
        if isinstance(ir, Call) and ir.operator.name == "default":
            return _parts_of_either(ir, frame)
        return (sql("0"), sql("0"), term.sql)
    closure = frame.draft.closure(ir)

    def part(at: int) -> Sql:
        return frame.draft.bound_as(closure, lambda interval: None if interval is None else interval[at], "integer")

    return part(0), part(1), part(2)


def _parts_of_either(call: Call, frame: Frame) -> tuple[Sql, ...]:
    """The parts of an interval or, where it is empty, of the one that stands in for it, months and days included."""
    first, second = (one for one in call.operands if one is not None)
    held = frame.draft.row(first, frame)
    these = _interval_parts(first, held, frame)
    those = _interval_parts(second, frame.draft.row(second, frame), frame)
    return tuple(
        sql("CASE WHEN {} IS NULL THEN {} ELSE {} END", held.sql, other, one)
        for one, other in zip(these, those, strict=True)
    )


def _default(call: Call, at: int) -> Any:
    """What the operator's SQL takes for an operand left out in the middle."""
    assert call.operator.sql is not None
    parameters = list(inspect.signature(call.operator.sql).parameters.values())
    default = parameters[at].default if at < len(parameters) else inspect.Parameter.empty
    if default is inspect.Parameter.empty:
        raise Unsayable(call.place, "Give all operands of this inside a search.")
    return default


def _zone_name(zone: Any) -> str:
    return str(getattr(zone, "key", "UTC"))
