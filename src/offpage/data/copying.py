"""How things are copied: field values and list items, with new ids, a few statements for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from offpage.data.creating import HEAD
from offpage.data.lists import ListTable
from offpage.data.statements import paced, rendered, typed_hole
from offpage.data.tables import ThingTable
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.store.tx import Tx

NOT_COPIED: Final = frozenset({*HEAD, "slug"})
"""Fields that a copy never takes from its original; unique fields stay empty in it as well."""


class Copying:
    """Copies things of one type."""

    __slots__ = ("_dialect", "_table")

    def __init__(self, table: ThingTable, dialect: Dialect) -> None:
        self._table = table
        self._dialect = dialect

    def run(self, tx: Tx, pairs: Sequence[tuple[str, str]], now: int, created_by: str | None) -> None:
        """Copy each original (which must exist) to the new id beside it."""
        for some in paced(tx, pairs):
            bound = [part for pair in some for part in pair]
            text = rendered(self._dialect, self._things(len(some)))
            tx.change(text, (*bound, now, now, created_by))
            for items in self._table.lists.values():
                tx.change(rendered(self._dialect, self._items(items, len(some))), bound)

    def _pairs(self, count: int) -> Sql:
        pair = sql("({}, {})", typed_hole(self._dialect, "text"), typed_hole(self._dialect, "text"))
        return sql("WITH m(old, new) AS (VALUES {})", join(", ", [pair] * count))

    def _things(self, count: int) -> Sql:
        table = self._table
        copied = [
            ident(name)
            for field in table.fields
            if field.id not in NOT_COPIED and not field.unique and not field.type.is_list
            for name in table.columns[field.id]
        ]
        head = [typed_hole(self._dialect, storage) for storage in ("integer", "integer", "text")]
        return sql(
            "{} INSERT INTO {} ({}) SELECT {} FROM m JOIN {} AS t ON t.id = m.old",
            self._pairs(count),
            table.name,
            join(", ", [*map(ident, HEAD), *copied]),
            join(", ", [sql("m.new"), *head, *(sql("t.{}", name) for name in copied)]),
            table.name,
        )

    def _items(self, items: ListTable, count: int) -> Sql:
        return sql(
            "{} INSERT INTO {} (owner, {}) SELECT m.new, {} FROM m JOIN {} AS l ON l.owner = m.old ORDER BY l.position",
            self._pairs(count),
            items.table,
            join(", ", items.names),
            join(", ", [sql("l.{}", name) for name in items.names]),
            items.table,
        )
