"""Files that are deleted again, and private ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.services.files import Attached
from offpage.services.local_files import LocalFiles

NOW = 1_700_000_000_000


@pytest.mark.parametrize("attached", [None, Attached("order", "1700000000000x000000000000000001")])
def test_a_dropped_file_is_gone_with_all_that_belongs_to_it(tmp_path: Path, attached: Attached | None) -> None:
    files = LocalFiles(tmp_path / "files")
    kept, dropped = (files.keep("a.png", b"a", NOW, attached) for _ in range(2))
    files.drop(dropped)
    files.drop(dropped)
    assert files.find(*kept.split("/")[2:]) is not None
    assert files.find(*dropped.split("/")[2:]) is None
    assert len(list((tmp_path / "files").iterdir())) == 1


@pytest.mark.parametrize("address", ["", "/", "/fileupload/../a.png", "https://example.com/a.png", "/fileupload/x/y/z"])
def test_an_address_of_no_file_drops_nothing(tmp_path: Path, address: str) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    LocalFiles(tmp_path / "files").drop(address)
    assert (tmp_path / "a.png").exists()


def test_a_private_file_knows_its_thing_and_its_note_is_never_served(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    order = Attached("order", "1700000000000x000000000000000001")
    _, _, file_id, name = files.keep("a.png", b"a", NOW, order).split("/")
    found = files.find(file_id, name)
    assert found is not None
    assert found.attached == order
    assert files.find(file_id, ".attached") is None
