"""Things: created, changed, read, copied and deleted, in whichever transaction the caller holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.data.assignment import Change, Shape
from offpage.data.changing import Alteration
from offpage.data.copying import Copying
from offpage.data.creating import Creation
from offpage.data.deleting import Deletion, forget_accounts
from offpage.data.slugs import Slugs
from offpage.data.statements import HOLE, Sized, chunks, padded, rendered, without_repeats
from offpage.data.tables import ThingRow, ThingTable
from offpage.model.schema import USER, DataType, Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import sql
from offpage.store import queue
from offpage.store.tx import Tx

MOST_SHAPES: Final = 4096
"""How many compiled shapes are kept; the Data API makes new ones."""


class OneType:
    """Everything compiled for one data type."""

    __slots__ = ("copying", "deletion", "exists", "get", "get_many", "slugs", "table")

    def __init__(self, of: DataType, schema: Schema, dialect: Dialect) -> None:
        table = self.table = ThingTable(of, dialect)
        shown, name = table.selected, table.name
        self.get = rendered(dialect, sql("SELECT {} FROM {} WHERE id = {}", shown, name, HOLE))
        self.get_many = Sized(dialect, lambda ids: sql("SELECT {} FROM {} WHERE id IN ({})", shown, name, ids))
        self.exists = Sized(dialect, lambda ids: sql("SELECT id FROM {} WHERE id IN ({})", name, ids))
        self.deletion = Deletion(table, schema, dialect)
        self.copying = Copying(table, dialect)
        self.slugs = Slugs(table, dialect)


class Things:
    """The things of an app. One object serves all runs and all threads: it holds statements, never data."""

    __slots__ = ("_alterations", "_creations", "_dialect", "_types", "schema", "user_confirmed", "user_email")

    def __init__(self, schema: Schema, dialect: Dialect) -> None:
        self.schema = schema
        self._dialect = dialect
        self._types = {one.id: OneType(one, schema, dialect) for one in schema.types.values()}
        self._creations: dict[Shape, Creation] = {}
        self._alterations: dict[Shape, Alteration] = {}
        user = schema.types[USER].fields
        confirmed = Change(user["email_confirmed"], "set")
        self.user_email = Shape(USER, (Change(user["email"], "set"), confirmed))
        """What changes with a user's e-mail: the e-mail, and whether it is confirmed."""
        self.user_confirmed = Shape(USER, (confirmed,))

    def table(self, type_id: str) -> ThingTable:
        """The table of a type, as statements see it."""
        return self._types[type_id].table

    def create(
        self, tx: Tx, shape: Shape, values: Sequence[Any], *, id: str, now: int, created_by: str | None
    ) -> ThingRow:
        """Create a thing; fields not given take their defaults. Returns its row in Python form. Raises NotUnique."""
        creation = self._creations.get(shape)
        if creation is None:
            creation = Creation(self._types[shape.type_id].table, shape, self._dialect)
            _keep(self._creations, shape, creation)
        return creation.run(tx, values, id, now, created_by)

    def change(self, tx: Tx, thing_id: str, shape: Shape, values: Sequence[Any], *, now: int) -> ThingRow | None:
        """Change a thing; returns its row as it is now, or None when there is no such thing. Raises NotUnique, StepError."""
        return self._alteration(shape).run(tx, thing_id, values, now)

    def change_list(self, tx: Tx, ids: Sequence[str], shape: Shape, values: Sequence[Any], *, now: int) -> list[str]:
        """Change many things alike; returns the ids of those that there were. Raises NotUnique, StepError."""
        return self._alteration(shape).run_on_many(tx, ids, values, now)

    def delete(self, tx: Tx, type_id: str, ids: Sequence[str]) -> int:
        """Delete things, clean every reference to them, and cancel the runs that end with them; returns how many."""
        once = without_repeats(ids)
        if type_id == USER:
            forget_accounts(tx, once)
        queue.cancel_tied(tx, once)
        return self._types[type_id].deletion.run(tx, once)

    def copy(
        self,
        tx: Tx,
        type_id: str,
        ids: Sequence[str],
        *,
        new_id: Callable[[int], str],
        now: int,
        created_by: str | None,
    ) -> list[str]:
        """Copy those things that there are; returns the new ids in the same order. Unique fields stay empty."""
        there = self.exists(tx, type_id, ids)
        pairs = [(one, new_id(now)) for one in ids if one in there]
        self._types[type_id].copying.run(tx, pairs, now, created_by)
        return [new for _, new in pairs]

    def set_slug(self, tx: Tx, type_id: str, thing_id: str, text: str) -> str:
        """Give a thing a slug made from `text` (bubble: duplicates get -1, -2…); returns what it became."""
        return self._types[type_id].slugs.put(tx, thing_id, text)

    def get(self, tx: Tx, type_id: str, thing_id: str) -> ThingRow | None:
        """One thing's row in Python form, or None."""
        one = self._types[type_id]
        found = tx.rows(one.get, (thing_id,))
        return one.table.decode(found[0]) if found else None

    def get_many(self, tx: Tx, type_id: str, ids: Sequence[str]) -> dict[str, ThingRow]:
        """Rows by id, of those that there are."""
        one = self._types[type_id]
        decode = one.table.decode
        rows: dict[str, ThingRow] = {}
        for some in chunks(without_repeats(ids)):
            many = padded(some)
            rows.update((row[0], decode(row)) for row in tx.rows(one.get_many.text(len(many)), many))
        return rows

    def exists(self, tx: Tx, type_id: str, ids: Sequence[str]) -> set[str]:
        """Which of these things there are."""
        one = self._types[type_id]
        found: set[str] = set()
        for some in chunks(without_repeats(ids)):
            many = padded(some)
            found.update(row[0] for row in tx.rows(one.exists.text(len(many)), many))
        return found

    def list_items(self, tx: Tx, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field of one thing, in order."""
        return self._types[type_id].table.lists[field_id].items(tx, thing_id)

    def list_items_of_many(self, tx: Tx, type_id: str, field_id: str, ids: Sequence[str]) -> dict[str, list[Any]]:
        """Items of a list field of many things, in order, by thing; those whose list is empty are left out."""
        return self._types[type_id].table.lists[field_id].items_of_many(tx, ids)

    def _alteration(self, shape: Shape) -> Alteration:
        found = self._alterations.get(shape)
        if found is None:
            found = Alteration(self._types[shape.type_id].table, shape, self._dialect)
            _keep(self._alterations, shape, found)
        return found


def _keep(kept: dict[Shape, Any], shape: Shape, compiled: object) -> None:
    if len(kept) >= MOST_SHAPES:
        kept.clear()
    kept[shape] = compiled
