"""IR → a Python function of a Runtime.

Nested closures, specialised where most expressions spend their time. A search, and the list operators after it,
become one SQL statement (`query`).
"""

from __future__ import annotations

from typing import Any

from offpage.expr.absent import asks_for_nothing, that_is_there
from offpage.expr.access import OPEN, Access
from offpage.expr.application import applied
from offpage.expr.free import is_each
from offpage.expr.ir import (
    Attribute,
    Call,
    Choose,
    Const,
    FieldOf,
    Hole,
    Ir,
    ListOf,
    Part,
    Search,
    Slot,
    Source,
    TextOf,
    This,
)
from offpage.expr.parts import attribute_of, part_of, source_of, text_of
from offpage.expr.query.chain import begins_with_search, is_chain
from offpage.expr.query.compilation import Query, Surroundings, condition_of, query_of
from offpage.expr.symbols import Closure, fast_symbol, guarded
from offpage.model.schema import Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql

__all__ = ["Closure", "compile_closure", "compile_condition", "compile_query"]


def compile_closure(
    ir: Ir,
    schema: Schema,
    dialect: Dialect,
    access: Access = OPEN,
    *,
    with_queries: bool = True,
    lists_whole: bool = False,
) -> Closure:
    """A function that evaluates `ir` in a Runtime. It never raises for anything that a maker or a caller did.

    Without queries everything is evaluated item by item: list fields are read whole, and a search finds nothing.
    `lists_whole`: list fields are read whole though searches are queries, for a thing that no table has yet.
    """
    return _Compiler(schema, dialect, access, with_queries=with_queries, lists_whole=lists_whole).closure(ir)


def compile_query(ir: Ir, dialect: Dialect, schema: Schema, access: Access = OPEN) -> Query | None:
    """A search with the list operators after it as ONE statement; None when `ir` is no such thing."""
    return _Compiler(schema, dialect, access).query(ir)


def compile_condition(ir: Ir, dialect: Dialect, schema: Schema, type_id: str, alias: str, access: Access = OPEN) -> Sql:
    """A yes/no over the row `alias` of a type's table as a condition that stands by itself (NULL means no).

    Its values are constants, and `Bound`s to be called with a Runtime. Raises Unsayable for what SQL cannot say.
    """
    return condition_of(ir, _Compiler(schema, dialect, access).around, type_id, alias)


class _Compiler:
    """The schema, the database and the privacy that expressions are compiled for."""

    def __init__(
        self,
        schema: Schema,
        dialect: Dialect,
        access: Access,
        *,
        with_queries: bool = True,
        lists_whole: bool = False,
    ) -> None:
        self.schema = schema
        self.with_queries = with_queries
        self.lists_whole = lists_whole
        self.around = Surroundings(schema, dialect, access, self.closure)

    def query(self, ir: Ir) -> Query | None:
        return query_of(ir, self.around)

    def is_query(self, ir: Ir) -> bool:
        """Whether a node is asked of the database."""
        return self.with_queries and is_chain(ir) and (not self.lists_whole or begins_with_search(ir))

    def closure(self, ir: Ir) -> Closure:
        """The closure of any node."""
        if self.is_query(ir) and (query := self.query(ir)) is not None:
            return query.run
        match ir:
            case Const(value=value):
                return lambda rt: value
            case Slot(index=index):
                return lambda rt: rt.values[index]
            case This():
                return lambda rt: rt.this
            case Source():
                return source_of(ir)
            case FieldOf():
                return self.field(ir)
            case Attribute():
                return attribute_of(ir, self.closure(ir.base), self.schema)
            case Part():
                return part_of(ir, self.closure(ir.base))
            case Call():
                return self.call(ir)
            case Choose():
                return self.choose(ir)
            case ListOf(items=items):
                return _list_of([self.closure(one) for one in items])
            case TextOf(parts=parts):
                return text_of([part if isinstance(part, str) else (part.type, self.closure(part)) for part in parts])
            case Search() | Hole():
                # A search of a type that is gone finds nothing.
                return lambda rt: None
        raise TypeError(ir)

    def field(self, ir: FieldOf) -> Closure:
        """A field of one thing, or the items of its list field."""
        type_id, field_id = ir.type_id, ir.field_id
        base = self.closure(ir.base)
        if field_id == "id":
            return base
        if ir.type.is_list:
            return lambda rt: rt.list_field(type_id, field_id, one) if (one := base(rt)) is not None else []
        data_type = self.schema.types.get(type_id)
        if data_type is None or field_id not in data_type.fields:
            return lambda rt: None
        position = list(data_type.fields).index(field_id)
        if isinstance(ir.base, Slot):
            return _field_of_slot(ir.base.index, type_id, position)

        def field(rt: Any) -> Any:
            one = base(rt)
            if one is None:
                return None
            row = rt.thing(type_id, one)
            return None if row is None else row[position]

        return field

    def call(self, ir: Call) -> Closure:
        """An operator; one whose operands are all known is evaluated right now."""
        compiled = [None if one is None else self.closure(one) for one in ir.operands]
        if asks_for_nothing(ir):
            compiled = [
                None if one is None else that_is_there(of, one) for of, one in zip(ir.operands, compiled, strict=True)
            ]
        given = [one for one in compiled if one is not None]
        if len(given) == len(compiled) and (fast := fast_symbol(ir, given)) is not None:
            found = fast
        else:
            found = applied(ir, compiled)
        found = guarded(ir, found, self.closure)
        if _is_known(ir):
            value = found(None)
            return lambda rt: value
        return found

    def choose(self, ir: Choose) -> Closure:
        """`a if condition else b`."""
        condition, then, otherwise = map(self.closure, (ir.condition, ir.then, ir.otherwise))
        return lambda rt: then(rt) if condition(rt) else otherwise(rt)


def _is_known(ir: Ir | None) -> bool:
    """Whether a value is the same in every run: made of constants alone."""
    match ir:
        case None | Const():
            return True
        case Call(operator=operator, operands=operands):
            any_each = any(is_each(ir, at) for at in range(len(operands)))
            return not operator.uses_runtime and not any_each and all(map(_is_known, operands))
        case ListOf(items=items):
            return all(map(_is_known, items))
    return False


def _field_of_slot(index: int, type_id: str, position: int) -> Closure:
    def field(rt: Any) -> Any:
        one = rt.values[index]
        if one is None:
            return None
        row = rt.thing(type_id, one)
        return None if row is None else row[position]

    return field


def _list_of(items: list[Closure]) -> Closure:
    """`[a, b]`; lists hold no empties."""
    return lambda rt: [value for one in items if (value := one(rt)) is not None]
