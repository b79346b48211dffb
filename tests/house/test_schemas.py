"""The generated JSON Schemas accept what the reader accepts: every file of the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.house.source import ROOT, named, tracked

SCHEMAS = ROOT / "docs" / "reference" / "schemas"
KINDS = {"types": "type", "options": "option_set", "workflows": "workflow", "connectors": "connector"}
FILES = [path for path in tracked() if path.is_relative_to(ROOT / "examples") and path.suffix == ".yaml"]


def schema_for(path: Path) -> dict[str, Any]:
    """The schema of an example's file."""
    folder = path.relative_to(ROOT / "examples").parts[1]
    kind = "app" if folder == "app.yaml" else KINDS[folder]
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.json").read_text("utf-8"))
    return schema


@pytest.mark.parametrize("path", FILES, ids=named)
def test_an_examples_file_is_valid(path: Path) -> None:
    jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), schema_for(path))


def test_a_wrong_key_and_an_unknown_action_are_not_valid() -> None:
    (path,) = (one for one in FILES if one.name == "create_order.yaml")
    workflow = yaml.safe_load(path.read_text("utf-8"))
    mistakes: list[dict[str, Any]] = [
        {"parametres": {}},
        {"steps": [{"do": "make_thing"}]},
        {"steps": [{"do": "create_thing", "with": {}}]},
    ]
    for wrong in mistakes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(workflow | wrong, schema_for(path))
