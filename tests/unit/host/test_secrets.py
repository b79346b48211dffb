"""Secrets from .env and from the environment, as a server holds them while they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.host.secrets import Secrets
from offpage.kernel.errors import AppError


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=from-file\nOTHER=o\n")
    assert dict(Secrets(tmp_path, {"KEY": "from-environment", "PATH": "/bin"})) == {
        "KEY": "from-environment",
        "OTHER": "o",
    }


def test_the_environment_counts_only_where_the_app_asks_for_it(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {"KEY": "from-environment", "PATH": "/bin"})
    assert dict(secrets) == {}
    assert {"KEY", "PATH"} <= secrets.available
    secrets.use({"KEY", "NOPE"})
    assert dict(secrets) == {"KEY": "from-environment"}


def test_our_own_settings_are_no_secrets_of_the_app(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {"OFFPAGE_DATABASE": "postgresql://password"})
    secrets.use({"OFFPAGE_DATABASE"})
    assert dict(secrets) == {}
    assert "OFFPAGE_DATABASE" not in secrets.available


def test_a_changed_file_counts_and_the_former_text_is_masked_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=former-text\n")
    secrets = Secrets(tmp_path, {})
    (tmp_path / ".env").write_text("KEY=later-text\n")
    secrets.read()
    assert secrets["KEY"] == "later-text"
    masked = secrets.masks.sentence("former-text later-text plain")
    assert "former" not in masked
    assert "later" not in masked
    assert masked.endswith(" plain")


def test_a_file_that_cannot_be_read_leaves_what_there_was(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=a\n")
    secrets = Secrets(tmp_path, {})
    (tmp_path / ".env").write_bytes(b"KEY=\xff\n")
    with pytest.raises(AppError, match=r"\.env"):
        secrets.read()
    assert secrets["KEY"] == "a"


def test_what_is_said_for_one_environment_overrules_what_is_said_for_all(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=general\nOTHER=general\n")
    (tmp_path / ".env.live").write_text("KEY=live\n")
    live, development = (Secrets(tmp_path, {"KEY": "variable"}, one) for one in ("live", "development"))
    assert (live["KEY"], live["OTHER"]) == ("live", "general")
    assert development["KEY"] == "variable"
