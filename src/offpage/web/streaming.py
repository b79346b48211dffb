"""A run that tells its caller something while it goes on: server-sent events, as browsers read them.

Until the first event nothing has been answered, so that a run which ends before it is answered like any other: with
its status and its body. From then on the end is an event, too: `done` or `error`, whose data is that body.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from offpage.engine.calls import ApiCall, Outcome
from offpage.kernel.errors import OffpageError, Stopping
from offpage.kernel.events import Events
from offpage.web.problems import new_code, problem_reply, unforeseen_reply
from offpage.web.reply import ANY_ORIGIN, EXPOSED, NOSNIFF, Header, Reply, Send
from offpage.web.request import Request
from offpage.web.serving import Environment

QUIET_SECONDS: Final = 15.0
"""After so long without an event a comment is sent: proxies and clients take a silent connection for a dead one."""

PATIENCE_SECONDS: Final = 60.0
"""How long a caller may leave what was sent unread before it counts as gone."""

LAST_EVENTS_SECONDS: Final = 5.0
"""How long streams may go on once the server is asked to stop."""

STOPPED: Final = "The server stopped. The run goes on when it is there again, and its record tells how it ended."

_COMMENT: Final = b": still here\n\n"
_LINE: Final = re.compile(r"\r\n|\r|\n")
_KIND: Final[Header] = (b"content-type", b"text/event-stream; charset=utf-8")
_HEADERS: Final[tuple[Header, ...]] = (
    _KIND,
    ANY_ORIGIN,
    NOSNIFF,
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events until it has many
)


def event_bytes(event: str, data: str) -> bytes:
    """One event as it stands in a stream; "" is an event without a name."""
    lines = [f"event: {event}"] if event else []
    lines += [f"data: {line}" for line in _LINE.split(data)]
    return "\n".join((*lines, "", "")).encode("utf-8", "replace")


class Channel:
    """Between a run and its caller: holds one event at a time, and the run waits until that is sent.

    Implements Listener. Everything happens in the event loop.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.gone = False
        self.opened = asyncio.Event()
        """Set by the first event."""
        self.stirred = asyncio.Event()
        """Set whenever there is something to look at."""
        self.stopped = False
        """Whether the server stops."""
        self._piece = b""
        self._sent: asyncio.Future[bool] | None = None

    async def tell(self, event: str, data: str) -> bool:
        """Send an event, and return once the caller's connection has taken it."""
        if self.gone:
            return False
        self._piece = event_bytes(event, data)
        self._sent = asyncio.get_running_loop().create_future()
        self.opened.set()
        self.stirred.set()
        try:
            return await self._sent
        finally:
            self._sent = None

    def waiting(self) -> bytes | None:
        """The event that waits to be sent."""
        return None if self._sent is None or self._sent.done() else self._piece

    def sent(self) -> None:
        """That event has been sent."""
        if self._sent is not None and not self._sent.done():
            self._sent.set_result(True)

    def leave(self) -> None:
        """The caller has gone."""
        self.gone = True
        if self._sent is not None and not self._sent.done():
            self._sent.set_result(False)
        self.stirred.set()

    def stop(self) -> None:
        """Let the stream end, because the server does."""
        self.stopped = True
        self.stirred.set()


