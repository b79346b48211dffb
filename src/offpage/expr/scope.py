"""What names an expression may use where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from offpage.model.schema import Schema
from offpage.values.types import Type


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its slot and its type. `parts` are the typed parts of a record-like result (`.id`, `.at`).

    `samples` show what parts of type json have looked like.
    """

    slot: int
    type: Type
    parts: Mapping[str, Type] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)


class Wanted(Protocol):
    """What a call takes."""

    @property
    def name(self) -> str:
        """What the parameter is called."""
        ...

    @property
    def type(self) -> Type:
        """Its type."""
        ...

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        ...


class Callee(Protocol):
    """A call of another program."""

    @property
    def parameters(self) -> Sequence[Wanted]:
        """What it takes."""
        ...

    @property
    def gives(self) -> Type | None:
        """What it answers; None for nothing."""
        ...

    @property
    def sample(self) -> Any:
        """An answer as it was seen."""
        ...

    @property
    def broken(self) -> bool:
        """Whether it has a mistake, which is told elsewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of other programs that an expression may make, by name, and what to say of a name that is none."""

    by_name: Mapping[str, Callee]
    unknown: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The schema, the named values, and the type of `this` (None where there is no `this`).

    `strict` is on inside a search's condition, a `.where` and a privacy rule: empty never equals empty there.
    `request_sample` is the detected sample ({"body": …, "headers": …, "query": …}) or None.
    """

    schema: Schema
    names: Mapping[str, Named] = field(default_factory=dict)
    this: Type | None = None
    strict: bool = False
    request: bool = False
    request_sample: Mapping[str, Any] | None = None
    secrets: frozenset[str] | None = None
    """The names of the secrets that there are; None where that is not known, so that any name may be used."""
    calls: Calls | None = None
    """The calls of other programs; None where none can be made."""

    def over(self, item: Type, *, strict: bool) -> Scope:
        """The scope inside an operand that is evaluated for every item."""
        return replace(self, this=item, strict=strict)
