"""`offpage scheduled --next 20`: when things will run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offpage.cli.main import run

HOURLY = "trigger: recurring\nevery: 1 hour\nsteps:\n  - {do: terminate}\n"


@pytest.mark.parametrize("words", [["--next", "3"], ["--next=3"], ["next", "--next", "3"]])
def test_when_things_will_run_is_asked_with_an_option_or_a_command(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "app"
    assert run(["new", str(folder)]) == 0
    (folder / "workflows/hourly.yaml").write_text(HOURLY, "utf-8")
    capsys.readouterr()
    assert run(["scheduled", *words, str(folder), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["workflow"] for one in lines] == ["hourly"] * 3


def test_only_a_workflow_that_there_is_can_be_paused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "app"
    assert run(["new", str(folder)]) == 0
    (folder / "workflows/hourly.yaml").write_text(HOURLY, "utf-8")
    assert run(["scheduled", "pause", str(folder), "--workflow", "hourlyy"]) == 1
    said = capsys.readouterr().err
    assert "There is no workflow hourlyy" in said
    assert "Did you mean `hourly`?" in said
    assert run(["scheduled", "pause", str(folder), "--workflow", "hourly"]) == 0
    (folder / "workflows/hourly.yaml").unlink()
    assert run(["scheduled", "resume", str(folder), "--workflow", "hourly"]) == 0, "what is paused can be let go"


def test_an_id_that_does_not_wait_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "app"
    assert run(["new", str(folder)]) == 0
    assert run(["scheduled", "cancel", str(folder), "123"]) == 0
    assert "0 cancelled.\nNo run waits with the id 123." in capsys.readouterr().out
