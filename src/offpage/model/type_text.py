"""The text of a type, such as `list of order` → a type."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from offpage.kernel.address import Address
from offpage.model.known import Known
from offpage.model.node import Mark, Node
from offpage.model.report import did_you_mean, shown
from offpage.values.types import SCALARS, Type, option, thing

RESERVED: Final = frozenset({*SCALARS, "list", "thing", "option", "all", "none", "empty"})
"""Words that no data type or option set can have as its id."""

OTHER_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("string", "str", "texts"), "text"),
    **dict.fromkeys(("int", "integer", "float", "decimal", "double", "numbers"), "number"),
    **dict.fromkeys(("bool", "boolean", "yes/no", "yesno"), "yes_no"),
    **dict.fromkeys(("datetime", "timestamp", "time"), "date"),
    **dict.fromkeys(("geographic address", "geo", "location"), "address"),
    **dict.fromkeys(("object", "dict", "any"), "json"),
}
"""What people from elsewhere write, and our word for it."""


def parse_type(text: str, types: Container[str], option_sets: Container[str]) -> Type | None:
    """The type that a text names, or None if there is no such type."""
    words = text.split()
    if words[:2] == ["list", "of"]:
        item = _one(" ".join(words[2:]), types, option_sets)
        return item.listed if item else None
    return _one(" ".join(words), types, option_sets)


def _one(name: str, types: Container[str], option_sets: Container[str]) -> Type | None:
    if name in SCALARS:
        return Type(name)
    if name in types:
        return thing(name)
    if name in option_sets:
        return option(name)
    return None


def read_type(text: str, known: Known, address: Address, at: Node | Mark) -> Type | None:
    """The type that a text names; where there is none, an issue with what was probably meant."""
    if found := parse_type(text, known.types, known.option_sets):
        return found
    name = " ".join(text.split()).removeprefix("list of ")
    of = name.removeprefix("list ")
    words = {*SCALARS, *known.types, *known.option_sets}
    if meant := OTHER_WORDS.get(name.lower()):
        hint = f" Here it is called `{meant}`."
    elif of != name and parse_type(of, known.types, known.option_sets):
        hint = f" Write `list of {of}`."
    elif name.startswith("list of"):
        hint = " A list holds single values, not lists."
    else:
        hint = did_you_mean(name, words) or " Use text, number, yes_no, date, …, a data type or an option set."
    known.report.error(address, at, f"There is no type {shown(name)}.{hint}")
    return None
