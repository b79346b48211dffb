"""Where the database holds a field otherwise than an app says: an app of former days, or one that may not have its way.

A program is only ever made for the columns that there are. What of an app does not fit them then has issues, in the
workflows that speak of it; nothing reads a column as what it is not.
"""

from __future__ import annotations

from offpage.data.catalogue import type_of
from offpage.data.conversions import way
from offpage.model.schema import Held, Schema
from offpage.store.fields import known_fields
from offpage.store.tx import Tx


def held_otherwise(tx: Tx, schema: Schema) -> dict[tuple[str, str], Held]:
    """The fields of a schema that the database does not have as the schema says, by type and id, and what it has."""
    there = {(one.type_id, one.field_id): type_of(one.type) for one in known_fields(tx)}
    found: dict[tuple[str, str], Held] = {}
    for of in schema.types.values():
        for field in of.fields.values():
            held = there.get((of.id, field.id))
            if held is None:
                found[of.id, field.id] = Held(None)
            elif held != field.type and way(held, field.type) != "as it is":
                found[of.id, field.id] = Held(held)
    return found
