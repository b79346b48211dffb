"""A file that is kept elsewhere, sent on piece by piece: a megabyte of it is in memory, however slowly it is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from offpage.services.files import Files, KeptFile
from offpage.web.reply import Send
from offpage.web.request import Gone, Request

PIECE: Final = 1024 * 1024

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


class Part(NamedTuple):
    """What is sent of a file: from `start` up to, and without, `end`."""

    start: int
    end: int


def asked_part(header: str, size: int) -> Part | None:
    """The part that a `Range` asks for; the whole where it asks for several or cannot be read; None: there is no such part."""
    found = _RANGE.match(header.strip())
    if found is None or not (found[1] or found[2]):
        return Part(0, size)
    if not found[1]:  # the last so many bytes
        part = Part(max(size - int(found[2]), 0), size)
    else:
        part = Part(int(found[1]), min(int(found[2]) + 1, size) if found[2] else size)
        if found[2] and int(found[2]) < int(found[1]):
            return Part(0, size)
    return part if part.start < part.end else None


async def send_pieces(files: Files, file: KeptFile, request: Request, send: Send, headers: Mapping[str, str]) -> None:
    """Answer with a file, or the part of it that is asked for. Raises StorageFailed before anything is sent."""
    asked = request.header(b"range")
    part = asked_part(asked, file.size) if asked else Part(0, file.size)
    disposition = "attachment" if file.is_download else "inline"
    about = {
        **headers,
        "accept-ranges": "bytes",
        "content-type": file.content_type,
        "content-disposition": f'{disposition}; filename="{file.name}"',
    }
    if part is None:
        await _begin(send, 416, {**about, "content-range": f"bytes */{file.size}", "content-length": "0"})
        await send({"type": "http.response.body", "body": b""})
        return
    status = 200
    if part != Part(0, file.size):
        status = 206
        about["content-range"] = f"bytes {part.start}-{part.end - 1}/{file.size}"
    about["content-length"] = str(part.end - part.start)
    if request.method == "HEAD":
        await _begin(send, status, about)
        await send({"type": "http.response.body", "body": b""})
        return
    at = part.start
    while True:
        piece = await asyncio.to_thread(files.read, file, at, min(PIECE, part.end - at))
        if at == part.start:
            await _begin(send, status, about)
        at += len(piece)
        more = at < part.end
        if more and not piece:  # it has become shorter: all that can be done is to break off
            raise Gone
        await send({"type": "http.response.body", "body": piece, "more_body": more})
        if not more:
            return


async def _begin(send: Send, status: int, headers: Mapping[str, str]) -> None:
    pairs = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
