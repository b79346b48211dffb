"""Uploaded files in a folder."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.services.files import ROUTE, Attached, safe_name
from offpage.services.local_files import LocalFiles


def test_a_file_that_is_kept_is_found_at_its_address(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    address = files.keep("photo.png", b"\x89PNG", 1_700_000_000_000)
    prefix, file_id, name = address.rsplit("/", 2)
    assert (prefix, name) == (ROUTE, "photo.png")
    found = files.find(file_id, name)
    assert found is not None
    assert (files.read(found, 0, 9), found.content_type, found.is_download) == (b"\x89PNG", "image/png", False)


def test_a_try_whose_time_was_over_takes_nothing_from_the_next_one(tmp_path: Path) -> None:
    files, key, attached = LocalFiles(tmp_path), "1700000000000x1/steps/0", Attached("order", "1", None)
    kept: list[str] = []

    class Slow(io.BytesIO):
        """What the first try still writes when the second one comes."""

        def read(self, size: int | None = -1, /) -> bytes:
            if not kept:
                kept.append(files.keep("a.txt", b"second", 0, attached, key))
            return super().read(size)

    with contextlib.suppress(OSError):  # nobody waits for it any more
        files.keep("a.txt", Slow(b"first"), 0, attached, key)
    found = files.find(*kept[0].split("/")[-2:])
    assert found is not None
    assert (files.read(found, 0, 9), found.attached) == (b"second", attached)
    assert sorted(one.name for one in (tmp_path / found.id).iterdir()) == [".attached", "a.txt"]


def test_two_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    assert files.keep("a", b"1", 0) != files.keep("a", b"2", 0)


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "script.js", "noending", "x.xml", "x.xhtml"])
def test_what_could_run_in_a_browser_is_a_download(tmp_path: Path, name: str) -> None:
    files = LocalFiles(tmp_path)
    found = files.find(*files.keep(name, b"<b>", 0).split("/")[-2:])
    assert found is not None
    assert (found.content_type, found.is_download) == ("application/octet-stream", True)


@pytest.mark.parametrize(
    ("file_id", "name"),
    [("..", "secret"), (".", "secret"), ("f0000000000000x" + "0" * 32, "../../secret"), ("", "secret"), ("x", "..")],
)
def test_nothing_outside_the_folder_can_be_named(tmp_path: Path, file_id: str, name: str) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "files").mkdir()
    assert LocalFiles(tmp_path / "files").find(file_id, name) is None


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\a b.png", "a_b.png"),
        ("blå.txt", "bl.txt"),
        ("..", "file"),
        ("", "file"),
        (".env", "env"),
        ("x" * 300 + ".jpeg", "x" * 95 + ".jpeg"),
        ("x" * 300, "x" * 100),
    ],
)
def test_names_become_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text())
def test_any_name_can_be_kept_and_found(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = LocalFiles(Path(folder))
        assert files.find(*files.keep(name, b"x", 0).split("/")[-2:]) is not None
