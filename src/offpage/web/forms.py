"""Form fields and query strings: `name=text` pairs, each name with all its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from offpage.kernel.errors import MalformedBody

MOST_FIELDS: Final = 5_000
"""How many pairs a form or a query may have."""

PIECE: Final = 65_536
_ESCAPES: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that came with a form."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class JsonPart:
    """A part of a multipart form that says it is JSON, decoded."""

    value: object


FormValue = str | FilePart | JsonPart
Fields = dict[str, list[FormValue]]
"""Each field's values in the order they came."""


def read_pairs(raw: bytes, *, what: str, charset: str = "utf-8") -> Fields:
    """Decode `a=1&b=2`. `what` names it in an error's sentence ("The query string").

    Raises MalformedBody for text that cannot be decoded, holds NUL, or has too many pairs.
    """
    if not raw:
        return {}
    if raw.count(b"&") >= MOST_FIELDS:
        raise MalformedBody(f"{what} has more than {MOST_FIELDS:,} fields.")
    fields: Fields = {}
    for pair in raw.split(b"&"):
        if not pair:
            continue
        name, _, value = pair.partition(b"=")
        try:
            key, text = unquoted(name).decode(charset), unquoted(value).decode(charset)
        except UnicodeError:
            raise MalformedBody(f"{what} is not valid {charset.upper()} text.")
        if "\x00" in key or "\x00" in text:
            raise MalformedBody(f"{what} holds the character NUL (%00), which no text may hold. Leave it out.")
        fields.setdefault(key, []).append(text)
    return fields


def unquoted(raw: bytes) -> bytes:
    """Resolve `+` and `%41`. What only looks like an escape (`%zz`) stays.

    It goes in pieces: a body of nothing but escapes would otherwise take many times its size in memory.
    """
    raw = raw.replace(b"+", b" ")
    if b"%" not in raw:
        return raw
    done: list[bytes] = []
    at = 0
    while at < len(raw):
        end = at + PIECE
        cut = raw.rfind(b"%", end - 2, end) if end < len(raw) else -1  # never through an escape
        end = cut if cut > at else end
        done.append(_ESCAPES.sub(_resolve, raw[at:end]))
        at = end
    return b"".join(done)


def _resolve(escapes: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escapes[0].replace(b"%", b"").decode())


def plain_value(values: list[FormValue]) -> object:
    """What `request.body.name` or `request.query.name` gives: a text, or a list where the name came more than once."""
    shown = [_plain(value) for value in values]
    return shown[0] if len(shown) == 1 else shown


def _plain(value: FormValue) -> object:
    match value:
        case JsonPart():
            return value.value
        case FilePart():
            return {"filename": value.filename, "content_type": value.content_type, "size": len(value.content)}
        case _:
            return value
