"""Expression text → tokens. Characters that mean nothing become problems, never exceptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from offpage.expr.syntax import Problem

Kind = Literal["name", "number", "text", "symbol", "end"]

_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<number>(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<quote>['"])
    | (?P<symbol>\*\*|==|!=|<=|>=|<>|&&|\|\||[-+*/%<>()\[\],.=!^])
    """,
    re.VERBOSE,
)

_FOREIGN: Final = {"<>": "!=", "&&": "and", "||": "or", "!": "not", "^": "**"}
"""How other languages write our symbols: understood, and told apart by a problem."""

_OPERATOR: Final = re.compile(r":\s*([A-Za-z_]\w*)")
"""What elsewhere stands for a point, as in `orders:count`."""

CHOICE: Final = "Write a choice as: a if condition else b."

_WORDS: Final = frozenset({"and", "or", "not", "in", "if", "else"})

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": ""}

_CODE: Final = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, text or symbol. `value` is a text's content, otherwise what was written."""

    kind: Kind
    value: str
    start: int
    end: int


def tokens(text: str, start: int, stop: int) -> tuple[list[Token], list[Problem]]:
    """Cut the expression between two places of a text into tokens; the last one is always `end`."""
    found: list[Token] = []
    problems: list[Problem] = []
    at = start
    while at < stop:
        match = _TOKEN.match(text, at, stop)
        if match is None and text[at] == "?":
            problems.append(Problem((at, at + 1), CHOICE))
            stop = at  # what follows is of another language
            break
        if match is None and (word := _OPERATOR.match(text, at, stop)):
            operator = word.group(1)
            problems.append(
                Problem((at, at + 1), f"What is done with a value comes after a point: write `.{operator}`.")
            )
            found.append(Token("symbol", ".", at, at + 1))
            at += 1
            continue
        if match is None:
            problems.append(Problem((at, at + 1), f"The character {text[at]!r} has no meaning here. Remove it."))
            at += 1
            continue
        kind, written, end = match.lastgroup, match.group(), match.end()
        if kind == "quote":
            content, end = _quoted(text, at, stop, problems)
            found.append(Token("text", content, at, end))
        elif kind == "symbol" and written in _FOREIGN:
            problems.append(Problem((at, end), f"Write {_FOREIGN[written]} instead of {written}."))
            found.append(Token("symbol", _FOREIGN[written], at, end))
        elif kind == "number":
            found.append(Token("number", written, at, end))
        elif kind in {"name", "symbol"}:
            found.append(Token("symbol" if kind == "symbol" or written in _WORDS else "name", written, at, end))
        at = end
    found.append(Token("end", "", stop, stop))
    return found, problems


def _quoted(text: str, start: int, stop: int, problems: list[Problem]) -> tuple[str, int]:
    """The content of a quoted text that begins at `start`, and where it ends."""
    quote = text[start]
    pieces: list[str] = []
    at = start + 1
    while at < stop and text[at] != quote:
        if text[at] == "\\" and at + 1 < stop:
            piece, at = _escape(text, at, stop)
        else:
            piece, at = text[at], at + 1
        if piece == "\0" or "\ud800" <= piece <= "\udfff":
            problems.append(Problem((start, at), "A text cannot hold this character. Remove it."))
            continue
        pieces.append(piece)
    if at >= stop:
        problems.append(Problem((start, stop), f"This text does not end. Write {quote} after its last character."))
        return "".join(pieces), stop
    return "".join(pieces), at + 1


def _escape(text: str, at: int, stop: int) -> tuple[str, int]:
    """What the backslash at `at` and what follows it stand for. One that means nothing stands for itself."""
    known = _ESCAPES.get(text[at + 1])
    if known is not None:
        return known, at + 2
    code = _CODE.match(text, at + 1, stop)
    if code is not None and (number := int(code.group(code.lastindex or 1), 16)) <= 0x10FFFF:
        return chr(number), code.end()
    return "\\", at + 1
