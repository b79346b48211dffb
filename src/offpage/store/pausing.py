"""What is paused: the whole scheduler, or single workflows. HTTP calls go on; what comes due waits."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from offpage.store import batches, flow, queue, settings
from offpage.store.tx import Tx

KEY: Final = "scheduler.paused"


class Paused(NamedTuple):
    """Whether everything is paused, and which workflows are."""

    everything: bool = False
    workflows: frozenset[str] = frozenset()


def paused(tx: Tx) -> Paused:
    """What is paused now."""
    kept = settings.get(tx, KEY)
    if kept is None:
        return Paused()
    found = msgspec.json.decode(kept)
    return Paused(found["everything"], frozenset(found["workflows"]))


def pause(tx: Tx, workflow: str | None = None) -> None:
    """Start nothing more that is scheduled, or nothing more of one workflow."""
    now = paused(tx)
    _put(tx, now._replace(everything=True) if workflow is None else now._replace(workflows=now.workflows | {workflow}))


def resume(tx: Tx, now: int, workflow: str | None = None) -> None:
    """Go on with everything, or with one workflow; what has come due meanwhile runs at once."""
    was = paused(tx)
    if workflow is None:
        _put(tx, was._replace(everything=False))
        return
    _put(tx, was._replace(workflows=was.workflows - {workflow}))
    queue.unpause(tx, workflow)
    batches.stir(tx, workflow, now)
    flow.stir(tx, now, workflow)


def next_due(tx: Tx) -> int | None:
    """When there is something to do, or None: the dispatcher sleeps until then."""
    if paused(tx).everything:
        return None
    moments = [one for one in (queue.next_due(tx), batches.next_due(tx), flow.next_due(tx)) if one is not None]
    return min(moments, default=None)


def _put(tx: Tx, paused: Paused) -> None:
    kept = {"everything": paused.everything, "workflows": sorted(paused.workflows)}
    settings.put(tx, KEY, msgspec.json.encode(kept).decode())
