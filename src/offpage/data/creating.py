"""How one shape creates a thing: one INSERT, then the items of its list fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from offpage.data.assignment import Change, Shape
from offpage.data.lists import ListTable
from offpage.data.refusals import REFUSED, refusal, too_large
from offpage.data.statements import holes, rendered
from offpage.data.tables import ThingRow, ThingTable, binder, field_binder, field_kept_form, kept_form
from offpage.model.schema import Field
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import ident, join, sql
from offpage.store.tx import Tx

HEAD: Final = ("id", "created_date", "modified_date", "created_by")
"""The fields that every new thing is given, in the order of every type's first fields."""


@dataclass(frozen=True, slots=True)
class _Given:
    """One field that takes its value from the shape's value at `index`."""

    index: int
    place: int
    change: Change
    bind: Callable[[Any], tuple[Any, ...]] | None
    keep: Callable[[Any], Any] | None


class Creation:
    """A compiled shape. `values` of a run come in the order of the shape's changes."""

    __slots__ = ("_constants", "_given", "_lists", "_placed", "_places", "_simple", "_table", "_template", "_text")

    def __init__(self, table: ThingTable, shape: Shape, dialect: Dialect) -> None:
        if tuple(field.id for field in table.fields[: len(HEAD)]) != HEAD:
            raise ValueError(f"The type {table.type.id} does not begin with the fields {', '.join(HEAD)}.")
        self._table = table
        scalars = [(i, one) for i, one in enumerate(shape.changes) if not one.field.type.is_list]
        if any(one.field.id in HEAD for _, one in scalars):
            raise ValueError(f"The fields {', '.join(HEAD)} are set by the database alone.")
        self._given = tuple(_given(index, one, table) for index, one in scalars)
        given = {one.field.id for _, one in scalars}
        if len(given) < len(scalars):
            raise ValueError("A field that is not a list can change only once in a step.")
        self._template: list[Any] = [None] * len(table.fields)
        defaults = self._defaults(given)
        self._constants = tuple(part for field in defaults for part in _bound(binder(field.type), field.default))
        self._places = tuple(one.place for one in self._given)
        self._lists = self._list_fields(shape)
        self._simple = len(scalars) == len(shape.changes) and all(
            one.bind is None and one.change.op == "set" for one in self._given
        )
        names = [*HEAD, *(name for one in self._given for name in table.columns[one.change.field.id])]
        names += [name for field in defaults for name in table.columns[field.id]]
        insert = sql("INSERT INTO {} ({}) VALUES ({})", table.name, join(", ", map(ident, names)), holes(len(names)))
        self._placed = dialect.row_place is not None
        place = dialect.row_place
        self._text = rendered(dialect, insert if place is None else sql("{} RETURNING {}", insert, place))

    def _defaults(self, given: set[str]) -> list[Field]:
        """Fields that take their default; the row's template gets them."""
        found = []
        for place, field in enumerate(self._table.fields):
            if field.default is not None and field.id not in given and not field.type.is_list:
                keep = kept_form(field.type)
                self._template[place] = keep(field.default) if keep else field.default
                found.append(field)
        return found

    def _list_fields(self, shape: Shape) -> tuple[tuple[ListTable, Field, tuple[tuple[int, Change], ...]], ...]:
        """List fields that may have items, each with its changes."""
        found = []
        for field_id, table in self._table.lists.items():
            field = self._table.type.fields[field_id]
            changes = tuple((i, one) for i, one in enumerate(shape.changes) if one.field.id == field_id)
            if changes or field.default:
                found.append((table, field, changes))
        return tuple(found)

    def run(self, tx: Tx, values: Sequence[Any], id: str, now: int, created_by: str | None) -> ThingRow:
        """Create the thing and return it in Python form. Raises NotUnique."""
        row = self._template.copy()
        row[:4] = (id, now, now, created_by)
        if self._simple:
            for place, value in zip(self._places, values, strict=True):
                row[place] = value
            bound: Sequence[Any] = (id, now, now, created_by, *values, *self._constants)
        else:
            bound = self._bind(row, values)
        try:
            if self._placed:
                tx.places.update((id, place) for (place,) in tx.rows(self._text, bound))
            else:
                tx.change(self._text, bound)
        except REFUSED as refused:
            given = {field.id: value for field, value in zip(self._table.fields, row, strict=True)}
            raise refusal(refused, self._table, given) from refused
        for table, field, changes in self._lists:
            items = list(field.default or ())
            for index, change in changes:
                items = _changed_list(items, change, values[index])
            if items:
                table.append(tx, (id,), items)
        return row

    def _bind(self, row: list[Any], values: Sequence[Any]) -> list[Any]:
        """Fill the row and return what the INSERT binds."""
        bound = row[:4]
        for one in self._given:
            value = self._value(one, values[one.index])
            row[one.place] = value if one.keep is None or value is None else one.keep(value)
            bound += _bound(one.bind, value)
        bound += self._constants
        return bound

    def _value(self, one: _Given, value: Any) -> Any:
        match one.change.op:
            case "set":
                return value
            case "increase":
                total = (one.change.field.default or 0.0) + (value or 0.0)
                if not math.isfinite(total):
                    raise too_large(self._table, one.change.field)
                return total
            case _:
                return None


def _given(index: int, change: Change, table: ThingTable) -> _Given:
    field, owner = change.field, table.type.id
    return _Given(index, table.places[field.id], change, field_binder(owner, field), field_kept_form(owner, field))


def _bound(bind: Callable[[Any], tuple[Any, ...]] | None, value: Any) -> tuple[Any, ...]:
    return (value,) if bind is None else bind(value)


def _changed_list(items: list[Any], change: Change, value: Any) -> list[Any]:
    """What a change makes of the list that the new thing would have had."""
    match change.op:
        case "set":
            return list(value or ())
        case "add" | "add_list":
            wanted = (value or ()) if change.op == "add_list" else (value,)
            for one in wanted:
                if one is not None and one not in items:
                    items.append(one)
            return items
        case "remove" | "remove_list":
            unwanted = (value or ()) if change.op == "remove_list" else (value,)
            return [item for item in items if item not in unwanted]
        case _:
            return []
