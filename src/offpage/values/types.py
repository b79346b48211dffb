"""The static type of a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

SCALARS: Final = (
    "text",
    "number",
    "yes_no",
    "date",
    "date_range",
    "number_range",
    "interval",
    "address",
    "file",
    "image",
    "json",
)
"""The kinds that an app can use by name. `thing` and `option` are written by the id they refer to."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind, what it refers to (`of`: id of the data type or option set), and whether it is a list.

    kind is one of SCALARS, `thing`, `option`, `batch`/`record` (results of steps, `of` names which), or
    `unknown` (a hole or a mistake: fits everywhere, so that one mistake gives one issue).
    """

    kind: str
    of: str = ""
    is_list: bool = False

    @property
    def listed(self) -> Type:
        """The type of a list of these."""
        return replace(self, is_list=True)

    @property
    def item(self) -> Type:
        """The type of one of these."""
        return replace(self, is_list=False)

    def __str__(self) -> str:
        one = self.of if self.kind in ("thing", "option") else self.kind
        return f"list of {one}" if self.is_list else one


TEXT: Final = Type("text")
NUMBER: Final = Type("number")
YES_NO: Final = Type("yes_no")
DATE: Final = Type("date")
DATE_RANGE: Final = Type("date_range")
NUMBER_RANGE: Final = Type("number_range")
INTERVAL: Final = Type("interval")
ADDRESS: Final = Type("address")
FILE: Final = Type("file")
IMAGE: Final = Type("image")
JSON: Final = Type("json")
UNKNOWN: Final = Type("unknown")
FILE_KINDS: Final = frozenset({"file", "image"})
"""Kinds whose values are addresses of files."""

EMPTY: Final = Type("empty")
"""The type of the word `empty`: fits everywhere."""


def thing(type_id: str) -> Type:
    """The type of one thing of a data type."""
    return Type("thing", type_id)


def option(set_id: str) -> Type:
    """The type of one option of an option set."""
    return Type("option", set_id)
