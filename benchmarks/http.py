"""`python -m benchmarks http`: POST {name, email, amount} → order created, total computed, changed to paid, id answered.

Both servers run at the same time and are driven in turns; of the rounds, the median counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.report import Goal
from benchmarks.server import ROOT, Started, offpage_command, reference_command, running
from tests.ports import free_port

CONNECTIONS: Final = (1, 32)
WARM_UP: Final = 2_000
IDLE_SECONDS: Final = 1.0
ROUNDS: Final = 5


def load(port: int, connections: int, requests: int) -> dict[str, Any]:
    """Drive a server from a process of its own; returns the generator's figures."""
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(port)]
    command += ["--connections", str(connections), "--requests", str(requests)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The load generator gave up:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def one_round(started: Started, connections: int, requests: int) -> dict[str, float]:
    """Drive one server once; adds the server's own processor time to the generator's figures."""
    before = started.processor_seconds()
    figures = load(started.port, connections, requests)
    return figures | {"cpu_us": (started.processor_seconds() - before) / requests * 1_000_000}


def in_the_middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: median(one[name] for one in rounds) for name in rounds[0]}


def measure(requests: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, in turns, so that both have the same of what else the machine does."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        reference, ours = free_port(), free_port()
        with (
            running(reference_command(folder, reference), reference, folder / "reference.log") as theirs,
            running(offpage_command(folder, ours, database=database), ours, folder / "offpage.log") as mine,
        ):
            sides = {"reference": theirs, "offpage": mine}
            time.sleep(IDLE_SECONDS)
            result: dict[str, Any] = {
                side: {"start_seconds": one.start_seconds, "idle_mb": one.memory_mb()} for side, one in sides.items()
            }
            for one in sides.values():
                load(one.port, 32, WARM_UP)
            for connections in CONNECTIONS:
                count = max(requests // ROUNDS // (1 if connections > 1 else 10), 100)
                rounds = [
                    {side: one_round(one, connections, count) for side, one in sides.items()} for _ in range(ROUNDS)
                ]
                for side in sides:
                    result[side][str(connections)] = in_the_middle([one[side] for one in rounds])
                ratios = (one["offpage"]["per_second"] / one["reference"]["per_second"] for one in rounds)
                result[f"ratio_{connections}"] = median(ratios)
            for side, one in sides.items():
                result[side]["loaded_mb"] = one.memory_mb()
    return result


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "connections", "requests/s", "p50 ms", "p99 ms", "CPU µs", "of the reference")]
    for side in ("reference", "offpage"):
        for connections in map(str, CONNECTIONS):
            one = result[side][connections]
            ratio = f"{result[f'ratio_{connections}']:.0%}" if side == "offpage" else ""
            numbers = (
                f"{one['per_second']:,.0f}",
                f"{one['p50_ms']:.2f}",
                f"{one['p99_ms']:.2f}",
                f"{one['cpu_us']:.0f}",
            )
            table.append((side, connections, *numbers, ratio))
    return table


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    ours = result["offpage"]
    return [
        Goal("requests/s at 32 connections", ours["32"]["per_second"], at_least=4_000),
        Goal("of the reference at 32 connections, %", result["ratio_32"] * 100, at_least=25),
        Goal("p99 at 32 connections, ms", ours["32"]["p99_ms"], at_most=50),
        Goal("idle memory, MB", ours["idle_mb"], at_most=90),
        Goal("from start to first answer, s", ours["start_seconds"], at_most=1.5),
    ]
