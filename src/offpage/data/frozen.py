"""A thing as it was at some moment, whatever became of it: `before` in a workflow that starts when data changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offpage.data.tables import ThingRow
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


def frozen(
    thing_id: str, row: ThingRow, types: Sequence[Type], lists: Mapping[str, tuple[Type, list[Any]]]
) -> FrozenThing:
    """Make a thing remember what it is now."""
    thing = FrozenThing(thing_id)
    thing.row, thing.types, thing.lists = row, types, lists
    return thing
