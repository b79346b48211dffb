"""Whether real answers are what the app's own OpenAPI document says."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.asgi import Seen

ROOT = "urn:openapi"


class Document:
    """An OpenAPI 3.1 document, and what it says of an answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        whole: Resource[Any] = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, whole)

    def problems(self, method: str, path: str, seen: Seen) -> list[str]:
        """What in an answer differs from the document; `path` is one of the document's, such as `/obj/order`."""
        operation = self.document["paths"][path][method.lower()]
        pointer = f"/paths/{_escaped(path)}/{method.lower()}/responses/{seen.status}"
        answer = operation["responses"].get(str(seen.status))
        if answer is None:
            return [f"{method} {path}: the status {seen.status} is not foreseen"]
        if "$ref" in answer:
            pointer = str(answer["$ref"]).removeprefix("#")
            answer = self.document["components"]["responses"][pointer.rpartition("/")[2]]
        kind = seen.headers.get("content-type", "").partition(";")[0]
        content = answer.get("content", {})
        if not content:
            return [f"{method} {path}: a body that is not foreseen"] if seen.body else []
        if kind not in content:
            return [f"{method} {path}: the content type {kind} is not foreseen"]
        if "schema" not in content[kind] or kind != "application/json":
            return []
        schema = {"$ref": f"{ROOT}#{quote(f'{pointer}/content/{_escaped(kind)}/schema', safe='/~')}"}
        checked = Draft202012Validator(
            schema, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{method} {path} {one.json_path}: {one.message}" for one in checked.iter_errors(seen.json)]


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
