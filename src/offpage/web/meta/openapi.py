"""The whole API as one OpenAPI 3.1 document; Swagger 2.0 and the page for people are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from offpage.program.program import Program
from offpage.web.meta.data_paths import data_paths, thing_schemas
from offpage.web.meta.responses import RESPONSES, SCHEMAS
from offpage.web.meta.value_schemas import UNIQUE_ID
from offpage.web.meta.workflow_paths import workflow_paths

VERSION: Final = "1.0.0"
"""Of the described API, as Bubble has it: it does not count the app's changes."""

ABOUT: Final = (
    "Values are read generously: numbers and yes/no may come as text, dates as ISO 8601, as milliseconds since 1970 "
    "or as `Wed Jan 13 2016`. Workflows take form fields as well as JSON. A thing is answered without the keys of what "
    "is empty; an empty value that a workflow answers by itself is null."
)

SECURITY: Final[dict[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A user's token, from a workflow that logs in; or an API token.",
    },
    "api_token": {
        "type": "apiKey",
        "in": "query",
        "name": "api_token",
        "description": "The same token in the query string. Addresses end up in logs: prefer the header.",
    },
}

PARAMETERS: Final[dict[str, Any]] = {
    "UniqueID": {
        "name": "UniqueID",
        "in": "path",
        "required": True,
        "schema": UNIQUE_ID,
        "description": "The thing's unique id.",
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "description": "A repeated request with the same key gets the first one's answer, and nothing happens twice.",
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "enum": ["respond-async"]},
        "description": "Answer 202 at once; the header Location says where to ask how it went.",
    },
}


@dataclass(frozen=True, slots=True)
class Where:
    """Where the API answers: `https`, `example.com`, `/version-test/api/1.1`. `host` is "" where it is not known."""

    scheme: str
    host: str
    path: str

    @property
    def url(self) -> str:
        """The address of the API, relative to the server where its host is not known."""
        return f"{self.scheme}://{self.host}{self.path}" if self.host else self.path


def openapi(program: Program, where: Where) -> dict[str, Any]:
    """The document."""
    settings = program.app.settings
    return {
        "openapi": "3.1.0",
        "info": {"title": settings.name or "App", "version": VERSION, "description": ABOUT},
        "servers": [{"url": where.url}],
        "tags": [
            {"name": "Workflow", "description": "Backend workflows that callers may run."},
            {"name": "Data", "description": "Things of the data types that are on the Data API."},
        ],
        "paths": workflow_paths(program) | data_paths(program),
        "components": {
            "schemas": thing_schemas(program) | SCHEMAS,
            "parameters": PARAMETERS,
            "responses": RESPONSES,
            "securitySchemes": SECURITY,
        },
    }
