"""Any JSON: texts, finite numbers, true and false, arrays and objects, nested at most 100 deep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from offpage.values.kind import Forms, Kind, same, unreadable
from offpage.values.kinds.number import number_text
from offpage.values.kinds.text import clean_text
from offpage.values.types import Type

DEEPEST: Final = 100
"""How many arrays and objects may stand inside each other."""

_INTEGERS: Final = range(-(2**63), 2**63)


def _clean(raw: Any, of: Type, depth: int) -> Any:
    """A copy that every part of Offpage can keep; integers beyond 64 bits become doubles."""
    match raw:
        case None | bool():
            return raw
        case str():
            return clean_text(raw, of)
        case int():
            if raw in _INTEGERS:
                return raw
            try:
                return float(raw)
            except OverflowError as error:
                raise unreadable(of, "A number in it is too large.") from error
        case float():
            if raw - raw == 0:
                return raw
            raise unreadable(of, "A number in it is not finite.")
    if depth >= DEEPEST:
        raise unreadable(of, f"It is nested more than {DEEPEST} deep.")
    match raw:
        case list() | tuple():
            return [_clean(item, of, depth + 1) for item in raw]
        case dict():
            if not all(isinstance(key, str) for key in raw):
                raise unreadable(of, "The keys of an object must be text.")
            return {clean_text(key, of): _clean(item, of, depth + 1) for key, item in raw.items()}
    raise unreadable(of)


def _from_json(raw: Any, of: Type, forms: Forms) -> Any:
    return _clean(raw, of, 0)


def parse_json(text: str, of: Type) -> Any:
    """JSON text as plain Python values; raises InvalidData where it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise unreadable(of, "This is no JSON text.") from error


def _from_text(raw: Any, of: Type, forms: Forms) -> Any:
    return _clean(parse_json(raw, of), of, 0)


def compact(value: Any) -> str:
    """JSON text without blanks."""
    return msgspec.json.encode(value).decode()


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    """A text or a number in it stands bare, as a maker expects of a hole; all else is compact JSON."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
    return compact(value)


def _encode(value: Any) -> tuple[str]:
    return (compact(value),)


def _decode(columns: Sequence[Any]) -> Any:
    return msgspec.json.decode(columns[0])


JSON_KIND: Final = Kind(
    "json",
    "JSON value",
    _from_json,
    _from_text,
    same,
    _to_text,
    encode=_encode,
    decode=_decode,
)
