"""Comparisons said by ids, for indexes.

`this.customer.company == x` becomes `customer IN (the users whose company is x)`, `this.project.members.contains(x)` becomes
`project IN (the projects that have x as a member)`. The other way round, reading the customer or the project of each row, a
search looks at every row there is. `this.project in current_user.projects` is asked within the statement. All this is for rules; in searches, too,
`this.tags.contains(x)` becomes `id IN (those that have x among their tags)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeGuard

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, FieldOf, Ir, Source, This
from offpage.expr.query.frame import Frame, row_of
from offpage.expr.query.reduction import equality
from offpage.expr.query.term import Term
from offpage.sql.fragment import Sql, ident, sql
from offpage.sql.layout import list_table, table
from offpage.values.types import YES_NO, thing

BY_ID: Final = frozenset({"thing", "option"})
"""Kinds that are the same when their columns are: their lists can be looked up by an index."""


def by_ids(call: Call, frame: Frame) -> Term | None:
    """The comparison said by ids; None where it is no such comparison."""
    around = frame.draft.around
    if around.user_in_sql and (found := _in_list_of_user(call, frame)) is not None:
        return found
    if around.by_ids and call.operator.name == "==strict":
        return _equal(call, frame)
    if around.by_ids and call.operator.query == "contains" and (found := _list_contains(call, frame)) is not None:
        return found
    return _own_list_contains(call, frame)


def is_of_user(ir: Ir) -> bool:
    """Whether this is the current user, or a single field of theirs, perhaps through other things."""
    while isinstance(ir, FieldOf) and not ir.type.is_list:
        ir = ir.base
    return isinstance(ir, Source) and ir.name == "current_user"


def _equal(call: Call, frame: Frame) -> Term | None:
    """A field of a thing that the row refers to is equal to what does not look at the row."""
    for path, other in (call.operands, call.operands[::-1]):
        reference = _first_reference(path)
        if reference is None or path is None or other is None or uses_this(other):
            continue
        draft, type_id = frame.draft, reference.type.of
        if type_id not in draft.around.schema.types:
            continue
        alias = draft.alias()
        inner = replace(call, operands=(_from_there(path, reference), other))
        holds = draft.condition(inner, row_of(draft, type_id, alias, inline=True))
        ids = sql("SELECT {} FROM {} AS {} WHERE {}", ident(alias, "id"), table(type_id), ident(alias), holds.sql)
        return _one_of(draft.row(reference, frame), ids, frame)
    return None


def _list_contains(call: Call, frame: Frame) -> Term | None:
    """A list of the row, or of a thing that it refers to, holds what does not look at the row."""
    items, item = call.operands
    if not _is_list_by_id(items) or item is None or uses_this(item) or not uses_this(items.base):
        return None
    draft = frame.draft
    owner, wanted = draft.row(items.base, frame), draft.row(item, frame)
    alias = draft.alias()
    source = (ident(alias, "owner"), list_table(items.type_id, items.field_id), ident(alias))
    found = sql("SELECT {} FROM {} AS {} WHERE {} = {}", *source, ident(alias, "value"), wanted.sql)
    return _one_of(owner, found, frame)


def _own_list_contains(call: Call, frame: Frame) -> Term | None:
    """A list field of the row itself holds what does not look at the row: the index of the list's values finds its owners."""
    item, items = _item_and_list(call)
    if not isinstance(items, FieldOf) or not isinstance(items.base, This) or item is None or uses_this(item):
        return None
    of, own = items.type.item, frame.own_row(frame.this, items.type_id)
    if own is None or not items.type.is_list or item.type.kind != of.kind or of.kind == "json":
        return None
    draft = frame.draft
    wanted, alias = draft.row(item, frame), draft.alias()
    if len(wanted.columns) != 1:
        return None
    source = (ident(alias, "owner"), list_table(items.type_id, items.field_id), ident(alias))
    same = equality(Term(of, (ident(alias, "value"),)), wanted, call)
    found = sql("SELECT {} FROM {} AS {} WHERE {}", *source, same)
    holds = draft.around.dialect.among_found(frame.this.sql, found)
    seen = frame.may_see(items.type_id, items.field_id, own)
    return Term(YES_NO, (holds if seen is None else sql("({} AND {})", seen, holds),), nullable=seen is not None)


def _in_list_of_user(call: Call, frame: Frame) -> Term | None:
    """Something of the row is in a list of the current user."""
    item, items = _item_and_list(call)
    if not _is_list_by_id(items) or item is None or not uses_this(item) or not is_of_user(items.base):
        return None
    draft = frame.draft
    owner, wanted = draft.row(items.base, frame), draft.row(item, frame)
    alias = draft.alias()
    source = (ident(alias, "value"), list_table(items.type_id, items.field_id), ident(alias))
    found = sql("SELECT {} FROM {} AS {} WHERE {} = {}", *source, ident(alias, "owner"), owner.sql)
    return _one_of(wanted, found, frame)


def _item_and_list(call: Call) -> tuple[Ir | None, Ir | None]:
    """What is looked for, and the list in which it is; nothing for what does not ask that."""
    match call.operator.query:
        case "in":
            item, items = call.operands
        case "contains":
            items, item = call.operands
        case _:
            return None, None
    return item, items


def _is_list_by_id(items: Ir | None) -> TypeGuard[FieldOf]:
    return isinstance(items, FieldOf) and items.type.is_list and items.type.kind in BY_ID


def _one_of(term: Term, found: Sql, frame: Frame) -> Term:
    return Term(YES_NO, (frame.draft.around.dialect.among_found(term.sql, found),), term.nullable)


def _first_reference(path: Ir | None) -> FieldOf | None:
    """The reference of `this` by which a path goes on to a single field of another thing."""
    if not isinstance(path, FieldOf) or path.type.is_list:
        return None
    while isinstance(path.base, FieldOf):
        path = path.base
        if isinstance(path.base, This):
            return None if path.type.is_list or path.type.kind != "thing" else path
    return None


def _from_there(path: Ir, reference: FieldOf) -> Ir:
    """The rest of the path, over the thing referred to."""
    if path is reference:
        return This(thing(reference.type.of), reference.place)
    assert isinstance(path, FieldOf)
    return replace(path, base=_from_there(path.base, reference))
