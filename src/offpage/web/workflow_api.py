"""The Workflow API: `/api/1.1/wf/NAME`, in the order of bubble.md 1.3."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import replace
from typing import Final

from offpage.accounts.actor import ADMIN, NOBODY, Actor
from offpage.engine.calls import ApiCall, Outcome, RequestData
from offpage.kernel.errors import (
    BrokenWorkflow,
    InvalidData,
    MethodNotAllowed,
    NotFound,
    OffpageError,
    RateLimited,
    StoreError,
    Unauthorized,
    WorkflowBusy,
)
from offpage.program.program import Workflow
from offpage.values.codec import Forms
from offpage.web.answers import outcome_reply
from offpage.web.content import Content, read_content
from offpage.web.credentials import caller
from offpage.web.detect import not_listening
from offpage.web.forms import Fields, plain_value, read_pairs
from offpage.web.inbox import acknowledged, check_delivery, delivery_key, sent_content
from offpage.web.later import accepted, status_reply, wants_later
from offpage.web.parameters import Given, read_parameters
from offpage.web.private_files import check_addresses
from offpage.web.redirects import redirect_outcome, redirect_problem
from offpage.web.reply import Reply, json_reply
from offpage.web.request import Request
from offpage.web.serving import Environment
from offpage.web.streaming import Streamed, listened
from offpage.web.uploads import keep_files

LONGEST_KEY: Final = 255
"""Most characters of an Idempotency-Key."""

NO_LIMIT: Final = 1 << 40
"""What `limits.request_bytes: 0` means."""

LARGE: Final = 200_000
"""Bodies of more bytes are decoded in a thread, so that they do not hold up everybody else."""

NO_REQUEST: Final = RequestData()
"""For workflows that never look at the request as a whole."""


async def answer_workflow(
    environment: Environment, request: Request, rest: tuple[str, ...], prefix: str
) -> Reply | Streamed:
    """Answer a request to `…/wf/…`. `rest` is what follows `wf/`; `prefix` what precedes `/api`. Raises OffpageError."""
    program = environment.engine.program
    if not program.app.settings.api.workflows:
        raise NotFound("This application does not expose a Workflow API")
    match rest:
        case (name,):
            workflow = find_workflow(environment, name)
            return await call_workflow(environment, request, workflow, prefix)
        case (name, "initialize"):
            return await _initialize(environment, request, name)
        case (name, "runs", run_id):
            return await _status(environment, request, find_workflow(environment, name), run_id)
    raise NotFound("There is no such address. A workflow is called at /api/1.1/wf/NAME")


def find_workflow(environment: Environment, name: str) -> Workflow:
    """The exposed API workflow with this name. Raises NotFound, or BrokenWorkflow for one that has mistakes."""
    program = environment.engine.program
    workflow = program.workflows.get(name)
    if workflow is not None and workflow.expose and workflow.trigger == "api":
        return workflow
    doc = program.app.workflows.get(name)
    if name in program.broken and (doc is None or (doc.expose and doc.trigger == "api" and not doc.disabled)):
        # What is wrong is for the maker; callers of the live app only learn that it is not their mistake.
        issue = str(program.broken[name][0])
        more = f": {issue}" if environment.name == "development" else ""
        raise BrokenWorkflow(f"Workflow {name} has mistakes and cannot run{more}", workflow=name, issue=issue)
    raise NotFound(f"Workflow {name[:100]} not found")


async def call_workflow(
    environment: Environment, request: Request, workflow: Workflow, prefix: str
) -> Reply | Streamed:
    """Run a workflow, or keep it to be run, and answer."""
    if workflow.response == "json":
        return await _call(environment, request, workflow, prefix)
    try:
        return await _call(environment, request, workflow, prefix)
    except (RateLimited, WorkflowBusy, MethodNotAllowed, StoreError):
        raise
    except OffpageError as error:
        reply = redirect_problem(workflow, error)
        if reply is None:
            raise
        return reply


async def _call(environment: Environment, request: Request, workflow: Workflow, prefix: str) -> Reply | Streamed:
    program = environment.engine.program
    limits = program.app.settings.limits
    environment.rate.take(limits.requests_per_minute)
    query = read_pairs(request.query_string, what="The query string")
    actor = await caller(environment.tokens, request, query, workflow)
    allow(workflow, actor)
    check_method(request, workflow)
    raw, kind = await _body(request, workflow, limits.request_bytes), request.header(b"content-type")
    if workflow.verify is not None:
        check_delivery(environment, request, workflow, workflow.verify, raw)
    run_id = ""
    if workflow.keeps_deliveries:
        if len(raw) <= LARGE:
            sent = sent_content(request, raw, query, actor)
        else:
            sent = await asyncio.to_thread(sent_content, request, raw, query, actor)
        run_id = await environment.engine.keep_delivery(workflow.name, len(raw), sent)
    if len(raw) <= LARGE:
        content, given = _read(workflow, raw, kind, query, program.forms)
    else:  # others are answered meanwhile
        content, given = await asyncio.to_thread(_read, workflow, raw, kind, query, program.forms)
    key = request.headers.get(b"idempotency-key")
    data = _request_data(workflow, request, content, query, len(raw))
    if workflow.dedupe is not None:
        idempotency = delivery_key(environment, workflow.dedupe, given.values, data)
    elif key is not None:
        idempotency = _idempotency(key, actor, request, content, environment.fingerprint_key)
    else:
        idempotency = None
    call = ApiCall(workflow, given.values, actor, data, idempotency, request.ip, program, run_id)
    if workflow.takes_files and not await environment.engine.is_repeated(call):  # its files were stored the first time
        sender = ADMIN if workflow.ignore_privacy else actor
        await check_addresses(environment, workflow, given, sender)
        await keep_files(environment, given.files, workflow.parameters, given.values, sender)
    if workflow.ack_first:
        return acknowledged(await environment.engine.accept(call))
    prefer = request.headers.get(b"prefer")
    if prefer is not None and wants_later(prefer.decode("latin-1")):
        return accepted(
            await environment.engine.accept(call), prefix, workflow.name, (b"preference-applied", b"respond-async")
        )
    if workflow.flow is not None and workflow.flow.debounce is not None:  # it runs when nobody calls any more
        return accepted(await environment.engine.accept(call), prefix, workflow.name)

    def reply(outcome: Outcome) -> Reply:
        if outcome.error is not None:
            outcome = replace(outcome, error=environment.shown(outcome.error))
        return (redirect_outcome if workflow.response == "redirect" else outcome_reply)(workflow, outcome)

    if workflow.streams and workflow.response == "json" and request.method != "HEAD":
        return await listened(environment, request, call, reply)
    return reply(await environment.engine.call(call))


def allow(workflow: Workflow, actor: Actor) -> None:
    """Compare the caller with the workflow's authentication. Raises Unauthorized."""
    match workflow.auth:
        case "none":
            return
        case "admin" if actor.kind != "admin":
            raise Unauthorized(
                f"Workflow {workflow.name} can only be run with an API token: Authorization: Bearer TOKEN"
            )
        case "user" if actor is NOBODY:
            raise Unauthorized(
                f"Workflow {workflow.name} can only be run by a user: log in, and send Authorization: Bearer TOKEN"
            )


