"""What one transaction has seen of the things: each row is read once, and known again after each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.expr.runtime import Gives
from offpage.store.tx import Tx


class Reads(Protocol):
    """Hears of each thing, and of each list field's items, that are read from the database."""

    def thing(self, thing_id: str, row: ThingRow) -> None:
        """A thing was read."""
        ...

    def items(self, items: Sequence[Any]) -> None:
        """The items of a list field were read."""
        ...


class DataView:
    """Remembers the things of one transaction. Whoever changes things tells it what became of them.

    `changes` counts how often it was told, for those who remember what they made of it.
    """

    __slots__ = ("_lists", "_reads", "_rows", "_things", "_tx", "changes")

    def __init__(self, tx: Tx, things: Things, reads: Reads | None = None) -> None:
        self._reads = reads
        self._tx = tx
        self._things = things
        self.changes = 0
        self._rows: dict[tuple[str, str], ThingRow | None] = {}
        self._lists: dict[tuple[str, str], dict[str, list[Any]]] = {}

    def thing(self, type_id: str, thing_id: str) -> ThingRow | None:
        """Values of a thing in Python form, in the order of its type's fields (list fields hold None); None if there is none."""
        key = (type_id, thing_id)
        try:
            return self._rows[key]
        except KeyError:
            row = self._rows[key] = self._things.get(self._tx, type_id, thing_id)
            if row is not None and self._reads is not None:
                self._reads.thing(thing_id, row)
            return row

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field, in order. The caller may change the list it gets."""
        known = self._lists.setdefault((type_id, thing_id), {})
        if field_id not in known:
            known[field_id] = self._things.list_items(self._tx, type_id, field_id, thing_id)
            if self._reads is not None:
                self._reads.items(known[field_id])
        return known[field_id].copy()

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        """Run one rendered SELECT. It sees everything that the transaction has written."""
        return self._tx.rows(text, values)

    def existing(self, type_id: str, ids: Sequence[str]) -> set[str]:
        """Which of these things there are; only those that were never met are asked for, all by one statement."""
        unknown = [one for one in ids if (type_id, one) not in self._rows]
        there = self._things.exists(self._tx, type_id, unknown) if unknown else set()
        there.update(one for one in ids if self._rows.get((type_id, one)) is not None)
        return there

    def load(self, type_id: str, ids: Sequence[str]) -> None:
        """Read many things at once, so that asking for them one by one costs nothing."""
        unknown = [one for one in ids if (type_id, one) not in self._rows]
        if unknown:
            found = self._things.get_many(self._tx, type_id, unknown)
            for one in unknown:
                row = self._rows[type_id, one] = found.get(one)
                if row is not None and self._reads is not None:
                    self._reads.thing(one, row)

    def load_list(self, type_id: str, field_id: str, ids: Sequence[str]) -> None:
        """Read a list field of many things at once."""
        unknown = [one for one in dict.fromkeys(ids) if field_id not in self._lists.get((type_id, one), ())]
        if unknown:
            found = self._things.list_items_of_many(self._tx, type_id, field_id, unknown)
            for one in unknown:
                items = self._lists.setdefault((type_id, one), {})[field_id] = found.get(one, [])
                if self._reads is not None:
                    self._reads.items(items)

    def remember(self, type_id: str, thing_id: str, row: ThingRow) -> None:
        """A thing was created or changed: this is what it is now. Its lists are read again when asked for."""
        self.changes += 1
        self._rows[type_id, thing_id] = row
        self._lists.pop((type_id, thing_id), None)

    def suppose(self, type_id: str, thing_id: str, row: ThingRow, lists: dict[str, list[Any]]) -> None:
        """Take a thing, and these list fields of it, to be something else than the database has."""
        self.remember(type_id, thing_id, row)
        self._lists[type_id, thing_id] = dict(lists)

    def forget_things(self, type_id: str, ids: Sequence[str]) -> None:
        """These things were changed together: read them again when asked for."""
        self.changes += 1
        for one in ids:
            self._rows.pop((type_id, one), None)
            self._lists.pop((type_id, one), None)

    def forget(self) -> None:
        """Anything may have changed (a deletion, a step undone): read everything again when asked for."""
        self.changes += 1
        self._rows.clear()
        self._lists.clear()
