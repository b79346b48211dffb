"""Counts the statements that an app's database runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.site import Served


class _CountingTx:
    """A transaction that tells of its statements. Everything else is the transaction's own."""

    def __init__(self, tx: Any, statements: list[str]) -> None:
        self._tx = tx
        self._statements = statements

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def rows(self, text: str, values: Sequence[Any] = ()) -> Any:
        self._statements.append(text)
        return self._tx.rows(text, values)

    def row(self, text: str, values: Sequence[Any] = ()) -> Any:
        self._statements.append(text)
        return self._tx.row(text, values)

    def change(self, text: str, values: Sequence[Any] = ()) -> Any:
        self._statements.append(text)
        return self._tx.change(text, values)


class Counting:
    """The database of the Data API; `statements` are those that have run since it was last cleared."""

    def __init__(self, app: Served) -> None:
        environment = app.host.site.development
        assert environment is not None
        assert environment.data is not None
        self._database: Any = environment.data.database
        self.statements: list[str] = []
        environment.data.database = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def reading(self, segment: Any, watch: Any = None) -> Any:
        return await self._database.reading(lambda tx: segment(_CountingTx(tx, self.statements)), watch)

    async def written(self, segment: Any) -> Any:
        return await self._database.written(lambda tx: segment(_CountingTx(tx, self.statements)))