@dataclass(slots=True)
class Streamed:
    """An answer that has begun to be told. `last` makes the end's answer of an outcome."""

    called: asyncio.Task[Outcome]
    channel: Channel
    leaving: asyncio.Task[None]
    last: Callable[[Outcome], Reply]
    stalled: bool = False
    """Whether the caller has left for too long unread what was sent."""

    async def send(self, send: Send, events: Events, *, with_origin: bool) -> None:
        """Send events until the run ends, the caller goes away or the server stops."""
        channel = self.channel
        headers = [*_HEADERS, (b"run-id", channel.run_id.encode("ascii"))]
        if with_origin:
            headers.append(EXPOSED)
        self.called.add_done_callback(lambda _: channel.stirred.set())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            last = await self._until_the_end(send, events)
        except asyncio.CancelledError:  # the server stops, and the time for requests in flight is over
            last = _STOPPED
        finally:
            self.leaving.cancel()
        if not self.stalled:  # else the server closes the connection, whose answer is not complete
            with contextlib.suppress(TimeoutError):
                await _patiently(send, last, more=False)
        channel.leave()

    async def _until_the_end(self, send: Send, events: Events) -> bytes:
        """Send what the run tells; returns the last event, b"" if nobody is there to read it."""
        channel = self.channel
        while not channel.gone:
            piece = channel.waiting()
            if piece is not None:
                if not await self._is_taken(send, piece):
                    break
                channel.sent()
            elif self.called.done():
                return self._end(events)
            elif channel.stopped:
                return _STOPPED
            elif not await _stirred(channel) and not await self._is_taken(send, _COMMENT):
                break
        return b""

    async def _is_taken(self, send: Send, piece: bytes) -> bool:
        """Send a piece; no: the caller has not read for so long that it counts as gone."""
        try:
            await _patiently(send, piece, more=True)
        except TimeoutError:
            self.stalled = True
            self.channel.leave()
            return False
        return True

    def _end(self, events: Events) -> bytes:
        """What the call would have been answered with, as the last event."""
        try:
            outcome = self.called.result()
            return _last_event("done" if outcome.error is None else "error", self.last(outcome))
        except OffpageError as error:
            return _last_event("error", problem_reply(error, code=self.channel.run_id))
        except Exception as error:  # noqa: BLE001 — whatever it is, the caller gets an end and the operator the cause
            code = new_code()
            events.say("stream.broke", code=code, run=self.channel.run_id, error=error)
            return _last_event("error", unforeseen_reply(code))


class Streams:
    """The streams of a server that go on, and the runs whose callers have left their streams."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._open: set[Channel] = set()
        self._left: set[asyncio.Task[Outcome]] = set()

    async def send(self, streamed: Streamed, send: Send, *, with_origin: bool) -> None:
        """Send a stream to its end."""
        self._open.add(streamed.channel)
        try:
            await streamed.send(send, self._events, with_origin=with_origin)
        finally:
            self._open.discard(streamed.channel)
        if not streamed.called.done():
            self._left.add(streamed.called)
            streamed.called.add_done_callback(self._forget)

    def stop(self) -> None:
        """The server stops: what has not ended in a moment is ended."""
        asyncio.get_running_loop().call_later(LAST_EVENTS_SECONDS, self._stop)

    def _stop(self) -> None:
        for channel in self._open:
            channel.stop()

    def _forget(self, called: asyncio.Task[Outcome]) -> None:
        self._left.discard(called)
        if not called.cancelled() and (error := called.exception()) is not None and not isinstance(error, Stopping):
            self._events.say("stream.broke", run="", error=error)


async def _stirred(channel: Channel) -> bool:
    """Wait until there is something to look at; no: it has been quiet for long."""
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            await channel.stirred.wait()
    except TimeoutError:
        return False
    channel.stirred.clear()
    return True


async def _patiently(send: Send, piece: bytes, *, more: bool) -> None:
    """Send a piece. Raises TimeoutError where what was sent before it stays unread."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await send({"type": "http.response.body", "body": piece, "more_body": more})


def _last_event(name: str, reply: Reply) -> bytes:
    return event_bytes(name, reply.body.decode("utf-8", "replace"))


_STOPPED: Final = _last_event("error", problem_reply(Stopping(STOPPED)))


async def listened(
    environment: Environment, request: Request, call: ApiCall, last: Callable[[Outcome], Reply]
) -> Reply | Streamed:
    """Make a call whose run may tell something: its answer if it ends before, or a stream that has begun."""
    channel = call.listener = Channel()
    called = asyncio.create_task(environment.engine.call(call))
    opening = asyncio.create_task(channel.opened.wait())
    leaving = asyncio.create_task(request.until_gone())
    leaving.add_done_callback(lambda _: channel.leave())
    try:
        await asyncio.wait({called, opening}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        called.cancel()
        leaving.cancel()
        raise
    finally:
        opening.cancel()
    if not called.done():
        return Streamed(called, channel, leaving, last)
    leaving.cancel()
    return last(called.result())
