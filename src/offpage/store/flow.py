"""Who may begin, of workflows with limits: places that runs have, starts that count, and lines of runs that wait.

A line stands at a gate: at the limit that held its first run. Only gates are looked at, and only when something has
changed at them, so that it makes no difference how many runs wait behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from offpage.store import flow_text as text
from offpage.store.flow_text import Gate
from offpage.store.queue_text import HIGH
from offpage.store.tx import Tx

__all__ = ["Gate", "Line"]


class Line(NamedTuple):
    """A line of runs: its name (their keys), and the gate where it stands."""

    line: str
    gate: str


def places(tx: Tx, workflow: str, key: str) -> int:
    """How many runs have a place."""
    row = tx.row(text.COUNT_PLACES.of(tx), (workflow, key))
    return int(row[0]) if row else 0


def take_place(tx: Tx, run_id: str, workflow: str, key: str) -> None:
    """Give a run that goes on in another transaction its place."""
    tx.change(text.TAKE_PLACE.of(tx), (run_id, workflow, key))


def place_of(tx: Tx, run_id: str) -> str | None:
    """The key of the place that a run has, or None."""
    row = tx.row(text.PLACE_OF.of(tx), (run_id,))
    return str(row[0]) if row else None


def free_place(tx: Tx, run_id: str) -> None:
    """The run has ended: it has a place no more."""
    tx.change(text.FREE_PLACE.of(tx), (run_id,))


def free_lost_places(tx: Tx) -> int:
    """Forget the places of runs that have ended; returns how many. There are none, unless a record was deleted."""
    return tx.change(text.FREE_LOST.of(tx))


def full_until(tx: Tx, workflow: str, key: str, count: int, now: int) -> int | None:
    """Until when no further run may start, because the last `count` starts all count still; None: one may now."""
    row = tx.row(text.OLDEST_START.of(tx), (workflow, key, count, workflow, key))
    return int(row[0]) if row and row[0] is not None and row[0] > now else None


def note_start(tx: Tx, workflow: str, key: str, count: int, until: int) -> None:
    """Count a start; of each key only the last `count` are kept."""
    row = tx.row(text.NOTE_START.of(tx), (workflow, key, workflow, key, until))
    assert row is not None
    tx.change(text.DROP_STARTS.of(tx), (workflow, key, int(row[0]) - count))


def sweep(tx: Tx, now: int) -> int:
    """Forget starts that count no more; returns how many."""
    return tx.change(text.SWEEP.of(tx), (now,))


def gates(tx: Tx, workflow: str, names: Sequence[str]) -> list[Gate]:
    """Those of up to two gates at which somebody waits."""
    one, other = names[0], names[-1]
    return [_gate(row) for row in tx.rows(text.GATES.of(tx), (workflow, one, other))]


def due_gates(tx: Tx, now: int, limit: int, first: int = HIGH) -> list[Gate]:
    """Gates that may be open, held for this transaction: of each priority that was looked at longest ago first.

    Those of the priority `first` come before the others, which come in their order.
    """
    return [_gate(row) for row in tx.rows(text.DUE[first].of(tx), (*(now, limit) * 3, limit))]


def next_due(tx: Tx) -> int | None:
    """When a gate may be open, or None."""
    found = [moment for moment in tx.row(text.NEXT_DUE.of(tx)) or () if moment is not None]
    return min(found, default=None)


def put_gate(tx: Tx, gate: Gate) -> None:
    """Let a gate be looked at when it says; it may be there already."""
    tx.change(text.PUT_GATE.of(tx), gate)


def drop_gate(tx: Tx, gate: Gate) -> None:
    """Nobody waits there any more."""
    tx.change(text.DROP_GATE.of(tx), (gate.workflow, gate.gate))


def open_gate(tx: Tx, workflow: str, gate: str, now: int) -> bool:
    """Something has changed at a gate; whether somebody waits there."""
    return tx.change(text.OPEN_GATE.of(tx), (now, workflow, gate)) > 0


def gate_of_batch(seq: int) -> str:
    """The gate where the items of a paused batch wait whose turns have come."""
    return f"batch {seq}"


def stir(tx: Tx, now: int, workflow: str | None = None) -> None:
    """Look at all gates (of a workflow) again: the limits may have changed."""
    if workflow is None:
        tx.change(text.STIR_ALL.of(tx), (now,))
    else:
        tx.change(text.STIR.of(tx), (now, workflow))


def line(tx: Tx, workflow: str, name: str) -> Line | None:
    """The line with this name, or None if nobody stands in it."""
    row = tx.row(text.LINE.of(tx), (workflow, name))
    return Line._make(row) if row else None


def first_line(tx: Tx, gate: Gate) -> Line | None:
    """The line whose turn it is at a gate."""
    row = tx.row(text.FIRST_LINE.of(tx), (gate.workflow, gate.gate))
    return Line._make(row) if row else None


def put_line(tx: Tx, workflow: str, name: str, gate: str) -> None:
    """Let a line stand at a gate, behind all others there."""
    tx.change(text.PUT_LINE.of(tx), (workflow, name, gate, workflow, gate))


def drop_line(tx: Tx, workflow: str, name: str) -> None:
    """Nobody stands in the line any more."""
    tx.change(text.DROP_LINE.of(tx), (workflow, name))


def _gate(row: Sequence[object]) -> Gate:
    gate = Gate._make(row)
    return gate._replace(caller_last=bool(gate.caller_last))  # SQLite has 1 and 0
