"""Bubble's `/api/1.1/meta`: the data types and workflows that callers may use (bubble.md 1.9, 15).

It answers without a token, as Bubble's does, since programs written for Bubble ask it before anything else. It
names only what is exposed; a type or workflow that is not on an API stays unnamed.
"""

from __future__ import annotations

from typing import Any, Final

from offpage.data.wire_names import BUILT_IN, btype, exposed_types, field_key
from offpage.model.schema import DataType, Field
from offpage.program.program import Parameter, Program, Workflow

AUTH: Final[dict[str, bool | str]] = {"none": True, "user": False, "admin": "admin_only"}
"""`auth_unecessary` (Bubble's spelling): whether a caller needs a token, and of which kind."""

_DISPLAY: Final = {"id": "unique ID"}


def exposed_workflows(program: Program) -> list[Workflow]:
    """The workflows that callers may run, by name; none while the Workflow API is closed."""
    if not program.app.settings.api.workflows:
        return []
    found = [one for one in program.workflows.values() if one.expose and one.trigger == "api"]
    return sorted(found, key=lambda one: one.name)


def exposed_data(program: Program) -> list[DataType]:
    """The data types on the Data API, by id."""
    found = exposed_types(program.schema, data_api=program.app.settings.api.data)
    return sorted(found, key=lambda one: one.id)


def outline(program: Program, environment: str, domain: str) -> dict[str, Any]:
    """The body of `/meta`. `domain` is the host that was asked, "" where it is not known."""
    types = exposed_data(program)
    settings = program.app.settings
    return {
        "get": [one.id for one in types],
        "post": [_workflow(one) for one in exposed_workflows(program)],
        "types": {one.id: _data_type(one) for one in types},
        "app_data": {
            "appname": settings.name,
            "favicon": None,
            "app_version": "live" if environment == "live" else "test",
            "use_captions_for_get": settings.api.keys == "label",
            "domain": domain,
        },
    }


def _workflow(one: Workflow) -> dict[str, Any]:
    return {
        "endpoint": one.name,
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "method": one.method.lower(),
        "auth_unecessary": AUTH[one.auth],
        "return_btype": {name: btype(of) for step in one.steps for name, of in step.answers.items()},
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"key": one.name, "value": btype(one.type), "optional": one.optional, "param_in": one.is_in}


def _data_type(of: DataType) -> dict[str, Any]:
    return {"display": of.label, "fields": [_field(field) for field in of.fields.values()]}


def _field(field: Field) -> dict[str, str]:
    """`id` is the field's key in JSON while `api.keys` is `id`; built-in fields have one name."""
    builtin = BUILT_IN.get(field.id) if field.builtin else None
    display = _DISPLAY.get(field.id, builtin) if builtin else field.label
    return {"id": field_key(field, "id"), "display": str(display), "type": btype(field.type)}
