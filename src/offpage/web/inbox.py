"""Deliveries of webhooks, where a workflow asks for that: only what is signed comes in, and what is repeated runs once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import msgspec

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.engine.calls import ApiCall, RequestData
from offpage.kernel.errors import BrokenWorkflow, InvalidData
from offpage.program.program import Program, Workflow
from offpage.program.signed import Dedupe, Verify
from offpage.services.signatures import Delivery, check
from offpage.web.content import read_content
from offpage.web.forms import Fields, plain_value, read_pairs
from offpage.web.parameters import read_parameters
from offpage.web.reply import Reply, json_reply
from offpage.web.request import Request
from offpage.web.serving import Environment


def check_delivery(environment: Environment, request: Request, workflow: Workflow, verify: Verify, raw: bytes) -> None:
    """Raise Unauthorized for a delivery that its sender has not signed, BrokenWorkflow while there is no secret."""
    now = environment.now()
    secrets = verify.secrets(environment.source, now)
    if not secrets:  # a sender that is told of a failure sends it again
        message = f"Workflow {workflow.name} cannot verify what it is sent: its secret is not set. Put it into .env."
        raise BrokenWorkflow(message, workflow=workflow.name)
    url = verify.url(environment.source, now) or _address(environment, request)
    check(verify.scheme, Delivery(request.headers, raw, url), secrets, now=now, tolerance_ms=verify.tolerance_ms)


def delivery_key(
    environment: Environment, dedupe: Dedupe, values: list[Any], request: RequestData
) -> tuple[str, str] | None:
    """What a delivery is known by when it comes again, as an Idempotency-Key is; None where nothing tells it apart.

    What it holds does not count: a repeated delivery may be written anew. The key is hashed, for it may hold anything.
    """

    def source(name: str, path: tuple[str, ...]) -> Any:
        return request.given(path[0]) if name == "request" else environment.source(name, path)

    text = dedupe.key(values, source, environment.now())
    if not text:
        return None
    return f"delivery {hmac.new(environment.fingerprint_key, text.encode(), hashlib.sha256).hexdigest()}", ""


def acknowledged(run_id: str) -> Reply:
    """The answer to a delivery that is stored, and runs now."""
    return json_reply(200, {"status": "success", "response": {}}, (b"run-id", run_id.encode("ascii")))


def sent_content(request: Request, raw: bytes, query: Fields, actor: Actor) -> str:
    """A delivery as it came, as JSON text, without credentials of this app (that of the query is out of it already)."""
    pairs = [(name, value) for name, values in query.items() for value in values if isinstance(value, str)]
    sent = Sent(
        request.method, urlencode(pairs), request.shown_headers(), raw, request.ip, actor.kind, actor.user_id or ""
    )
    return msgspec.json.encode(sent).decode()


class Sent(msgspec.Struct, frozen=True):
    """A delivery that is kept: all that it takes to run it again."""

    method: str
    query: str
    headers: dict[str, str]
    body: bytes
    ip: str
    actor: str
    user_id: str


def call_again(program: Program, workflow: Workflow, content: str) -> ApiCall:
    """The call that a kept delivery makes of a workflow as it is now. Raises OffpageError where it cannot be read."""
    sent = msgspec.json.decode(content, type=Sent)
    query = read_pairs(sent.query.encode(), what="The query string")
    body = read_content(sent.body, sent.headers.get("content-type", ""))
    given = read_parameters(workflow, body, query, program.forms)
    if given.files:
        raise InvalidData("This delivery brought files with it, which were stored when it came: send it again instead.")
    shown = {name: plain_value(values) for name, values in query.items()}
    request = RequestData(body.value, sent.headers, shown, sent.body, sent.ip, len(sent.body))
    actor = ADMIN if sent.actor == ADMIN.kind else user(sent.user_id) if sent.user_id else NOBODY
    return ApiCall(workflow, given.values, actor, request, None, sent.ip, program)


def _address(environment: Environment, request: Request) -> str:
    """The address that was called, as callers know the server."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query = b"?" + request.query_string if request.query_string else b""
    return f"{environment.source('app', ('url',)) or ''}{(path.partition(b'?')[0] + query).decode('latin-1')}"
