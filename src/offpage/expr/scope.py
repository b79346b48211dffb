"""What names an expression may use where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from offpage.model.schema import Schema
from offpage.values.types import Type


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its slot and its type. `parts` are the typed parts of a record-like result (`.id`, `.at`)."""

    slot: int
    type: Type
    parts: Mapping[str, Type] = field(default_factory=dict)


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

    def over(self, item: Type, *, strict: bool) -> Scope:
        """The scope inside an operand that is evaluated for every item."""
        return replace(self, this=item, strict=strict)
