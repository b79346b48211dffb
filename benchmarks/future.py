"""`python -m benchmarks future`: 1,000,000 runs scheduled over the next year, and what they cost a server.

A server is started on an empty queue and on the full one: what memory it takes, how soon it answers. Then a few runs
of the full queue come due: how long claiming 20 of them takes, in the transaction that does it.
"""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

from benchmarks.due import fill
from benchmarks.reference_scheduling import future as reference
from benchmarks.report import Goal
from benchmarks.scheduling import opened, prepared, served
from offpage.host.compose import Place
from offpage.store import queue
from offpage.store.tx import Database, Tx

YEAR_MS: Final = 365 * 86_400_000
CHUNK: Final = 50_000
CLAIMS: Final = 50
TAKEN: Final = 20


def load(place: Place, count: int) -> tuple[float, int]:
    """Queue runs over the next year; returns seconds, and the moment before the first."""
    began = time.perf_counter()
    with opened(place) as runner:
        start = runner.machine.clock.now() + 3_600_000
        moments = [start + number * (YEAR_MS // count) for number in range(count)]
        for first in range(0, count, CHUNK):
            fill(runner, moments[first : first + CHUNK])
    return time.perf_counter() - began, start


def claims(database: Database, start: int, count: int) -> list[float]:
    """Milliseconds of claims of 20 runs each, as time goes on."""
    found: list[float] = []

    def segment(tx: Tx) -> None:
        for number in range(1, CLAIMS + 1):
            now = start + number * TAKEN * (YEAR_MS // count) - 1
            began = time.perf_counter()
            taken = queue.take(tx, now, TAKEN)
            found.append((time.perf_counter() - began) * 1000)
            if len(taken) != TAKEN:
                raise SystemExit(f"{TAKEN} runs should have been due, but {len(taken)} were")

    database.write_now(segment)
    return found


def offpage(count: int, url: str = "") -> dict[str, Any]:
    """What the waiting runs cost Offpage."""
    with prepared(url) as place:
        with served(place) as server:
            empty = server.memory_mb()
        seconds, start = load(place, count)
        with served(place) as server:
            time.sleep(3)  # it looks into the queue each second
            full, ready = server.memory_mb(), server.start_seconds
        with opened(place) as runner:
            milliseconds = claims(runner.database, start, count)
    return {
        "runs": count,
        "queued_per_second": count / seconds,
        "memory_mb": full - empty,
        "ready": ready,
        "claim_ms": statistics.median(milliseconds),
        "worst_claim_ms": max(milliseconds),
    }


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    return {"reference": reference(count), "offpage": offpage(count, database)}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "runs", "MB more", "ready after s", "claim of 20, ms", "worst")]
    one = result["reference"]
    table.append(("reference", f"{one['runs']:,}", "", "", f"{one['claim_ms']:.2f}", f"{one['worst_claim_ms']:.2f}"))
    one = result["offpage"]
    claim, worst = f"{one['claim_ms']:.2f}", f"{one['worst_claim_ms']:.2f}"
    return [*table, ("offpage", f"{one['runs']:,}", f"{one['memory_mb']:.1f}", f"{one['ready']:.2f}", claim, worst)]


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    one = result["offpage"]
    return [
        Goal("MB of memory more than with none", one["memory_mb"], at_most=30),
        Goal("ms for claiming 20 (median)", one["claim_ms"], at_most=2),
        Goal("seconds from start to the first answer", one["ready"], at_most=3),
    ]
