"""`in` and `contains` with a list that is known before the statement runs, or written out."""

from __future__ import annotations

from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Ir, ListOf
from offpage.expr.query.frame import Frame
from offpage.expr.query.reduction import equality
from offpage.expr.query.term import TEXTS, Term, Unsayable
from offpage.sql.fragment import join, sql
from offpage.values.types import YES_NO


def membership(call: Call, item: Ir, items: Ir, frame: Frame, *, wanted: bool) -> Term:
    """Whether a term of the row is one of a list. An empty item is neither inside nor outside."""
    draft = frame.draft
    one = draft.row(item, frame)
    if uses_this(items):
        if not isinstance(items, ListOf):
            raise Unsayable(items.place, "This list cannot be used inside a search; compute it before.")
        return _written_out(call, one, items, frame, wanted=wanted)
    if len(one.columns) != 1 or one.type.kind == "json":
        raise Unsayable(call.place, f"A search cannot look for {one.type} in a list; compare it with one value.")
    storage = "integer" if one.type.kind in {"date", "interval"} else _storage(one)
    found = draft.around.dialect.among(one.sql, draft.bound_list(items), storage)
    if one.type.kind in TEXTS:
        found = sql("({} AND {} <> '')", found, one.sql)
    if wanted:
        return Term(YES_NO, (found,), nullable=one.nullable)
    # In an empty list is not even NULL; that must not put an empty item outside of it.
    return Term(YES_NO, (sql("(NOT {} AND {})", found, one.has_value),), nullable=one.nullable)


def _storage(one: Term) -> str:
    return one.type.kind if one.type.kind in {"number", "yes_no"} else "text"


def _written_out(call: Call, one: Term, items: ListOf, frame: Frame, *, wanted: bool) -> Term:
    """`this.a in [this.b, 3]`: an empty item of the list is none."""
    draft = frame.draft
    if not items.items:
        return draft.bound(items)
    equal = [Term(YES_NO, (equality(one, draft.row(other, frame), call),)).collapsed().sql for other in items.items]
    found = sql("({})", join(" OR ", equal))
    if wanted:
        return Term(YES_NO, (found,), nullable=False)
    return Term(YES_NO, (sql("(NOT {} AND {})", found, one.has_value),), nullable=False)
