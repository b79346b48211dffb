"""Fields that would have the same key on the wire."""

from __future__ import annotations

from offpage.data.wire_names import exposed_types, field_key
from offpage.kernel.address import join
from offpage.model.documents import App
from offpage.model.report import Report
from offpage.model.schema import Schema


def distinct_keys(app: App, schema: Schema, report: Report) -> None:
    """Say which fields of a type on the Data API share a key: one would hide the other in every answer."""
    api = app.settings.api
    for of in exposed_types(schema, data_api=api.data):
        taken: dict[str, str] = {}
        for field in of.fields.values():
            key = field_key(field, api.keys)
            other = taken.setdefault(key, field.id)
            if other == field.id or of.id not in app.types:
                continue
            remedy = f"Give {field.id} another `label`" + (
                ", or write `keys: id` under `api` in app.yaml." if api.keys == "label" else ", or another id."
            )
            message = f"The fields {other} and {field.id} are both called {key!r} on the Data API (`api.keys: {api.keys}`). {remedy}"
            report.error(join("types", of.id, "fields", field.id), app.types[of.id].mark, message)
