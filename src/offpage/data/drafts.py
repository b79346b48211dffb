"""What a thing would be after a write that has not happened: what privacy rules are asked about before it may happen.

The same as what the database would give back, so that a rule says before the write what it would say after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from offpage.data.tables import ThingRow, ThingTable, field_kept_form
from offpage.model.schema import USER, Field


class Draft(NamedTuple):
    """A row in Python form, and the items of those list fields that the write is about."""

    row: ThingRow
    lists: dict[str, list[Any]]


def new_thing(table: ThingTable, values: Mapping[str, Any], thing_id: str, now: int, created_by: str | None) -> Draft:
    """A thing that would be created; fields that are not given take their defaults. Raises InvalidEmail."""
    row: list[Any] = [None] * len(table.fields)
    head = {"id": thing_id, "created_date": now, "modified_date": now, "created_by": created_by}
    given = {field.id: field.default for field in table.fields} | dict(values)
    return _filled(table, row, given | head)


def changed_thing(table: ThingTable, before: ThingRow, values: Mapping[str, Any], now: int) -> Draft:
    """What would become of a thing whose fields are set to values. Raises InvalidEmail."""
    draft = _filled(table, list(before), {**values, "modified_date": now})
    if table.type.id == USER and "email" in values:
        at = table.places["email"]
        if draft.row[at] != before[at]:  # another e-mail is not confirmed
            return _filled(table, list(draft.row), {"email_confirmed": False})._replace(lists=draft.lists)
    return draft


def same(table: ThingTable, field: Field, given: Any, kept: Any) -> bool:
    """Whether a value that is given is what a thing has already. Raises InvalidEmail."""
    if field.type.is_list:
        return list(given or ()) == list(kept or ())
    return bool(_kept(table, field, given) == kept)


def _filled(table: ThingTable, row: list[Any], values: Mapping[str, Any]) -> Draft:
    lists: dict[str, list[Any]] = {}
    for field_id, value in values.items():
        field = table.type.fields[field_id]
        if field.type.is_list:
            lists[field_id] = [item for item in value or () if item is not None]
        else:
            row[table.places[field_id]] = _kept(table, field, value)
    return Draft(row, lists)


def _kept(table: ThingTable, field: Field, value: Any) -> Any:
    keep = field_kept_form(table.type.id, field)
    return value if keep is None or value is None else keep(value)
