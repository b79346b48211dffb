"""Adds up what runs have cost, a piece at a time, from their records."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from offpage.store import workload
from offpage.store.tx import Database
from offpage.store.workload import HOUR_MS, Cost, Ended

CHUNK: Final = 2_000
RUN: Final = "run"
"""The activity of what a run costs beside its steps: the request, its condition, the triggers that it was looked at for."""

_journal = msgspec.json.Decoder(list[dict[str, Any]]).decode


def add_up(database: Database, seconds: float) -> int:
    """Go on adding up for about so long; returns how many runs are left. Blocks."""
    ends = time.monotonic() + seconds
    while True:
        before, found, left = database.read(
            lambda tx: (at := workload.done(tx), workload.ended(tx, at, CHUNK), workload.left(tx))
        )
        if not found:
            return 0
        costs, last = _costs(found), found[-1]
        database.write_now(lambda tx, costs=costs, before=before, last=last: workload.add(tx, costs, before, last))  # type: ignore[misc]
        if time.monotonic() > ends:
            return max(0, left - len(found))


def _costs(found: list[Ended]) -> list[Cost]:
    sums: dict[tuple[int, str, str, str], list[float]] = {}
    for run in found:
        hour = run.started_at // HOUR_MS * HOUR_MS
        inside = 0.0
        for step, do, load, ms, own in _steps(_journal(run.journal), ""):
            _add(sums, (hour, run.workflow, step, do), own, ms)
            inside += load if "/" not in step.removeprefix("steps/") else 0.0
        took = 0.0 if run.finished_at is None else float(run.finished_at - run.started_at)
        _add(sums, (hour, run.workflow, "", RUN), max(0.0, run.workload - inside), took)
    return [Cost(*key, int(count), load, ms) for key, (count, load, ms) in sums.items()]


def _add(
    sums: dict[tuple[int, str, str, str], list[float]], key: tuple[int, str, str, str], load: float, ms: float
) -> None:
    one = sums.setdefault(key, [0.0, 0.0, 0.0])
    one[0] += 1
    one[1] += load
    one[2] += ms


def _steps(entries: list[dict[str, Any]], around: str) -> Iterator[tuple[str, str, float, float, float]]:
    """Each step that was done: its place, its action, its workload with that of the steps inside it, its ms, its own workload."""
    for entry in entries:
        if entry.get("state") == "skipped" or entry.get("taken"):
            continue
        step = f"{around}{'else' if entry.get('else') else 'steps'}/{entry['step']}"
        load = float(entry.get("workload", 0.0))
        inside = entry.get("steps", ())
        own = max(0.0, load - sum(float(one.get("workload", 0.0)) for one in inside))
        yield step, entry["do"], load, float(entry.get("ms", 0.0)), own
        event = f"{entry['event']}:" if "event" in entry else ""
        yield from _steps(list(inside), f"{step}/{event}")
