"""A transport that sends what one answer writes in one go: head and body are one system call instead of two."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

AT_ONCE: Final = 64 * 1024
"""Bytes that are sent on without waiting for more."""


class JoinedWrites:
    """Gathers what is written before the event loop turns, then sends it. Everything else is the transport's."""

    __slots__ = ("_gathered", "_loop", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._gathered: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send `data` soon, after what was written before it."""
        if not self._gathered:
            self._loop.call_soon(self._send)
        self._gathered.append(data)
        self._size += len(data)
        if self._size >= AT_ONCE:
            self._send()

    def close(self) -> None:
        """Close, once everything written is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._gathered:
            data = b"".join(self._gathered)
            self._gathered.clear()
            self._size = 0
            self._transport.write(data)


def joined(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> asyncio.Transport:
    """The transport with joined writes."""
    return cast("asyncio.Transport", JoinedWrites(transport, loop))
