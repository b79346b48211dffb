"""Schemas for tests, written in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offpage.data.assignment import Change, Op, Shape
from offpage.model.schema import DataType, Field, Schema, builtin_fields
from offpage.values.types import Type


def data_type(id: str, **fields: Type | Field) -> DataType:
    """A data type whose label is its id with a capital; a field is a type, or a Field when it needs more."""
    all_fields = builtin_fields(id)
    for name, one in fields.items():
        all_fields[name] = one if isinstance(one, Field) else Field(name, one, name)
    return DataType(id, id.capitalize(), all_fields)


def schema(**types: Mapping[str, Type | Field]) -> Schema:
    """A schema of these types; `user` is always there."""
    return Schema({name: data_type(name, **fields) for name, fields in {"user": {}, **types}.items()}, {})


def shape(of: DataType, **ops: Op) -> Shape:
    """A shape with one change per field."""
    return Shape(of.id, tuple(Change(of.fields[name], op) for name, op in ops.items()))


def setting(of: DataType, *names: str) -> Shape:
    """A shape that sets these fields."""
    return Shape(of.id, tuple(Change(of.fields[name], "set") for name in names))


def thing_id(number: int) -> str:
    """A unique id that tells things apart at a glance."""
    return f"{1_700_000_000_000 + number:013d}x{number:018d}"


def row_of(of: DataType, row: Any) -> dict[str, Any]:
    """A row as a dictionary by field id, without list fields."""
    return {field.id: value for field, value in zip(of.fields.values(), row, strict=True) if not field.type.is_list}
