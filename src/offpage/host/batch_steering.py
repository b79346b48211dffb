"""What people do to a batch: each act returns what to say of it, "" where there was nothing to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from offpage.store import batches
from offpage.store.tx import Tx

Act = Callable[[Tx, str, int], str]


def _pause(tx: Tx, batch_id: str, now: int) -> str:
    return "Paused: no further item begins." if batches.pause(tx, batch_id) else ""


def _resume(tx: Tx, batch_id: str, now: int) -> str:
    return "It goes on." if batches.resume(tx, batch_id, now) else ""


def _cancel(tx: Tx, batch_id: str, now: int) -> str:
    count = batches.cancel(tx, batch_id, now)
    return "" if count is None else f"Cancelled: {count} items are skipped."


def _retry(tx: Tx, batch_id: str, now: int) -> str:
    count = batches.retry(tx, batch_id, now)
    return f"{count} items are tried again." if count else ""


STEERING: Final[Mapping[str, Act]] = {"pause": _pause, "resume": _resume, "cancel": _cancel, "retry": _retry}
"""The acts by their names."""
