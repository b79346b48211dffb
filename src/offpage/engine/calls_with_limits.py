"""A call of a workflow with limits, in its transaction: it begins, is skipped, or its caller waits for the turn.

Nothing is kept of a call that waits: its caller is there, and is told if it comes to nothing. Those who wait in the
queue and callers who wait take turns where both do.
"""

from __future__ import annotations

from collections.abc import Container

from offpage.engine.arriving import Arriving
from offpage.engine.calls import Outcome
from offpage.engine.flow import Admission, Held, Keys
from offpage.engine.run import Run, Surroundings
from offpage.engine.segment import End, Executor
from offpage.engine.skipping import record_skipped, skipped_by
from offpage.kernel.errors import Replaced
from offpage.store import answers, pausing, queue
from offpage.store import flow as limits
from offpage.store.tx import Tx

Gates = Container[tuple[str, str]]
"""Gates where callers wait already, each with its workflow."""


class LimitedCalls:
    """Begins calls. Used only by whoever holds a write transaction."""

    def __init__(self, executor: Executor, around: Surroundings, admission: Admission, arriving: Arriving) -> None:
        self._executor = executor
        self._around = around
        self._admission = admission
        self._arriving = arriving

    def begin(self, tx: Tx, run: Run, crowded: Gates, *, again: bool) -> End | Held:
        """Begin a call, or say what holds it. `again`: it has waited, and is the first of those who do.

        Raises Replaced for one that waited while a later run took its place.
        """
        name = run.workflow.name
        flow = self._admission.flow_of(name)
        if flow is None or (run.idempotency and answers.get(tx, name, run.idempotency[0]) is not None):
            return self._executor.begin(tx, run)
        now = self._around.clock.now()
        keys = self._admission.keys(tx, run, flow)
        if again and flow.when_busy == "replace" and queue.next_in_line(tx, name, keys.line) is not None:
            raise Replaced
        held = self._admission.held(tx, name, flow, keys, now)
        if held is None and flow.when_busy != "skip":
            held = self._not_its_turn(tx, name, keys, () if again else crowded)
        if held is None:
            return self._admission.begin(tx, run, flow, keys)
        if flow.when_busy == "skip":
            return self._skip(tx, run, held, now)
        if flow.when_busy == "replace" and not again:
            self._arriving.replace_former(tx, name, keys.line, run.id, now)
        return held

    def _not_its_turn(self, tx: Tx, name: str, keys: Keys, crowded: Gates) -> Held | None:
        """What holds a call that the limits would let begin."""
        for gate in keys.gates:
            if (name, gate) in crowded:
                return Held(gate, None, "others wait already", keys.line, in_turn=True)
        gates = limits.gates(tx, name, keys.gates) if keys.gates else []
        for one in gates:
            if one.caller_last and not _is_paused(tx, name):
                return Held(one.gate, None, one.why, keys.line, in_turn=True)
        for one in gates:
            limits.put_gate(tx, one._replace(caller_last=True))
        return None

    def _skip(self, tx: Tx, run: Run, held: Held, now: int) -> Outcome:
        error = skipped_by(run.workflow.name, held)
        record_skipped(tx, run, error, now)
        return Outcome(run.id, "skipped", error=None if run.workflow.return_200_if_skipped else error)


def _is_paused(tx: Tx, workflow: str) -> bool:
    """Whether those who wait in the queue get no turns at all."""
    paused = pausing.paused(tx)
    return paused.everything or workflow in paused.workflows
