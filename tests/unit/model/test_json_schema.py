"""The JSON Schemas of the files."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from offpage.kernel.issues import Issues
from offpage.model.data_type import resolve_schema
from offpage.model.form import MappingForm
from offpage.model.json_schema import FILES as KINDS
from offpage.model.json_schema import schemas
from offpage.model.node import Keys
from offpage.model.plain import plain
from offpage.model.reader import read_files
from offpage.model.report import Report
from offpage.model.yaml_text import read_yaml
from tests.unit.model.shop import FILES

KIND_OF = {
    "app.yaml": "app",
    "types": "type",
    "options": "option_set",
    "workflows": "workflow",
    "connectors": "connector",
}
ACTIONS: dict[str, dict[str, Any]] = {
    "create_thing": {"type": "object", "required": ["type"]},
    "return_data": {"type": "object"},
}


def tree(text: str) -> Any:
    """What a text says, with yes and no as the texts that other YAML readers take them for."""
    node = read_yaml("f", text, "f", Report(Issues()))
    assert isinstance(node, Keys)
    return _others(plain(node))


def _others(value: Any) -> Any:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return {key: _others(one) for key, one in value.items()}
        case list():
            return [_others(one) for one in value]
    return value


def mistakes(kind: str, text: str, actions: dict[str, dict[str, Any]] | None = None) -> list[str]:
    """What a schema finds wrong with a file."""
    return [one.message for one in Draft202012Validator(schemas(actions)[kind]).iter_errors(tree(text))]


def test_every_schema_is_one() -> None:
    for schema in schemas(ACTIONS).values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", sorted(FILES))
def test_right_files_are_right_by_their_schemas(file: str) -> None:
    assert mistakes(KIND_OF[file.split("/")[0]], FILES[file]) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("app", "nam: Shop"),
        ("app", "api: {keys: name}"),
        ("app", "limits: {run_seconds: x}"),
        ("type", "fields: {a: {typ: text}}"),
        ("type", "fields: {a: {label: A}}"),
        ("type", "fields: {A: text}"),
        ("type", "privacy: {a: {find: maybe}}"),
        ("option_set", "options: [a]"),
        ("workflow", "trigger: webhook"),
        ("workflow", "parameters: {a: {type: text, in: header}}"),
        ("workflow", "steps: [{doo: a}]"),
        ("workflow", "redirect: {succes: a}"),
    ],
)
def test_the_reader_and_the_schemas_find_the_same_mistakes(kind: str, text: str) -> None:
    folder = {"app": "app.yaml", "type": "types/a.yaml", "option_set": "options/a.yaml", "workflow": "workflows/a.yaml"}
    app, reading = read_files({"app.yaml": "", folder[kind]: text})
    assert len([*reading, *resolve_schema(app)[1]]) >= 1
    assert mistakes(kind, text)


def test_the_properties_of_steps_come_from_the_actions() -> None:
    assert mistakes("workflow", "steps: [{do: create_thing, with: {type: order}}]", ACTIONS) == []
    assert mistakes("workflow", "steps: [{do: create_thing, with: {}}]", ACTIONS) == ["'type' is a required property"]
    assert mistakes("workflow", "steps: [{do: creat_thing}]", ACTIONS)
    assert mistakes("workflow", "steps: [{do: anything, with: {}}]") == []


def test_every_key_says_what_it_is_for() -> None:
    def check(form: MappingForm) -> None:
        for name, key in form.keys.items():
            assert key.doc.endswith((".", "?")), (form.what, name)
            if isinstance(key.form, MappingForm):
                check(key.form)

    for form, title in KINDS.values():
        assert title
        check(form)
