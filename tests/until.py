"""Waiting for what gives no signal: another process, the dispatcher, a queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

WAIT_SECONDS: Final = 60
"""How long something may take that takes a moment. A busy machine is no failure."""

LOOK_SECONDS: Final = 0.02
"""How long to wait between two looks."""


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, and let the event loop go on meanwhile."""
    give_up = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came to that"
        await asyncio.sleep(LOOK_SECONDS)


async def asked_until(ask: Callable[[], Awaitable[T]], holds: Callable[[T], object]) -> T:
    """Ask until the answer is one for which something holds; returns that."""
    give_up = time.monotonic() + WAIT_SECONDS
    while not holds(found := await ask()):
        assert time.monotonic() < give_up, f"it never came to that, but to {found}"
        await asyncio.sleep(LOOK_SECONDS)
    return found


def wait_until(holds: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Wait until something holds that another thread or process does."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(LOOK_SECONDS)
