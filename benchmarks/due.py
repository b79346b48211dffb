"""`python -m benchmarks due`: 20,000 runs due in the same second, and 500 spread over ten seconds.

They wait in the queue of a server that runs and has nothing else to do. How late a run starts is the difference of
two moments in its own record: when it was due, and when it started.
"""

from __future__ import annotations

import json
import statistics
from typing import Any, Final

from benchmarks.reference_scheduling import due as reference
from benchmarks.report import Goal
from benchmarks.scheduling import opened, prepared, served, wait_for
from offpage.engine.packing import pack_all
from offpage.host.app_runner import AppRunner
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx
from tests.killing import looking

LATER_MS: Final = 6_000
"""When the first run is due: the server is up by then."""
SPREAD: Final = 500
SPREAD_MS: Final = 10_000


def fill(runner: AppRunner, moments: list[int]) -> None:
    """Queue runs that are due at these moments."""
    types = [parameter.type for parameter in runner.program.workflows["note"].parameters]
    now = runner.machine.clock.now()
    waiting = [
        QueuedRun(
            id=runner.machine.new_id(now),
            due_at=moment,
            workflow="note",
            definition=runner.program.definition,
            parameters=json.dumps(pack_all(types, (f"N{number}",))),
            trigger="schedule",
        )
        for number, moment in enumerate(moments)
    ]
    runner.database.write_now(lambda tx: queue.add_many(tx, waiting))


def lateness(moments: list[int], url: str = "") -> list[int]:
    """How late runs that are due at these moments (ms from now) start, in ms, in order."""
    count = len(moments)

    def look(tx: Tx) -> list[Any] | None:
        if tx.rows("SELECT count(*) FROM op_runs WHERE workflow = 'note'")[0][0] < count:
            return None
        return tx.rows("SELECT started_at - due_at FROM op_runs WHERE workflow = 'note'")

    with prepared(url) as place:
        with opened(place) as runner:
            now = runner.machine.clock.now()
            fill(runner, [now + LATER_MS + moment for moment in moments])
        with served(place), looking(place) as database:
            late = wait_for(database, look, every=0.5)
    return sorted(int(row[0]) for row in late)


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    at_once = lateness([0] * count, database)
    spread = lateness([number * SPREAD_MS // SPREAD for number in range(SPREAD)], database)
    return {
        "reference": reference(count),
        "offpage": {"runs": count, "last_started": at_once[-1] / 1000},
        "spread": {
            "runs": SPREAD,
            "p50_ms": statistics.median(spread),
            "p99_ms": spread[round(SPREAD * 0.99) - 1],
            "worst_ms": spread[-1],
        },
    }


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    spread = result["spread"]
    return [
        ("", "runs", "last started after s", "p50 ms late", "p99 ms late"),
        (
            "reference, at once",
            f"{result['reference']['runs']:,}",
            f"{result['reference']['last_started']:.2f}",
            "",
            "",
        ),
        ("offpage, at once", f"{result['offpage']['runs']:,}", f"{result['offpage']['last_started']:.2f}", "", ""),
        ("offpage, over 10 s", f"{spread['runs']:,}", "", f"{spread['p50_ms']:.0f}", f"{spread['p99_ms']:.0f}"),
    ]


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [
        Goal("seconds until all that were due at once have started", result["offpage"]["last_started"], at_most=4),
        Goal("p99 lateness in ms of those spread over 10 s", result["spread"]["p99_ms"], at_most=100),
    ]
