"""Uploaded files, served at `/fileupload/ID/NAME`. None of them can run as a page of this site.

Whoever knows the address of a public file may read it. A private one is attached to a thing, and only for those who
may see that thing's files (bubble.md 7.4), or who have a link that was made for one of them.
"""

from __future__ import annotations

import asyncio
from typing import Final

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.data.permission import may
from offpage.kernel.errors import MethodNotAllowed, NotFound, Unauthorized
from offpage.services.file_links import EVERYBODY, SIGNATURE
from offpage.services.files import KeptFile
from offpage.store.tx import Tx
from offpage.web.credentials import caller
from offpage.web.forms import read_pairs
from offpage.web.pieces import send_pieces
from offpage.web.reply import Send
from offpage.web.request import Request
from offpage.web.serving import Environment

FOR_EVER: Final = "public, max-age=31536000, immutable"


async def answer_file(environment: Environment, file_id: str, name: str, request: Request, send: Send) -> None:
    """Send a file. Raises NotFound, MethodNotAllowed, Unauthorized."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"A file is read with GET, not {request.method}", allow="GET, HEAD, OPTIONS")
    files = environment.files
    found = await asyncio.to_thread(files.find, file_id, name) if files is not None else None
    if found is None:
        raise NotFound("There is no such file")
    if found.attached is not None:
        await _check(environment, found, request)
    headers = {
        "access-control-allow-origin": "*",
        "cache-control": FOR_EVER if found.attached is None else "private, no-store",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    if found.path is None:
        assert files is not None
        await send_pieces(files, found, request, send, headers)
        return
    # Few processes ever serve a file; Starlette's share of the start is paid by those that do.
    from starlette.responses import FileResponse

    response = FileResponse(
        found.path,
        media_type=found.content_type,
        filename=name,
        content_disposition_type="attachment" if found.is_download else "inline",
        headers=headers,
    )
    await response(request.scope, request.receive, send)


async def _visitor(environment: Environment, file: KeptFile, request: Request) -> Actor:
    """Who asks: whoever a link was made for, or the caller. Raises Unauthorized for a link that does not work."""
    query = read_pairs(request.query_string, what="The query string")
    if SIGNATURE not in query or environment.links is None:
        return await caller(environment.tokens, request, query)
    who = environment.links.made_for(file.id, file.name, query, environment.now())
    if who is None:
        raise Unauthorized("This link does not work, or not any more. Ask for a new one")
    return ADMIN if who == EVERYBODY else user(who) if who else NOBODY


async def _check(environment: Environment, file: KeptFile, request: Request) -> None:
    """Raise Unauthorized for who may not see the files of the thing, NotFound for who may, if the thing is gone."""
    assert file.attached is not None
    actor = await _visitor(environment, file, request)
    program, data = environment.engine.program, environment.data
    type_id, thing_id, _ = file.attached
    if data is None or type_id not in program.schema.types:
        raise NotFound("There is no such file")
    look = data.look(program, actor)

    def ask(tx: Tx) -> bool | None:
        if not may(look(tx), program.privacy, "files", type_id, thing_id):
            return False  # whether the thing is there or not
        return True if program.things.exists(tx, type_id, [thing_id]) else None

    match await data.database.reading(ask):
        case None:
            raise NotFound("There is no such file")
        case False:
            raise Unauthorized("You do not have permission to open this file")
