"""Telling those who wait how their segments ended: one wake-up of an event loop for a whole batch."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from offpage.kernel.events import Events
from offpage.store.tx import Lasting, Segment

SLOW_MS: Final = 50
"""A segment that holds its transaction for longer than this is reported."""

Job: TypeAlias = tuple[Segment[Any], Callable[[Any, BaseException | None], None] | None, asyncio.Future[Any] | None]
"""A segment and whom to tell: a `done(result, error)`, or a future of some event loop."""

Told: TypeAlias = tuple[Job, Any, BaseException | None]
"""A job, its result, its error."""


def tell(told: Sequence[Told], events: Events | None) -> None:
    """Tell everyone in `told`, in order."""
    loops: dict[asyncio.AbstractEventLoop, list[Told]] = {}
    for item in told:
        (_, done, future), result, error = item
        if future is not None:
            loops.setdefault(future.get_loop(), []).append(item)
        if done is not None:
            try:
                done(result, error)
            except BaseException:  # noqa: BLE001  # one listener's mistake must not end the thread that serves all
                _complain(events)
    for loop, answers in loops.items():
        try:
            loop.call_soon_threadsafe(resolve, answers)
        except RuntimeError:  # the loop was closed: nobody waits any more
            continue


def report_slow(events: Events | None, job: Job, seconds: float) -> None:
    """Say `segment.slow` if a segment held its transaction for longer than SLOW_MS, beyond what it was given."""
    segment = job[0]
    on_purpose = segment.seconds if isinstance(segment, Lasting) else 0.0
    if (seconds - on_purpose) * 1000 > SLOW_MS and events is not None:
        events.say("segment.slow", ms=round(seconds * 1000), segment=_name(segment))


def _name(segment: Segment[Any]) -> str:
    """What a segment is called in the log: a nameless function as the one that it stands in."""
    if isinstance(segment, Lasting):
        return segment.name
    name: str = getattr(segment, "__qualname__", type(segment).__qualname__)
    return name.removesuffix(".<locals>.<lambda>")


def resolve(answers: Sequence[Told]) -> None:
    """Give the waiting futures of this loop their results (runs in the loop's thread)."""
    for (_, _, future), result, error in answers:
        if future is None or future.done():  # done: whoever waited has given up
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def _complain(events: Events | None) -> None:
    if events is not None:
        events.say("done.failed", error=sys.exception())
    with contextlib.suppress(Exception):  # what is written to may be gone
        threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
