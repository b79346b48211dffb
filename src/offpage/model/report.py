"""Where the parts of the reader put what they find wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from offpage.kernel.address import Address
from offpage.kernel.issues import Issue, Issues, Severity
from offpage.model.node import Items, Keys, Mark, Node, Scalar

SHOWN = 60
"""Longest piece of a file's text repeated in a sentence."""


class Report:
    """Adds issues that stand at a node or a mark of a file."""

    def __init__(self, issues: Issues) -> None:
        self.issues = issues

    def error(self, address: Address, at: Node | Mark, message: str) -> None:
        """Say that something does not work."""
        self._add(address, at, message, "error")

    def warning(self, address: Address, at: Node | Mark, message: str) -> None:
        """Say that something is probably not what was meant."""
        self._add(address, at, message, "warning")

    def _add(self, address: Address, at: Node | Mark, message: str, severity: Severity) -> None:
        mark = at if isinstance(at, Mark) else at.mark
        self.issues.add(Issue(address, message, mark.file, max(mark.line, 1), mark.column, _end(at), severity))


def _end(at: Node | Mark) -> int:
    """The column after a plain one-line value; 0 where it is not known."""
    if isinstance(at, Scalar) and at.plain and at.mark.column and "\n" not in at.text:
        return at.mark.column + len(at.text)
    return 0


def shown(text: str) -> str:
    """A piece of a file's text, short enough for a sentence."""
    one_line = " ".join(text.split())
    return f"`{one_line}`" if len(one_line) <= SHOWN else f"`{one_line[: SHOWN - 1]}…`"


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    match node:
        case Keys():
            return "a mapping of keys"
        case Items():
            return "a list"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=bool()):
            return "yes or no"
        case Scalar(value=int() | float()):
            return "a number"
        case _:
            return "text"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or ""."""
    folded = {name.casefold(): name for name in sorted(known)}
    close = difflib.get_close_matches(word[:SHOWN].casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean X?` when one known word is close, else the known words when they are few, else nothing."""
    names = sorted(known)
    if near := nearest(word, names):
        return f" Did you mean `{near}`?"
    if 0 < len(names) <= 12:
        return f" Known here: {', '.join(names)}."
    return ""
