"""`offpage purge`, on a real folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.cli.main import run


def app(folder: Path, fields: str) -> None:
    """The app of a folder, and its database brought to fit it."""
    (folder / "types").mkdir(parents=True, exist_ok=True)
    (folder / "app.yaml").write_text("name: P\n")
    (folder / "types/note.yaml").write_text(f"fields: {fields}\n")
    assert run(["export", str(folder), "note"]) == 0


def test_purge_tells_first_and_destroys_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "app"
    app(folder, "{a: text, b: number}")
    app(folder, "{a: text}")
    capsys.readouterr()
    assert run(["purge", str(folder)]) == 0
    assert "Would be destroyed: the column b of t_note." in capsys.readouterr().out
    assert run(["purge", str(folder), "--yes"]) == 0
    assert "Dropped the column b of t_note." in capsys.readouterr().out
    assert run(["purge", str(folder)]) == 0
    assert "Nothing is kept" in capsys.readouterr().out
