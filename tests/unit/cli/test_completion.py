"""What an editor needs to complete an app's files: as `offpage new` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from offpage.cli.completion import write_schemas
from offpage.cli.main import run


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "tasks"
    assert run(["new", str(folder)]) == 0
    return folder


def schema_of(app: Path) -> dict[Path, Any]:
    """Each file that the editor's settings name a schema for, and that schema."""
    settings = json.loads((app / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    return {
        path: json.loads((app / schema).read_text("utf-8"))
        for schema, files in settings.items()
        for path in app.glob(files)
    }


def test_every_file_of_a_new_app_has_a_schema_and_keeps_to_it(app: Path) -> None:
    found = schema_of(app)
    assert sorted(found) == sorted(app.rglob("*.yaml"))
    for path, schema in found.items():
        Draft202012Validator(schema).validate(yaml.safe_load(path.read_text("utf-8")))


def test_a_key_that_there_is_not_is_found_by_the_schema(app: Path) -> None:
    path, schema = next((path, one) for path, one in schema_of(app).items() if path.parent.name == "types")
    wrong = yaml.safe_load(path.read_text("utf-8")) | {"feilds": {}}
    assert [error.validator for error in Draft202012Validator(schema).iter_errors(wrong)] == ["additionalProperties"]


def test_schemas_of_another_version_are_replaced_and_a_folder_without_any_gets_them(app: Path) -> None:
    path = app / ".offpage/schemas/workflow.json"
    text = path.read_text("utf-8")
    path.write_text("{}", "utf-8")
    (app / ".offpage/schemas/type.json").unlink()
    write_schemas(app)
    assert path.read_text("utf-8") == text
    assert (app / ".offpage/schemas/type.json").exists()
