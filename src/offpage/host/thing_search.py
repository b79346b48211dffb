"""A search for a table of things: words, conditions on fields, an expression over `this`, an order. Compiled once, for one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from offpage.data.constraint_terms import both, field_of
from offpage.data.constraints import CONSTRAINT_TYPES, meaning_of, slots_of
from offpage.data.guarded_page import GuardedPage
from offpage.data.sorted_fields import may_sort
from offpage.expr.ir import Const, Ir, Search, SortBy
from offpage.expr.query.term import Unsayable
from offpage.expr.scope import Named, Scope
from offpage.kernel.errors import InvalidData
from offpage.kernel.issues import Issues
from offpage.model.node import Scalar
from offpage.model.schema import DataType, Field
from offpage.program.program import Program
from offpage.program.reading import Reader
from offpage.values.types import TEXT, YES_NO, Type, thing

WORDS: Final = "wanted_words"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field: a constraint type of the Data API (`equals`, `text contains`) and its value as JSON has it."""

    field: str
    type: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things: those that have the words in a text, for which the conditions and the expression hold."""

    words: str = ""
    conditions: Sequence[Condition] = ()
    where: str = ""
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ThingSearch:
    """A compiled search, and the values of its slots."""

    page: GuardedPage
    values: Sequence[Any]
    search: Search


def compiled(program: Program, of: DataType, wanted: Wanted) -> ThingSearch:
    """Make a search ready. Raises InvalidData with a sentence for what it cannot mean."""
    values: list[Any] = []
    conditions = [_condition(program, of, one, values) for one in wanted.conditions]
    if wanted.words.strip():
        conditions.append(_words(program, of, len(values)))
        values.append(wanted.words.strip().lower())
    if wanted.where.strip().removeprefix("="):
        conditions.append(_expression(program, of, wanted.where.strip().removeprefix("=")))
    search = Search(thing(of.id).listed, of.id, reduce(both, conditions) if conditions else None, _order(of, wanted))
    try:
        page = GuardedPage(
            search, program.things.table(of.id), program.privacy, program.schema, program.dialect, with_total=True
        )
    except Unsayable as problem:
        raise InvalidData(f"The database cannot search so: {problem}")
    return ThingSearch(page, values, search)


def _condition(program: Program, of: DataType, one: Condition, values: list[Any]) -> Ir:
    field = _field(of, one.field)
    meaning = meaning_of(one.type, field)
    if meaning is None:
        known = [name for name in CONSTRAINT_TYPES if meaning_of(name, field) is not None]
        raise InvalidData(f"{field.label} cannot be asked for `{one.type[:40]}`. It has: {', '.join(known)}.")
    try:
        read = meaning.read(one.value, field.type, program.forms)
    except InvalidData as error:
        raise InvalidData(f"{field.label}: {error.message}.")
    condition = meaning.condition(field_of(of.id, field), slots_of(meaning, field.type, len(values), len(read)))
    values += read
    return condition


def _words(program: Program, of: DataType, slot: int) -> Ir:
    """That the words stand in one of the thing's texts, in whichever case; or are its id."""
    texts = [one.id for one in of.fields.values() if one.type == TEXT and one.id != "id"]
    parts = [f"this.{one}.lowercase.contains({WORDS})" for one in texts]
    return _checked(program, of, " or ".join([*parts, f"this.id == {WORDS}"]), {WORDS: Named(slot, TEXT)})


def _expression(program: Program, of: DataType, text: str) -> Ir:
    return _checked(program, of, text, {})


def _checked(program: Program, of: DataType, text: str, names: dict[str, Named]) -> Ir:
    issues = Issues()
    reader = Reader(program.schema, program.dialect, program.forms, issues)
    reader.access = program.privacy
    whole = f'=search("{of.id}", {text})'
    bound = reader.read(Scalar(whole, whole, plain=False), Scope(program.schema, names), None, "where")
    if bound is None or not isinstance(bound.ir, Search) or bound.ir.condition is None:
        told = " ".join(dict.fromkeys(one.message for one in issues.errors))
        raise InvalidData(told or "This is no condition: it must give yes or no.")
    return bound.ir.condition


def _order(of: DataType, wanted: Wanted) -> tuple[SortBy, ...]:
    field = _field(of, wanted.sort or "created_date")
    if not may_sort(field):
        raise InvalidData(f"Things cannot be sorted by {field.label}: it is a {field.type}.")
    descending = wanted.descending if wanted.sort else True
    return (SortBy(field_of(of.id, field), Const(YES_NO, True) if descending else None),)


def _field(of: DataType, field_id: str) -> Field:
    found = of.fields.get(field_id)
    if found is None:
        raise InvalidData(f"{of.label} has no field {field_id[:60]}. It has: {', '.join(of.fields)}.")
    return found


def operators_of(of: Type) -> list[str]:
    """The constraint types that a field of a type has."""
    field = Field("x", of, "x")
    return [name for name in CONSTRAINT_TYPES if meaning_of(name, field) is not None]
