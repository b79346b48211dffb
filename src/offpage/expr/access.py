"""What a query may see: the two questions by which privacy comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from offpage.sql.fragment import Sql

Switch = Callable[[Callable[[Any], Any]], bool]
"""Lets a statement's text depend on a yes/no that is known only when it runs: see `Draft.switch`.

Ask it for every rule in question before deciding anything, so that the number of switches is always the same.
"""


class Access(Protocol):
    """Asked once where a search enters a table, and once where a field of a thing is read.

    Each answer is a condition on the row `alias`, in which NULL means no; None is yes, whatever the row.
    """

    def may_find(self, type_id: str, alias: str, switch: Switch) -> Sql | None:
        """Whether a search may find the row."""
        ...

    def may_see(self, type_id: str, field_id: str, alias: str, switch: Switch, *, found: bool) -> Sql | None:
        """Whether the field of the row may be seen. `found`: only rows that `may_find` holds for come here."""
        ...


class _Open:
    """Everything may be seen."""

    def may_find(self, type_id: str, alias: str, switch: Switch) -> Sql | None:
        """Always."""
        return None

    def may_see(self, type_id: str, field_id: str, alias: str, switch: Switch, *, found: bool) -> Sql | None:
        """Always."""
        return None


OPEN: Final[Access] = _Open()
"""Everything may be seen: for workflows that ignore privacy rules, and inside the rules themselves."""
