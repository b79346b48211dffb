"""Closures of what is not an operator: sources, attributes of options, parts of json and records, texts with holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from offpage.expr.ir import Attribute, Part, Source
from offpage.expr.symbols import Closure
from offpage.model.schema import OptionSet, Schema
from offpage.values.codec import to_text
from offpage.values.types import Type

RECORDS: Final = frozenset({"record", "batch"})


def source_of(ir: Source) -> Closure:
    """What the surroundings supply."""
    name, path = ir.name, ir.path
    match name:
        case "now":
            return lambda rt: rt.now()
        case "current_user":
            return lambda rt: rt.current_user
    return lambda rt: rt.source(name, path)


def attributes(options: OptionSet, attribute: str) -> dict[str, Any]:
    """An attribute of every option of a set, by option id."""
    if attribute == "id":
        return {one: one for one in options.options}
    if attribute == "label":
        return {one.id: one.label for one in options.options.values()}
    return {one.id: one.attributes.get(attribute) for one in options.options.values()}


def attribute_of(ir: Attribute, base: Closure, schema: Schema) -> Closure:
    """An attribute of an option: a look into a table made now."""
    options = schema.option_sets.get(ir.set_id)
    known = attributes(options, ir.attribute) if options else {}
    return lambda rt: known.get(base(rt))


def part_of(ir: Part, base: Closure) -> Closure:
    """A part of a record, or of json; a part of json that is not of the expected type is empty."""
    key = ir.key
    if ir.base.type.kind != "json":
        return lambda rt: _of_record(base(rt), key)
    convert = _EXPECTED.get(ir.type.kind)
    if ir.type.is_list:
        return lambda rt: _items(_of_json(base(rt), key), convert)
    if convert is None:
        return lambda rt: _of_json(base(rt), key)
    return lambda rt: convert(_of_json(base(rt), key))


def _of_record(value: Any, key: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    return None if value is None else getattr(value, str(key), None)


def _of_json(value: Any, key: str | int) -> Any:
    if isinstance(key, str):
        return value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list | tuple) and -len(value) <= key < len(value):
        return value[key]
    return None


def _items(value: Any, convert: Callable[[Any], Any] | None) -> list[Any] | None:
    """The items of an array; those that are not what the sample has shown are left out."""
    if not isinstance(value, list | tuple):
        return None
    items = value if convert is None else map(convert, value)
    return [one for one in items if one is not None]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


_EXPECTED: Final[dict[str, Callable[[Any], Any]]] = {
    "number": _number,
    "text": lambda value: value if isinstance(value, str) else None,
    "yes_no": lambda value: value if isinstance(value, bool) else None,
}


def text_of(parts: Sequence[str | tuple[Type, Closure]]) -> Closure:
    """A text with holes: each value is turned into text by its type; empty is no text at all."""
    pieces = [_constant(part) if isinstance(part, str) else _in_text(*part) for part in parts]
    return lambda rt: "".join([piece(rt) for piece in pieces])


def _constant(text: str) -> Closure:
    return lambda rt: text


def _in_text(of: Type, closure: Closure) -> Closure:
    if of.kind == "text" and not of.is_list:
        return lambda rt: closure(rt) or ""
    return lambda rt: to_text(of, closure(rt), rt.forms)
