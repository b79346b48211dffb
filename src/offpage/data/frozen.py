"""A thing as it was at some moment, whatever became of it: `before` in a workflow that starts when data changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.store.tx import Tx
from offpage.values.types import Type


class FrozenThing(str):
    """The id of a thing that remembers what its fields were. Everywhere else it is the id of the thing.

    `row` has the fields in the order of its type's, `types` their types; `lists` the items of those list fields that
    may be asked for.
    """

    __slots__ = ("lists", "row", "types")

    row: ThingRow
    types: Sequence[Type]
    lists: Mapping[str, tuple[Type, list[Any]]]

    def items(self, field_id: str) -> list[Any]:
        """The items of a list field."""
        found = self.lists.get(field_id)
        return list(found[1]) if found else []


Watched = Mapping[str, Sequence[str]]
"""The data types whose changes start workflows, each with the list fields that these may ask for as they were."""


def freeze(tx: Tx, things: Things, type_id: str, ids: Sequence[str], watched: Watched) -> dict[str, FrozenThing]:
    """Those of the things that there are, as they are now, by id; none of a type that nobody watches."""
    if type_id not in watched:
        return {}
    rows = things.get_many(tx, type_id, ids)
    frozen_ones = {one: freeze_row(tx, things, type_id, one, row, watched) for one, row in rows.items()}
    return {one: thing for one, thing in frozen_ones.items() if thing is not None}


def freeze_row(
    tx: Tx, things: Things, type_id: str, thing_id: str, row: ThingRow, watched: Watched
) -> FrozenThing | None:
    """A thing whose row was just read, as it is now; None of a type that nobody watches."""
    lists = watched.get(type_id)
    if lists is None:
        return None
    fields = things.schema.types[type_id].fields
    held = {name: (fields[name].type, things.list_items(tx, type_id, name, thing_id)) for name in lists}
    return frozen(thing_id, row, [field.type for field in fields.values()], held)


def frozen(
    thing_id: str, row: ThingRow, types: Sequence[Type], lists: Mapping[str, tuple[Type, list[Any]]]
) -> FrozenThing:
    """Make a thing remember what it is now."""
    thing = FrozenThing(thing_id)
    thing.row, thing.types, thing.lists = row, types, lists
    return thing
