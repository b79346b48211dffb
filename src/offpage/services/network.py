"""Connections of the HTTP client: a name is resolved once, what it stands for is looked at, and that is connected to.

Whoever answers for a name cannot give a public address to be looked at and a private one to be connected to.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from offpage.services.reachable import Reachable


class NotAllowed(Exception):
    """The host stands for addresses that may not be reached."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Connects only to what may be reached."""

    def __init__(self, reachable: Reachable) -> None:
        self._reachable = reachable
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is the library's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to one of the addresses that the host stands for, in their order."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"There is no host {host}.") from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        allowed = [one for one in addresses if self._reachable.may(host, one)]
        if not allowed:
            raise NotAllowed(host)
        for address in allowed[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(allowed[-1], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class CheckedTransport(httpx2.AsyncBaseTransport):
    """The way of httpx2 to a pool of such connections."""

    def __init__(self, reachable: Reachable, most_connections: int) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=most_connections,
            max_keepalive_connections=20,
            keepalive_expiry=15,
            network_backend=CheckedNetwork(reachable),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; the answer's body is read by whoever asked."""
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer.stream), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()


class _Stream(httpx2.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> Any:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
