"""Why a run that waits does not begin: in words, for whoever asked for it."""

from __future__ import annotations

from offpage.engine.debouncing import NEVER
from offpage.store import flow, pausing
from offpage.store.queue import AGAIN, RETRY, QueuedRun
from offpage.store.tx import Tx
from offpage.values.kinds.date import iso


def why_waiting(tx: Tx, run: QueuedRun, now: int) -> str | None:
    """What holds a run: a pause, a limit of its workflow, a moment to come; None: it begins as soon as there is time."""
    paused = pausing.paused(tx)
    if paused.everything:
        return "everything that is scheduled is paused"
    if run.state == "paused" or run.workflow in paused.workflows:
        return f"the workflow {run.workflow} is paused"
    if run.state == "parked" and run.line is not None:
        return _turn(tx, run, run.line)
    if run.settle_by is not None:
        end = "" if run.settle_by >= NEVER else f", until {iso(run.settle_by)} at the latest"
        return f"waits for further calls{end}"
    if run.trigger == RETRY:
        return f"its step failed and is tried again at {iso(run.due_at)}"
    if run.trigger == AGAIN:
        return "it has failed, and goes on from there as soon as there is time"
    return f"is due at {iso(run.due_at)}" if run.due_at > now else None


def _turn(tx: Tx, run: QueuedRun, name: str) -> str:
    line = flow.line(tx, run.workflow, name)
    gates = flow.gates(tx, run.workflow, [line.gate]) if line else []
    if not gates:
        return "waits for its turn"
    until = "" if gates[0].next_at is None else f", until {iso(gates[0].next_at)}"
    return f"waits for its turn: {gates[0].why}{until}"
