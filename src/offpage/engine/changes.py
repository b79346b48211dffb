"""What a run changes of the things that some workflow watches: each as it was before the first change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from offpage.data.frozen import FrozenThing, frozen
from offpage.data.view import DataView
from offpage.model.schema import Schema
from offpage.program.program import Workflow

Watched = Mapping[str, Sequence[Workflow]]
"""The workflows that start when data changes, by the data type that they are about."""

NOTHING: Final[Watched] = {}


class Changes:
    """The changes of one run, in order. `before` must be called before the change, `created` after it."""

    __slots__ = ("_noted", "_schema", "_view", "watched")

    def __init__(self, watched: Watched, schema: Schema, view: DataView) -> None:
        self.watched = watched
        self._schema = schema
        self._view = view
        self._noted: dict[tuple[str, str], FrozenThing | None] = {}

    def __len__(self) -> int:
        return len(self._noted)

    def __iter__(self) -> Iterator[tuple[str, str, FrozenThing | None]]:
        """Type, thing, and the thing as it was (None: it was not there)."""
        for (type_id, thing_id), before in self._noted.items():
            yield type_id, thing_id, before

    def created(self, type_id: str, ids: Sequence[str]) -> None:
        """Note things that were not there before."""
        if type_id in self.watched:
            for one in ids:
                self._noted.setdefault((type_id, one), None)

    def before(self, type_id: str, ids: Sequence[str]) -> None:
        """Note things that are about to be changed or deleted, as they are now."""
        watching = self.watched.get(type_id)
        if not watching:
            return
        new = [one for one in ids if (type_id, one) not in self._noted]
        if len(new) > 1:
            self._view.load(type_id, new)
        fields = self._schema.types[type_id].fields
        types = [field.type for field in fields.values()]
        wanted = {name for one in watching if one.change is not None for name in one.change.lists}
        for one in new:
            row = self._view.thing(type_id, one)
            if row is not None:
                lists = {name: (fields[name].type, self._view.list_field(type_id, name, one)) for name in wanted}
                self._noted[type_id, one] = frozen(one, row, types, lists)

    def note(self, type_id: str, thing_id: str, before: FrozenThing | None) -> None:
        """Note a change that was made elsewhere."""
        if type_id in self.watched:
            self._noted.setdefault((type_id, thing_id), before)

    def drop(self, length: int) -> None:
        """Forget what was noted last: that was undone. `length` is how many there were before."""
        while len(self._noted) > length:
            self._noted.popitem()

    def clear(self) -> None:
        """Begin anew: what there was is kept elsewhere."""
        self._noted.clear()
