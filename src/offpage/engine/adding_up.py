"""Adds up what runs have cost, a piece at a time, from their records."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import msgspec

from offpage.engine.journal import Entry
from offpage.store import workload
from offpage.store.tx import Database, Tx
from offpage.store.workload import HOUR_MS, Cost, Pending, Recorded

CHUNK: Final = 2_000
RUN: Final = "run"
"""The activity of what a run costs beside its steps: the request, its condition, the triggers that it was looked at for."""

PATIENCE_SECONDS: Final = 0.005
"""How often is looked whether those have committed who were writing."""


class Did(msgspec.Struct):
    """What a step did, as far as it matters here: see `journal`. `otherwise`: it stands under `else`."""

    step: int
    do: str
    state: str = ""
    workload: float = 0.0
    ms: float = 0.0
    taken: bool = False
    otherwise: bool = msgspec.field(name="else", default=False)
    event: str = ""
    steps: list[Did] = []


_decode: Final = msgspec.json.Decoder(list[Did]).decode


_Step = tuple[str, bool, int, str]
"""A step: what it stands in, whether under `else`, its number there, its action. As text it is made once, not for each run."""


class Sums:
    """Costs on their way into the database, by hour, workflow, step and action: how often, units, ms."""

    def __init__(self) -> None:
        self._steps: dict[tuple[int, str], dict[_Step, list[float]]] = {}
        self._others: dict[tuple[int, str, str, str], list[float]] = {}

    def add_run(self, workflow: str, started: int, finished: int | None, units: float, journal: Sequence[Did]) -> None:
        """Add a run: each step that was done, and the rest as the run's own."""
        hour = started // HOUR_MS * HOUR_MS
        inside = _add_steps(self._steps.setdefault((hour, workflow), {}), journal, "")
        took = 0.0 if finished is None else float(finished - started)
        self._add((hour, workflow, "", RUN), 1, units - inside, took)

    def add(self, cost: Cost, sign: int = 1) -> None:
        """Add a cost, or take it away."""
        self._add(cost[:4], sign * cost.times, sign * cost.workload, sign * cost.ms)

    def costs(self) -> list[Cost]:
        """What there is, in an order that is the same for all who write it."""
        for (hour, workflow), steps in self._steps.items():
            for (around, is_else, number, do), (times, units, ms) in steps.items():
                step = f"{around}{'else' if is_else else 'steps'}/{number}"
                self._add((hour, workflow, step, do), times, units, ms)
        self._steps.clear()
        return [Cost(*key, int(one[0]), one[1], one[2]) for key, one in sorted(self._others.items())]

    def _add(self, key: tuple[int, str, str, str], times: float, units: float, ms: float) -> None:
        one = self._others.setdefault(key, [0, 0.0, 0.0])
        one[0] += times
        one[1] += units
        one[2] += ms


def steps_of(journal: Sequence[Entry]) -> list[Did]:
    """The steps of a run that is not recorded."""
    return msgspec.convert(journal, list[Did])


def _recorded(journal: str) -> list[Did]:
    """The steps of a record; none where it cannot be read: then all that the run cost is its own."""
    try:
        return _decode(journal)
    except msgspec.DecodeError:
        return []


def _add_steps(sums: dict[_Step, list[float]], journal: Sequence[Did], around: str) -> float:
    """Add steps, each without those inside it; returns what they cost together."""
    together = 0.0
    for did in journal:
        if did.state == "skipped" or did.taken:
            continue
        step = (around, did.otherwise, did.step, did.do)
        one = sums.get(step)
        if one is None:
            one = sums[step] = [0, 0.0, 0.0]
        own = did.workload
        if did.steps:
            event = f"{did.event}:" if did.event else ""
            place = f"{around}{'else' if did.otherwise else 'steps'}/{did.step}/{event}"
            own -= _add_steps(sums, did.steps, place)
        one[0] += 1
        one[1] += own
        one[2] += did.ms
        together += did.workload
    return together


def add_up(database: Database, seconds: float) -> int:
    """Go on adding up for about so long; returns how many runs are left. Blocks."""
    ends = time.monotonic() + seconds
    until = _settled(database, ends)
    while True:
        found = database.read(lambda tx: workload.pending(tx, until, CHUNK))
        if found.is_empty:
            break
        costs = _costs(found)
        database.write_now(lambda tx, found=found, costs=costs: workload.add(tx, found, costs))  # type: ignore[misc]
        if time.monotonic() > ends:
            break
    return database.read(lambda tx: max(0, workload.newest(tx) - workload.done(tx)))


def goes_on(tx: Tx, run_id: str) -> None:
    """Let the sums follow a run that has ended and goes on: call it in the transaction in which it does, before."""
    run = workload.counted(tx, run_id)
    if run is not None:
        sums = Sums()
        _add(sums, run)
        workload.count_again(tx, run.seq, sums.costs())


def _settled(database: Database, ends: float) -> int:
    """The last of the runs that can be added up: no other will be seen with a lower `seq`. 0: that is not known yet."""
    newest, writing = database.read(lambda tx: (workload.newest(tx), workload.writing(tx)))
    while writing:
        if time.monotonic() > ends:
            return 0
        time.sleep(PATIENCE_SECONDS)
        writing &= database.read(workload.writing)
    return newest


def _costs(found: Pending) -> list[Cost]:
    sums = Sums()
    for run in (*found.runs, *found.late):
        if not run.is_open:
            _add(sums, run)
            for cost in workload.costs_of_text(run.counted or "[]"):
                sums.add(cost, -1)
    for _, content in found.costs:
        for cost in workload.costs_of_text(content):
            sums.add(cost)
    return sums.costs()


def _add(sums: Sums, run: Recorded) -> None:
    sums.add_run(run.workflow, run.started_at, run.finished_at, run.workload, _recorded(run.journal))
