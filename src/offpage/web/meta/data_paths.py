"""The paths of the Data API, as OpenAPI has them, and the schemas of things (bubble.md 1.9, 2)."""

from __future__ import annotations

from typing import Any, Final

from offpage.data.constraints import CONSTRAINT_TYPES
from offpage.data.field_names import is_writable
from offpage.data.wire_names import field_key
from offpage.model.schema import USER, DataType, Field, Schema
from offpage.program.program import Program
from offpage.web.meta.outline import exposed_data
from offpage.web.meta.responses import json_response, problems, schema_ref
from offpage.web.meta.search_schemas import constraints_schema, sort_schema, sortable
from offpage.web.meta.value_schemas import UNIQUE_ID, JsonSchema, shown_schema, taken_schema
from offpage.web.meta.workflow_paths import ANYBODY

_CONSTRAINTS: Final = (
    f'A JSON array of {{"key", "constraint_type", "value"}}; all must hold. Types: {", ".join(CONSTRAINT_TYPES)}.'
)


_OF_USERS: Final[dict[str, JsonSchema]] = {
    "authentication": {
        "type": "object",
        "properties": {
            "email": {
                "type": "object",
                "properties": {"email": {"type": "string"}, "email_confirmed": {"type": "boolean"}},
            }
        },
    },
    "user_signed_up": {"type": "boolean"},
}
"""What Bubble shows of a user besides the fields."""


def _query(name: str, schema: JsonSchema, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _as_json(name: str, schema: JsonSchema, description: str) -> dict[str, Any]:
    """A parameter that is JSON in the query."""
    content = {"application/json": {"schema": schema}}
    return {"name": name, "in": "query", "required": False, "content": content, "description": description}


def _search(of: DataType, keys: str, schema: Schema) -> list[dict[str, Any]]:
    """What a search is asked with."""
    by: JsonSchema = {"type": "string", "enum": sortable(of, keys)}
    return [
        _as_json("constraints", constraints_schema(of, keys, schema), _CONSTRAINTS),
        _query("cursor", {"type": "integer", "minimum": 0, "default": 0}, "Place of the first thing, from 0."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 100}, "How many things at most."),
        _query("sort_field", by, "The field to sort by; the creation date if absent."),
        _query("descending", {"type": "boolean", "default": False}, "Whether the largest comes first."),
        _as_json("additional_sort_fields", sort_schema(of, keys), 'A JSON array of {"sort_field", "descending"}.'),
        _query("exclude_remaining", {"type": "boolean", "default": False}, "Whether to leave out counting the rest."),
    ]


def data_paths(program: Program) -> dict[str, Any]:
    """The paths of every data type on the Data API."""
    paths: dict[str, Any] = {}
    keys = program.app.settings.api.keys
    for of in exposed_data(program):
        paths[f"/obj/{of.id}"] = {"get": _find(of, _search(of, keys, program.schema)), "post": _create(of)}
        paths[f"/obj/{of.id}/bulk"] = {"post": _create_many(of)}
        paths[f"/obj/{of.id}/{{UniqueID}}"] = {
            "parameters": [{"$ref": "#/components/parameters/UniqueID"}],
            "get": _get(of),
            "patch": _write(of, "change", "Change the fields that are given", _PATCHED),
            "put": _write(of, "replace", "Replace the thing: fields that are not given are emptied", _PATCHED),
            "delete": _delete(of),
        }
    return paths


def thing_schemas(program: Program) -> dict[str, JsonSchema]:
    """The schemas of things: as they are answered (`order`) and as they are sent (`orderBody`).

    A user is changed without a password (`userChange`): `update_credentials` is for that.
    """
    keys, schema = program.app.settings.api.keys, program.schema
    found: dict[str, JsonSchema] = {}
    for of in exposed_data(program):
        found[of.id] = _answered(of, keys, schema)
        sent = found[f"{of.id}Body"] = _sent(of, keys, schema)
        if of.id == USER:
            kept = {name: one for name, one in sent["properties"].items() if name != "password"}
            found[_changing(of)] = sent | {"properties": kept}
    return found


def _answered(of: DataType, keys: str, schema: Schema) -> JsonSchema:
    fields = {field_key(one, keys): _shown(one, schema) for one in of.fields.values()}
    if of.id == USER:
        fields |= _OF_USERS
    return {
        "type": "object",
        "title": of.label,
        "description": "Fields that are empty, or that may not be seen, are left out.",
        "properties": fields,
        "required": ["_id"],
    }


