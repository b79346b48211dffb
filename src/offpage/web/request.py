"""One request: its headers, its body as bytes, with a bound on how much is read."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from offpage.kernel.errors import TooLarge
from offpage.web.packed import unpacked
from offpage.web.reply import Receive, Scope

HIDDEN_HEADERS: Final = frozenset({"cookie", "proxy-authorization"})
"""Headers that may hold a credential of this app: no expression, journal or sample sees them. So it is with
`Authorization: Bearer`; other schemes belong to the maker's own checks."""


class Gone(Exception):
    """The caller hung up before the request was complete; nobody is there to be answered."""


class Request:
    """What came in. `headers` has the last of headers that were sent twice; `is_read`: the body has come to its end."""

    __slots__ = ("headers", "is_read", "method", "query_string", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.query_string: bytes = scope["query_string"]
        self.is_read = False

    def header(self, name: bytes) -> str:
        """The text of a header, or "" where it is missing."""
        value = self.headers.get(name)
        return value.decode("latin-1").strip() if value else ""

    @property
    def ip(self) -> str:
        """The caller's address; "" where the server does not know it."""
        client: Any = self.scope.get("client")
        return str(client[0]) if client else ""

    def shown_headers(self) -> dict[str, str]:
        """The headers by lower-case name, credentials of this app left out, those sent twice joined."""
        shown: dict[str, str] = {}
        for raw_name, raw_value in self.scope["headers"]:
            name = raw_name.decode("latin-1").lower()
            value = raw_value.decode("latin-1")
            if name in HIDDEN_HEADERS or (name == "authorization" and value[:7].lower() == "bearer "):
                continue
            shown[name] = f"{shown[name]}, {value}" if name in shown else value
        return shown

    async def body(self, limit: int) -> bytes:
        """Read the body, at most `limit` bytes, and unpack it. Raises TooLarge, before reading where the length is announced."""
        announced = self.headers.get(b"content-length")
        if announced is not None and len(announced) < 20 and announced.isdigit() and int(announced) > limit:
            raise too_large(limit)
        first = await self._piece()
        if len(first) > limit:
            raise too_large(limit)
        raw = first if self.is_read else await self._rest(bytearray(first), limit)
        encoding = self.headers.get(b"content-encoding")
        return raw if encoding is None else await unpacked(raw, encoding, limit)

    async def throw_away(self, most: int) -> None:
        """Read and forget what is still coming, at most `most` bytes, so that the caller gets to read our answer."""
        with contextlib.suppress(Gone):
            while most > 0 and not self.is_read:
                most -= len(await self._piece())

    async def until_gone(self) -> None:
        """Return once the caller has hung up. What is still coming is thrown away."""
        with contextlib.suppress(Gone):
            while True:
                await self._piece()

    async def _rest(self, body: bytearray, limit: int) -> bytes:
        while not self.is_read:
            body += await self._piece()
            if len(body) > limit:
                raise too_large(limit)
        return bytes(body)

    async def _piece(self) -> bytes:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self.is_read = not message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece


def too_large(limit: int) -> TooLarge:
    """The error for a body of more than `limit` bytes."""
    return TooLarge(f"The request is larger than this app accepts ({limit:,} bytes, limits.request_bytes).")
