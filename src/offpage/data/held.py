"""Where the database holds a field otherwise than an app says: an app of former days, or one that may not have its way.

A program is only ever made for the columns that there are. What of an app does not fit them then has issues, in the
workflows that speak of it; nothing reads a column as what it is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from offpage.data.catalogue import type_of
from offpage.data.conversions import way
from offpage.model.schema import Held, Schema
from offpage.store.fields import known_fields
from offpage.store.tx import Tx
from offpage.values.types import Type

KnownTypes = Mapping[tuple[str, str], Type]


def known_types(tx: Tx) -> KnownTypes:
    """The fields that the database has or keeps, by type and id, with their types."""
    return {(one.type_id, one.field_id): type_of(one.type) for one in known_fields(tx)}


def types_after(known: KnownTypes, schema: Schema) -> KnownTypes:
    """The same once the database has been made to fit a schema: what that does not have is kept."""
    fields = {(of.id, field.id): field.type for of in schema.types.values() for field in of.fields.values()}
    return {**known, **fields}


def held_otherwise(tx: Tx, schema: Schema) -> dict[tuple[str, str], Held]:
    """The fields of a schema that the database does not have as the schema says, by type and id, and what it has."""
    return held_among(known_types(tx), schema)


def held_among(known: KnownTypes, schema: Schema) -> dict[tuple[str, str], Held]:
    """The same, for a database that has these fields."""
    found: dict[tuple[str, str], Held] = {}
    for of in schema.types.values():
        for field in of.fields.values():
            held = known.get((of.id, field.id))
            if held is None:
                found[of.id, field.id] = Held(None)
            elif held != field.type and way(held, field.type) != "as it is":
                found[of.id, field.id] = Held(held)
    return found
