"""Who may begin: the limits of workflows (`at_once`, `rate`), asked in the transaction in which a run would begin.

The limits are those of the app as it is now, so that a change of them helps those that wait already; what runs are
told apart by (`key`) is evaluated as the app was when the run was accepted, and by what the data says when it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from offpage.engine.places import gate_of_places
from offpage.engine.progress import Pause
from offpage.engine.run import Run, Surroundings
from offpage.engine.running import Running
from offpage.engine.segment import End, Executor
from offpage.kernel.errors import OffpageError
from offpage.program.limits import Flow
from offpage.program.program import Closure, Program
from offpage.store import flow as limits
from offpage.store.tx import Tx

NO_KEY: Final = ""
"""The key of all runs together."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a run is told apart by, for how many at once and for how many in a time; None: there is no such limit."""

    at_once: str | None
    rate: str | None

    @property
    def line(self) -> str:
        """The name of the line in which runs with these keys wait."""
        return msgspec.json.encode([self.at_once, self.rate]).decode()

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that a run with these keys has to pass."""
        places = () if self.at_once is None else (gate_of_places(self.at_once),)
        return places if self.rate is None else (*places, gate_of_starts(self.rate))


@dataclass(frozen=True, slots=True)
class Held:
    """A run that may not begin now: the gate that is closed, until when (None: until something happens), and why.

    `in_turn`: the limits would let it, but it is not its turn.
    """

    gate: str
    until: int | None
    why: str
    line: str
    in_turn: bool = False


def keys_of_line(line: str) -> Keys:
    """What `Keys.line` made, also where it names a batch."""
    return Keys(*msgspec.json.decode(line)[:2])


def held_by_batch(line: str, batch_seq: int) -> Held:
    """What holds an item of a batch that is paused: it leaves its line, where others may come after it."""
    line = msgspec.json.encode([*msgspec.json.decode(line)[:2], batch_seq]).decode()
    return Held(limits.gate_of_batch(batch_seq), None, "its batch is paused", line)


def gate_of_starts(key: str) -> str:
    """The gate where those wait who may start when fewer have started of late."""
    return f"rate {key}"


class Admission:
    """Says who may begin. Used only by whoever holds a write transaction."""

    def __init__(self, executor: Executor, around: Surroundings, present: Callable[[], Program]) -> None:
        self._executor = executor
        self._around = around
        self._present = present

    def flow_of(self, workflow: str) -> Flow | None:
        """The limits of a workflow as they are now, or None."""
        flows = self._present().flows
        return flows.get(workflow) if flows else None

    def is_needed(self) -> bool:
        """Whether any workflow has limits."""
        return bool(self._present().flows)

    def priority_of(self, workflow: str) -> int:
        """The priority of a workflow as it is now."""
        found = self._present().workflows.get(workflow)
        return 0 if found is None else found.priority

    def keys(self, tx: Tx, run: Run, flow: Flow) -> Keys:
        """What a run is told apart by. Raises what the evaluation raises."""
        own = run.workflow.flow
        at_once = own.at_once.key if own and own.at_once else None
        rate = own.rate.key if own and own.rate else None
        one, other = self.evaluated(tx, run, (("at_once", at_once), ("rate", rate)))
        return Keys(one if flow.at_once else None, other if flow.rate else None)

    def evaluated(self, tx: Tx, run: Run, closures: Sequence[tuple[str, Closure | None]]) -> list[str]:
        """The keys that these closures give, each named by the limit that it belongs to."""
        found = [NO_KEY] * len(closures)
        if all(read is None for _, read in closures):
            return found
        forms = run.program.forms if run.zone is None else replace(run.program.forms, zone=run.zone)
        running = Running(tx, run, self._around, forms)
        try:
            for place, (name, read) in enumerate(closures):
                if read is not None:
                    found[place] = self._one(running, name, read)
        finally:
            tx.deadline = None
        return found

    def _one(self, running: Running, name: str, read: Closure) -> str:
        try:
            with running.tx.savepoint():
                return read(running) or NO_KEY
        except OffpageError as error:
            error.details.setdefault("address", f"{running.run.workflow.address}/{name}/key")
            raise

    def held(self, tx: Tx, workflow: str, flow: Flow, keys: Keys, now: int) -> Held | None:
        """What holds a run with these keys, or None: it may begin."""
        if flow.at_once is not None and keys.at_once is not None:
            count = limits.places(tx, workflow, keys.at_once)
            if count >= flow.at_once.count:
                why = f"{count} of {flow.at_once.count} running{_for(flow.at_once.key, keys.at_once)}"
                return Held(gate_of_places(keys.at_once), None, why, keys.line)
        if flow.rate is not None and keys.rate is not None:
            until = limits.full_until(tx, workflow, keys.rate, flow.rate.count, now)
            if until is not None:
                why = f"{flow.rate.words} have begun{_for(flow.rate.key, keys.rate)}"
                return Held(gate_of_starts(keys.rate), until, why, keys.line)
        return None

    def begin(self, tx: Tx, run: Run, flow: Flow, keys: Keys) -> End:
        """Begin a run that may: it counts as a start, and has a place until it ends."""
        end = self._executor.begin(tx, run)
        if isinstance(end, Pause):
            if flow.at_once is not None and keys.at_once is not None:
                limits.take_place(tx, run.id, run.workflow.name, keys.at_once)
                run.place = keys.at_once
        elif end.state == "skipped" or end.repeated:
            return end
        if flow.rate is not None and keys.rate is not None:
            until = self._around.clock.now() + flow.rate.per_ms
            limits.note_start(tx, run.workflow.name, keys.rate, flow.rate.count, until)
        return end


def _for(key: Closure | None, value: str) -> str:
    """Of which key, for whoever reads why a run waits."""
    return "" if key is None else f" for key {value}" if value else " without a key"
