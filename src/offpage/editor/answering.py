"""Every request under /editor/: who asks, may they, which handler; and every error becomes an answer."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.assets import Assets
from offpage.editor.replies import NOBODY_IN, answer, problem
from offpage.editor.roles import Role
from offpage.editor.routing import body_type, find
from offpage.editor.studio import Studio
from offpage.kernel.errors import (
    Forbidden,
    InvalidData,
    MalformedBody,
    OffpageError,
    TooLarge,
    Unauthorized,
    UnsupportedEncoding,
)
from offpage.web.problems import SOMETHING_BROKE, about_request, new_code
from offpage.web.reply import Reply, Send
from offpage.web.request import Gone, Request

MOST_BYTES: Final = 50 * 1024 * 1024
"""Largest request: a file to be imported."""
MOST_OUTSIDE: Final = 16 * 1024
"""Largest request of somebody who is not in: a name and a password."""
CSRF: Final = b"x-offpage-csrf"
_READS: Final = frozenset({"GET", "HEAD"})


class StalePage(Forbidden):
    """A change without the session's CSRF token: of another site, or of a page from before somebody logged in anew."""

    code = "STALE_PAGE"


class Editor:
    """Answers what is asked under /editor/."""

    def __init__(self, studio: Studio, assets: Assets) -> None:
        self.studio = studio
        self._assets = assets

    async def __call__(self, request: Request, rest: str, send: Send) -> Reply | None:
        """Answer one request; `rest` is the path behind `/editor`. None if the answer has been sent already."""
        try:
            if rest == "/api" or rest.startswith("/api/"):
                return await self._api(request, rest.removeprefix("/api"), send)
            return await self._assets.answer(request, rest)
        except OffpageError as error:
            if not about_request(error):
                self.studio.host.events.say("editor.failed", path=request.scope["path"], error=error)
            return problem(error)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - the browser gets an answer, and the operator the cause
            code = new_code()
            path, method = request.scope["path"], request.method
            self.studio.host.events.say("request.broke", code=code, path=path, method=method, error=error)
            return answer(500, {"error": {"code": "BROKEN", "message": SOMETHING_BROKE + code}})

    async def _api(self, request: Request, path: str, send: Send) -> Reply | None:
        route, parts = find("GET" if request.method == "HEAD" else request.method, path)
        query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
        asked = Asked(self.studio, request, parts, query, None, send)
        self._check_origin(request)
        asked.signed_in = await self.studio.sessions.find(asked.cookie(self.studio.sessions.cookie))
        _check_role(asked, route.role)
        arguments: list[Any] = [asked]
        if wanted := body_type(route.handler):
            arguments.append(await _body(request, wanted, MOST_OUTSIDE if route.role is Role.OPEN else MOST_BYTES))
        given = await route.handler(*arguments)
        return given if given is None or isinstance(given, Reply) else answer(200, given)

    def _check_origin(self, request: Request) -> None:
        """Raise Forbidden for a request that a page of another site made."""
        origin = request.header(b"origin")
        ours = {request.header(b"host"), urlsplit(self.studio.place.url).netloc}
        if origin and urlsplit(origin).netloc not in ours:
            raise Forbidden("The editor answers its own pages only.")


def _check_role(asked: Asked, needed: Role) -> None:
    """Raise Unauthorized, Forbidden where who asks may not."""
    session = asked.signed_in
    if needed is Role.OPEN:
        return
    if session is None:
        raise Unauthorized(NOBODY_IN)
    if asked.request.method not in _READS and not session.is_confirmed(asked.request.header(CSRF)):
        raise StalePage("This change did not come from a page of the editor. Load the page again.")
    if session.role < needed:
        raise Forbidden(f"This needs the role {needed.word}; {session.name} has {session.role.word}.")


async def _body(request: Request, wanted: Any, most: int) -> Any:
    """The body, read as what the handler takes. Raises MalformedBody, InvalidData, UnsupportedEncoding."""
    kind = request.header(b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedEncoding("Send JSON, with Content-Type: application/json.")
    try:
        raw = await request.body(most)
    except TooLarge as error:  # the app's limits have no part in it
        raise TooLarge(f"The request is larger than the editor takes here: {most:,} bytes.") from error
    try:
        return msgspec.json.decode(raw, type=wanted)
    except msgspec.ValidationError as error:
        raise InvalidData(f"The request is not what this address takes: {error}.")
    except msgspec.DecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error}.")
    except RecursionError:
        raise MalformedBody("The body is nested too deeply.")
