"""What a running expression may ask for. The engine implements it; tests may with a few lines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any, Literal, Protocol

from offpage.expr.meter import Meter
from offpage.sql.dialect import Dialect
from offpage.values.kind import Forms

Gives = Literal["", "things", "values", "figure"]
"""What a search gives: things (their ids), values of them, or one figure. "": it is no search of the maker's."""


class Runtime(Protocol):
    """The surroundings of one running expression."""

    values: list[Any]
    """Parameters and step results, by slot."""
    this: Any
    """The item in question; closures of list operators set and restore it."""
    zone: tzinfo
    forms: Forms
    """What turning values into text needs to know."""
    random: random.Random
    dialect: Dialect
    current_user: str | None
    sees_all: bool
    """Whether privacy rules do not count now: searches find everything, and `thing` hides nothing."""

    meter: Meter
    """How much the expression has done, and may do."""

    def now(self) -> int:
        """The present moment in ms."""
        ...

    def thing(self, type_id: str, thing_id: str) -> Sequence[Any] | None:
        """Values of a thing in Python form, in the order of its type's fields (list fields hold None here).

        None if there is no such thing. Fields that may not be seen hold None.
        """
        ...

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field, in order; none where it may not be seen."""
        ...

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        """Run one rendered SELECT with values in database form; what it `gives` decides what it costs."""
        ...

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        """What `secret.X`, `app.url`, `env`, `request.…` give; of `file_link` and an address, a link that lasts an hour."""
        ...
