"""Lines: runs that are due and wait for their turns. A line is served at its gate, when that may be open.

However many runs wait, and in however many lines: a look costs a few rows, and there is none unless a run has ended,
a start counts no more, or the limits have changed. Gates take turns, and at a gate the lines do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from offpage.engine.flow import Admission, Held, Keys, keys_of_line
from offpage.program.limits import Flow
from offpage.store import flow as limits
from offpage.store import queue
from offpage.store.flow import Gate
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx

GATES: Final = 20
"""How many gates are read at once; each of them lets one run pass, then they are read again."""

Serve = Callable[[Tx, QueuedRun, Flow | None, Keys], None]
"""Executes a run whose turn it is."""


def park(tx: Tx, waiting: QueuedRun, held: Held, priority: int, now: int) -> None:
    """Let a run wait in its line, and the line at the gate that holds it."""
    queue.add(tx, waiting._replace(state="parked", line=held.line, settle_by=None))
    line = limits.line(tx, waiting.workflow, held.line)
    if line is None:
        _stand(tx, waiting.workflow, held, priority)
    elif held.in_turn:
        limits.open_gate(tx, waiting.workflow, line.gate, now)


def put_aside(tx: Tx, waiting: QueuedRun, held: Held, priority: int) -> None:
    """Let a run that was to have its turn wait at another gate, closed until somebody opens it."""
    queue.add(tx, waiting._replace(state="parked", line=held.line, settle_by=None))
    _stand(tx, waiting.workflow, held, priority)


def _stand(tx: Tx, workflow: str, held: Held, priority: int) -> None:
    limits.put_line(tx, workflow, held.line, held.gate)
    there = limits.gates(tx, workflow, [held.gate])
    caller_last = bool(there) and there[0].caller_last
    limits.put_gate(tx, Gate(workflow, held.gate, priority, held.until, held.why, caller_last))


class Lines:
    """Serves the lines. Used only by whoever holds a write transaction."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._left = True
        """Whether somebody may wait of workflows that have no limits any more."""

    def look_again(self) -> None:
        """Somebody waits, perhaps of a workflow that has limits in another process only."""
        self._left = True

    def run(self, tx: Tx, now: int, deadline: float, paused: frozenset[str], first: int, serve: Serve) -> int:
        """Let those pass who may, until `deadline` (`time.perf_counter()`); returns how many passed.

        Of gates of different priority those of the priority `first` come first.
        """
        if not self._left and not self._admission.is_needed():
            return 0
        count = 0
        while True:
            gates = limits.due_gates(tx, now, GATES, first)
            for gate in gates:
                count += self._gate(tx, gate, now, paused, serve)
                if time.perf_counter() > deadline:
                    return count
            if not gates:
                self._left = self._admission.is_needed() or limits.next_due(tx) is not None
                return count

    def _gate(self, tx: Tx, gate: Gate, now: int, paused: frozenset[str], serve: Serve) -> int:
        """Let one run pass, if one may; returns how many did."""
        if gate.workflow in paused:
            limits.put_gate(tx, gate._replace(next_at=None))
            return 0
        line = limits.first_line(tx, gate)
        if line is None:
            limits.drop_gate(tx, gate)
            return 0
        waiting = queue.next_in_line(tx, gate.workflow, line.line)
        if waiting is None:
            limits.drop_line(tx, gate.workflow, line.line)
            return 0
        flow, keys = self._admission.flow_of(gate.workflow), keys_of_line(line.line)
        held = None if flow is None else self._admission.held(tx, gate.workflow, flow, keys, now)
        if held is None:
            queue.remove(tx, waiting.id)
            limits.put_line(tx, gate.workflow, line.line, gate.gate)
            limits.put_gate(tx, gate._replace(next_at=now, caller_last=False))
            serve(tx, waiting, flow, keys)
            return 1
        if held.gate == gate.gate:
            limits.put_gate(tx, gate._replace(next_at=held.until, why=held.why))
        else:
            _stand(tx, gate.workflow, held, gate.priority)
        return 0
