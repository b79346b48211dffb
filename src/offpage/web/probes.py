"""What a process answers that runs workflows only: whoever watches it, at /health and /metrics."""

from __future__ import annotations

from typing import Final

from offpage.kernel.errors import NotFound
from offpage.web.app import Application
from offpage.web.paths import locate
from offpage.web.reply import Reply, Send
from offpage.web.request import Request
from offpage.web.serving import Site

ANSWERED: Final = ("/health", "/metrics")
NOTHING_ELSE: Final = (
    "This is a worker: it answers /health and /metrics, and nothing else. Ask a server (offpage serve)."
)


class Probes(Application):
    """The application of a process that is no server."""

    async def _answer(self, request: Request, path: str, send: Send) -> Reply | None:
        if path.rstrip("/") not in ANSWERED:
            raise NotFound(NOTHING_ELSE)
        return await self._outside_the_api(locate(path), request, send)


def probes(site: Site) -> Probes:
    """The ASGI application for whoever watches the process that has this site."""
    return Probes(site)
