"""How one shape changes things: one UPDATE that reads nothing first, then the items of list fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.data.assignment import Change, Shape
from offpage.data.creating import HEAD
from offpage.data.lists import ListTable
from offpage.data.refusals import REFUSED, refusal, too_large
from offpage.data.statements import HOLE, Sized, paced, padded, rendered, typed_hole, without_repeats
from offpage.data.tables import ThingRow, ThingTable, field_binder
from offpage.kernel.errors import StepError
from offpage.model.schema import USER, Field
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import NULL, Sql, ident, join, sql
from offpage.store.failures import Duplicate, OutOfRange, TooLong
from offpage.store.tx import Row, Tx

INCREASABLE: Final = frozenset({"number"})
"""Kinds that can be increased."""

Bind = Callable[[Any], tuple[Any, ...]] | None


class Alteration:
    """A compiled shape. `values` of a run come in the order of the shape's changes."""

    __slots__ = ("_at", "_binds", "_increased", "_lists", "_many", "_one", "_shape", "_simple", "_table")

    def __init__(self, table: ThingTable, shape: Shape, dialect: Dialect) -> None:
        self._table = table
        self._shape = shape
        scalars = [(i, one) for i, one in enumerate(shape.changes) if not one.field.type.is_list]
        if any(one.field.id in HEAD for _, one in scalars):
            raise ValueError(f"The fields {', '.join(HEAD)} are set by the database alone.")
        if len({one.field.id for _, one in scalars}) < len(scalars):
            raise ValueError("A field that is not a list can change only once in a step.")
        assigned = [sql("modified_date = {}", HOLE)]
        for _, one in scalars:
            assigned += _assigned(one, table, dialect)
        self._binds: tuple[tuple[int, Bind], ...] = tuple(
            (i, field_binder(table.type.id, one.field)) for i, one in scalars if one.op != "clear"
        )
        if (place := _unconfirming(table, scalars)) is not None:
            assigned.append(sql("email_confirmed = CASE WHEN email = {} THEN email_confirmed ELSE FALSE END", HOLE))
            self._binds += (self._binds[place],)
        update = sql("UPDATE {} SET {} WHERE id", table.name, join(", ", assigned))
        at = dialect.row_place
        selected = table.selected if at is None else sql("{}, {}", table.selected, at)
        self._one = rendered(dialect, sql("{} = {} RETURNING {}", update, HOLE, selected))
        self._at = ""
        if at is not None:
            self._at = rendered(dialect, sql("{} = {} AND {} = {} RETURNING {}", update, HOLE, at, HOLE, selected))
        # Of many only what must be looked at comes back: which there were, and numbers that may have grown too large.
        self._increased = tuple(one.field for _, one in scalars if one.op == "increase")
        shown = join(", ", [ident(name) for name in ("id", *(field.id for field in self._increased))])
        self._many = Sized(dialect, lambda ids: sql("{} IN ({}) RETURNING {}", update, ids, shown))
        self._simple = len(self._binds) == len(shape.changes) and all(bind is None for _, bind in self._binds)
        self._lists = tuple(
            (i, one, table.lists[one.field.id]) for i, one in enumerate(shape.changes) if one.field.type.is_list
        )

    def run(self, tx: Tx, thing_id: str, values: Sequence[Any], now: int) -> ThingRow | None:
        """Change one thing and return it as it is now; None, and nothing happens, if there is none. Raises NotUnique."""
        bound = (now, *values, thing_id) if self._simple else (now, *self._bound(values), thing_id)
        try:
            found = self._found(tx, thing_id, bound)
        except REFUSED as refused:
            raise self._refusal(refused, values) from refused
        if not found:
            return None
        row = self._table.decode(found[0])
        for field in self._increased:
            self._check(field, row[self._table.places[field.id]])
        self._change_lists(tx, (thing_id,), values)
        return row

    def _found(self, tx: Tx, thing_id: str, bound: Sequence[Any]) -> list[Row]:
        """Change the row where this transaction has put it; or wherever it is, if that was undone or is not known."""
        place = tx.places.get(thing_id)
        rows = tx.rows(self._at, (*bound, place)) if place is not None else []
        rows = rows or tx.rows(self._one, bound)
        if self._at and rows:
            *row, place = rows[0]
            tx.places[thing_id] = place
            return [tuple(row)]
        return rows

    def run_on_many(self, tx: Tx, ids: Sequence[str], values: Sequence[Any], now: int) -> list[str]:
        """Change many things alike and return the ids of those that there were, in order. Raises NotUnique."""
        first = (now, *self._bound(values))
        there: set[str] = set()
        once = without_repeats(ids)
        for some in paced(tx, once):
            many = padded(some)
            try:
                rows = tx.rows(self._many.text(len(many)), (*first, *many))
            except REFUSED as refused:
                raise self._refusal(refused, values) from refused
            for row in rows:
                there.add(row[0])
                for field, value in zip(self._increased, row[1:], strict=True):
                    self._check(field, value)
        changed = [one for one in once if one in there]
        self._change_lists(tx, changed, values)
        return changed

    def _bound(self, values: Sequence[Any]) -> list[Any]:
        bound: list[Any] = []
        for index, bind in self._binds:
            if bind is None:
                bound.append(values[index])
            else:
                bound += bind(values[index])
        return bound

    def _check(self, field: Field, value: float | None) -> None:
        if value is not None and not math.isfinite(value):
            raise too_large(self._table, field)

    def _refusal(self, refused: Duplicate | OutOfRange | TooLong, values: Sequence[Any]) -> StepError:
        given = {one.field.id: value for one, value in zip(self._shape.changes, values, strict=True) if one.op == "set"}
        return refusal(refused, self._table, given, self._increased)

    def _change_lists(self, tx: Tx, owners: Sequence[str], values: Sequence[Any]) -> None:
        for index, change, table in self._lists:
            change_list_field(tx, table, change, owners, values[index])


