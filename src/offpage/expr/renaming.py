"""Names in the text of a property, exchanged for others: the rest of the text stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from offpage.expr.syntax import Application, Name, Tree, children
from offpage.expr.template import parse_template

_OF_THE_APP: Final = ("search", "call_api", "option", "all_options")
"""Functions whose first operand names a part of the app: a data type, a call of a connector, an option set."""


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with each of these names, where it stands for a value, called by its new name. Takes any text."""
    found = [
        one
        for part in parse_template(text).parts
        if not isinstance(part, str)
        for one in _names(part)
        if one.name in names
    ]
    for one in sorted(found, key=lambda one: one.place, reverse=True):
        start, stop = one.place
        text = text[:start] + names[one.name] + text[stop:]
    return text


def _names(root: Tree) -> Iterator[Name]:
    """The words that stand for values."""
    waiting = [root]
    while waiting:
        tree = waiting.pop()
        match tree:
            case Name():
                yield tree
            case Application(target=Name(name=function)):
                operands = tree.operands[1:] if function in _OF_THE_APP else tree.operands
                waiting += [*operands, *(one.value for one in tree.keywords)]
            case _:
                waiting += children(tree)
