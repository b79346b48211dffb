"""The layers hold (pyproject.toml says which may import which), and an action is one file."""

from __future__ import annotations

import ast
import tomllib

import pytest
from importlinter.cli import lint_imports

from offpage.actions.catalogue import actions
from tests.house.source import ROOT, SOURCE, modules, named, tree

ACTIONS = [path for path in modules() if path.parent.parent == SOURCE / "actions" and path.name != "__init__.py"]


def test_the_layers_hold(capsys: pytest.CaptureFixture[str]) -> None:
    result = lint_imports(no_cache=True)
    assert result == 0, capsys.readouterr().out


def test_a_layer_does_not_name_what_is_above_it_even_for_types() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers: list[str] = settings["contracts"][0]["layers"]
    height = {name: -at for at, layer in enumerate(layers) for name in layer.split(" | ")}
    upward = [
        f"{named(path)}:{node.lineno} {node.module}"
        for path in modules()
        if (layer := path.relative_to(SOURCE).parts[0]) in height
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("offpage.")
        if (other := str(node.module).split(".")[1]) != layer and height.get(other, 0) >= height[layer]
    ]
    assert upward == []


def test_an_action_is_one_class_named_like_its_file() -> None:
    assert len(ACTIONS) >= 9
    for path in ACTIONS:
        classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef)]
        bases = {one.name: {each.id for each in one.bases if isinstance(each, ast.Name)} for one in classes}
        found = [name for name, of in bases.items() if of & {"Action", "OutsideAction", "Block"}]
        assert found == ["".join(word.capitalize() for word in path.stem.split("_"))], named(path)


def test_every_file_of_a_group_is_an_action_that_a_step_can_do() -> None:
    found = {action.__module__ for action in actions().values() if action.__module__.startswith("offpage.")}
    assert found == {".".join(path.relative_to(ROOT / "src").with_suffix("").parts) for path in ACTIONS}
