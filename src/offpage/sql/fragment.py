"""SQL fragments: literal text and values kept apart, so that a value can never become text.

sql("SELECT {} FROM {} WHERE {} = {}", ident("total"), ident("t_order"), ident("id"), value(some_id))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, LiteralString


@dataclass(frozen=True, slots=True)
class Value:
    """A value to bind. `of` is either the value in database form, or a closure that the caller evaluates later."""

    of: Any


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL: literal text and values in their order."""

    parts: tuple[str | Value, ...] = ()

    def __add__(self, other: Sql) -> Sql:
        return Sql(self.parts + other.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


NOTHING: Final = Sql()
NULL: Final = Sql(("NULL",))


def sql(template: LiteralString, *holes: Sql) -> Sql:
    """Fill the `{}` of a literal template with fragments."""
    texts = template.split("{}")
    if len(texts) != len(holes) + 1:
        raise ValueError(f"{len(texts) - 1} holes and {len(holes)} fragments: {template}")
    parts: list[str | Value] = [texts[0]]
    for hole, text in zip(holes, texts[1:], strict=True):
        parts.extend(hole.parts)
        parts.append(text)
    return Sql(tuple(part for part in parts if part != ""))


def value(of: Any) -> Sql:
    """A bound value (in database form), or a closure evaluated when the statement runs."""
    return Sql((Value(of),))


def ident(*names: str) -> Sql:
    """A quoted identifier, or several joined by dots (`"a"."b"`)."""
    for name in names:
        if "\x00" in name:
            raise ValueError("an identifier cannot hold the character NUL")
    return Sql((".".join('"' + name.replace('"', '""') + '"' for name in names),))


def join(separator: LiteralString, pieces: Iterable[Sql]) -> Sql:
    """Put fragments one after the other with literal text between them."""
    parts: list[str | Value] = []
    for piece in pieces:
        if parts:
            parts.append(separator)
        parts.extend(piece.parts)
    return Sql(tuple(parts))


@dataclass(frozen=True, slots=True)
class Statement:
    """Finished SQL in one dialect: text with placeholders and what to bind, in order."""

    text: str
    values: tuple[Any, ...]
