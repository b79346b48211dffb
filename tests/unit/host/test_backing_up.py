"""A data folder copied while files come and go in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from offpage.host.backing_up import back_up_folder
from offpage.services.files import Attached
from offpage.services.local_files import LocalFiles
from offpage.store.sqlite import SqliteDatabase


def test_files_that_are_deleted_meanwhile_do_not_stop_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteDatabase(tmp_path / "live.db").close()
    files = LocalFiles(tmp_path / "files" / "live")
    kept = {files.keep(f"{number}.txt", b"x", 0, Attached("order", "1", None)) for number in range(4)}
    original, copied = shutil.copy2, list[str]()

    def copy2(source: Any, target: Any, **more: Any) -> Any:
        if not copied:  # all but the one that is being copied are deleted
            for address in kept:
                if Path(source).parent.name not in address:
                    files.drop(address)
        copied.append(Path(source).name)
        return original(source, target, **more)

    monkeypatch.setattr(shutil, "copy2", copy2)
    assert back_up_folder(tmp_path, tmp_path / "copy", ["live"], lambda what, done, total: None) == ["live.db", "files"]
    there = [one.name for one in (tmp_path / "copy" / "files").rglob("*") if one.is_file()]
    assert len(there) == 2
    assert copied[0] == ".attached", "a private file is never there without it"
