"""Form fields and query strings: `name=text` pairs, each name with all its texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from offpage.kernel.errors import MalformedBody

MOST_FIELDS: Final = 5_000
"""How many pairs a form or a query may have."""


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
    try:
        pairs = parse_qsl(
            raw.decode(charset),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            encoding=charset,
            errors="strict",
        )
    except UnicodeError:
        raise MalformedBody(f"{what} is not valid {charset.upper()} text.")
    except ValueError:
        raise MalformedBody(f"{what} has more than {MOST_FIELDS:,} fields.")
    fields: Fields = {}
    for name, value in pairs:
        if "\x00" in value or "\x00" in name:
            raise MalformedBody(f"{what} holds the character NUL (%00), which no text may hold. Leave it out.")
        fields.setdefault(name, []).append(value)
    return fields


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
