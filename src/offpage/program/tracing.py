"""How a value stands in a run's journal: readable, and cut when it is long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from offpage.values.codec import Forms, to_json
from offpage.values.kinds.date import iso
from offpage.values.types import DATE, Type

HIDDEN: Final = "•••"
"""Stands in records where a secret would stand."""

CUT: Final = "…"
"""Stands in whatever was cut."""

LONGEST_TEXT: Final = 1_000
LONGEST_LIST: Final = 20


def shorten(value: Any) -> Any:
    """Cut what is too long to keep in a journal, saying how much is missing."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if isinstance(value, list):
        short = [shorten(item) for item in value[:LONGEST_LIST]]
        if len(value) > LONGEST_LIST:
            short.append(f"… ({len(value)} items)")
        return short
    if isinstance(value, dict):
        short_items = {shorten(key): shorten(item) for key, item in list(value.items())[:LONGEST_LIST]}
        if len(value) > LONGEST_LIST:
            short_items["…"] = f"({len(value)} keys)"
        return short_items
    return value


def tracer(of: Type, forms: Forms) -> Callable[[Any], Any]:
    """Return a function that makes values of a type ready for the journal."""
    if not of.is_list and of.kind in ("number", "yes_no", "thing"):
        return lambda value: value
    if not of.is_list and of.kind in ("text", "file", "image"):
        return lambda value: value if value is None or len(value) <= LONGEST_TEXT else shorten(value)
    if of == DATE:
        return lambda value: value if value is None else iso(value)

    def trace(value: Any) -> Any:
        if value is None:
            return None
        if of.is_list and len(value) > LONGEST_LIST:
            # Only the head is turned into JSON: a list may hold a million ids.
            head: list[Any] = shorten(to_json(of, list(value[:LONGEST_LIST]), forms))
            return [*head, f"… ({len(value)} items)"]
        return shorten(to_json(of, value, forms))

    return trace


def hide(value: Any) -> Any:
    """What a record shows of a secret: whether there was one."""
    return None if value is None or value == "" else HIDDEN
