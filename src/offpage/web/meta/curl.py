"""A command for each operation that a person can paste into a terminal, with values that fit."""

from __future__ import annotations

import json
from shlex import quote
from typing import Any, Final
from urllib.parse import quote as url_quote

Json = dict[str, Any]

LONGEST_LINE: Final = 90
"""Most characters of a command that stands on one line."""


def curl(method: str, url: str, operation: Json, document: Json) -> str:
    """The command. Only what an operation needs is in it."""
    asked = [resolved(one, document) for one in operation.get("parameters", [])]
    query = "&".join(
        f"{url_quote(one['name'])}={url_quote(_plain(example(schema_of(one), document)))}"
        for one in asked
        if one["in"] == "query" and one["required"]
    )
    parts = ["curl"] + ([] if method == "get" else [f"-X {method.upper()}"])
    parts.append(quote(url + (f"?{query}" if query else "")))
    if {} not in operation.get("security", [{}]):
        parts.append("-H 'Authorization: Bearer TOKEN'")
    body = operation.get("requestBody")
    if body is not None:
        kind, content = next(iter(body["content"].items()))
        parts += [f"-H 'Content-Type: {kind}'", f"-d {quote(_body(kind, content['schema'], document))}"]
    short = " ".join(parts)
    return short if len(short) <= LONGEST_LINE else " \\\n  ".join(parts)


def schema_of(parameter: Json) -> Json:
    """The schema of a parameter as it stands in an address: what is JSON there is text."""
    found: Json = parameter.get("schema") or {"type": "string"}
    return found


def example(schema: Json, document: Json, depth: int = 0) -> Any:
    """A value that fits a schema."""
    schema = resolved(schema, document)
    if "allOf" in schema:
        merged: Json = {}
        for one in schema["allOf"]:
            merged |= resolved(one, document)
        schema = merged
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], document, depth)
    kind = schema.get("type", "any")
    match kind[0] if isinstance(kind, list) else kind:
        case "string":
            return {"email": "ada@example.com", "uri-reference": "https://example.com/a.pdf"}.get(
                schema.get("format", ""), "text"
            )
        case "number" | "integer":
            return schema.get("default", 1)
        case "boolean":
            return True
        case "array":
            return [example(schema.get("items", {}), document, depth + 1)] * int(schema.get("minItems", 1))
        case "object":
            return _object(schema, document, depth)
    return {}


def _object(schema: Json, document: Json, depth: int) -> Json:
    properties: Json = schema.get("properties", {})
    needed = [name for name in schema.get("required", []) if name in properties]
    # Without anything that is needed, the first few show what it looks like.
    names = needed or list(properties)[:3]
    return {} if depth > 4 else {name: example(properties[name], document, depth + 1) for name in names}


def _body(kind: str, schema: Json, document: Json) -> str:
    if kind == "text/plain":
        return '{"…": "one thing a line"}'
    return json.dumps(example(schema, document), ensure_ascii=False)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def resolved(one: Json, document: Json) -> Json:
    """What a reference of this document leads to."""
    while "$ref" in one:
        found: Any = document
        for part in one["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        one = found
    return one
