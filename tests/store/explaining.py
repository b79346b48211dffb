"""A transaction that looks at the plan of each statement before it runs it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from offpage.sql.fragment import Sql
from offpage.store.tx import Row, Tx


class Explaining:
    """Runs everything on another transaction and keeps the plans as text."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.dialect = tx.dialect
        self.deadline = tx.deadline
        self.places = tx.places
        self.committed, self.repeated = tx.committed, tx.repeated
        self.plans: list[str] = []
        if tx.dialect.name == "postgres":
            tx.change("SET LOCAL enable_seqscan = off")  # the tables are small: what could it do if they were not?

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        self._look(text, values)
        return self.tx.rows(text, values)

    def row(self, text: str, values: Sequence[Any] = ()) -> Row | None:
        self._look(text, values)
        return self.tx.row(text, values)

    def change(self, text: str, values: Sequence[Any] = ()) -> int:
        self._look(text, values)
        return self.tx.change(text, values)

    def run(self, fragment: Sql) -> list[Row]:
        statement = self.dialect.render(fragment)
        return self.rows(statement.text, statement.values)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.tx.load(table, columns, rows)

    def put_off(self, table: str, columns: tuple[str, ...], row: Row) -> bool:
        return False

    def savepoint(self) -> AbstractContextManager[None]:
        return self.tx.savepoint()

    def whole_table_reads(self) -> list[str]:
        """The plan lines that read a whole table, or sort one."""
        bad = ("SCAN op_", "Seq Scan")
        return [line for plan in self.plans for line in plan.splitlines() if any(word in line for word in bad)]

    def _look(self, text: str, values: Sequence[Any]) -> None:
        if self.dialect.name == "sqlite":
            rows = self.tx.rows("EXPLAIN QUERY PLAN " + text, values)
            lines = [str(row[3]) for row in rows]
        else:
            lines = [str(row[0]) for row in self.tx.rows("EXPLAIN " + text, values)]
        # Walking an index from one end is what a LIMIT stops early.
        self.plans.append("\n".join(line for line in lines if "USING INDEX" not in line))
