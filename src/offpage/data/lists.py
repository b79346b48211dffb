"""The side table of a list field: items in order, changed by additions and removals, never by rewriting the list.

Every statement takes several owners, so that one statement changes the lists of many things.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from offpage.data.statements import HOLE, Sized, chunks, holes, paced, padded, rendered, typed_hole, without_repeats
from offpage.model.schema import Field
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.sql.layout import columns, list_table
from offpage.store.tx import Tx
from offpage.values.codec import decoder, encoder

DbItem = tuple[Any, ...]
"""One item, a database value per column."""

Insert = Literal["append", "add"]


class ListTable:
    """Statements over the items of one list field."""

    __slots__ = (
        "_clear",
        "_decode",
        "_dialect",
        "_encode",
        "_inserts",
        "_items",
        "_items_of_many",
        "_remove",
        "_storage",
        "names",
        "table",
    )

    def __init__(self, type_id: str, field: Field, dialect: Dialect) -> None:
        item = field.type.item
        stored = columns("value", item)
        self.table: Sql = list_table(type_id, field.id)
        self.names: tuple[Sql, ...] = tuple(ident(name) for name, _ in stored)
        self._storage = tuple(storage for _, storage in stored)
        self._dialect = dialect
        self._encode: Callable[[Any], DbItem] = encoder(item)
        self._decode: Callable[[Sequence[Any]], Any] = decoder(item)
        self._inserts: dict[tuple[Insert, int, int], str] = {}
        self._clear = Sized(dialect, lambda owners: sql("DELETE FROM {} WHERE owner IN ({})", self.table, owners))
        self._remove = self._removal()
        items = sql("SELECT {} FROM {} WHERE owner = {} ORDER BY position", join(", ", self.names), self.table, HOLE)
        self._items = rendered(dialect, items)
        self._items_of_many = Sized(
            dialect,
            lambda owners: sql(
                "SELECT owner, {} FROM {} WHERE owner IN ({}) ORDER BY owner, position",
                join(", ", self.names),
                self.table,
                owners,
            ),
        )

    def items(self, tx: Tx, owner: str) -> list[Any]:
        """Items of one thing's list, in order."""
        decode = self._decode
        return [decode(row) for row in tx.rows(self._items, (owner,))]

    def items_of_many(self, tx: Tx, owners: Sequence[str]) -> dict[str, list[Any]]:
        """Items of many things' lists, in order, by owner; things with an empty list are left out."""
        found: dict[str, list[Any]] = {}
        decode = self._decode
        for some in chunks(owners):
            many = padded(some)
            for owner, *item in tx.rows(self._items_of_many.text(len(many)), many):
                found.setdefault(owner, []).append(decode(item))
        return found

    def append(self, tx: Tx, owners: Sequence[str], items: Sequence[Any] | None) -> None:
        """Put items at the end of each owner's list."""
        self._insert(tx, "append", owners, self._kept(items))

    def add(self, tx: Tx, owners: Sequence[str], items: Sequence[Any] | None) -> None:
        """Put those items at the end of each owner's list that are not in it yet."""
        self._insert(tx, "add", owners, list(dict.fromkeys(self._kept(items))))

    def remove(self, tx: Tx, owners: Sequence[str], items: Sequence[Any] | None) -> None:
        """Take all occurrences of the items out of each owner's list."""
        for some in paced(tx, without_repeats(self._kept(items)), CHUNK_OF_ITEMS):
            bound = [part for item in padded(some) for part in item]
            for ids in paced(tx, owners):
                many = padded(ids)
                tx.change(self._remove(len(many), len(bound) // len(self.names)), (*many, *bound))

    def clear(self, tx: Tx, owners: Sequence[str]) -> None:
        """Take everything out of each owner's list."""
        for ids in paced(tx, owners):
            many = padded(ids)
            tx.change(self._clear.text(len(many)), many)

    def put(self, tx: Tx, owners: Sequence[str], items: Sequence[Any] | None) -> None:
        """Let each owner's list hold exactly these items; the same item may stand in it twice."""
        self.clear(tx, owners)
        self.append(tx, owners, items)

    def _kept(self, items: Sequence[Any] | None) -> list[DbItem]:
        return [self._encode(item) for item in items or () if item is not None]

    def _insert(self, tx: Tx, how: Insert, owners: Sequence[str], items: Sequence[DbItem]) -> None:
        for some in paced(tx, items, CHUNK_OF_ITEMS):
            bound = [part for number, item in enumerate(some) for part in (number, *item)]
            for ids in paced(tx, owners):
                tx.change(self._insert_text(how, len(ids), len(some)), (*ids, *bound))

    def _insert_text(self, how: Insert, owners: int, items: int) -> str:
        found = self._inserts.get((how, owners, items))
        if found is None:
            found = rendered(self._dialect, self._insertion(how, owners, items))
            if len(self._inserts) < MOST_TEXTS:
                self._inserts[how, owners, items] = found
        return found

    def _insertion(self, how: Insert, owners: int, items: int) -> Sql:
        """Owners × items, in the order of the items: positions are given in the order of insertion."""
        own = sql("({})", typed_hole(self._dialect, "text"))
        one = sql("({}, {})", typed_hole(self._dialect, "integer"), self._typed_item())
        names = [sql("c.{}", name) for name in self.names]
        missing = sql(
            " WHERE NOT EXISTS (SELECT 1 FROM {} AS l WHERE l.owner = o.id AND {})", self.table, self._same("l", "c")
        )
        return sql(
            "WITH o(id) AS (VALUES {}), c(number, {}) AS (VALUES {}) "
            "INSERT INTO {} (owner, {}) SELECT o.id, {} FROM o CROSS JOIN c{} ORDER BY c.number",
            join(", ", [own] * owners),
            join(", ", self.names),
            join(", ", [one] * items),
            self.table,
            join(", ", self.names),
            join(", ", names),
            missing if how == "add" else Sql(),
        )

    def _typed_item(self) -> Sql:
        return join(", ", [typed_hole(self._dialect, storage) for storage in self._storage])

    def _same(self, one: str, other: str) -> Sql:
        """Whether two rows hold the same item. Only compound items may have an empty part."""
        if len(self.names) == 1:
            return sql("{}.{} = {}.{}", ident(one), self.names[0], ident(other), self.names[0])
        pairs = [sql("{}.{} IS NOT DISTINCT FROM {}.{}", ident(one), name, ident(other), name) for name in self.names]
        return join(" AND ", pairs)

    def _removal(self) -> Callable[[int, int], str]:
        """The text that removes a number of items from a number of owners' lists."""
        texts: dict[tuple[int, int], str] = {}

        def text(owners: int, items: int) -> str:
            if (owners, items) not in texts:
                if len(self.names) == 1:
                    which = sql("{} IN ({})", self.names[0], holes(items))
                else:
                    parts = zip(self.names, self._storage, strict=True)
                    same = [sql("{} IS NOT DISTINCT FROM {}", n, typed_hole(self._dialect, s)) for n, s in parts]
                    which = join(" OR ", [sql("({})", join(" AND ", same))] * items)
                delete = sql("DELETE FROM {} WHERE owner IN ({}) AND ({})", self.table, holes(owners), which)
                texts[owners, items] = rendered(self._dialect, delete)
            return texts[owners, items]

        return text


CHUNK_OF_ITEMS = 256
"""Most items that one statement takes."""

MOST_TEXTS = 64
"""Most statement texts of one kind that a list field keeps."""
