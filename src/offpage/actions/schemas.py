"""The JSON Schemas of an app's files as texts, with what each action takes: for editors that complete and check YAML."""

from __future__ import annotations

import json
from typing import Any, Final

from offpage.actions.catalogue import actions
from offpage.model.json_schema import schemas

MAPPINGS: Final = frozenset(
    {
        "assignments",
        "assignments_each",
        "user_fields",
        "values",
        "arguments",
        "item_arguments",
        "completion",
    }
)
"""Kinds of properties that are written as a mapping."""


def schema_texts() -> dict[str, str]:
    """By kind of file (`app`, `type`, `option_set`, `workflow`, `connector`), its schema as JSON text."""
    return {
        name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas(_property_schemas()).items()
    }


def _property_schemas() -> dict[str, dict[str, Any]]:
    """By action, the JSON Schema of what stands under a step's `with`."""
    made: dict[str, dict[str, Any]] = {}
    for name, action in sorted(actions().items()):
        made[name] = {
            "type": "object",
            "properties": {
                key: ({"type": "object"} if prop.kind.form in MAPPINGS else {})
                | {"description": prop.doc or prop.label}
                for key, prop in action.props.items()
            },
            "required": [key for key, prop in action.props.items() if prop.required],
            "additionalProperties": False,
        }
    return made
