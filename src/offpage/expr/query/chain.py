"""Which expressions are queries, and how each step of a chain changes the Select before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Const, FieldOf, Ir, Search, Slot, SortBy, This
from offpage.expr.operators.items import position
from offpage.expr.query.conditions import add_condition
from offpage.expr.query.draft import Draft, storage_of
from offpage.expr.query.frame import Frame, row_of
from offpage.expr.query.ordering import rules, rules_of_search
from offpage.expr.query.select import Rule, Select
from offpage.expr.query.term import Term, Unsayable
from offpage.sql.fragment import Sql, ident, sql
from offpage.sql.layout import columns, list_table, table

REDUCTIONS: Final = frozenset(
    {
        "count", "sum", "average", "min", "max", "median", "product", "first", "last", "item",
        "is_empty", "is_not_empty", "contains", "not_contains",
    }
)  # fmt: skip
"""Operators that make one value of a list."""


def is_list_source(ir: Ir | None) -> bool:
    """Whether this is a list that a statement can begin with, or go on with."""
    match ir:
        case Search():
            return True
        case FieldOf(base=Slot(name="before")):
            return False  # the items are what they were, not what the table holds now
        case FieldOf(type=of):
            return of.is_list
        case Call(operator=operator, operands=(first, *_)):
            return operator.query in STEPS and is_list_source(first)
    return False


def is_chain(ir: Ir) -> bool:
    """Whether this is a query by itself: a search, or a list operator after one or after a list field."""
    match ir:
        case Search():
            return True
        case Call(operator=operator, operands=(first, *_)) if operator.query in STEPS or operator.query in REDUCTIONS:
            return is_list_source(first)
        case Call(operator=operator, operands=(_, second)) if operator.query in {"in", "not in"}:
            # A list field by itself is read whole (and remembered); a search is asked.
            return is_list_source(second) and not isinstance(second, FieldOf)
        case FieldOf(base=base, type=of):
            return not of.is_list and is_one_of_chain(base)
    return False


def begins_with_search(ir: Ir | None) -> bool:
    """Whether the list that a query is about is a search, and not a list field."""
    match ir:
        case Search():
            return True
        case Call(operator=operator, operands=(_, second)) if operator.query in {"in", "not in"}:
            return begins_with_search(second)
        case Call(operands=(first, *_)) | FieldOf(base=first):
            return begins_with_search(first)
    return False


def is_one_of_chain(ir: Ir) -> bool:
    """Whether this is one thing taken out of a query, or a field of such a thing."""
    match ir:
        case Call(operator=operator, operands=(first, *_)):
            return operator.query in {"first", "last", "item"} and is_list_source(first)
        case FieldOf(base=base, type=of):
            return not of.is_list and is_one_of_chain(base)
    return False


def select_of(ir: Ir, draft: Draft, outer: Frame | None) -> Select:
    """The Select of a list; `outer` is the row around a list field of that row."""
    match ir:
        case Search():
            return _search(ir, draft)
        case FieldOf():
            return _list_field(ir, draft, outer)
        case Call(operator=operator, operands=(first, *_)) if first is not None and operator.query in STEPS:
            return STEPS[operator.query](select_of(first, draft, outer), ir)
    raise Unsayable(ir.place, "This list cannot be searched in the database.")


def _search(ir: Search, draft: Draft) -> Select:
    """THE place where a search enters a table."""
    if ir.type_id not in draft.around.schema.types:
        raise Unsayable(ir.place, f"There is no data type {ir.type_id}.")
    alias = draft.alias()
    frame = row_of(draft, ir.type_id, alias)
    order = [Rule(ident(alias, "created_date"), nullable=False), Rule(ident(alias, "id"), nullable=False)]
    source = sql("{} AS {}", table(ir.type_id), ident(alias))
    select = Select(draft, frame, source, order, distinct=True)
    found = draft.around.access.may_find(ir.type_id, alias, draft.switch)
    if found is not None:
        select.where.append(found)
    frame.found = True
    if ir.condition is not None:
        add_condition(select, ir.condition, ignore_empty=ir.ignore_empty)
    select.order = rules_of_search(select, ir) + select.order
    return select


def _list_field(ir: FieldOf, draft: Draft, outer: Frame | None) -> Select:
    """The items of a list field, of the row around or of a thing known before."""
    if outer is not None and uses_this(ir.base):
        owner = draft.row(ir.base, outer)
    else:
        owner = draft.bound(ir.base)
    alias = draft.alias()
    item = ir.type.item
    values = tuple(ident(alias, name) for name, _ in columns("value", item))
    frame = Frame(draft, Term(item, values, nullable=len(values) > 1))
    source = sql("{} AS {}", list_table(ir.type_id, ir.field_id), ident(alias))
    select = Select(draft, frame, source, [Rule(ident(alias, "position"), nullable=False)])
    select.where.append(sql("{} = {}", ident(alias, "owner"), owner.sql))
    seen = _list_may_be_seen(ir, owner, draft, outer)
    if seen is not None:
        select.where.append(seen)
    return select


def _list_may_be_seen(ir: FieldOf, owner: Term, draft: Draft, outer: Frame | None) -> Sql | None:
    """Whether the list field of its owner may be seen; None means always."""
    own = None if outer is None else outer.own_row(owner, ir.type_id)
    if outer is not None and own is not None:
        return outer.may_see(ir.type_id, ir.field_id, own)
    alias = draft.alias()
    seen = draft.around.access.may_see(ir.type_id, ir.field_id, alias, draft.switch, found=False)
    if seen is None:
        return None
    source = (table(ir.type_id), ident(alias), ident(alias, "id"), owner.sql)
    return sql("EXISTS (SELECT 1 FROM {} AS {} WHERE {} = {} AND {})", *source, seen)


def _where(select: Select, call: Call) -> Select:
    select = select.wrapped() if select.is_cut else select
    condition = call.operands[1]
    assert condition is not None
    add_condition(select, condition, ignore_empty=False)
    return select


def _sort_by(select: Select, call: Call) -> Select:
    select = select.wrapped() if select.is_cut else select
    by, *rest = call.operands[1:]
    assert by is not None
    select.order = rules(select, SortBy(by, rest[0] if rest else None)) + select.order
    return select


def _each(select: Select, call: Call) -> Select:
    give = call.operands[1]
    assert give is not None
    if give.type.is_list or storage_of(give.type) == ("json",):
        raise Unsayable(give.place, "A list of lists is put together after the search.")
    select = select.wrapped() if select.is_cut else select
    term = select.draft.row(give, select.frame)
    if term.nullable:
        select.where.append(term.is_known)
    select.distinct = select.distinct and isinstance(give, This)
    select.frame.given = Term(term.type, term.columns, nullable=False)
    return select


def whole(select: Select, ir: Ir, count: Callable[[int], int]) -> Any:
    """A position or a number of items as a bound value; empty takes nothing."""
    closure = select.draft.closure(ir)
    return select.draft.bound_as(closure, lambda one: 0 if one is None else count(position(one)), "integer")


def _take(select: Select, call: Call) -> Select:
    select = select.wrapped() if select.limit else select
    number = call.operands[1]
    assert number is not None
    select.limit = whole(select, number, lambda one: one)
    return select


def _skip(select: Select, call: Call) -> Select:
    return _from(select, call, lambda one: one)


def _items_from(select: Select, call: Call) -> Select:
    return _from(select, call, lambda one: max(0, one - 1))


def _from(select: Select, call: Call, start: Callable[[int], int]) -> Select:
    select = select.wrapped() if select.is_cut else select
    number = call.operands[1]
    assert number is not None
    # Skipping an empty number of items gives nothing at all, as every operator on empty does.
    if not isinstance(number, Const) or number.value is None:
        closure = select.draft.closure(number)
        select.where.append(select.draft.bound_as(closure, lambda one: one is not None, "yes_no"))
    select.offset = whole(select, number, start)
    return select


def _unique(select: Select, call: Call) -> Select:
    if select.item.type.kind == "json":
        raise Unsayable(call.place, "Json values are compared after the search.")
    return select if select.distinct else select.without_doubles()


STEPS: Final[dict[str, Callable[[Select, Call], Select]]] = {
    "where": _where,
    "sort_by": _sort_by,
    "each": _each,
    "take": _take,
    "items_until": _take,
    "skip": _skip,
    "items_from": _items_from,
    "unique": _unique,
}
"""What each list operator that gives a list again does to the Select before it."""
