"""JSON Schemas of what a search is asked: constraints and further sort rules, which are JSON in the query (bubble.md 2.4)."""

from __future__ import annotations

from typing import Any, Final

from offpage.data.constraint_values import address_and_range, items_of, list_of, nothing
from offpage.data.constraints import CONSTRAINT_TYPES, meaning_of
from offpage.data.sorted_fields import may_sort
from offpage.data.wire_names import field_key
from offpage.model.schema import DataType, Field, Schema
from offpage.values.distance import UNITS
from offpage.values.types import FILE_KINDS
from offpage.web.data_api.asking import MOST_CONSTRAINTS, MOST_ORDERS
from offpage.web.meta.value_schemas import JsonSchema, taken_schema

LISTS: Final = (items_of, list_of)

NEARBY: Final[JsonSchema] = {
    "type": "object",
    "properties": {
        "range": {"type": "number", "minimum": 0},
        "unit": {"type": "string", "enum": list(UNITS)},
        "origin_address": {
            "type": "object",
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lng": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "required": ["lat", "lng"],
            "additionalProperties": False,
        },
    },
    "required": ["range", "origin_address"],
    "additionalProperties": False,
}


def constraints_schema(of: DataType, keys: str, schema: Schema) -> JsonSchema:
    """What `constraints` holds: for fields of each type the constraint types that they take, with their values."""
    kinds: dict[Any, list[Field]] = {}
    for field in of.fields.values():
        kinds.setdefault(field.type, []).append(field)
    forms = [
        {
            "type": "object",
            "properties": {
                "key": {"type": "string", "enum": [field_key(field, keys) for field in fields]},
                "constraint_type": {"type": "string", "enum": names},
            }
            | ({} if value is None else {"value": value}),
            "required": ["key", "constraint_type", *([] if value is None else ["value"])],
            "additionalProperties": False,
        }
        for fields in kinds.values()
        for names, value in _forms(fields[0], schema)
    ]
    return {"type": "array", "maxItems": MOST_CONSTRAINTS, "items": {"anyOf": forms}}


def sort_schema(of: DataType, keys: str) -> JsonSchema:
    """What `additional_sort_fields` holds."""
    return {
        "type": "array",
        "maxItems": MOST_ORDERS,
        "items": {
            "type": "object",
            "properties": {
                "sort_field": {"type": "string", "enum": sortable(of, keys)},
                "descending": {"type": "boolean"},
            },
            "required": ["sort_field"],
            "additionalProperties": False,
        },
    }


def sortable(of: DataType, keys: str) -> list[str]:
    """The keys of the fields that things can be sorted by."""
    return [field_key(field, keys) for field in of.fields.values() if may_sort(field)]


def _forms(field: Field, schema: Schema) -> list[tuple[list[str], JsonSchema | None]]:
    """The constraint types of a field by what their values look like."""
    found: list[tuple[list[str], JsonSchema | None]] = []
    for name in CONSTRAINT_TYPES:
        meaning = meaning_of(name, field)
        if meaning is None:
            continue
        value = _value(meaning.read, field, schema)
        same = next((names for names, other in found if other == value), None)
        if same is None:
            found.append(([name], value))
        else:
            same.append(name)
    return found


def _value(read: Any, field: Field, schema: Schema) -> JsonSchema | None:
    if read is nothing:
        return None
    if read is address_and_range:
        return NEARBY
    taken = taken_schema(field.type.item, schema)
    if field.type.kind in FILE_KINDS:
        taken = taken["anyOf"][0]  # its address; nothing is stored by asking
    one = {key: value for key, value in taken.items() if key != "description"}
    return {"type": "array", "items": one} if read in LISTS else one
