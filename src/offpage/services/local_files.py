"""Files in a folder of this machine."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from offpage.services.files import ROUTE, Attached, KeptFile, file_id_of, may_name, parts_of, safe_name

ATTACHED: Final = ".attached"
"""Stands beside a private file and names the thing that it is attached to. No file that is served begins with a dot."""


class LocalFiles:
    """Files in a folder: `<folder>/<id>/<safe name>`. The id cannot be guessed."""

    def __init__(self, folder: Path, secret: bytes = b"") -> None:
        """Keep files in a folder. `secret`: what ids are made with that a step's key decides."""
        self._folder = folder
        self._secret = secret or secrets.token_bytes(32)

    def keep(
        self, filename: str, content: bytes | BinaryIO, now: int, attached: Attached | None = None, key: str = ""
    ) -> str:
        """Store a file and return its address. Blocks for the time of writing it."""
        if key and (there := self.kept(key)) is not None:
            return there
        name = safe_name(filename)
        file_id = file_id_of(key, self._secret, now)
        place = self._folder / file_id
        place.mkdir(parents=True, exist_ok=bool(key))
        for left in place.glob(".*"):  # by a process that was killed while it wrote, or a try whose time was over
            if attached is None or left.name != ATTACHED:
                left.unlink(missing_ok=True)
        if attached is not None:  # first: a private file is never there without it
            _write(place / ATTACHED, json.dumps(attached).encode())
        with _unfinished(place, alone=not key) as unfinished:
            _write(unfinished, content)
            unfinished.rename(place / name)
        for folder in (place, self._folder):  # so that the names, too, survive a power cut
            _sync(folder)
        return f"{ROUTE}/{file_id}/{name}"

    def kept(self, key: str) -> str | None:
        """The address of the file that was stored with this key, if it was."""
        file_id = file_id_of(key, self._secret, 0)
        place = self._folder / file_id
        names = [one.name for one in place.iterdir() if not one.name.startswith(".")] if place.is_dir() else []
        return f"{ROUTE}/{file_id}/{names[0]}" if names else None

    def scratch(self) -> BinaryIO:
        """A nameless file on the disk where the files are."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)

    def find(self, file_id: str, name: str) -> KeptFile | None:
        """The file at `/fileupload/ID/NAME`, or None. Nothing outside the folder can be named."""
        path = self._folder / file_id / name
        if not may_name(file_id, name) or not path.is_file():
            return None
        return KeptFile(file_id, name, path.stat().st_size, _attached(self._folder / file_id / ATTACHED), path)

    def read(self, file: KeptFile, start: int, length: int) -> bytes:
        """So many bytes of a file from a place on."""
        with (self._folder / file.id / file.name).open("rb") as stream:
            stream.seek(start)
            return stream.read(length)

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there. Nothing outside the folder can be named."""
        file_id, name = parts_of(address)
        if self.find(file_id, name) is not None:
            (self._folder / file_id / name).unlink(missing_ok=True)
            shutil.rmtree(self._folder / file_id, ignore_errors=True)  # somebody else may be at it, too


@contextmanager
def _unfinished(place: Path, *, alone: bool) -> Iterator[Path]:
    """Where a file is written; nothing is left of it if that fails, nor of its place, where nobody else writes there.

    A step that is tried again writes where a former try of it may be writing still: its thread does not end with its time.
    """
    path = place / f".{secrets.token_hex(4)}"
    try:
        yield path
    except BaseException:  # a full disk has to become emptier, not fuller
        if alone:
            shutil.rmtree(place, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes | BinaryIO) -> None:
    """Write a file that is on the disk when this returns."""
    with path.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            shutil.copyfileobj(content, file, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _attached(path: Path) -> Attached | None:
    if not path.is_file():
        return None
    return Attached(*json.loads(path.read_text("utf-8")))  # files of former days do not say who uploaded them
