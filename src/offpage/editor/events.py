"""The stream of what happens (server-sent events). It ends when the server stops or the browser goes."""

from __future__ import annotations

import asyncio
from typing import Final

from offpage.editor.asked import Asked
from offpage.editor.news import Listener
from offpage.editor.replies import NO_STORE, SAME_ORIGIN
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.web.reply import Send, to_json

PAUSE_SECONDS: Final = 0.5
"""How long it is silent after something was told: what happens meanwhile is told together."""

AGAIN: Final = b"retry: 1000\n\n: hello\n\n"


async def stream(asked: Asked) -> None:
    """Send what happens until the server stops or the browser goes."""
    headers = [(b"content-type", b"text/event-stream"), NO_STORE, *SAME_ORIGIN, (b"x-accel-buffering", b"no")]
    # It listens before it says so: a browser asks for everything when the stream opens, and then trusts it.
    async with asked.studio.newsroom.listening() as listener:
        await asked.studio.newsroom.looked()
        await asked.send({"type": "http.response.start", "status": 200, "headers": headers})
        await _piece(asked.send, AGAIN)
        gone = asyncio.create_task(asked.request.until_gone())
        telling = asyncio.create_task(_tell(asked, listener))
        try:
            await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            telling.cancel()
    await asked.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell(asked: Asked, listener: Listener) -> None:
    while not listener.is_closed:
        news = await listener.heard()
        if await asked.studio.sessions.find(asked.cookie(asked.studio.sessions.cookie)) is None:
            return  # whoever went out hears no more
        lines = b"".join(b"event: %s\ndata: %s\n\n" % (one.name.encode(), to_json(one.data)) for one in news)
        await _piece(asked.send, lines or b": still there\n\n")
        if not listener.is_closed:
            await asyncio.sleep(PAUSE_SECONDS)


async def _piece(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


ROUTES = (Route("GET", "/events", Role.VIEW, stream),)
