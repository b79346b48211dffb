"""Generated files are fresh, and every setting is documented."""

from __future__ import annotations

import subprocess
import sys

import pytest

from offpage.host.settings import SETTINGS
from tests.house.source import ROOT


def test_generated_files_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate.py"), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_documented(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.doc.endswith((".", "offpage"))
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert not setting.option or f"`{setting.option}`" in page
    assert f"`{setting.variable}`" in page
