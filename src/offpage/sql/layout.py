"""Where values live: the table of a data type, the columns of a field, the side table of a list field.

One real table per data type (`t_order`): id, created_date, … then the columns of each field that is not a
list. A list field is a side table (`l_order__items`: position, owner, then the value's columns), ordered by
position. A compound value takes several columns: `place`, `place__lat`, `place__lng`.
"""

from __future__ import annotations

import hashlib
from typing import Final

from offpage.sql.fragment import Sql, ident
from offpage.values.types import Type

STORAGE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "text": (("", "text"),),
    "number": (("", "number"),),
    "yes_no": (("", "yes_no"),),
    "date": (("", "integer"),),
    "interval": (("", "integer"),),
    "date_range": (("", "integer"), ("__end", "integer")),
    "number_range": (("", "number"), ("__end", "number")),
    "address": (("", "text"), ("__lat", "number"), ("__lng", "number")),
    "file": (("", "text"),),
    "image": (("", "text"),),
    "json": (("", "json"),),
    "thing": (("", "text"),),
    "option": (("", "text"),),
}
"""Column suffixes and storage classes of each kind; a compound value has several columns."""

NAME_LIMIT: Final = 60
"""Longest identifier (PostgreSQL cuts at 63 bytes)."""


def _short(name: str) -> str:
    if len(name) <= NAME_LIMIT:
        return name
    return name[: NAME_LIMIT - 9] + "_" + hashlib.sha256(name.encode()).hexdigest()[:8]


def table_name(type_id: str) -> str:
    """Name of the table of a data type."""
    return _short(f"t_{type_id}")


def list_table_name(type_id: str, field_id: str) -> str:
    """Name of the side table of a list field."""
    return _short(f"l_{type_id}__{field_id}")


def columns(field_id: str, of: Type) -> tuple[tuple[str, str], ...]:
    """Column names and storage classes of a field (of one item, for a list: pass `value` as the field id)."""
    return tuple((_short(field_id + suffix), storage) for suffix, storage in STORAGE[of.kind])


def table(type_id: str) -> Sql:
    """The table of a data type, as a fragment."""
    return ident(table_name(type_id))


def list_table(type_id: str, field_id: str) -> Sql:
    """The side table of a list field, as a fragment. Its columns: position, owner, then `columns("value", item)`."""
    return ident(list_table_name(type_id, field_id))


def index_name(type_id: str, field_id: str) -> str:
    """Name of the index of a field."""
    return _short(f"i_{type_id}__{field_id}")


def descending_index_name(type_id: str, field_id: str) -> str:
    """Name of the index of a field from its greatest value on, empties last."""
    return _short(f"d_{type_id}__{field_id}")


def reference_index_name(type_id: str, field_id: str) -> str:
    """Name of the index of a reference."""
    return _short(f"r_{type_id}__{field_id}")


def unique_index_name(type_id: str, field_id: str) -> str:
    """Name of the unique index of a field."""
    return _short(f"u_{type_id}__{field_id}")


def list_index_names(type_id: str, field_id: str) -> tuple[str, str]:
    """Names of a side table's indexes: by owner and position, by value."""
    return _short(f"o_{type_id}__{field_id}"), _short(f"v_{type_id}__{field_id}")


def aside_name(name: str, number: int) -> str:
    """Name of a table or column that was put aside instead of being dropped: `total__old_1`."""
    suffix = f"__old_{number}"
    return name[: NAME_LIMIT - len(suffix)] + suffix
