"""`python -m benchmarks runs`: queued three-step runs, from the first one's start to the last one's end.

The queue is filled while no server runs; then a real server starts on it and takes it up. The times are those that
the server itself noted in its records of the runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.report import Goal
from benchmarks.server import ROOT, offpage_command, running
from offpage.engine.packing import pack_all
from offpage.host.app_runner import this_machine
from offpage.host.compose import Place, open_database, open_runner
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store import queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx
from tests.ports import free_port

LONGEST_SECONDS: Final = 300
FINISHED: Final = (
    "SELECT count(*), min(started_at), max(finished_at) FROM op_runs WHERE state = 'finished' AND trigger = 'schedule'"
)


def fill(place: Place, count: int) -> None:
    """Queue `count` runs that are due, as a schedule action would."""
    machine = this_machine(SystemClock(), Events())
    runner = open_runner(place, "development", machine)
    now = machine.clock.now()
    definition = runner.program.definition
    types = [parameter.type for parameter in runner.program.workflows["create_order"].parameters]

    def packed(number: int) -> str:
        values = (f"Customer {number}", f"C{number}@Example.test", float(number % 1000))
        return json.dumps(pack_all(types, values))

    waiting = [
        QueuedRun(
            id=machine.new_id(now),
            due_at=now,
            workflow="create_order",
            definition=definition,
            parameters=packed(n),
            trigger="schedule",
        )
        for n in range(count)
    ]
    runner.database.write_now(lambda tx: queue.add_many(tx, waiting))
    runner.database.close()


def wait_until_done(place: Place, count: int) -> tuple[int, int]:
    """Wait for the last run; returns when the first began and the last ended, in ms."""
    database = open_database(place, "development", shared=True)

    def look(tx: Tx) -> tuple[Any, ...]:
        return tx.rows(FINISHED)[0]

    try:
        give_up = time.monotonic() + LONGEST_SECONDS
        while True:
            done, began, ended = database.read(look)
            if done == count:
                return int(began), int(ended)
            if time.monotonic() > give_up:
                raise SystemExit(f"Only {done} of {count} runs ended within {LONGEST_SECONDS} s.")
            time.sleep(0.25)
    finally:
        database.close()


def offpage(count: int, url: str = "") -> dict[str, Any]:
    """Runs and seconds of Offpage."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        command = offpage_command(folder, port, database=url)
        place = Place(folder / "shop", folder / "data", url)
        fill(place, count)
        with running(command, port, folder / "log"):
            began, ended = wait_until_done(place, count)
    seconds = (ended - began) / 1000
    return {"runs": count, "seconds": seconds, "per_second": count / seconds}


def reference(count: int) -> dict[str, Any]:
    """Runs and seconds of the reference."""
    command = [sys.executable, "-m", "benchmarks.reference_runs", "--runs", str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    result = {"reference": reference(count), "offpage": offpage(count, database)}
    return result | {"ratio": result["offpage"]["per_second"] / result["reference"]["per_second"]}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "runs", "seconds", "runs/s", "of the reference")]
    for side in ("reference", "offpage"):
        one = result[side]
        ratio = f"{result['ratio']:.0%}" if side == "offpage" else ""
        table.append((side, f"{one['runs']:,}", f"{one['seconds']:.2f}", f"{one['per_second']:,.0f}", ratio))
    return table


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [Goal("runs/s", result["offpage"]["per_second"], at_least=5_000)]
