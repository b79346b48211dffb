"""The paths of the Workflow API, as OpenAPI has them."""

from __future__ import annotations

from typing import Any, Final

from offpage.model.schema import Schema
from offpage.program.program import Parameter, Program, Workflow
from offpage.values.types import Type
from offpage.web.meta.outline import exposed_data, exposed_workflows
from offpage.web.meta.responses import json_response, problems
from offpage.web.meta.value_schemas import UNIQUE_ID, JsonSchema, answered_schema, query_schema, taken_schema

TOKEN: Final[list[dict[str, list[str]]]] = [{"bearer": []}, {"api_token": []}]
ANYBODY: Final[list[dict[str, list[str]]]] = [{}, *TOKEN]

WHO: Final = {
    "none": "Anybody may call it.",
    "user": "A user's token or an API token is needed.",
    "admin": "An API token is needed.",
}

_STREAM: Final = (
    "It streams: events while it goes on, then `done` with the JSON answer or `error` with an error's as its data. "
    "A run that ends before its first event is answered without a stream."
)

_SIGNING_IN: Final = frozenset({"log_in", "sign_up", "log_in_with_magic_link"})
_SIGNED_IN: Final[dict[str, JsonSchema]] = {
    "token": {"type": "string", "description": "The user's token, for `Authorization: Bearer TOKEN`."},
    "user_id": UNIQUE_ID,
    "expires": {"type": "integer", "description": "Seconds for which the token is valid."},
}


def workflow_paths(program: Program) -> dict[str, Any]:
    """Every exposed workflow's path."""
    return {f"/wf/{one.name}": {one.method.lower(): _operation(one, program)} for one in exposed_workflows(program)}


def _operation(one: Workflow, program: Program) -> dict[str, Any]:
    in_query = [_query_parameter(each, program.schema) for each in one.parameters if each.is_in == "query"]
    operation: dict[str, Any] = {
        "operationId": f"run_{one.name}",
        "tags": ["Workflow"],
        "summary": one.label,
        "description": WHO[one.auth],
        "security": ANYBODY if one.auth == "none" else TOKEN,
        "parameters": [*in_query, *_headers(one)],
        "responses": _responses(one, program),
    }
    body = _body(one, program.schema)
    if body is not None:
        operation["requestBody"] = body
    return operation


def _query_parameter(one: Parameter, schema: Schema) -> dict[str, Any]:
    return {"name": one.name, "in": "query", "required": not one.optional, "schema": query_schema(one.type, schema)}


def _headers(one: Workflow) -> list[dict[str, str]]:
    names = ["Prefer"] if one.method == "GET" else ["IdempotencyKey", "Prefer"]
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _body(one: Workflow, schema: Schema) -> dict[str, Any] | None:
    """The body as JSON; as a form too where a file is wanted."""
    if one.method == "GET":
        return None
    wanted = [each for each in one.parameters if each.is_in == "body"]
    if not wanted:
        if not (one.request_data or one.uses_request):
            return None
        return {"description": "Whatever the workflow looks at.", "content": {"application/json": {"schema": {}}}}
    needed = [each.name for each in wanted if not each.optional]
    content: JsonSchema = {
        "type": "object",
        "properties": {each.name: taken_schema(each.type, schema, or_null=each.optional) for each in wanted},
    }
    if needed:
        content["required"] = needed
    forms: dict[str, Any] = {"application/json": {"schema": content}}
    if any(each.type.kind in ("file", "image") for each in wanted):
        forms["multipart/form-data"] = {"schema": _as_form(content, wanted)}
    return {"required": bool(needed), "content": forms}


def _as_form(content: JsonSchema, wanted: list[Parameter]) -> JsonSchema:
    """The same body as a form, in which a file is its bytes."""
    files = {one.name: _bytes(one.type) for one in wanted if one.type.kind in ("file", "image")}
    return {**content, "properties": {**content["properties"], **files}}


def _bytes(of: Type) -> JsonSchema:
    one: JsonSchema = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "array", "items": one} if of.is_list else one


def _responses(one: Workflow, program: Program) -> dict[str, Any]:
    success = _success(one, program)
    if one.streams:
        success["description"] = _STREAM
        success["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    found: dict[str, Any] = {
        "200": success,
        "202": json_response("Accepted, to be run soon (Prefer: respond-async).", {"type": "object"}),
    }
    if one.response == "redirect":
        found["302"] = {"description": "The page that the caller is sent to."}
    if _sets_status(one):
        found["default"] = {"description": "The workflow chooses the status of its answer."}
    with_key = ("409", "422") if one.method == "POST" else ()
    return found | problems("401", "404", "405", "413", "429", "500", "503", *with_key, s400="Failed")


def _success(one: Workflow, program: Program) -> dict[str, Any]:
    """The answer of a run that worked."""
    gives = [prop.name for step in one.steps if step.do == "return_data" for prop in step.props]
    if "text" in gives:
        return {"description": "Text.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    if "content" in gives:
        return {"description": "Content of a type that the workflow chooses.", "content": {"*/*": {}}}
    exposed = [of.id for of in exposed_data(program)]
    answered = {
        name: answered_schema(of, program.schema, exposed) for step in one.steps for name, of in step.answers.items()
    }
    if any(step.do in _SIGNING_IN for step in one.steps):
        answered |= _SIGNED_IN
    content: JsonSchema = {
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ["success", "NOT_RUN"] if one.return_200_if_skipped else ["success"]},
            "response": {"type": "object", "properties": answered} if answered else {"type": "object"},
        },
        "required": ["status", "response"],
    }
    return json_response("It ran.", content)


def _sets_status(one: Workflow) -> bool:
    return any(prop.name == "status" for step in one.steps if step.do == "return_data" for prop in step.props)
