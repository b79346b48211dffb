"""`offpage new` makes a folder that can be served at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from offpage.cli.main import run
from offpage.cli.new import app_name


def test_it_writes_every_file_of_the_starter_with_the_apps_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-shop"
    assert run(["new", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["files"]) == sorted(
        str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file() and ".offpage" not in one.parts
    )
    assert yaml.safe_load((folder / "app.yaml").read_text())["name"] == "My shop"
    assert (folder / "README.md").read_text().startswith("# My shop\n")
    assert ".offpage/" in (folder / ".gitignore").read_text()


@pytest.mark.parametrize("name", ["no", "it's: #1", "12", "ærø", "null"])
def test_any_folder_name_becomes_a_text_in_app_yaml(name: str, tmp_path: Path) -> None:
    assert run(["new", str(tmp_path / name)]) == 0
    said = yaml.safe_load((tmp_path / name / "app.yaml").read_text("utf-8"))["name"]
    assert said == app_name(tmp_path / name)
    assert said.lower() == name


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(["new", str(tmp_path)]) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
    assert "not empty" in capsys.readouterr().err


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert run(["new", str(tmp_path)]) == 0
    assert (tmp_path / "app.yaml").is_file()
