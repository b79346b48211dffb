"""One thing that is offered at the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from offpage.expr.operator import Operator
from offpage.values.types import UNKNOWN, Type

ItemKind = Literal[
    "parameter", "step", "field", "part", "option", "source", "operator", "type", "option_set", "keyword", "word"
]


@dataclass(frozen=True, slots=True)
class Item:
    """`insert` takes the place of the word at the cursor, which stands `caret` characters into it afterwards.

    `weight` orders what fits equally well: the lowest first.
    """

    label: str
    insert: str
    kind: ItemKind
    type: Type = UNKNOWN
    doc: str = ""
    fits: bool = False
    weight: int = 5
    caret: int = -1


Fits = Callable[[Type], bool]

ANYTHING: Final[Fits] = lambda _: False  # noqa: E731 - where anything may stand, nothing fits better than the rest


def result_of(operator: Operator, first: Type | None) -> Type:
    """What an operator gives, as far as that is known before its other operands are."""
    if isinstance(operator.gives, Type):
        return operator.gives
    rest = len(operator.operands) - (0 if first is None else 1)
    if first is None or any(one.accepts.each for one in operator.operands):
        named = operator.gives.__name__
        return first if first is not None and named == "same_as_first" else UNKNOWN
    return operator.gives((first, *[None] * rest))


def call_text(name: str, operator: Operator, first: bool) -> tuple[str, int]:
    """How an operator is written, and where the cursor goes: between the parentheses, if something belongs there."""
    declared = operator.operands[1:] if first else operator.operands
    if any(not (one.optional or one.repeated) for one in declared):
        return f"{name}()", len(name) + 1
    return (name, -1) if first else (f"{name}()", -1)
