"""Where uploaded files are kept: a folder of this machine."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import mimetypes
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

ROUTE: Final = "/fileupload"
"""The path under which files are served: `/fileupload/ID/NAME`."""

_ID: Final = re.compile(r"f[0-9]{13}x[0-9a-f]{32}\Z")
_RUN: Final = re.compile(r"([0-9]{13})x")
_UNSAFE: Final = re.compile(r"[^\w.\-]+")

SAFE_TYPES: Final = frozenset(
    {
        "application/json",
        "application/pdf",
        "application/zip",
        "audio/mpeg",
        "audio/wav",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
        "video/mp4",
        "video/webm",
    }
)
"""Types that a browser may open. Everything else (HTML and SVG, which can hold scripts, too) is a download."""


ATTACHED: Final = ".attached"
"""Stands beside a private file and names the thing that it is attached to. No file that is served begins with a dot."""


class Attached(NamedTuple):
    """The thing that a private file is attached to: whoever may see its files may open it. `user_id` uploaded it."""

    type_id: str
    thing_id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is served. `attached` is set for a private one."""

    path: Path
    content_type: str
    is_download: bool
    attached: Attached | None = None

    @property
    def address(self) -> str:
        """What `keep` gave it."""
        return f"{ROUTE}/{self.path.parent.name}/{self.path.name}"


class Files(Protocol):
    """A place that keeps files."""

    def keep(
        self, filename: str, content: bytes | BinaryIO, now: int, attached: Attached | None = None, key: str = ""
    ) -> str:
        """Store a file and return its address: a path such as `/fileupload/ID/photo.png`. Blocks.

        A stream is read from where it stands. With the key of a step the file is stored once: when the step is
        repeated after a crash, the address is that of the file which is there already.
        """
        ...

    def kept(self, key: str) -> str | None:
        """The address of the file that was stored with this key, if it was. Blocks."""
        ...

    def scratch(self) -> BinaryIO:
        """A nameless file to write into before it is known whether it will be kept; gone when closed, or killed."""
        ...

    def find(self, file_id: str, name: str) -> KeptFile | None:
        """The file at `/fileupload/ID/NAME`, or None. Blocks."""
        ...

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there. Blocks."""
        ...


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
        file_id = self._id_of(key) if key else f"f{now:013d}x{secrets.token_hex(16)}"
        place = self._folder / file_id
        place.mkdir(parents=True, exist_ok=bool(key))
        for left in place.iterdir():  # by a process that was killed while it wrote
            left.unlink(missing_ok=True)
        if attached is not None:  # first: a private file is never there without it
            _write(place / ATTACHED, json.dumps(attached).encode())
        with _unfinished(place) as unfinished:
            _write(unfinished, content)
            unfinished.rename(place / name)
        for folder in (place, self._folder):  # so that the names, too, survive a power cut
            _sync(folder)
        return f"{ROUTE}/{file_id}/{name}"

    def kept(self, key: str) -> str | None:
        """The address of the file that was stored with this key, if it was."""
        file_id = self._id_of(key)
        place = self._folder / file_id
        names = [one.name for one in place.iterdir() if not one.name.startswith(".")] if place.is_dir() else []
        return f"{ROUTE}/{file_id}/{names[0]}" if names else None

    def scratch(self) -> BinaryIO:
        """A nameless file on the disk where the files are."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)

    def _id_of(self, key: str) -> str:
        """The same id for the same key. Keys are known to callers, as run ids are; the ids made of them are not."""
        began = _RUN.match(key)
        digest = hmac.digest(self._secret, b"file id:" + key.encode(), "sha256").hex()
        return f"f{began[1] if began else '0' * 13}x{digest[:32]}"

    def find(self, file_id: str, name: str) -> KeptFile | None:
        """The file at `/fileupload/ID/NAME`, or None. Nothing outside the folder can be named."""
        if not _ID.match(file_id) or safe_name(name) != name:
            return None
        path = self._folder / file_id / name
        if not path.is_file():
            return None
        kind = mimetypes.guess_type(name)[0] or ""
        safe = kind in SAFE_TYPES
        attached = _attached(self._folder / file_id / ATTACHED)
        return KeptFile(path, kind if safe else "application/octet-stream", not safe, attached)

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there. Nothing outside the folder can be named."""
        _, _, file_id, name = address.split("/") if address.count("/") == 3 else ("", "", "", "")
        if self.find(file_id, name) is not None:
            (self._folder / file_id / name).unlink(missing_ok=True)
            shutil.rmtree(self._folder / file_id, ignore_errors=True)  # somebody else may be at it, too


@contextmanager
def _unfinished(place: Path) -> Iterator[Path]:
    """Where a file is written; nothing is left of it, nor of its place, if that fails."""
    path = place / f".{secrets.token_hex(4)}"
    try:
        yield path
    except BaseException:  # a full disk has to become emptier, not fuller
        shutil.rmtree(place, ignore_errors=True)
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


def bytes_of(text: str) -> bytes | None:
    """The bytes that Base64 stands for, with or without `data:…,` before it; None where it is none."""
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def safe_name(filename: str) -> str:
    """A name that every file system and address can hold: letters, digits, `.`, `-`, `_`; at most 100 characters."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    plain = _UNSAFE.sub("_", last.encode("ascii", "ignore").decode()).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: 99 - len(ending)]}.{ending}"
    return plain[:100] or "file"
