"""Serves an app until the process is told to stop: environments started, requests answered, the folder watched."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable

from offpage.host.app_runner import AppRunner
from offpage.host.collecting import set_aside
from offpage.host.hosting import CLOSING_SECONDS, Host
from offpage.host.watching import watch
from offpage.kernel.errors import OffpageError
from offpage.kernel.issues import Issue, Issues
from offpage.model.schema import Schema
from offpage.web.app import application
from offpage.web.probes import probes
from offpage.web.server import STOP_SIGNALS, Binding, serve

Told = Callable[[Issues], None]
"""Gets the issues of the folder each time it has been read again; called in a thread."""


async def serve_host(
    host: Host,
    binding: Binding,
    listener: socket.socket,
    *,
    ready: Callable[[], None],
    told: Told,
    deployed: Callable[[AppRunner], None],
) -> bool:
    """Serve on a socket until SIGTERM or SIGINT; then what is running ends, and the databases are closed.

    `ready` is called once requests are accepted, `deployed` for each deploy from the moment that it answers. Returns False if something was still running when the grace time of
    `binding` was over; nothing that was promised is lost with it, but its threads are still there.
    """
    host.left = lambda: signal.raise_signal(signal.SIGTERM)

    async def answer() -> float:
        app = application(host.site)
        return await serve(app, binding, listener, ready=ready, stopping=app.stop)

    return await _run(host, answer, float(binding.grace_seconds), told, deployed)


async def work_host(
    host: Host,
    binding: Binding,
    listener: socket.socket | None,
    *,
    ready: Callable[[], None],
    told: Told,
    deployed: Callable[[AppRunner], None],
) -> bool:
    """Run workflows beside the servers that share the database, until SIGTERM or SIGINT; the rest as `serve_host`.

    On a socket only probes are answered; None: nothing is.
    """
    grace_seconds = float(binding.grace_seconds)

    async def work() -> float:
        if listener is not None:
            return await serve(probes(host.site), binding, listener, ready=ready)
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for one in STOP_SIGNALS:
            loop.add_signal_handler(one, stop.set)
        ready()
        await stop.wait()
        return grace_seconds

    return await _run(host, work, grace_seconds, told, deployed)


async def _run(
    host: Host,
    work: Callable[[], Awaitable[float]],
    left: float,
    told: Told,
    deployed: Callable[[AppRunner], None],
) -> bool:
    """Start the environments, watch the folder, and stop all when `work` has ended, which says what time is left."""
    stop = asyncio.Event()
    try:
        await host.start(deployed)
        set_aside()
        watching = asyncio.create_task(
            watch(
                host.place.folder,
                host.seen,
                lambda: _reload(host, told),
                stop,
                failed=lambda error: host.events.say("watching.failed", folder=str(host.place.folder), error=error),
            )
        )
        try:
            left = await work()
        finally:
            stop.set()
            if (await asyncio.wait({watching}, timeout=left + CLOSING_SECONDS))[0]:
                watching.result()
    finally:
        ended = await host.stop(left)
    return ended


def _reload(host: Host, told: Told) -> None:
    """Read the folder again; what keeps it from being read is an issue too, and the watching goes on."""
    before = _schemas(host)
    try:
        host.reload(told)
    except Exception as error:  # noqa: BLE001 — told at once, and what ran before goes on running
        ours = not isinstance(error, OffpageError | OSError)
        what = f"a mistake inside Offpage, {type(error).__name__}: {error}" if ours else str(error)
        if ours:
            host.events.say("reading.crashed", address="", error=error)
        issues = Issues()
        issues.add(Issue("", f"The folder could not be read again ({what}). The former version still runs.", "", 0, 0))
        told(issues)
    if [*map(id, _schemas(host))] != [*map(id, before)]:
        set_aside()


def _schemas(host: Host) -> list[Schema]:
    """What tells whether an app was read anew as a whole: programs that have much in common share their schema."""
    return [one.program.schema for one in host.runners.values()]
