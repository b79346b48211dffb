"""Something of every item: a list of it, or one text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from offpage.expr.accepts import ANY_LIST, ANYTHING, exactly, optional, per_item
from offpage.expr.operator import operator
from offpage.values.text_length import bounded
from offpage.values.types import TEXT, UNKNOWN, Type


def listed(types: tuple[Type | None, ...]) -> Type:
    """A list of what the expression gives (of its items, where it gives a list)."""
    return (types[1] or UNKNOWN).listed


def each(items: Sequence[Any], give: Callable[[Any], Any]) -> list[Any]:
    """What the expression gives for every item, empties left out and lists joined into one."""
    found: list[Any] = []
    for item in items:
        one = give(item)
        if isinstance(one, list):
            found.extend(part for part in one if part is not None)
        elif one is not None:
            found.append(one)
    return found


operator(
    "each",
    ANY_LIST,
    give=per_item(ANYTHING),
    gives=listed,
    query="each",
    doc="A list of something of every item: `.each(this.email)`. Empties are left out; lists are joined into one.",
    py=each,
)
operator(
    "join_each",
    ANY_LIST,
    text=per_item(exactly(TEXT)),
    separator=optional(TEXT),
    gives=TEXT,
    doc='One text made of a text for every item, with a separator between them: `.join_each(this.name, ", ")`.',
    py=lambda of, text, separator="": bounded(separator.join(one for one in map(text, of) if one is not None)),
)
