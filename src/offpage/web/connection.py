"""One HTTP connection whose head is bounded, and which is closed when its caller stalls.

uvicorn's protocol waits for ever for the rest of a head or a body, and keeps a head of any length. Measuring time
here costs nothing on a request: one sweep of the server looks at all connections now and then.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from offpage.web.joined_writes import joined

LARGEST_HEAD: Final = 64 * 1024
"""Most bytes of a request's first line and headers beyond what came in one piece with its beginning."""

STALLED_SECONDS: Final = 30.0
"""How long a caller may send nothing while we wait for the rest of a request."""

_SENTENCE: Final = b"The first line and the headers are too long."
_TOO_LARGE: Final = b"".join(
    (
        b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
        b"content-type: text/plain; charset=utf-8\r\n",
        b"content-length: %d\r\n" % len(_SENTENCE),
        b"connection: close\r\n\r\n",
        _SENTENCE,
    )
)


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with a bound on the head and a memory of when the caller last sent something."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_head = False
        self._head_bytes = 0
        self.heard_at = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A caller has come."""
        super().connection_made(joined(transport, self.loop))

    def data_received(self, data: bytes) -> None:
        """Take in what the caller sent."""
        in_head = self._in_head
        if not in_head:  # a head must arrive in time as a whole, however slowly it drips
            self.heard_at = self.loop.time()
        super().data_received(data)
        if in_head and self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self._refuse_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is complete."""
        self._in_head = False
        self.heard_at = self.loop.time()
        super().on_headers_complete()

    def is_stalled(self, now: float) -> bool:
        """Whether we have waited too long for the caller to go on. (An idle connection has its own time limit.)"""
        if now - self.heard_at < STALLED_SECONDS or self.flow.read_paused:
            return False
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            return cycle.more_body
        return self._in_head or cycle is None

    def _refuse_head(self) -> None:
        self._in_head = False
        self.transport.write(_TOO_LARGE)
        self.transport.close()
