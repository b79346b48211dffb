"""Every thing of a data type, oldest first, in pages: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from offpage.data.statements import HOLE, rendered
from offpage.data.things import Things
from offpage.sql.fragment import sql
from offpage.store.tx import Tx

PAGE: Final = 500
_BEFORE_ALL: Final = (-(2**62), "")
"""A creation date and an id that come before every thing's."""


class Out(Protocol):
    """What things are written to."""

    def write(self, values: Mapping[str, Any]) -> None:
        """Write one thing; its values by field id in Python form."""
        ...


class Text(Protocol):
    """What takes text: a file, say."""

    def write(self, text: str, /) -> object:
        """Take more text."""
        ...


class Counted:
    """A text that is written, and how many bytes it has."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.bytes = 0

    def write(self, text: str, /) -> object:
        """Pass it on."""
        self.bytes += len(text.encode("utf-8", "replace"))
        return self._text.write(text)


def count_things(tx: Tx, things: Things, type_id: str) -> int:
    """How many things of a type there are."""
    found = tx.run(sql("SELECT count(*) FROM {}", things.table(type_id).name))
    return int(found[0][0])


def all_things(tx: Tx, things: Things, type_id: str) -> Iterator[list[dict[str, Any]]]:
    """Pages of things, each as its values by field id in Python form; list fields as lists."""
    table = things.table(type_id)
    page = sql(
        "SELECT {} FROM {} WHERE (created_date, id) > ({}, {}) ORDER BY created_date, id LIMIT {}",
        table.selected, table.name, HOLE, HOLE, HOLE,
    )  # fmt: skip
    text = rendered(tx.dialect, page)
    names = [field.id for field in table.fields]
    created, key = table.places["created_date"], table.places["id"]
    after = _BEFORE_ALL
    while rows := [table.decode(row) for row in tx.rows(text, (*after, PAGE))]:
        found = [dict(zip(names, row, strict=True)) for row in rows]
        ids = [row[key] for row in rows]
        for field_id, items in table.lists.items():
            lists = items.items_of_many(tx, ids)
            for one in found:
                one[field_id] = lists.get(one["id"], [])
        yield found
        after = (rows[-1][created], rows[-1][key])


def export_things(tx: Tx, things: Things, type_id: str, out: Out, told: Callable[[int], None]) -> int:
    """Write every thing of a type and return how many there were; `told` gets the number so far."""
    count = 0
    for page in all_things(tx, things, type_id):
        for one in page:
            out.write(one)
        count += len(page)
        told(count)
    return count
