"""A call of a connector as a step makes it: what it takes and gives, and the request that it becomes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import mimetypes
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

import msgspec

from offpage.actions.kinds import Taken
from offpage.actions.outside import OutsideContext
from offpage.kernel.errors import InvalidData, OutsideFailed, StepError
from offpage.services.client_tokens import Client
from offpage.services.http import LARGEST, HttpAnswer, HttpRequest
from offpage.services.reachable import Reachable
from offpage.values.codec import Forms, from_json, from_text
from offpage.values.records import Record
from offpage.values.types import JSON, NUMBER, Type

Pairs = tuple[tuple[str, str], ...]
SourceOf = Callable[[str, tuple[str, ...]], Any]

LONGEST_TOLD: Final = 1_000
"""How much of an answer that is an error is kept in the error."""


@dataclass(frozen=True, slots=True)
class Auth:
    """How a call proves who makes it: by headers or a part of the query, or by a token to be fetched."""

    headers: Pairs = ()
    query: Pairs = ()
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a call sends. Of a multipart body, the parts named in `files` are files of the app's storage."""

    kind: Literal["none", "json", "form", "multipart", "text"] = "none"
    content: Any = None
    content_type: str = ""
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before files are read and tokens fetched. `fixed`: its address is as the maker wrote it."""

    url: str
    fixed: bool
    query: Pairs = ()
    headers: Pairs = ()
    auth: Auth = Auth()
    body: Body = Body()


@dataclass(frozen=True, slots=True)
class CallRef:
    """A call that steps may make. `draft` makes the request of the values, in the order of the parameters.

    `broken`: there is a mistake in its connector, which has an issue of its own.
    """

    name: str
    parameters: tuple[Taken, ...] = ()
    gives: Type | None = JSON
    sample: Any = None
    draft: Callable[[Sequence[Any], SourceOf, int], Draft] = field(default=lambda *_: Draft("", True), compare=False)
    method: str = "GET"
    answers: Literal["value", "file", "any"] = "any"
    is_error: Callable[[int], bool] = field(default=lambda status: status >= 400, compare=False)
    idempotency_header: str = ""
    seconds: float = 30.0
    at_once: int = 10
    forms: Forms = field(default_factory=Forms, compare=False)
    broken: bool = False

    @property
    def parts(self) -> dict[str, Type]:
        """The parts of what a step gets."""
        body = {} if self.gives is None else {"body": self.gives}
        return {**body, "status": NUMBER, "headers": JSON}

    @property
    def record(self) -> Type:
        """The type of what a step gets."""
        return Type("record", self.name)


async def perform(call: CallRef, values: Sequence[Any], step: OutsideContext) -> Record:
    """Make a call. Raises OutsideFailed for an answer that is an error, or none."""
    draft = call.draft(values, step.source, step.now())
    for _, value in (*draft.auth.headers, *draft.auth.query):
        step.hide(value)
        if len(bare := value.partition(" ")[2]) > 3:  # what follows the word Bearer
            step.hide(bare)
    request = await _request(call, draft, step)
    client = draft.auth.client
    if client is None:
        answer = await step.services.http.send(request)
    else:
        answer = await _with_token(request, client, step)
    if call.is_error(answer.status):
        raise error_of(f"`{call.name}`", answer, step.now())
    types = call.parts
    found = {"status": float(answer.status), "headers": answer.headers}
    if call.gives is not None:
        found["body"] = await _body(call, answer, step)
    return Record(types, found)


async def _with_token(request: HttpRequest, client: Client, step: OutsideContext) -> HttpAnswer:
    """Send with an access token; one that is refused although it should still count is replaced once."""
    http, tokens = step.services.http, step.services.client_tokens
    for last in (False, True):
        token = await tokens.token(http, client, step.hide)
        step.hide(token)
        headers = (*request.headers, ("Authorization", f"Bearer {token}"))
        answer = await http.send(replace(request, headers=headers))
        if answer.status != 401 or last:
            break
        tokens.forget(client, token)
    return answer


async def _request(call: CallRef, draft: Draft, step: OutsideContext) -> HttpRequest:
    content, content_type = await _content(draft.body, step)
    headers = [*draft.headers, *draft.auth.headers]
    if content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", content_type))
    if call.idempotency_header:
        headers.append((call.idempotency_header, key_for_others(step.key)))
    query = (*draft.query, *draft.auth.query)
    url = draft.url
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    return HttpRequest(
        call.method,
        url,
        tuple(headers),
        content,
        Reachable(draft.fixed, step.settings.outside_allow),
        call.seconds,
        call.at_once,
    )


def key_for_others(key: str) -> str:
    """A step's key in a form that every server takes: short, of letters and digits."""
    return f"op-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


