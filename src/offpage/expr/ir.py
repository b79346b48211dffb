"""The typed tree of an expression. Every node knows its type and where it stands in the source text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.expr.operator import Operator

Place = tuple[int, int]
"""Start and end (exclusive) of a node in the source text."""


@dataclass(frozen=True, slots=True)
class Const:
    """A value known before the run, in Python form."""

    type: Type
    value: Any
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter, a step's result, or `before`/`after`: read from `runtime.values[index]`."""

    type: Type
    index: int
    name: str
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class This:
    """The thing (or item) in question, in the innermost surrounding search, list operator or rule."""

    type: Type
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Source:
    """Something the surroundings supply: `now`, `current_user`, `env`, `app.url`, `secret.NAME`, `request.body`…

    `path` is the words after the first: ("secret", "STRIPE_KEY") → name "secret", path ("STRIPE_KEY",).
    """

    type: Type
    name: str
    path: tuple[str, ...] = ()
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of a thing (`type_id` says of which data type)."""

    type: Type
    base: Ir
    type_id: str
    field_id: str
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an option (or its `label`, its `id`)."""

    type: Type
    base: Ir
    set_id: str
    attribute: str
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a step's record-like result (`reminder.id`), or a key or index of a json value."""

    type: Type
    base: Ir
    key: str | int
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Call:
    """An operator applied to operands; a missing optional operand is None.

    An operand whose parameter says `each` is an expression over `This`, evaluated for every item.
    """

    type: Type
    operator: Operator
    operands: tuple[Ir | None, ...]
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Choose:
    """`a if condition else b`."""

    type: Type
    condition: Ir
    then: Ir
    otherwise: Ir
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b, c]`."""

    type: Type
    items: tuple[Ir, ...]
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class SortBy:
    """One rule of an order: an expression over `This`; `descending` is an expression too."""

    by: Ir
    descending: Ir | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A search: a lazy list of things. `condition` is over `This`; None takes everything."""

    type: Type
    type_id: str
    condition: Ir | None
    order: tuple[SortBy, ...] = ()
    ignore_empty: bool = False
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class TextOf:
    """Text with holes filled in: constant texts and expressions, each turned into text."""

    type: Type
    parts: tuple[str | Ir, ...]
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Reach:
    """A call of another program: what it answers. It is made before the expression is evaluated, by a step of its own.

    `arguments` are in the order of the call's parameters; `sample` is an answer as it was seen.
    """

    type: Type
    name: str
    arguments: tuple[Ir | None, ...]
    sample: Any = None
    place: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Hole:
    """What could not be understood; always empty. An issue says why."""

    type: Type
    place: Place = (0, 0)


Ir = Const | Slot | This | Source | FieldOf | Attribute | Part | Call | Choose | ListOf | Search | TextOf | Reach | Hole
