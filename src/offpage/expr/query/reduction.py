"""One value of a query: how many, the sum, whether it holds something, the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Ir
from offpage.expr.query.chain import select_of, whole
from offpage.expr.query.draft import Draft
from offpage.expr.query.frame import Frame
from offpage.expr.query.select import Select
from offpage.expr.query.term import TEXTS, Term, Unsayable
from offpage.sql.fragment import Sql, join, sql
from offpage.sql.terms import equal, equal_texts
from offpage.values.types import NUMBER, YES_NO

ONE: Final = sql("1")

HOW_MANY: Final = sql("CAST(count(*) AS DOUBLE PRECISION)")
"""A count is a number like any other: two counts divide as numbers do."""

_COMPARED_IN_SQL: Final = frozenset({"number", "date"})


@dataclass(frozen=True, slots=True)
class Reduced:
    """A SELECT whose rows make one value.

    `how`: `value` is the first row's; `figure` is too, and is never NULL; `items` are all rows, which `finish` turns
    into the value.
    """

    select: Sql
    term: Term
    how: Literal["value", "figure", "items"] = "value"
    finish: Callable[[Sequence[Any]], Any] | None = None

    def within(self) -> Term:
        """As a part of another statement."""
        return Term(self.term.type, (sql("({})", self.select),), nullable=self.how != "figure")


def reduced(call: Call, draft: Draft, outer: Frame | None) -> Reduced:
    """The statement of a list operator that makes one value."""
    name = call.operator.query
    if name in {"in", "not in"}:
        item, items = call.operands
        assert item is not None
        assert items is not None
        return _contains(select_of(items, draft, outer), item, call, outer, wanted=name == "in")
    first = call.operands[0]
    assert first is not None
    select = select_of(first, draft, outer)
    match name:
        case "count":
            return _count(select)
        case "is_empty" | "is_not_empty":
            return _exists(select, wanted=name == "is_not_empty")
        case "contains" | "not_contains":
            item = call.operands[1]
            assert item is not None
            return _contains(select, item, call, outer, wanted=name == "contains")
        case "first" | "last" | "item":
            one = one_of(call, select)
            return Reduced(one.render(join(", ", one.item.columns)), one.item)
    return _aggregate(select, call)


def one_of(call: Call, select: Select) -> Select:
    """The Select of `.first`, `.last` or `.item(n)`: one row, or none."""
    select = select.wrapped() if select.is_cut else select
    match call.operator.query:
        case "last":
            select.turn()
        case "item":
            number = call.operands[1]
            assert number is not None
            select.offset = whole(select, number, lambda one: max(0, one - 1))
            select.limit = whole(select, number, lambda one: min(1, one))
            return select
    select.limit = ONE
    return select


def _count(select: Select) -> Reduced:
    figure = Term(NUMBER, (HOW_MANY,), nullable=False)
    if not select.is_cut:
        return Reduced(select.render(figure.sql, ordered=False), figure, "figure")
    inner = select.render(ONE)
    alias = sql(" AS counted")
    return Reduced(sql("SELECT {} FROM ({})", HOW_MANY, inner) + alias, figure, "figure")


def _exists(select: Select, *, wanted: bool) -> Reduced:
    inner = select.render(ONE, ordered=False)
    text = sql("SELECT EXISTS ({})", inner) if wanted else sql("SELECT NOT EXISTS ({})", inner)
    return Reduced(text, Term(YES_NO, (text,), nullable=False), "figure")


def _contains(select: Select, item: Ir, call: Call, outer: Frame | None, *, wanted: bool) -> Reduced:
    """Whether one of the rows is the item; an empty item is in no list, and outside of none."""
    select = select.wrapped() if select.is_cut else select
    draft = select.draft
    looked_for = draft.row(item, outer) if outer is not None and uses_this(item) else draft.bound(item)
    select.where.append(equality(select.item, looked_for, call))
    found = _exists(select, wanted=wanted)
    if wanted or not looked_for.nullable:
        return found
    text = sql("{} AND {}", found.select, looked_for.has_value)
    return Reduced(text, Term(YES_NO, (text,), nullable=False), "figure")


def equality(one: Term, other: Term, call: Call) -> Sql:
    """Whether two terms have the same value, neither being empty."""
    if one.type.kind == "json" or len(one.columns) != len(other.columns):
        raise Unsayable(call.place, "Values of these kinds are compared after the search.")
    if one.type.kind in TEXTS or other.type.kind in TEXTS:
        return equal_texts(one.sql, other.sql)
    return equal(one.operand, other.operand)


def _aggregate(select: Select, call: Call) -> Reduced:
    """Sum, average, smallest, largest; the rest is computed from all values, fetched by one statement."""
    select = select.wrapped() if select.is_cut else select
    draft, name = select.draft, call.operator.query
    each = call.operands[1] if len(call.operands) > 1 else None
    term = draft.row(each, select.frame) if each is not None else select.item
    if len(term.columns) != 1:
        raise Unsayable(call.place, f"The database cannot do this with {term.type}.")
    if name in {"median", "product"}:
        if term.nullable:
            select.where.append(term.is_known)
        return Reduced(select.render(term.sql), term, "items", call.operator.py)
    if term.type.kind not in _COMPARED_IN_SQL:
        raise Unsayable(call.place, f"The database cannot do this with {term.type}.")
    figure = _figure(name, term, draft)
    return Reduced(select.render(figure, ordered=False), Term(call.type, (figure,)))


def _figure(name: str, term: Term, draft: Draft) -> Sql:
    dialect = draft.around.dialect
    match name:
        case "sum":
            return dialect.total(term.sql)
        case "average":
            return sql("(({}) / count({}))", dialect.total(term.sql), term.sql)
        case "min":
            return sql("min({})", term.sql)
    return sql("max({})", term.sql)
