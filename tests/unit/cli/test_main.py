"""The command line as a whole: commands, help, errors, exit codes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from offpage.cli.main import COMMANDS, offpage, run
from offpage.host.settings import SETTINGS


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in SETTINGS.values():
        monkeypatch.delenv(one.variable, raising=False)


def every_command(group: click.Group = offpage, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += (
            every_command(command, f"{path} {name}")
            if isinstance(command, click.Group)
            else [(f"{path} {name}", command)]
        )
    return found  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_the_module_of_its_name_and_says_what_it_does(name: str) -> None:
    command = importlib.import_module(f"offpage.cli.{name.replace('-', '_')}").command
    assert command.name == name
    assert command.get_short_help_str(100) == COMMANDS[name]


@pytest.mark.parametrize(("path", "command"), every_command())
def test_every_command_prints_json_and_documents_all_it_takes(path: str, command: click.Command) -> None:
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert any("--json" in one.opts for one in options), path
    assert all(one.help for one in options), path
    assert command.help, path
    for one in options:
        if one.name in SETTINGS:
            assert SETTINGS[one.name].variable in str(one.help)


def test_help_lists_the_commands_without_importing_what_they_need() -> None:
    code = (
        "import sys; from offpage.cli.main import run; run(['--help']);"
        "heavy = {'apsw', 'yaml', 'rich', 'uvicorn', 'msgspec', 'offpage.host.compose', 'offpage.cli.run'};"
        "print('imported', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "imported []"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["check", "--nonsense"], ["run", "."], ["dev", "--port", "http"], ["token", "create", "."]],
)
def test_a_command_line_that_makes_no_sense_exits_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert "Error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["check"], ["dev"], ["serve"], ["run", "FOLDER", "x"], ["token", "list"], ["runs", "list"]]
)
def test_a_folder_without_an_app_is_one_sentence_and_exit_1(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = [str(tmp_path) if one == "FOLDER" else one for one in arguments]
    assert run(place if "FOLDER" in arguments else [*place, str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "there is no app.yaml" in captured.err
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == []


def test_errors_are_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path / "gone"), "--json"]) == 1
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["code"] == "ERROR"
    assert "There is no folder" in error["message"]


def test_a_wrong_setting_of_the_environment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OFFPAGE_PORT", "eighty")
    assert run(["dev", str(tmp_path)]) == 1
    assert "OFFPAGE_PORT must be a number" in capsys.readouterr().err


@pytest.mark.parametrize("param", ["novalue", "=1"])
def test_a_parameter_must_be_name_and_value(param: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(tmp_path), "x", "--param", param]) == 2
    assert "name=value" in capsys.readouterr().err


def test_a_mistake_of_ours_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(path: Path) -> None:
        raise RuntimeError("the moon is full")

    monkeypatch.setattr("offpage.cli.check.require_app", broken)
    monkeypatch.delenv("OFFPAGE_DEBUG", raising=False)
    assert run(["check", str(tmp_path)]) == 70
    error = capsys.readouterr().err
    assert "the moon is full" in error
    assert "Traceback" not in error
    monkeypatch.setenv("OFFPAGE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run(["check", str(tmp_path)])


def test_a_misspelt_command_is_told_which_may_be_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deplyo"]) == 2
    assert "There is no command deplyo. Did you mean deploy?" in capsys.readouterr().err
    assert run(["frobnicate"]) == 2
    assert "There is no command frobnicate. See them all with: offpage --help" in capsys.readouterr().err
