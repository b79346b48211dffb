"""How a value appears in a JSON answer: a thing with its fields, a list cut at the app's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offpage.data.wire_names import field_key
from offpage.model.schema import DataType
from offpage.values.codec import to_json
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.engine.running import Running


def show(running: Running, of: Type, value: Any) -> Any:
    """A value as it stands in a JSON answer."""
    settings = running.run.program.app.settings
    if of.is_list:
        limit = settings.limits.list_answer
        items = value or ()
        shown = items[:limit] if limit else items
        if of.kind == "thing":
            fields = running.run.program.schema.types[of.of].fields.values()
            running.load(of.of, shown, [one.id for one in fields if one.type.is_list])
        return [show(running, of.item, item) for item in shown]
    if of.kind == "thing" and value is not None:
        return _thing(running, running.run.program.schema.types[of.of], value)
    return to_json(of, value, running.forms)


def _thing(running: Running, data_type: DataType, thing_id: str) -> dict[str, Any] | None:
    """A thing's fields; empty ones are left out, other things stand as their ids, lists are cut as any list is."""
    settings = running.run.program.app.settings
    limit = settings.limits.list_answer
    row = running.thing(data_type.id, thing_id)
    if row is None:
        return None
    shown: dict[str, Any] = {}
    for field, held in zip(data_type.fields.values(), row, strict=True):
        value = running.list_field(data_type.id, field.id, thing_id) if field.type.is_list else held
        if limit and field.type.is_list:
            value = value[:limit]
        if value is None or value == []:
            continue
        shown[field_key(field, settings.api.keys)] = to_json(field.type, value, running.forms)
    return shown
