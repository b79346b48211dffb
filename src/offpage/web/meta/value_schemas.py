"""JSON Schemas of values: what answers hold, and what requests may hold (bubble.md 1.4, 2.3).

Requests are taken in more forms than a schema can say (a number as text, a date as Bubble writes it); the schemas
hold the forms that a program should send.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from offpage.model.schema import OptionSet, Schema
from offpage.values.types import Type
from offpage.web.meta.responses import schema_ref

JsonSchema = dict[str, Any]

UNIQUE_ID: Final[JsonSchema] = {
    "type": "string",
    "pattern": "^[0-9]{13}x[0-9]{18}$",
    "examples": ["1763881200000x123456789012345678"],
}
_DATE: Final[JsonSchema] = {"type": "string", "format": "date-time", "examples": ["2026-11-23T08:30:00.000Z"]}
_NUMBER: Final[JsonSchema] = {"type": "number"}

_ADDRESS: Final[JsonSchema] = {
    "type": "object",
    "properties": {
        "address": {"type": ["string", "null"]},
        "lat": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
        "lng": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
    },
    "description": "What it lacks is left out.",
}

_COORDINATES: Final[JsonSchema] = {
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "lng": {"type": "number", "minimum": -180, "maximum": 180},
}
_ADDRESS_TAKEN: Final[JsonSchema] = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {"address": {"type": "string", "minLength": 1}} | _COORDINATES,
            "dependentRequired": {"lat": ["lng"], "lng": ["lat"]},
            "required": ["address"],
        },
        {"type": "object", "properties": _COORDINATES, "required": ["lat", "lng"]},
    ],
    "description": "The address as text, or both coordinates, or all three.",
}

_FILE_CONTENT: Final[JsonSchema] = {
    "type": "object",
    "properties": {
        "filename": {"type": "string"},
        "contents": {"type": "string", "description": "The bytes in base64."},
        "private": {"type": "boolean"},
        "attach_to": {"type": "string", "description": "Unique id of the thing that a private file belongs to."},
    },
    "required": ["contents"],
}

_SHOWN: Final[dict[str, JsonSchema]] = {
    "text": {"type": "string"},
    "number": _NUMBER,
    "yes_no": {"type": "boolean"},
    "date": _DATE,
    "interval": {"type": "integer", "description": "Milliseconds."},
    "date_range": {"type": "array", "items": _DATE, "minItems": 2, "maxItems": 2},
    "number_range": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    "address": _ADDRESS,
    "file": {"type": "string", "format": "uri-reference", "description": "The address of the file."},
    "image": {"type": "string", "format": "uri-reference", "description": "The address of the image."},
    "json": {"description": "Any JSON."},
    "thing": UNIQUE_ID,
    "option": {"type": "string"},
}

_FILE_TAKEN: Final[JsonSchema] = {
    **_SHOWN["file"],
    "pattern": "^(https?://|//|/)[^\\x00-\\x20\\x7f]+$",
    "maxLength": 10_000,
}

_TAKEN: Final[dict[str, JsonSchema]] = {
    **_SHOWN,
    "interval": {**_SHOWN["interval"], "minimum": -(2**53), "maximum": 2**53},
    "address": _ADDRESS_TAKEN,
    "file": {"anyOf": [_FILE_TAKEN, _FILE_CONTENT]},
    "image": {"anyOf": [_FILE_TAKEN | {"description": _SHOWN["image"]["description"]}, _FILE_CONTENT]},
}

ANY: Final[JsonSchema] = {"description": "Any JSON."}

_A_THING: Final[JsonSchema] = {
    "type": "object",
    "properties": {"_id": UNIQUE_ID},
    "required": ["_id"],
    "description": "A thing: its fields by their keys, without those that are empty or may not be seen.",
}
"""A thing of a type that is not on the Data API: what fields it has is not told."""


def shown_schema(of: Type, schema: Schema) -> JsonSchema:
    """What an answer holds for a value of this type."""
    return _of_list(of, {**_SHOWN.get(of.kind, ANY), **_about(of.item, schema)})


def answered_schema(of: Type, schema: Schema, exposed: Collection[str]) -> JsonSchema:
    """What a workflow's answer holds for a value of this type: null where it is empty, a thing with its fields.

    `exposed`: the data types whose schemas the document has.
    """
    if of.kind != "thing":
        return shown_schema(of, schema) if of.is_list else _nullable(shown_schema(of, schema))
    one = schema_ref(of.of) if of.of in exposed else _A_THING
    return _of_list(of, _nullable({"anyOf": [one]}))


def taken_schema(of: Type, schema: Schema, *, or_null: bool = False) -> JsonSchema:
    """What a request may hold for a value of this type. `or_null`: null, which is empty, is a value too."""
    one = {**_TAKEN.get(of.kind, ANY), **_about(of.item, schema)}
    options = _options(of, schema)
    if options is not None:
        one["enum"] = [option.label for option in options.options.values()]
    found = _of_list(of, one)
    return _nullable(found) if or_null else found


def query_schema(of: Type, schema: Schema) -> JsonSchema:
    """What stands in a query string: text for whatever is more than one word of it."""
    if of.kind in ("address", "date_range", "number_range", "json", "file", "image", "unknown"):
        text: JsonSchema = {"type": "string", "description": "As JSON text."}
        if of.kind in ("address", "file", "image"):
            text = {"type": "string"}
        return _of_list(of, text)
    return taken_schema(of, schema)


def _of_list(of: Type, one: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": one} if of.is_list else one


def _options(of: Type, schema: Schema) -> OptionSet | None:
    found = schema.option_sets.get(of.of) if of.kind == "option" else None
    return found if found is not None and found.options else None


def _about(of: Type, schema: Schema) -> JsonSchema:
    """A sentence about what the value refers to."""
    match of.kind:
        case "thing":
            known = schema.types.get(of.of)
            return {"description": f"Unique id of a thing of the type {known.label if known else of.of}."}
        case "option":
            options = _options(of, schema)
            label = options.label if options else of.of
            return {"description": f"An option of {label}, by its display text."}
    return {}


def _nullable(schema: JsonSchema) -> JsonSchema:
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "type" not in schema:
        return schema
    found = {**schema, "type": [schema["type"], "null"]}
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found
