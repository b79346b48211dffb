"""What keeps files: the port, and what is the same wherever they are kept."""

from __future__ import annotations

import base64
import binascii
import hmac
import mimetypes
import re
import secrets
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


class Attached(NamedTuple):
    """The thing that a private file is attached to: whoever may see its files may open it. `user_id` uploaded it."""

    type_id: str
    thing_id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is served. `attached` is set for a private one, `path` for one in a folder of this machine."""

    id: str
    name: str
    size: int
    attached: Attached | None = None
    path: Path | None = None

    @property
    def address(self) -> str:
        """What `keep` gave it."""
        return f"{ROUTE}/{self.id}/{self.name}"

    @property
    def is_download(self) -> bool:
        """Whether a browser is to save it instead of opening it."""
        return _kind(self.name) not in SAFE_TYPES

    @property
    def content_type(self) -> str:
        """What it is sent as."""
        return "application/octet-stream" if self.is_download else _kind(self.name)


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

    def read(self, file: KeptFile, start: int, length: int) -> bytes:
        """So many bytes of a file from a place on; fewer at its end. Blocks."""
        ...

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there. Blocks."""
        ...


def file_id_of(key: str, secret: bytes, now: int) -> str:
    """The id of a new file: the same for the same key of a step, one that cannot be guessed without a key.

    Keys are known to callers, as run ids are; the ids made of them, with the secret, are not.
    """
    if not key:
        return f"f{now:013d}x{secrets.token_hex(16)}"
    began = _RUN.match(key)
    digest = hmac.digest(secret, b"file id:" + key.encode(), "sha256").hex()
    return f"f{began[1] if began else '0' * 13}x{digest[:32]}"


def may_name(file_id: str, name: str) -> bool:
    """Whether a file can have this id and name. Nothing outside the storage has."""
    return _ID.match(file_id) is not None and safe_name(name) == name


def parts_of(address: str) -> tuple[str, str]:
    """The id and the name in an address; ("", "") where it is none of ours."""
    parts = address.split("/")
    return (parts[2], parts[3]) if len(parts) == 4 and f"/{parts[1]}" == ROUTE and not parts[0] else ("", "")


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


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or ""
