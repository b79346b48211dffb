"""What a query may see: the two places where privacy comes in."""

from __future__ import annotations

from typing import Final, Protocol

from offpage.sql.fragment import Sql


class Access(Protocol):
    """Asked once where a search enters a table, and once where a column of a thing is read."""

    def may_find(self, type_id: str, alias: str) -> Sql | None:
        """A condition on the row `alias` that holds for what may be found; None when all of it may be."""
        ...

    def column(self, type_id: str, field_id: str, alias: str, column: Sql) -> Sql:
        """What stands for a column of the row `alias`: the column itself, or NULL where it may not be seen."""
        ...


class _Open:
    """Everything may be seen."""

    def may_find(self, type_id: str, alias: str) -> Sql | None:
        """No condition."""
        return None

    def column(self, type_id: str, field_id: str, alias: str, column: Sql) -> Sql:
        """The column itself."""
        return column


OPEN: Final[Access] = _Open()
"""Everything may be seen: for workflows that ignore privacy rules."""
