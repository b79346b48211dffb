"""The answers that any operation may give besides its own: Bubble's three shapes of an error (bubble.md 1.7)."""

from __future__ import annotations

from typing import Any, Final

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "The request cannot be answered as it is, or something broke.",
    "properties": {
        "statusCode": {"type": "integer"},
        "body": {
            "type": "object",
            "properties": {
                "status": {"type": "string", "description": "A code, such as MISSING_DATA."},
                "message": {"type": "string"},
                "problems": {"type": "array", "items": {"type": "object"}, "description": "All that is wrong."},
            },
            "required": ["status", "message"],
        },
    },
    "required": ["statusCode", "body"],
}

NOT_ALLOWED: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Not allowed: no token, one that is not valid, or one that is not enough.",
    "properties": {
        "error_class": {"type": "string", "enum": ["Unauthorized"]},
        "args": {"type": "object", "properties": {"code": {"type": "string"}}},
        "message": {"type": ["string", "null"]},
        "translation": {"type": "string"},
    },
    "required": ["error_class", "args", "message", "translation"],
}

STEP_FAILED: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A step of the workflow failed.",
    "properties": {
        "statusCode": {"type": "integer"},
        "reason": {"type": "string", "description": "A code, such as INVALID_LOGIN_CREDENTIALS."},
        "message": {"type": "string"},
        "args": {"type": "object", "properties": {"bubble_code": {"type": "string"}}},
    },
    "required": ["statusCode", "reason", "message", "args"],
}

SCHEMAS: Final = {"Problem": PROBLEM, "NotAllowed": NOT_ALLOWED, "StepFailed": STEP_FAILED}
"""The shapes by the names that `components.schemas` has them under; no data type's id has a capital letter."""


def schema_ref(name: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An answer in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_A_PROBLEM: Final = schema_ref("Problem")
_STEP_OR_PROBLEM: Final = {"anyOf": [_A_PROBLEM, schema_ref("StepFailed")]}

RESPONSES: Final[dict[str, dict[str, Any]]] = {
    "BadRequest": json_response("Data is missing or cannot be read.", _A_PROBLEM),
    "Failed": json_response("Data is missing or cannot be read, or a step failed.", _STEP_OR_PROBLEM),
    "NotAllowed": json_response("Not allowed.", schema_ref("NotAllowed")),
    "NotFound": json_response("There is no such thing here.", _A_PROBLEM),
    "MethodNotAllowed": json_response("This address does not answer this method.", _A_PROBLEM),
    "Conflict": json_response("The same Idempotency-Key is being answered, or its answer is shown once.", _A_PROBLEM),
    "TooLarge": json_response("The request is too large.", _A_PROBLEM),
    "KeyReused": json_response("This Idempotency-Key came with other data before.", _A_PROBLEM),
    "TooMany": json_response("Too many requests; the header Retry-After says how long to wait.", _STEP_OR_PROBLEM),
    "Broken": json_response("Something broke; the server's log tells more.", _A_PROBLEM),
    "Unavailable": json_response("The server is stopping or busy. Try again.", _A_PROBLEM),
}

_BY_STATUS: Final = {
    "400": "BadRequest",
    "401": "NotAllowed",
    "404": "NotFound",
    "405": "MethodNotAllowed",
    "409": "Conflict",
    "413": "TooLarge",
    "422": "KeyReused",
    "429": "TooMany",
    "500": "Broken",
    "503": "Unavailable",
}


def problems(*statuses: str, **others: str) -> dict[str, dict[str, str]]:
    """References to the answers for these statuses; `s400="Failed"` names another one than usual."""
    chosen = {status: _BY_STATUS[status] for status in statuses}
    chosen |= {status.removeprefix("s"): name for status, name in others.items()}
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in sorted(chosen.items())}
