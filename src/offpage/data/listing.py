"""A search over the Data API: one statement for its page, one more for each list field (bubble.md 2.4).

A search has a shape (which constraints on which fields, which order) and values. A shape is compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from offpage.data.constraint_terms import both, field_of
from offpage.data.constraints import CONSTRAINT_TYPES, meaning_of, slots_of
from offpage.data.guarded_page import GuardedPage, Hidden
from offpage.data.onlooker import Onlooker
from offpage.data.privacy import Privacy
from offpage.data.shown import Shown
from offpage.data.things import Things
from offpage.data.wire import Lists, Wire, visible_lists
from offpage.data.wire_names import database_key
from offpage.expr.ir import Const, Ir, Search, SortBy
from offpage.expr.query.term import Unsayable
from offpage.kernel.errors import NotFound
from offpage.model.schema import DataType, Field, Schema
from offpage.sql.dialect import Dialect
from offpage.store.tx import Tx
from offpage.values.kind import spoken
from offpage.values.types import YES_NO, thing

LARGEST_PAGE: Final = 100
"""Most things that one answer holds."""

MOST_SHAPES: Final = 256
"""How many compiled shapes of one data type are kept."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint without its value: the field, the constraint type, and how many slots its value takes."""

    field_id: str
    type: str
    slots: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """One rule of an order."""

    field_id: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What a search asks for, apart from values and page. `with_total`: how many there are in all."""

    constraints: tuple[Constraint, ...] = ()
    order: tuple[Order, ...] = ()
    with_total: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked: its shape, the values of its slots, which page."""

    shape: Shape
    values: Sequence[Any] = ()
    cursor: int = 0
    limit: int = LARGEST_PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: JSON-ready things, and how many follow (None: not asked for)."""

    results: list[dict[str, Any]]
    remaining: int | None


class Listing:
    """Searches of one data type. One object serves all callers and threads; it holds statements, never data."""

    def __init__(
        self,
        of: DataType,
        schema: Schema,
        things: Things,
        privacy: Privacy,
        wire: Wire,
        dialect: Dialect,
        hidden: Hidden = "no_match",
    ) -> None:
        self._type = of
        self._schema = schema
        self._things = things
        self._privacy = privacy
        self._wire = wire
        self._dialect = dialect
        self._hidden: Hidden = hidden
        self._pages: dict[Shape, GuardedPage] = {}

    def page(self, shape: Shape) -> GuardedPage:
        """The compiled statement of a shape. Raises NotFound for a constraint that the database cannot evaluate."""
        found = self._pages.get(shape)
        if found is None:
            found = self._compiled(shape)
            if len(self._pages) >= MOST_SHAPES:
                self._pages.clear()
            self._pages[shape] = found
        return found

    def read(self, tx: Tx, onlooker: Onlooker, asked: Asked) -> Found:
        """Run a search for somebody."""
        page = self.page(asked.shape)
        onlooker.values = list(asked.values)
        # A page of nothing still has to say how many there are.
        onlooker.limit, onlooker.offset = max(1, asked.limit), asked.cursor
        read = page.read(onlooker)
        total = read.total
        rows = read.rows[: asked.limit]
        guarded = self._privacy.of(self._type.id)
        shown: list[Shown | None] = [None] * len(rows)
        if read.marks is not None:
            shown = [guarded.shown(marks) for marks in read.marks[: asked.limit]]
        lists = lists_of(tx, self._things, self._type, [row[0] for row in rows], shown)
        thing_of = self._wire.thing
        results = [thing_of(row, seen, lists) for row, seen in zip(rows, shown, strict=True)]
        remaining = max(0, (total or 0) - asked.cursor - len(rows)) if asked.shape.with_total else None
        return Found(results, remaining)

    def _compiled(self, shape: Shape) -> GuardedPage:
        of = self._type
        conditions = _conditions(of, shape)
        order = tuple(_rule(of, one) for one in shape.order)
        condition = reduce(both, conditions) if conditions else None
        search = Search(thing(of.id).listed, of.id, condition, order)
        table = self._things.table(of.id)
        around = (table, self._privacy, self._schema, self._dialect)
        try:
            return GuardedPage(search, *around, hidden=self._hidden, with_total=shape.with_total)
        except Unsayable as problem:
            one = shape.constraints[0] if shape.constraints else Constraint("", "")
            raise not_found(one.type, of.fields.get(one.field_id), of.id) from problem


def lists_of(tx: Tx, things: Things, of: DataType, ids: Sequence[str], shown: Sequence[Shown | None]) -> Lists:
    """The items of the list fields of many things, one statement for each field that may be seen."""
    if not ids:
        return {}
    table = things.table(of.id)
    return {field_id: table.lists[field_id].items_of_many(tx, ids) for field_id in visible_lists(of, shown)}


def not_found(constraint_type: str, field: Field | None, type_id: str) -> NotFound:
    """The error for a constraint type that a field does not have, in Bubble's words."""
    name = "" if field is None else database_key(field)
    known = [] if field is None else [one for one in CONSTRAINT_TYPES if meaning_of(one, field) is not None]
    reason = f"A {spoken(field.type)} has: {', '.join(known)}." if field is not None and known else ""
    message = f"Constraint type not found {constraint_type[:100]} for field {name} and type {type_id}"
    return NotFound(message, reason=reason)


def _conditions(of: DataType, shape: Shape) -> list[Ir]:
    """A condition for each constraint, over slots in the order of their values."""
    found: list[Ir] = []
    first = 0
    for one in shape.constraints:
        field = of.fields[one.field_id]
        meaning = meaning_of(one.type, field)
        assert meaning is not None
        slots = slots_of(meaning, field.type, first, one.slots)
        found.append(meaning.condition(field_of(of.id, field), slots))
        first += one.slots
    return found


def _rule(of: DataType, order: Order) -> SortBy:
    descending = Const(YES_NO, True) if order.descending else None
    return SortBy(field_of(of.id, of.fields[order.field_id]), descending)
