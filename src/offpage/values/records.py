"""Records: results of steps that have named parts, such as what scheduling a workflow gives.

A record in Python form is a mapping of its parts, each in Python form; it is never kept in a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from offpage.values.types import DATE, NUMBER, TEXT, Type

SCHEDULED: Final = Type("record", "scheduled")
"""A run that was scheduled."""

BATCH: Final = Type("batch", "batch")
"""The runs of a workflow over a list."""

PARTS: Final[Mapping[Type, Mapping[str, Type]]] = {
    SCHEDULED: {"id": TEXT, "at": DATE},
    BATCH: {"id": TEXT, "total": NUMBER, "done": NUMBER, "failed": NUMBER, "skipped": NUMBER},
}


def is_record(of: Type) -> bool:
    """Whether values of this type are records."""
    return of.kind in ("record", "batch")


def parts_of(of: Type) -> Mapping[str, Type]:
    """The typed parts of a record; none of anything else."""
    return PARTS.get(of, {})


class Record(dict[str, Any]):
    """A record that knows the types of its parts: those of PARTS are the same everywhere, an event's are its own."""

    def __init__(self, types: Mapping[str, Type], values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.types = types
