"""Where uploaded files are kept: a folder of this machine."""

from __future__ import annotations

import json
import mimetypes
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

ROUTE: Final = "/fileupload"
"""The path under which files are served: `/fileupload/ID/NAME`."""

_ID: Final = re.compile(r"f[0-9]{13}x[0-9a-f]{32}\Z")
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


class Files(Protocol):
    """A place that keeps files."""

    def keep(self, filename: str, content: bytes, now: int, attached: Attached | None = None) -> str:
        """Store a file and return its address: a path such as `/fileupload/ID/photo.png`. Blocks."""
        ...

    def find(self, file_id: str, name: str) -> KeptFile | None:
        """The file at `/fileupload/ID/NAME`, or None. Blocks."""
        ...

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there. Blocks."""
        ...


class LocalFiles:
    """Files in a folder: `<folder>/<id>/<safe name>`. The id cannot be guessed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, filename: str, content: bytes, now: int, attached: Attached | None = None) -> str:
        """Store a file and return its address. Blocks for the time of writing it."""
        name = safe_name(filename)
        file_id = f"f{now:013d}x{secrets.token_hex(16)}"
        place = self._folder / file_id
        place.mkdir(parents=True)
        if attached is not None:  # first: a private file is never there without it
            _write(place / ATTACHED, json.dumps(attached).encode())
        unfinished = place / f".{secrets.token_hex(4)}"
        _write(unfinished, content)
        unfinished.rename(place / name)
        for folder in (place, self._folder):  # so that the names, too, survive a power cut
            _sync(folder)
        return f"{ROUTE}/{file_id}/{name}"

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
            (self._folder / file_id / ATTACHED).unlink(missing_ok=True)
            (self._folder / file_id).rmdir()


def _write(path: Path, content: bytes) -> None:
    """Write a file that is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
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


def safe_name(filename: str) -> str:
    """A name that every file system and address can hold: letters, digits, `.`, `-`, `_`; at most 100 characters."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    plain = _UNSAFE.sub("_", last.encode("ascii", "ignore").decode()).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: 99 - len(ending)]}.{ending}"
    return plain[:100] or "file"
