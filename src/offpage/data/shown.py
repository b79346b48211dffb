"""What may be seen of a thing, once it is known which privacy rules hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offpage.data.policy import ALWAYS_SEEN
from offpage.model.schema import DataType

Marks = tuple[bool, ...]
"""Which of a type's rules hold for one thing, in the order of the rules."""


class Shown:
    """Which fields of a thing may be seen: all of them, or those at `places` of its row. Frozen after it is made.

    `showing` has, by field, the rules that show it.
    """

    __slots__ = ("all", "fields", "places")

    def __init__(self, of: DataType, showing: Mapping[str, Sequence[int]], marks: Marks) -> None:
        self.fields = frozenset(
            field_id for field_id, rules in showing.items() if field_id == ALWAYS_SEEN or any(marks[at] for at in rules)
        )
        self.all = len(self.fields) == len(of.fields)
        self.places = tuple(field_id in self.fields for field_id in of.fields)

    def of(self, row: Sequence[Any]) -> Sequence[Any]:
        """The row, empty where it may not be seen."""
        if self.all:
            return row
        return [value if seen else None for value, seen in zip(row, self.places, strict=True)]
