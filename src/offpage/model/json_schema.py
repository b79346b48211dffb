"""JSON Schemas of the files of an app folder, made from the same declaration of keys that the reader follows.

An editor that knows JSON Schema (the YAML extension of Visual Studio Code, for one) completes and checks the
files with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from offpage.model.connector_keys import CONNECTOR_FILE
from offpage.model.failure_keys import ON_ERROR
from offpage.model.form import (
    ChoiceForm,
    Form,
    ListForm,
    MappingForm,
    NamesForm,
    NumberForm,
    PartlyForm,
    SpanForm,
    TextForm,
    ValueForm,
    YesNoForm,
    ZoneForm,
)
from offpage.model.keys import APP_FILE, REDIRECT, REQUEST_DATA, STEP, WORKFLOW_FILE
from offpage.model.type_keys import OPTION_SET_FILE, TYPE_FILE

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

FILES: Final[Mapping[str, tuple[MappingForm, str]]] = {
    "app": (APP_FILE, "app.yaml: the app's name, time zone, API switches and limits"),
    "type": (TYPE_FILE, "A data type (types/ID.yaml)"),
    "option_set": (OPTION_SET_FILE, "An option set (options/ID.yaml)"),
    "workflow": (WORKFLOW_FILE, "A workflow (workflows/…/ID.yaml)"),
    "connector": (CONNECTOR_FILE, "An external API (connectors/ID.yaml)"),
}
"""Every kind of file: its form and its title."""

_NAMES: Final = {
    "name": r"^[A-Za-z][A-Za-z0-9_]{0,49}$",
    "field": r"^[a-z][a-z0-9_]{0,49}$",
}


def schemas(actions: Mapping[str, Schema] | None = None) -> dict[str, Schema]:
    """The schema of every kind of file, by `app`, `type`, `option_set`, `workflow` and `connector`.

    `actions` gives, by the action's name, the schema of its properties (what stands under `with`).
    """
    made = {name: {"$schema": DIALECT, "title": title, **schema_of(form)} for name, (form, title) in FILES.items()}
    workflow = made["workflow"]["properties"]
    workflow["request_data"] = schema_of(REQUEST_DATA)
    workflow["redirect"] = schema_of(REDIRECT)
    workflow["steps"] = {**workflow["steps"], **_steps(actions or {})}
    return made


def schema_of(form: Form) -> Schema:
    """The schema of one form."""
    match form:
        case TextForm() | SpanForm() | ZoneForm():
            return {"type": ["string", "number", "boolean", "null"]}
        case YesNoForm():
            # YAML 1.2 readers take a plain yes or no as text.
            return {"enum": [True, False, "yes", "no", None]}
        case PartlyForm():
            name = schema_of(TextForm())
            return {"anyOf": [schema_of(YesNoForm()), {"type": "array", "items": name}, name]}
        case NumberForm():
            return {"type": ["integer" if form.whole else "number", "null"], "minimum": form.minimum}
        case ChoiceForm():
            return {"enum": [*form.words, None]}
        case ListForm():
            one = schema_of(form.of)
            return {"anyOf": [{"type": "array", "items": one}, one]} if one else {}
        case NamesForm():
            names = {"propertyNames": {"pattern": _NAMES[form.kind]}} if form.kind in _NAMES else {}
            return {"type": ["object", "null"], "additionalProperties": schema_of(form.of), **names}
        case MappingForm():
            return _mapping(form)
        case ValueForm():
            return {}


def _mapping(form: MappingForm) -> Schema:
    full: Schema = {
        "type": "object",
        "properties": {name: {"description": key.doc, **schema_of(key.form)} for name, key in form.keys.items()},
    }
    if required := [name for name, key in form.keys.items() if key.required]:
        full["required"] = required
    if not form.open:
        full["additionalProperties"] = False
    if not form.short:
        return full
    return {"anyOf": [schema_of(form.keys[form.short].form), full]}


def _steps(actions: Mapping[str, Schema]) -> Schema:
    """The schema of a list of steps: with each action's own properties under `with`."""
    step = _mapping(STEP)
    on_error = {"anyOf": [{"enum": ["stop", "continue", None]}, schema_of(ON_ERROR)]}
    step["properties"]["on_error"] = {"description": STEP.keys["on_error"].doc, **on_error}
    for name in ("steps", "else"):  # steps inside steps are steps
        step["properties"][name] = {"description": STEP.keys[name].doc, "$ref": "#/properties/steps"}
    if actions:
        step["properties"]["do"] = {"description": STEP.keys["do"].doc, "enum": sorted(actions)}
        step["allOf"] = [
            {
                "if": {"properties": {"do": {"const": name}}, "required": ["do"]},
                "then": {"properties": {"with": schema}},
            }
            for name, schema in sorted(actions.items())
        ]
    return {"type": ["array", "null"], "items": step}
