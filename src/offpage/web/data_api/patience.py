"""A search that is waited for: for its turn, for so long as it may take, and only while its caller does.

Most searches are over before any of that begins to matter, and pay next to nothing for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from offpage.kernel.errors import Overloaded, SearchTooLong
from offpage.store.failures import Interrupted
from offpage.store.tx import Tx
from offpage.store.watch import Watch
from offpage.web.data_api.visit import Visit
from offpage.web.nimble import NIMBLE
from offpage.web.request import Gone, Request
from offpage.web.turns import Who

T = TypeVar("T")

UNWATCHED_SECONDS: Final = 0.05
"""So long nobody looks whether the caller is still there."""

WAIT_SECONDS: Final = 10.0
"""How long a caller waits for a turn."""

AGAIN_SECONDS: Final = 0.2
"""A search that was to stop and goes on is told so again: it was between two statements."""


async def in_turn(visit: Visit, read: Callable[[Tx], T]) -> T:
    """What a search reads, once its turn has come. Raises SearchTooLong, Overloaded, Gone."""
    turns, who = visit.data.turns, _who(visit)
    if not turns.take_now(who):
        await _wait(visit.request, turns.take(who))
    try:
        return await _watched(visit, read)
    finally:
        turns.give_back(who)


def too_long(seconds: float) -> SearchTooLong:
    """The error of a search that took too long."""
    return SearchTooLong(
        f"The search took longer than {seconds:g} s (limits.search_seconds in app.yaml). Ask for less at a time:"
        " constraints that an index serves, fewer of them, a page nearer to the beginning."
    )


def deadline(seconds: float) -> float | None:
    """When what begins now must be over; None where there is no limit."""
    return time.monotonic() + seconds if seconds else None


async def _wait(request: Request, turn: Coroutine[Any, Any, None]) -> None:
    """Wait for a turn, while the caller does."""
    task = asyncio.ensure_future(turn)
    gone = asyncio.ensure_future(request.until_gone())
    try:
        await asyncio.wait((task, gone), timeout=WAIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Gone if gone.done() else Overloaded
    finally:
        gone.cancel()
        task.cancel()


async def _watched(visit: Visit, read: Callable[[Tx], T]) -> T:
    seconds = visit.program.app.settings.limits.search_seconds
    watch = Watch()
    work = asyncio.ensure_future(visit.data.database.reading(read, watch))
    try:
        await asyncio.wait((work,), timeout=UNWATCHED_SECONDS)
        if not work.done():
            with NIMBLE.threads():
                await _until_over(visit.request, work, watch, seconds)
        return work.result()
    except Interrupted:
        raise too_long(seconds)
    except asyncio.CancelledError:  # the server stops
        watch.stop()
        raise


async def _until_over(request: Request, work: asyncio.Future[T], watch: Watch, seconds: float) -> None:
    """Wait for the end of a search, and see to it that it ends in time. Raises Gone."""
    gone = asyncio.ensure_future(request.until_gone())
    try:
        await asyncio.wait((work, gone), timeout=seconds or None, return_when=asyncio.FIRST_COMPLETED)
        nobody_waits = gone.done()
        while not work.done():  # its turn is over when its thread is free
            await asyncio.to_thread(watch.stop)
            await asyncio.wait((work,), timeout=AGAIN_SECONDS)
    finally:
        gone.cancel()
    if nobody_waits:
        work.exception()
        raise Gone


def _who(visit: Visit) -> Who:
    actor = visit.actor
    if actor.kind == "nobody":
        return Who(visit.request.ip, True)
    return Who(actor.user_id or actor.kind, False)
