"""Which of the documents is asked for, and whether it is shown. Each is made once for a definition of the app."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from offpage.kernel.errors import MethodNotAllowed, NotFound
from offpage.program.program import Program
from offpage.web.meta.openapi import Where, openapi
from offpage.web.meta.outline import outline
from offpage.web.meta.page import PAGE_HEADERS, page
from offpage.web.meta.swagger import swagger
from offpage.web.reply import ANY_ORIGIN, JSON, Header, Reply, to_json
from offpage.web.request import Request
from offpage.web.serving import Environment

MOST_KEPT: Final = 32
"""How many documents are kept ready: they differ by definition, kind, and the host that was asked."""

NO_STORE: Final[Header] = (b"cache-control", b"no-cache")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}(?::[0-9]{1,5})?\Z|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?\Z")

_DOCUMENTS: Final = {
    (): "outline",
    ("swagger.json",): "swagger",
    ("openapi.json",): "openapi",
    ("docs",): "page",
}


class Metadata:
    """Answers requests to `/api/1.1/meta…`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str, Where], bytes] = {}

    async def answer(self, environment: Environment, request: Request, rest: tuple[str, ...], prefix: str) -> Reply:
        """Answer a request. `rest` is what follows `meta`; `prefix` what precedes `/api`. Raises NotFound and others."""
        program = environment.engine.program
        environment.rate.take(program.app.settings.limits.requests_per_minute)
        what = _DOCUMENTS.get(rest)
        if what is None:
            raise NotFound("There is no such document. There are meta, meta/swagger.json, meta/openapi.json, meta/docs")
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"Metadata is read with GET, not {request.method}", allow="GET, HEAD, OPTIONS")
        if what != "outline" and not program.app.settings.api.docs:
            raise NotFound(
                "This application does not show its documentation. Its maker can: `api: {docs: yes}` in app.yaml"
            )
        body = await self._document(what, program, environment.name, _where(request, prefix))
        if what == "page":
            return Reply(200, [*PAGE_HEADERS, NO_STORE], body)
        return Reply(200, [JSON, ANY_ORIGIN, NO_STORE], body)

    async def _document(self, what: str, program: Program, environment: str, where: Where) -> bytes:
        key = (program.definition, environment, what, where)
        found = self._kept.get(key)
        if found is None:
            # A large app's takes a while; others are answered meanwhile.
            found = await asyncio.to_thread(_made, what, program, environment, where)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found


def _made(what: str, program: Program, environment: str, where: Where) -> bytes:
    makers: dict[str, Callable[[], bytes]] = {
        "outline": lambda: to_json(outline(program, environment, where.host)),
        "openapi": lambda: to_json(openapi(program, where)),
        "swagger": lambda: to_json(swagger(openapi(program, where), where)),
        "page": lambda: page(openapi(program, where), where).encode(),
    }
    return makers[what]()


def _where(request: Request, prefix: str) -> Where:
    """Where the caller reached us: documents name the address that they were asked for at."""
    host = request.header(b"host")
    scheme = str(request.scope.get("scheme") or "http")
    return Where(scheme, host if _HOST.match(host) else "", f"{prefix}/api/1.1")
