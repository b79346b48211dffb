"""The one ASGI callable. Every request comes through here, and every error becomes an answer here.

It is written by hand because a call of a workflow must cost little more than its own work: no router, no
middleware, no request object beyond what is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from offpage.kernel.errors import BrokenWorkflow, NotFound, OffpageError, ServedElsewhere, Stopping, StoreError
from offpage.web.cors import preflight
from offpage.web.credentials import InvalidToken
from offpage.web.data_api.answer import answer_data
from offpage.web.files import answer_file
from offpage.web.health import Health
from offpage.web.meta.answer import Metadata
from offpage.web.metrics import answer_metrics
from offpage.web.paths import Place, locate
from offpage.web.problems import about_request, new_code, problem_reply, reason_of, unforeseen_reply
from offpage.web.reply import Receive, Reply, Scope, Send, send_reply
from offpage.web.request import Gone, Request
from offpage.web.serving import Call, Environment, Site
from offpage.web.streaming import Streamed, Streams
from offpage.web.workflow_api import answer_workflow

WORKFLOWS: Final = "/api/1.1/wf/"
EDITOR: Final = "/editor"
PREFIX: Final = {"live": "/api/1.1/…", "development": "/version-test/api/1.1/…"}
"""Where an environment answers that is served beside the other."""

THROWN_AWAY: Final = 100 * 1024 * 1024
"""Most bytes of a refused body that are read only so that the caller gets to see the answer."""


CUT_OFF: Final = (
    "The server stopped before the answer was known. Send the request again with the same Idempotency-Key, if it had one:"
    " then it counts once."
)


class Application:
    """What answers HTTP for a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._metadata = Metadata()
        self._health = Health(site)
        self._streams = Streams(site.events)

    def stop(self) -> None:
        """The server stops: streams may go on for a moment, as other requests may until the grace time is over."""
        self._streams.stop()
        for one in self.site.stopping:
            one()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (an ASGI application)."""
        if scope["type"] != "http":
            await _other(scope, receive, send)
            return
        request = Request(scope, receive)
        began = time.perf_counter()
        try:
            reply = await self._answer(request, scope["path"], send)
        except Gone:
            return
        except asyncio.CancelledError:  # the server stops, and the time for requests in flight is over
            reply = problem_reply(Stopping(CUT_OFF))
        except OffpageError as error:
            if isinstance(error, InvalidToken):
                await self._say_whose(error, scope["path"])
            reply = self._problem(error, request)
        except Exception as error:  # noqa: BLE001 — whatever it is, the caller gets an answer and the operator the cause
            code = new_code()
            self.site.events.say("request.broke", code=code, path=scope["path"], method=request.method, error=error)
            reply = unforeseen_reply(code)
        if reply is None:
            return
        if isinstance(reply, Streamed):
            await self._streams.send(reply, send, with_origin=b"origin" in request.headers)
            if self.site.heard is not None:
                took = (time.perf_counter() - began) * 1000
                self.site.heard(Call(request.method, scope["path"], 200, took))
            return
        if self.site.heard is not None and not _is_editors(scope["path"]):
            took = (time.perf_counter() - began) * 1000
            self.site.heard(Call(request.method, scope["path"], reply.status, took, reason_of(reply)))
        await send_reply(reply, send, request.method, with_origin=b"origin" in request.headers)
        if reply.linger:
            await request.throw_away(THROWN_AWAY)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _answer(self, request: Request, path: str, send: Send) -> Reply | Streamed | None:
        """The answer; None if it has been sent already."""
        if _is_editors(path):
            return await self._editor(request, path, send)
        if request.method == "OPTIONS":
            return preflight(request)
        if path.startswith(WORKFLOWS) and path.find("/", 12) < 0:  # nearly every request
            environment = self.site.live
            if environment is not None and len(path) > 12:
                return await answer_workflow(environment, request, (path[12:],), "")
        place = locate(path)
        if not place.version:
            return await self._outside_the_api(place, request, send)
        if place.version != "1.1":
            raise NotFound(f"There is no API version {place.version[:20]} here. Use /api/1.1/")
        environment = await self._environment(place)
        match place.area:
            case "wf":
                return await answer_workflow(environment, request, place.rest, place.prefix)
            case "obj":
                return await answer_data(environment, request, place.rest)
            case "meta":
                return await self._metadata.answer(environment, request, place.rest, place.prefix)
        raise NotFound("There is no such address. Workflows are called at /api/1.1/wf/NAME")

    async def _editor(self, request: Request, path: str, send: Send) -> Reply | None:
        if self.site.editor is None:
            raise NotFound("There is no editor here. offpage dev and offpage serve have one")
        return await self.site.editor(request, path[len(EDITOR) :], send)

    async def _environment(self, place: Place) -> Environment:
        environment = await self.site.answering(place.branch)
        if environment is not None:
            return environment
        if place.branch in ("", "live"):
            raise NotFound("Nothing has been deployed yet. The development version answers under /version-test/")
        if place.branch == "test":
            if self.site.elsewhere or self.site.development is not None:  # it is there by now
                raise ServedElsewhere
            raise NotFound("The development version cannot be served: app.yaml of its folder cannot be read")
        raise NotFound(f"There is no version {place.branch[:50]} here. Use /version-test/ or no prefix")

    async def _outside_the_api(self, place: Place, request: Request, send: Send) -> Reply | None:
        match place.area, place.rest:
            case "health", ():
                return await self._health.answer()
            case "metrics", ():
                return await answer_metrics(self.site)
            case "fileupload", (file_id, name):
                environment = await self._environment(place)
                await answer_file(environment, file_id, name, request, send)
                return None
        raise NotFound(f"There is no such address. Workflows are called at /api/1.1/wf/NAME{self._more()}")

    def _more(self) -> str:
        """Where else a browser may go that came to nothing."""
        environment = self.site.live or self.site.development
        has_docs = environment is not None and environment.engine.program.app.settings.api.docs
        docs = ". Their documentation is at /api/1.1/meta/docs" if has_docs else ""
        return docs if self.site.editor is None else f"{docs}. The editor is at {EDITOR}/"

    async def _say_whose(self, error: InvalidToken, path: str) -> None:
        """Say in the log of a token that the other environment knows that it does: the caller only learns that it is not valid."""
        here = self.site.environment(locate(path).branch)
        for other in (self.site.live, self.site.development):
            if here is None or other is None or other is here:
                continue
            with contextlib.suppress(StoreError):
                if await other.tokens.knows(error.key):
                    told = (
                        f"The token belongs to {other.name}, and {here.name} was called. Call {PREFIX[other.name]}, or make a"
                        f" token for {here.name}: offpage token create --env {here.name}."
                    )
                    self.site.events.say("token.elsewhere", path=path, message=told)

    def _problem(self, error: OffpageError, request: Request) -> Reply:
        if isinstance(error, BrokenWorkflow):
            self.site.events.say("workflow.broken", **error.details)
        elif not about_request(error):
            self.site.events.say("request.failed", path=request.scope["path"], method=request.method, error=error)
        environment = self.site.environment(locate(request.scope["path"]).branch)
        return problem_reply(error if environment is None else environment.shown(error))


def _is_editors(path: str) -> bool:
    """Whether the web editor is asked: its pages are no calls of the app, and open to no other site."""
    return path.startswith(EDITOR) and path[len(EDITOR) : len(EDITOR) + 1] in ("", "/")


def application(site: Site) -> Application:
    """The ASGI application that serves a site."""
    return Application(site)


async def _other(scope: Scope, receive: Receive, send: Send) -> None:
    """Anything but HTTP: a server's start and stop are acknowledged, a websocket is refused."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
