"""What every value has: itself as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offpage.expr.accepts import ANY_LIST, ANYTHING, optional
from offpage.expr.operator import operator
from offpage.values.codec import to_json, to_text
from offpage.values.kinds.json import compact
from offpage.values.text_length import bounded
from offpage.values.types import TEXT, UNKNOWN, Type

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime


def as_text(rt: Runtime, types: tuple[Type | None, ...], value: Any) -> str:
    """A value as people read it."""
    return to_text(types[0] or UNKNOWN, value, rt.forms)


operator(
    "as_text",
    ANYTHING,
    gives=TEXT,
    uses_runtime=True,
    uses_types=True,
    doc="The value as people read it: dates in the run's zone, an option by its label, a list with commas.",
    py=as_text,
)


def as_json(rt: Runtime, types: tuple[Type | None, ...], value: Any) -> str | None:
    """How JSON writes the value, quotes and all."""
    return bounded(compact(to_json(types[0] or UNKNOWN, value, rt.forms)))


operator(
    "as_json",
    ANYTHING,
    gives=TEXT,
    uses_runtime=True,
    uses_types=True,
    doc="The value as JSON writes it: text in quotes, a date as ISO in UTC, yes as true, a list in brackets.",
    py=as_json,
)


def joined(rt: Runtime, types: tuple[Type | None, ...], items: Any, separator: str = ", ") -> str | None:
    """The items as people read them, with a separator between them."""
    of = (types[0] or UNKNOWN).item
    return bounded(separator.join(to_text(of, item, rt.forms) for item in items)) if items else None


operator(
    "join",
    ANY_LIST,
    separator=optional(TEXT),
    gives=TEXT,
    uses_runtime=True,
    uses_types=True,
    doc="The items as one text, with a separator between them (a comma and a blank if none is given).",
    py=joined,
)