def change_list_field(tx: Tx, table: ListTable, change: Change, owners: Sequence[str], value: Any) -> None:
    """Change one list field of many things alike."""
    match change.op:
        case "set":
            table.put(tx, owners, value)
        case "add":
            table.add(tx, owners, (value,))
        case "add_list":
            table.add(tx, owners, value)
        case "remove":
            table.remove(tx, owners, (value,))
        case "remove_list":
            table.remove(tx, owners, value)
        case "clear":
            table.clear(tx, owners)
        case "increase":
            raise ValueError(f"The list field {change.field.id} cannot be increased.")


def _unconfirming(table: ThingTable, scalars: Sequence[tuple[int, Change]]) -> int | None:
    """The place, among what is bound, of an e-mail that a user is given; None where none is, or more is said of it.

    Whoever gives it, another e-mail is not confirmed.
    """
    if table.type.id != USER or any(one.field.id == "email_confirmed" for _, one in scalars):
        return None
    bound = [one for _, one in scalars if one.op != "clear"]
    return next((place for place, one in enumerate(bound) if one.field.builtin and one.field.id == "email"), None)


def _assigned(change: Change, table: ThingTable, dialect: Dialect) -> list[Sql]:
    """`column = …` for each column of the field."""
    names = [ident(name) for name in table.columns[change.field.id]]
    match change.op:
        case "set":
            return [sql("{} = {}", name, HOLE) for name in names]
        case "clear":
            return [sql("{} = {}", name, NULL) for name in names]
        case "increase" if change.field.type.kind in INCREASABLE:
            amount = typed_hole(dialect, "number")
            return [sql("{} = coalesce({}, 0) + coalesce({}, 0)", name, name, amount) for name in names]
        case _:
            raise ValueError(f"The field {change.field.id} ({change.field.type}) does not take the change {change.op}.")
