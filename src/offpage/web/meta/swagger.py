"""The OpenAPI document said in Swagger 2.0, the way Bubble's generated file is laid out (bubble.md 1.9).

Swagger 2.0 cannot say everything: alternatives become any value, whatever may be null is marked `x-nullable`.
"""

from __future__ import annotations

from typing import Any, Final

from offpage.web.meta.curl import schema_of
from offpage.web.meta.openapi import Where

_SECURITY: Final[dict[str, Any]] = {
    "bearer": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Bearer TOKEN`: a user's token or an API token.",
    },
    "api_token": {"type": "apiKey", "in": "query", "name": "api_token"},
}

_NOT_IN_SWAGGER: Final = frozenset({"examples", "writeOnly", "contentMediaType", "dependentRequired"})
_OF_SIMPLE: Final = frozenset({"type", "format", "items", "default", "enum", "minimum", "maximum", "pattern"})
_METHODS: Final = ("get", "post", "put", "patch", "delete")

Json = dict[str, Any]


def swagger(document: Json, where: Where) -> Json:
    """The same API as Swagger 2.0. `document` is what `openapi` made."""
    components = document["components"]
    body: Json = {
        "swagger": "2.0",
        "info": document["info"],
        "basePath": where.path,
        "schemes": [where.scheme],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "tags": document["tags"],
        "paths": {path: _path(item) for path, item in document["paths"].items()},
        "definitions": {name: _schema(one) for name, one in components["schemas"].items()},
        "parameters": {name: _parameter(one) for name, one in components["parameters"].items()},
        "responses": {name: _response(one) for name, one in components["responses"].items()},
        "securityDefinitions": _SECURITY,
    }
    if where.host:
        body["host"] = where.host
    return body


def _path(item: Json) -> Json:
    found: Json = {method: _operation(item[method]) for method in _METHODS if method in item}
    if "parameters" in item:
        found["parameters"] = [_parameter(one) for one in item["parameters"]]
    return found


def _operation(one: Json) -> Json:
    found: Json = {key: one[key] for key in ("operationId", "tags", "summary", "description", "security") if key in one}
    parameters = [_parameter(each) for each in one.get("parameters", [])]
    body = one.get("requestBody")
    if body is not None:
        kind, content = next(iter(body["content"].items()))
        if kind != "application/json":
            found["consumes"] = [kind]
        schema = _schema(content["schema"])
        parameters.append({"name": "body", "in": "body", "required": bool(body.get("required")), "schema": schema})
    found["parameters"] = parameters
    kinds = {kind for answer in one["responses"].values() for kind in answer.get("content", {})}
    if kinds - {"application/json"}:
        found["produces"] = sorted(kinds)
    found["responses"] = {status: _response(answer) for status, answer in one["responses"].items()}
    return found


def _parameter(one: Json) -> Json:
    if "$ref" in one:
        return {"$ref": one["$ref"].replace("#/components/parameters/", "#/parameters/")}
    simple = {key: value for key, value in _schema(schema_of(one)).items() if key in _OF_SIMPLE}
    found = {key: one[key] for key in ("name", "in", "required", "description") if key in one}
    if "items" in simple:
        simple["items"] = {key: value for key, value in simple["items"].items() if key in _OF_SIMPLE}
        simple["collectionFormat"] = "multi"
    return found | {"type": "string"} | simple


def _response(one: Json) -> Json:
    if "$ref" in one:
        return {"$ref": one["$ref"].replace("#/components/responses/", "#/responses/")}
    found: Json = {"description": one["description"]}
    for content in one.get("content", {}).values():
        if "schema" in content:
            found["schema"] = _schema(content["schema"])
    return found


def _schema(one: Json) -> Json:
    """A JSON Schema in the words that Swagger 2.0 has."""
    if "$ref" in one:
        return {"$ref": one["$ref"].replace("#/components/schemas/", "#/definitions/")}
    if "anyOf" in one:
        forms = [form for form in one["anyOf"] if form != {"type": "null"}]
        if len(forms) == 1:
            return {"allOf": [_schema(forms[0])], "x-nullable": True}
        return {"description": one.get("description") or "One of several forms."}
    found = {key: value for key, value in one.items() if key not in _NOT_IN_SWAGGER}
    if isinstance(found.get("type"), list):
        found["type"] = next(kind for kind in found["type"] if kind != "null")
        found["x-nullable"] = True
    if None in found.get("enum", ()):
        found["enum"] = [value for value in found["enum"] if value is not None]
    if "properties" in found:
        found["properties"] = {name: _schema(each) for name, each in found["properties"].items()}
    if "items" in found:
        found["items"] = _schema(found["items"])
    if "allOf" in found:
        found["allOf"] = [_schema(each) for each in found["allOf"]]
    return found
