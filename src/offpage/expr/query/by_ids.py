"""`this.customer.company == x` as `customer IN (the users whose company is x)`, which an index on the reference serves.

The other way round, reading the customer of each row, a search looks at every row there is.
"""

from __future__ import annotations

from dataclasses import replace

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, FieldOf, Ir, This
from offpage.expr.query.frame import Frame, row_of
from offpage.expr.query.term import Term
from offpage.sql.fragment import ident, sql
from offpage.sql.layout import table
from offpage.values.types import YES_NO, thing


def by_ids(call: Call, frame: Frame) -> Term | None:
    """The comparison said by ids; None where it is no such comparison."""
    if call.operator.name != "==strict":
        return None
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
        row = draft.row(reference, frame)
        ids = sql("SELECT {} FROM {} AS {} WHERE {}", ident(alias, "id"), table(type_id), ident(alias), holds.sql)
        return Term(YES_NO, (sql("({} IN ({}))", row.sql, ids),), row.nullable)
    return None


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
