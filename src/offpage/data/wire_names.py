"""What data types and fields are called on the wire: in addresses, in JSON, in the metadata (bubble.md 1.9, 2.2).

The address of a data type is its id; its label, squeezed, is understood too. The key of a field is its id or its
label, as `api.keys` says; the built-in fields have Bubble's names whichever it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from offpage.model.schema import USER, DataType, Field, Schema
from offpage.values.types import Type

Keys = Literal["id", "label"]

BUILT_IN: Final[Mapping[str, str]] = {
    "id": "_id",
    "created_date": "Created Date",
    "modified_date": "Modified Date",
    "created_by": "Created By",
    "slug": "Slug",
}
"""The keys of the fields that every thing has."""

_BTYPES: Final = {"yes_no": "boolean", "interval": "dateinterval", "address": "geographic_address"}
"""Kinds that Bubble has another word for."""


def squeezed(name: str) -> str:
    """A name as addresses and constraints may have it: lower case, without blanks."""
    return "".join(name.split()).lower()


def exposed_types(schema: Schema, *, data_api: bool) -> list[DataType]:
    """The data types that the Data API offers, in the order of their files; none while it is closed."""
    return [of for of in schema.types.values() if of.api] if data_api else []


def find_type(types: list[DataType], name: str) -> DataType | None:
    """The data type that an address names: by its id, else by its label, in any case, blanks left out."""
    wanted = squeezed(name)
    by_id = next((of for of in types if of.id.lower() == wanted), None)
    return by_id or next((of for of in types if squeezed(of.label) == wanted), None)


def field_key(field: Field, keys: str) -> str:
    """The JSON key of a field. `keys` is `api.keys` of app.yaml: `id` or `label`."""
    if field.builtin and field.id in BUILT_IN:
        return BUILT_IN[field.id]
    return field.label if keys == "label" else field.id


def btype(of: Type) -> str:
    """Bubble's name of a type: `text`, `boolean`, `custom.order`, `user`, `option.status`, `list.date`."""
    match of.kind:
        case "thing":
            one = USER if of.of == USER else f"custom.{of.of}"
        case "option":
            one = f"option.{of.of}"
        case kind:
            one = _BTYPES.get(kind, kind)
    return f"list.{one}" if of.is_list else one


def database_key(field: Field) -> str:
    """A field's key as Bubble's database has it: `unit_name_text`, `items_list_custom_item`."""
    if field.builtin and field.id in BUILT_IN:
        return BUILT_IN[field.id]
    name = "_".join(field.label.lower().split())
    return f"{name}_{btype(field.type).replace('.', '_')}"