async def _content(body: Body, step: OutsideContext) -> tuple[bytes, str]:
    match body.kind:
        case "json":
            return msgspec.json.encode(body.content), "application/json"
        case "form":
            return urlencode(body.content).encode(), "application/x-www-form-urlencoded"
        case "text":
            return str(body.content or "").encode("utf-8", "replace"), body.content_type or "text/plain; charset=utf-8"
        case "multipart":
            return await _multipart(body, step)
    return b"", ""


async def _multipart(body: Body, step: OutsideContext) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts: list[bytes] = []
    left = LARGEST
    for name, value in body.content:
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        content = value.encode("utf-8", "replace")
        if name in body.files:
            file = await step.open_file(value, left)
            left -= len(file.content)
            content = file.content
            head += f'; filename="{_quoted(file.name)}"\r\nContent-Type: {file.content_type}'
        parts.append(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), content))
    return b"".join(parts) + b"--%s--\r\n" % boundary.encode(), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def basic(user: str, password: str) -> str:
    """The value of an Authorization header with a name and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def _body(call: CallRef, answer: HttpAnswer, step: OutsideContext) -> Any:
    """What the answer says, as the call promises it."""
    assert call.gives is not None
    if call.answers == "file":
        return await _kept(call, answer, step)
    content, kind = answer.content, answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not content.strip():
        return None
    is_json = kind == "application/json" or kind.endswith("+json")
    try:
        if call.gives.kind == "json" or is_json:
            found = _json(content) if is_json or call.answers == "value" else _readable(answer, kind, call)
            return from_json(call.gives, found, call.forms)
        return from_text(call.gives, _text(answer), call.forms)
    except (InvalidData, msgspec.DecodeError, RecursionError) as error:
        told = error.message if isinstance(error, InvalidData) else "It is no JSON."
        said = f"`{call.name}` answered with what is no {call.gives}. {told}"
        raise OutsideFailed(
            said, why="unreadable", retryable=False, answer_status=answer.status, answer=_told(answer)
        ) from error


def _json(content: bytes) -> Any:
    return msgspec.json.decode(content)


def _readable(answer: HttpAnswer, kind: str, call: CallRef) -> Any:
    """An answer that nobody has described: JSON if it is, or a text."""
    try:
        return _json(answer.content)
    except (msgspec.DecodeError, RecursionError):
        if kind.startswith("text/") or kind.endswith(("xml", "javascript", "x-www-form-urlencoded")) or not kind:
            return _text(answer)
    said = f"`{call.name}` answered with {kind}, which is no text. Say `gives: file` in the connector to keep it."
    raise OutsideFailed(said, why="unreadable", retryable=False, answer_status=answer.status)


def _text(answer: HttpAnswer) -> str:
    try:
        return answer.content.decode(answer.encoding, "replace").replace("\x00", "")
    except LookupError:
        return answer.content.decode("utf-8", "replace").replace("\x00", "")


async def _kept(call: CallRef, answer: HttpAnswer, step: OutsideContext) -> str | None:
    files = step.services.files
    if files is None:
        raise StepError("There is no place for files here.")
    if not answer.content:
        return None
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = f"{call.name.rpartition('.')[2]}{mimetypes.guess_extension(kind) or ''}"
    content, now, key = answer.content, step.now(), step.key
    return await asyncio.to_thread(files.keep, name, content, now, None, key)


def _told(answer: HttpAnswer) -> str:
    return _text(replace(answer, content=answer.content[: 4 * LONGEST_TOLD]))[:LONGEST_TOLD]


def error_of(who: str, answer: HttpAnswer, now: int) -> OutsideFailed:
    """The error that an answer is which was not wanted: what was said, and whether asking again may help."""
    status = answer.status
    said = f"{who} answered with status {status}{f' ({answer.reason})' if answer.reason else ''}."
    retryable = status in (408, 409, 425, 429) or (status >= 500 and status not in (501, 505))
    details: dict[str, Any] = {"answer_status": status, "answer": _told(answer)}
    after = _retry_after(answer.headers.get("retry-after", ""), now)
    if after is not None:
        details["retry_after"] = after
    return OutsideFailed(said, why="answer", retryable=retryable, **details)


def _retry_after(text: str, now: int) -> float | None:
    """The seconds that a header Retry-After asks for: written as such, or as a date."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now / 1000)
    except ValueError:
        return None
