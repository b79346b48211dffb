"""Lines of .env that are none, and settings that have no effect where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.cli.main import run
from offpage.host.surroundings_check import surroundings_issues


def said(folder: Path, environment: dict[str, str] | None = None) -> list[str]:
    return [f"{one.severity} {one}" for one in surroundings_issues(folder, environment or {})]


def test_a_line_that_is_no_value_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# keys\nA=1\n\nB two\nexport C='3 4' # fine\nD\n", "utf-8")
    first, second = said(tmp_path)
    assert first.startswith("error .env:4:1: This line is no `NAME=value`")
    assert second.startswith("error .env:6:1: ")
    (tmp_path / ".env").write_text("A=1\n", "utf-8")
    (tmp_path / ".env.live").write_text("'\n", "utf-8")
    assert said(tmp_path)[0].startswith("error .env.live:1:1: ")


def test_settings_in_env_and_those_that_there_are_not_are_warned_about(tmp_path: Path) -> None:
    assert said(tmp_path) == []
    (tmp_path / ".env").write_text("KEY=1\nOFFPAGE_PORT=1\nOFFPAGE_SMTP_SERVER=x\n", "utf-8")
    port, server = said(tmp_path)
    assert port.startswith("warning .env:2:1: OFFPAGE_PORT has no effect in .env")
    assert "Did you mean" not in port
    assert "Did you mean OFFPAGE_SMTP_HOST?" in server
    (tmp_path / ".env").unlink()
    (one,) = said(tmp_path, {"OFFPAGE_DATABSE": "x", "OFFPAGE_DEBUG": "1", "HOME": "/"})
    assert "OFFPAGE_DATABSE is no setting" in one
    assert "Did you mean OFFPAGE_DATABASE?" in one


def test_parts_of_a_mail_server_without_a_host_are_warned_about(tmp_path: Path) -> None:
    (one,) = said(tmp_path, {"OFFPAGE_SMTP_PORT": "25", "OFFPAGE_SMTP_USER": "me"})
    assert "OFFPAGE_SMTP_PORT, OFFPAGE_SMTP_USER have no effect without OFFPAGE_SMTP_HOST" in one
    assert said(tmp_path, {"OFFPAGE_SMTP_PORT": "25", "OFFPAGE_SMTP_HOST": "mail"}) == []


def test_check_tells_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "app.yaml").write_text("name: Test\n", "utf-8")
    (tmp_path / ".env").write_text("nonsense here\n", "utf-8")
    assert run(["check", str(tmp_path)]) == 1
    assert ".env:1:1: This line is no `NAME=value`" in capsys.readouterr().out
