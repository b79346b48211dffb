"""Every form of a value of any type, lists included: JSON, text, database.

from_json   what came in a JSON body            → Python form        to_json   Python form → JSON-ready
from_text   what came in a query string or form → Python form        to_text   Python form → a text for people
literal     a YAML scalar as written            → type, Python form
encode      Python form → database values, one per column            decode    database values → Python form

Empty is None in all of them. Lists hold no empties: a null inside one is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.values.kind import Forms, Kind, OptionNames, spoken, unreadable
from offpage.values.kinds import KINDS
from offpage.values.kinds.json import compact, parse_json
from offpage.values.types import EMPTY, NUMBER, TEXT, YES_NO, Type

__all__ = [
    "Forms",
    "OptionNames",
    "decode",
    "decoder",
    "encode",
    "encoder",
    "from_json",
    "from_text",
    "is_plain",
    "json_reader",
    "literal",
    "spoken",
    "to_json",
    "to_text",
]

_LOOSE: Final = KINDS["json"]
_READ_JSON: Final = {name: kind.from_json for name, kind in KINDS.items()}
_WRITE_JSON: Final = {name: kind.to_json for name, kind in KINDS.items()}


def _kind(of: Type) -> Kind:
    """The kind of a type; values of unknown type are treated as JSON."""
    return KINDS.get(of.kind, _LOOSE)


def from_json(of: Type, raw: object, forms: Forms) -> Any:
    """Read a value that JSON decoded to; null is empty.

    Raises InvalidData (`could not parse this as a number`); callers say which field.
    """
    if raw is None:
        return None
    if of.is_list:
        if not isinstance(raw, (list, tuple)):
            raise unreadable(of, "A list is given as an array.")
        read, item = _kind(of).from_json, of.item
        return [read(one, item, forms) for one in raw if one is not None]
    read = _READ_JSON.get(of.kind, _LOOSE.from_json)
    return read(raw, of, forms)


def json_reader(of: Type, forms: Forms) -> Callable[[object], Any]:
    """`from_json` for one type, for hot paths."""
    if of.is_list:
        return lambda raw: from_json(of, raw, forms)
    read = _kind(of).from_json
    return lambda raw: None if raw is None else read(raw, of, forms)


def from_text(of: Type, text: str, forms: Forms) -> Any:
    """Read a value from a query string or a form; no characters at all is empty.

    A list is a JSON array as text; any other text is a list of that one item. Raises InvalidData.
    """
    if not text:
        return None
    if not of.is_list:
        return _kind(of).from_text(text, of, forms)
    if text.lstrip().startswith("["):
        return from_json(of, parse_json(text, of), forms)
    return [_kind(of).from_text(text, of.item, forms)]


def to_json(of: Type, value: Any, forms: Forms) -> Any:
    """What the value is in JSON; empty is None (callers leave the key out)."""
    if value is None:
        return None
    if of.is_list:
        write, item = _kind(of).to_json, of.item
        return [write(one, item, forms) for one in value if one is not None]
    write = _WRITE_JSON.get(of.kind, _LOOSE.to_json)
    return write(value, of, forms)


def to_text(of: Type, value: Any, forms: Forms) -> str:
    """The value as text for people; empty is no text at all, items of a list are joined with `, `."""
    if value is None:
        return ""
    if of.is_list:
        write, item = _kind(of).to_text, of.item
        return ", ".join(write(one, item, forms) for one in value if one is not None)
    text: str = _kind(of).to_text(value, of, forms)
    return text


def is_plain(of: Type) -> bool:
    """Whether a value is kept in one column in its Python form, so that neither encoding nor decoding is needed."""
    return not of.is_list and _kind(of).plain


def encoder(of: Type) -> Callable[[Any], tuple[Any, ...]]:
    """`encode` for one type, for hot paths."""
    kind = _kind(of)
    encode_one, empty = kind.encode, (None,) * kind.columns
    if of.is_list:
        return lambda value: (None,) if value is None else (_list_text(kind, value),)
    return lambda value: empty if value is None else encode_one(value)


def decoder(of: Type) -> Callable[[Sequence[Any]], Any]:
    """`decode` for one type, for hot paths."""
    kind = _kind(of)
    decode_one = kind.decode
    if of.is_list:
        return lambda columns: None if columns[0] is None else _list_value(kind, columns[0])
    if kind.columns == 1:
        return lambda columns: None if columns[0] is None else decode_one(columns)
    return lambda columns: None if all(one is None for one in columns) else decode_one(columns)


def encode(of: Type, value: Any) -> tuple[Any, ...]:
    """Database values, one per column of the type (`sql/layout.py` STORAGE); empty is NULL in each.

    A list as a whole (its items normally live in a side table) is one JSON text.
    """
    kind = _kind(of)
    if of.is_list:
        return (None,) if value is None else (_list_text(kind, value),)
    return (None,) * kind.columns if value is None else kind.encode(value)


def decode(of: Type, columns: Sequence[Any]) -> Any:
    """The Python form of what the database holds; NULL in all columns is empty."""
    kind = _kind(of)
    if all(one is None for one in columns):
        return None
    return _list_value(kind, columns[0]) if of.is_list else kind.decode(columns)


def _list_text(kind: Kind, value: Sequence[Any]) -> str:
    items = (kind.encode(one) for one in value if one is not None)
    return compact([one[0] for one in items] if kind.columns == 1 else [list(one) for one in items])


def _list_value(kind: Kind, text: str) -> list[Any]:
    items = parse_json(text, Type(kind.name, is_list=True))
    return [kind.decode((one,)) if kind.columns == 1 else kind.decode(one) for one in items]


def literal(
    of: Type | None, value: str | float | bool | None, text: str, plain: bool, forms: Forms
) -> tuple[Type, Any]:
    """A YAML scalar as written → its type and Python form.

    `value`, `text`, `plain` are those of model/node.py Scalar: a text field takes what was written (`12`, `yes`).
    Without an expected type it is a number, yes/no or text, whichever it looks like. Raises InvalidData.
    """
    if plain and value is None:
        return of or EMPTY, None
    if of is None:
        of = _looks_like(value)
    if of.is_list:
        raise unreadable(of, "Write a list as [a, b].")
    match of.kind:
        case "text":
            return of, from_json(of, text, forms)
        case "number" | "yes_no" | "interval" | "date" if not isinstance(value, str):
            return of, from_json(of, value, forms)
        case "json" | "unknown" | "empty":
            return of, from_json(of, value, forms)
    return of, from_text(of, text, forms)


def _looks_like(value: str | float | bool | None) -> Type:
    match value:
        case bool():
            return YES_NO
        case int() | float():
            return NUMBER
    return TEXT
