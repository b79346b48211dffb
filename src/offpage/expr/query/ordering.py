"""The order of a search: by expressions over the row, by a field that is named while the workflow runs, or by chance."""

from __future__ import annotations

from typing import Any, Final

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Const, FieldOf, Search, SortBy, This
from offpage.expr.operator import Operator
from offpage.expr.query.select import Rule, Select
from offpage.expr.query.term import Unsayable
from offpage.expr.symbols import Closure
from offpage.kernel.errors import StepError
from offpage.model.schema import DataType, Field
from offpage.sql.fragment import sql
from offpage.values.kinds import KINDS
from offpage.values.types import NUMBER, TEXT, thing

BY_CHANCE: Final = Operator(
    "random",
    (),
    NUMBER,
    "Stands for the order of `sort_by=random`.",
    py=lambda: 0.0,
    form="function",
    query="by_chance",
)


def rules_of_search(select: Select, search: Search) -> list[Rule]:
    """The rules of a search's order, the most important first."""
    return [rule for one in search.order for rule in _of_search(select, search, one)]


def rules(select: Select, rule: SortBy) -> list[Rule]:
    """One sort rule over the row."""
    term = select.draft.row(rule.by, select.frame)
    if len(term.columns) != 1 or term.type.kind == "json":
        raise Unsayable(rule.by.place, f"The database has no order for {term.type}. Sort by one part of it.")
    return [Rule(term.sql, _descending(select, rule), term.nullable)]


def is_sortable(field: Field) -> bool:
    """Whether the database has an order for the values of a field."""
    return not field.type.is_list and field.type.kind != "json" and KINDS[field.type.kind].columns == 1


def _of_search(select: Select, search: Search, rule: SortBy) -> list[Rule]:
    if isinstance(rule.by, Call) and rule.by.operator is BY_CHANCE:
        return [Rule(sql("random()"), nullable=False)]
    if uses_this(rule.by) or rule.by.type != TEXT:  # only a text names a field; another value orders nothing
        return rules(select, rule)
    of = select.draft.around.schema.types[search.type_id]
    sortable = [field for field in of.fields.values() if is_sortable(field)]
    named = _named(select.draft.closure(rule.by), of, sortable)
    found: list[Rule] = []
    for field in sortable:
        # Every switch is asked, also when one of them already decides.
        if select.draft.switch(_is_it(named, field)):
            by = FieldOf(field.type, This(thing(of.id)), of.id, field.id, rule.by.place)
            found = rules(select, SortBy(by, rule.descending))
        else:
            _descending(select, rule)
    return found


def _descending(select: Select, rule: SortBy) -> bool:
    match rule.descending:
        case None:
            return False
        case Const(value=said):
            return bool(said)
        case way:
            return select.draft.switch(select.draft.said(way))


def _named(text: Closure, of: DataType, sortable: list[Field]) -> Closure:
    """The id of the field that a text names, by its id or its label; none for an empty text.

    Raises StepError for a name that no field has by which things can be sorted.
    """
    by_name = {field.label: field.id for field in sortable} | {field.id: field.id for field in sortable}

    def named(rt: Any) -> str | None:
        name = text(rt)
        if not name:
            return None
        if name not in by_name:
            known = ", ".join(field.id for field in sortable)
            raise StepError(f"{of.label} cannot be sorted by {name[:100]}. Sort by one of: {known}.")
        return by_name[name]

    return named


def _is_it(named: Closure, field: Field) -> Closure:
    return lambda rt: named(rt) == field.id
