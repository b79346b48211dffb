"""Assignments: which fields of a thing change and how. The shape is fixed when the app is read, values come per run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from offpage.model.schema import Field

Op = Literal["set", "increase", "add", "remove", "add_list", "remove_list", "clear"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one field. All but `set` and `increase` are for list fields; `clear` takes no value (None)."""

    field: Field
    op: Op


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The changes of one step or call, in order. Compared and hashed by identity: statements are cached by it."""

    type_id: str
    changes: tuple[Change, ...]
    references: tuple[tuple[int, str], ...] = field(init=False, default=())
    """Which of the values refer to things that are kept from now on, and of which type."""

    def __post_init__(self) -> None:
        kept = ((at, one.field.type) for at, one in enumerate(self.changes) if one.op in ("set", "add", "add_list"))
        object.__setattr__(self, "references", tuple((at, of.of) for at, of in kept if of.kind == "thing"))


class Assignments(NamedTuple):
    """A shape and one value in Python form for each of its changes."""

    shape: Shape
    values: Sequence[Any]
