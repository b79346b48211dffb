"""An answer on its way out: status, headers, body; and the headers that never change, made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

to_json: Final = msgspec.json.Encoder().encode
"""JSON-ready values → UTF-8 bytes."""

JSON: Final[Header] = (b"content-type", b"application/json")
TEXT: Final[Header] = (b"content-type", b"text/plain; charset=utf-8")
ANY_ORIGIN: Final[Header] = (b"access-control-allow-origin", b"*")
EXPOSED: Final[Header] = (
    b"access-control-expose-headers",
    b"Run-Id, Location, Retry-After, Idempotent-Replayed, Preference-Applied",
)
NOSNIFF: Final[Header] = (b"x-content-type-options", b"nosniff")
CLOSE: Final[Header] = (b"connection", b"close")

BODILESS: Final = frozenset({204, 205, 304})
"""Statuses whose answers have no body."""


@dataclass(slots=True)
class Reply:
    """One answer. `headers` lacks content-length; `linger`: the rest of the request is still to be thrown away."""

    status: int
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""
    linger: bool = False


def json_reply(status: int, content: Any, *headers: Header) -> Reply:
    """An answer in JSON."""
    return Reply(status, [JSON, ANY_ORIGIN, *headers], to_json(content))


async def send_reply(reply: Reply, send: Send, method: str, *, with_origin: bool = False) -> None:
    """Send an answer. One to HEAD keeps the length of the body that GET would get, and leaves the body out."""
    headers, body = reply.headers, reply.body
    if reply.status in BODILESS:
        body = b""
    else:
        headers.append((b"content-length", b"%d" % len(body)))
    if with_origin:
        headers.append(EXPOSED)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if method == "HEAD":
        body = b""
    await send({"type": "http.response.body", "body": body, "more_body": reply.linger})
