"""Uploaded files, served at `/fileupload/ID/NAME`. None of them can run as a page of this site."""

from __future__ import annotations

import asyncio

from offpage.kernel.errors import MethodNotAllowed, NotFound
from offpage.services.files import Files
from offpage.web.reply import Send
from offpage.web.request import Request


async def answer_file(files: Files | None, file_id: str, name: str, request: Request, send: Send) -> None:
    """Send a file. Raises NotFound, MethodNotAllowed."""
    # Few processes ever serve a file; Starlette's share of the start is paid by those that do.
    from starlette.responses import FileResponse

    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"A file is read with GET, not {request.method}", allow="GET, HEAD, OPTIONS")
    found = await asyncio.to_thread(files.find, file_id, name) if files is not None else None
    if found is None:
        raise NotFound("There is no such file")
    response = FileResponse(
        found.path,
        media_type=found.content_type,
        filename=name,
        content_disposition_type="attachment" if found.is_download else "inline",
        headers={
            "access-control-allow-origin": "*",
            "cache-control": "public, max-age=31536000, immutable",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        },
    )
    await response(request.scope, request.receive, send)