def check_method(request: Request, workflow: Workflow) -> None:
    """Raises MethodNotAllowed. A HEAD of a GET workflow is a GET whose answer is shown without its body."""
    method = request.method
    if method == workflow.method or (method == "HEAD" and workflow.method == "GET"):
        return
    allowed = "GET, HEAD, OPTIONS" if workflow.method == "GET" else "POST, OPTIONS"
    raise MethodNotAllowed(f"Workflow {workflow.name} answers {workflow.method}, not {method}", allow=allowed)


async def _body(request: Request, workflow: Workflow, limit: int) -> bytes:
    return b"" if workflow.method == "GET" else await request.body(limit or NO_LIMIT)


def _read(workflow: Workflow, raw: bytes, kind: str, query: Fields, forms: Forms) -> tuple[Content, Given]:
    content = read_content(raw, kind)
    return content, read_parameters(workflow, content, query, forms)


def _request_data(workflow: Workflow, request: Request, content: Content, query: Fields, size: int) -> RequestData:
    if not (workflow.uses_request or workflow.request_data):
        return RequestData(size=size) if size else NO_REQUEST
    return RequestData(
        body=content.value,
        headers=request.shown_headers(),
        query={name: plain_value(values) for name, values in query.items()},
        raw=content.raw,
        ip=request.ip,
        size=size,
    )


def _idempotency(raw: bytes, actor: Actor, request: Request, content: Content, secret: bytes) -> tuple[str, str]:
    """The key, told apart by who sends it, and a hash of everything that the workflow could see of the request.

    It is made with a key of this installation: a request may hold a password, and without the key guesses could be
    compared with the hash a million times faster than they should.
    """
    key = raw.decode("latin-1").strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidData(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")
    sender = f"{actor.kind} {actor.user_id or ''} {key}"
    seen = content.fingerprint() + request.query_string
    return sender, hmac.digest(secret, seen, "sha256").hex()


async def _status(environment: Environment, request: Request, workflow: Workflow, run_id: str) -> Reply:
    environment.rate.take(environment.engine.program.app.settings.limits.requests_per_minute)
    query = read_pairs(request.query_string, what="The query string")
    actor = await caller(environment.tokens, request, query, workflow)
    allow(workflow, actor)
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"The state of a run is read with GET, not {request.method}", allow="GET, HEAD, OPTIONS")
    status = await environment.engine.run_status(run_id)
    if status is not None and status.error is not None:
        status = replace(status, error=environment.shown(status.error))
    return status_reply(status, workflow, run_id, actor)


async def _initialize(environment: Environment, request: Request, name: str) -> Reply:
    """Take a sample request, if the development version waits for one."""
    program = environment.engine.program
    listening = environment.listening
    workflow = program.workflows.get(name)
    if environment.name != "development" or workflow is None or listening is None or not listening.is_on(name):
        raise not_listening(name)
    environment.rate.take(program.app.settings.limits.requests_per_minute)
    query = read_pairs(request.query_string, what="The query string")
    allow(workflow, await caller(environment.tokens, request, query, workflow))
    check_method(request, workflow)
    raw = await _body(request, workflow, program.app.settings.limits.request_bytes)
    if workflow.verify is not None:
        check_delivery(environment, request, workflow, workflow.verify, raw)
    content = await asyncio.to_thread(read_content, raw, request.header(b"content-type"))
    await listening.take(name, content.value, request.shown_headers())
    return json_reply(200, {"status": "success", "response": {}})
