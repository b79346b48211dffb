"""Mail that was kept instead of sent."""

from __future__ import annotations

import os
from pathlib import Path

from offpage.services.captured import LatestMail


def test_the_latest_mail_is_known_when_the_folder_changes(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    latest = LatestMail(folder)
    assert latest.id() == ""
    folder.mkdir()
    assert latest.id() == ""
    for name in ("1", "2"):
        (folder / f"{name}.eml").write_bytes(b"")
        assert latest.id() == name


def test_a_folder_that_has_not_changed_for_a_while_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"")
    os.utime(tmp_path, ns=(0, 1))
    latest = LatestMail(tmp_path)
    assert latest.id() == "1"
    (tmp_path / "2.eml").write_bytes(b"")
    os.utime(tmp_path, ns=(0, 1))
    assert latest.id() == "1"
    os.utime(tmp_path, ns=(0, 2))
    assert latest.id() == "2"
