"""A caller of an ASGI application without a socket: what is asked, what is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from offpage.web.reply import Message


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer. `headers` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.body)


async def ask(
    app: Any,
    method: str,
    address: str,
    *,
    json: Any = None,
    body: bytes | Sequence[bytes] = b"",
    headers: Iterable[tuple[str, str]] | dict[str, str] = (),
) -> Seen:
    """Send one request (in the pieces of `body`, if it is a list) and gather the answer."""
    path, _, query = address.partition("?")
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    if json is not None:
        body = msgspec.json.encode(json)
        pairs.append(("content-type", "application/json"))
    pieces = [body] if isinstance(body, bytes) else list(body)
    if isinstance(body, bytes) and body:
        pairs.append(("content-length", str(len(body))))
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": ("203.0.113.7", 4711),
    }
    incoming = [
        {"type": "http.request", "body": piece, "more_body": index + 1 < len(pieces)}
        for index, piece in enumerate(pieces)
    ]
    sent: list[Message] = []
    answered = asyncio.Event()

    async def receive() -> Message:
        await asyncio.sleep(0)
        if incoming:
            return incoming.pop(0)
        await answered.wait()  # a caller stays to read the answer
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()

    await app(scope, receive, send)
    return _seen(sent)


def _seen(sent: list[Message]) -> Seen:
    start, *parts = sent
    assert start["type"] == "http.response.start"
    assert not parts[-1].get("more_body", False), "the answer was not ended"
    headers: dict[str, str] = {}
    for name, value in start["headers"]:
        text = name.decode("latin-1")
        assert text == text.lower()
        assert text not in headers, f"{text} was sent twice"
        headers[text] = value.decode("latin-1")
    return Seen(start["status"], headers, b"".join(part.get("body", b"") for part in parts))
