"""Files that come with a request: `{"filename", "contents"}` in JSON, or file parts of a form (bubble.md 1.4)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any, Final

from offpage.kernel.errors import InvalidData
from offpage.program.program import Parameter
from offpage.services.files import Files

FILE_KINDS: Final = frozenset({"file", "image"})


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, not yet stored."""

    filename: str
    content_type: str
    content: bytes


def sent_file(raw: dict[str, Any]) -> SentFile:
    """Read a file given as a JSON object. Raises InvalidData with a reason."""
    if raw.get("private") in (True, "true", "yes") or raw.get("attach_to"):
        # Storing it where everybody may open it would be worse than refusing it.
        raise InvalidData(reason="Private files cannot be stored yet. Send it without `private` and `attach_to`.")
    contents = raw.get("contents")
    if not isinstance(contents, str):
        raise InvalidData(reason="A file needs `contents`: its bytes in base64.")
    if contents.startswith("data:"):
        contents = contents.partition(",")[2]
    try:
        content = base64.b64decode("".join(contents.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidData(reason="Its `contents` are not valid base64.")
    filename = raw.get("filename") or "file"
    if not isinstance(filename, str):
        raise InvalidData(reason="Its `filename` must be text.")
    return SentFile(filename, "", content)


async def keep_files(
    place: Files | None, sent: dict[int, list[SentFile | str]], parameters: tuple[Parameter, ...], values: list[Any]
) -> None:
    """Store the files that came, and put their addresses into `values`. Raises InvalidData where there is no place."""
    for index, items in sent.items():
        if place is None:
            raise InvalidData("This app keeps no files. Send the address of a file instead.")
        addresses = [item if isinstance(item, str) else await asyncio.to_thread(_keep, place, item) for item in items]
        values[index] = addresses if parameters[index].type.is_list else addresses[0]


def _keep(place: Files, file: SentFile) -> str:
    return place.keep(file.filename, file.content, time.time_ns() // 1_000_000)