def _shown(field: Field, schema: Schema) -> JsonSchema:
    return UNIQUE_ID if field.builtin and field.id == "id" else shown_schema(field.type, schema)


def _sent(of: DataType, keys: str, schema: Schema) -> JsonSchema:
    written = [one for one in of.fields.values() if is_writable(one)]
    fields = {field_key(one, keys): taken_schema(one.type, schema, or_null=True) for one in written}
    if of.id == USER:
        fields["email"] = {"type": "string", "format": "email"}
        fields["password"] = {"type": "string", "writeOnly": True}
    return {"type": "object", "title": of.label, "properties": fields, "additionalProperties": False}


def _operation(of: DataType, name: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": f"{name}_{of.id}",
        "tags": ["Data"],
        "summary": summary,
        "description": "What a caller may do and see is up to the privacy rules; an API token may do and see everything.",
        "security": ANYBODY,
    }


def _find(of: DataType, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    page: JsonSchema = {
        "type": "object",
        "properties": {
            "response": {
                "type": "object",
                "properties": {
                    "cursor": {"type": "integer"},
                    "results": {"type": "array", "items": schema_ref(of.id)},
                    "count": {"type": "integer", "description": "How many are in this answer."},
                    "remaining": {"type": "integer", "description": "How many come after them."},
                },
                "required": ["cursor", "results", "count"],
            }
        },
        "required": ["response"],
    }
    responses = {"200": json_response("The things found.", page)}
    return {
        **_operation(of, "find", f"Search: {of.label}"),
        "parameters": parameters,
        "responses": responses | problems("400", "401", "404", "405", "429", "500", "503"),
    }


def _create(of: DataType) -> dict[str, Any]:
    body = schema_ref(f"{of.id}Body")
    wanted: JsonSchema = {"allOf": [body, {"required": ["email"]}]} if of.id == USER else body
    created: JsonSchema = {
        "type": "object",
        "properties": {"status": {"type": "string", "enum": ["success"]}, "id": UNIQUE_ID},
        "required": ["status", "id"],
    }
    responses = {"201": json_response("It was created.", created)}
    return {
        **_operation(of, "create", f"Create: {of.label}"),
        "requestBody": {"required": True, "content": {"application/json": {"schema": wanted}}},
        "responses": responses | problems("401", "404", "405", "413", "429", "500", "503", s400="Failed"),
    }


def _create_many(of: DataType) -> dict[str, Any]:
    text = {"text/plain": {"schema": {"type": "string"}}}
    responses = {"200": {"description": "A line for each line sent, in the same order.", "content": text}}
    return {
        **_operation(of, "create_many", f"Create many: {of.label}"),
        "requestBody": {
            "required": True,
            "description": f"One JSON object a line, at most 1,000 of them, each as {of.id}Body.",
            "content": text,
        },
        "responses": responses | problems("400", "401", "404", "405", "413", "429", "500", "503"),
    }


def _get(of: DataType) -> dict[str, Any]:
    one: JsonSchema = {"type": "object", "properties": {"response": schema_ref(of.id)}, "required": ["response"]}
    responses = {"200": json_response("The thing; only its _id if it may not be seen.", one)}
    return {
        **_operation(of, "get", f"Get one: {of.label}"),
        "responses": responses | problems("400", "401", "404", "405", "429", "500", "503"),
    }


_PATCHED: Final = {"204": {"description": "Done."}}


def _changing(of: DataType) -> str:
    """The name of the schema of what changes a thing."""
    return "userChange" if of.id == USER else f"{of.id}Body"


def _write(of: DataType, name: str, summary: str, done: dict[str, Any]) -> dict[str, Any]:
    return {
        **_operation(of, name, f"{summary}: {of.label}"),
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema_ref(_changing(of))}}},
        "responses": done | problems("401", "404", "405", "413", "429", "500", "503", s400="Failed"),
    }


def _delete(of: DataType) -> dict[str, Any]:
    return {
        **_operation(of, "delete", f"Delete: {of.label}"),
        "responses": _PATCHED | problems("400", "401", "404", "405", "429", "500", "503"),
    }
