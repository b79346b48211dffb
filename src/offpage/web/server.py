"""Running the HTTP server: uvicorn on a socket of ours, with a graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

import uvicorn

from offpage.kernel.errors import AppError
from offpage.web.connection import Connection

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
BACKLOG: Final = 4096
"""How many connections may wait to be accepted (the system may allow fewer)."""

MOST_OPEN_FILES: Final = 65_536
SWEEP_TICKS: Final = 20
"""Connections are looked through every 20 ticks of uvicorn's main loop: about every 2 s."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where and how to serve.

    `port` 0 takes any free one. `grace_seconds`: how long requests in flight may take to end once a stop is asked for.
    `trusted_proxies`: addresses whose X-Forwarded-For is believed ("" none, "*" all).
    """

    host: str = "127.0.0.1"
    port: int = 8000
    grace_seconds: int = 30
    keep_alive_seconds: int = 75
    trusted_proxies: str = ""


def open_socket(host: str, port: int) -> socket.socket:
    """Listen on an address. Raises AppError with a sentence where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise AppError(f"The address {host}:{port} cannot be used: {error.strerror}. Choose another with --host.")
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise AppError(
                f"The address {host} cannot be used: it is none of this machine's. Choose one of them with --host;"
                " 0.0.0.0 is all of them."
            ) from error
        advice = "Stop what uses it, or choose another with --port."
        if error.errno == errno.EACCES:
            advice = "This user may not listen there; choose one above 1023 with --port."
        raise AppError(f"Port {port} of {host} cannot be used: {error.strerror}. {advice}")
    return listener


class Server(uvicorn.Server):
    """uvicorn's server, stopped by its owner (or by signals), without killing the process afterwards."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None] | None = None,
        stopping: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping
        self._asked_at: float | None = None

    @property
    def stopping_for(self) -> float:
        """How many seconds ago it was asked to stop."""
        return 0.0 if self._asked_at is None else time.monotonic() - self._asked_at

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and say so."""
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, say so, and wait for requests in flight."""
        if self._stopping is not None:
            self._stopping()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Housekeeping: uvicorn's, and ours: close the connections of callers who stalled."""
        if counter % SWEEP_TICKS == 0:
            self.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def sweep(self, now: float) -> int:
        """Close every connection that is stalled at `now` (the loop's time); returns how many."""
        stalled = [one for one in self.server_state.connections if isinstance(one, Connection) and one.is_stalled(now)]
        for connection in stalled:
            connection.transport.close()
        return len(stalled)

    def stop(self) -> None:
        """Stop accepting; requests in flight may end within the grace time. A second call ends them too."""
        if self.should_exit:
            self.force_exit = True
        else:
            self._asked_at = time.monotonic()
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM stop the server. Unlike uvicorn's own, they are not raised again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {one: signal.signal(one, self._on_signal) for one in STOP_SIGNALS}
        try:
            yield
        finally:
            for one, handler in former.items():
                signal.signal(one, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop()


def make_server(
    app: Callable[..., Any],
    binding: Binding | None = None,
    *,
    ready: Callable[[], None] | None = None,
    stopping: Callable[[], None] | None = None,
) -> Server:
    """A server that is not running yet. `await server.serve(sockets=[open_socket(…)])` runs it until it is stopped."""
    binding = binding or Binding()
    config = uvicorn.Config(
        app,
        host=binding.host,
        port=binding.port,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=bool(binding.trusted_proxies),
        forwarded_allow_ips=binding.trusted_proxies or None,
        backlog=BACKLOG,
        timeout_keep_alive=binding.keep_alive_seconds,
        timeout_graceful_shutdown=binding.grace_seconds,
    )
    return Server(config, ready, stopping)


async def serve(
    app: Callable[..., Any],
    binding: Binding,
    listener: socket.socket,
    *,
    ready: Callable[[], None] | None = None,
    stopping: Callable[[], None] | None = None,
) -> float:
    """Serve on a socket until SIGTERM or SIGINT; returns once requests in flight have ended (or the grace time has).

    Returns how many seconds of the grace time are left. `ready` is called when requests are accepted, `stopping` in the
    event loop once none are any more. The caller runs it in a loop of uvloop (`new_loop`).
    """
    allow_many_connections()
    server = make_server(app, binding, ready=ready, stopping=stopping)
    await server.serve(sockets=[listener])
    return max(binding.grace_seconds - server.stopping_for, 0.0)


def allow_many_connections() -> None:
    """Raise the soft limit of open files, often 1,024, as far as this process may: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def new_loop() -> asyncio.AbstractEventLoop:
    """The event loop to serve in: `asyncio.Runner(loop_factory=new_loop)`."""
    import uvloop

    return uvloop.new_event_loop()
