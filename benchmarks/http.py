"""`python -m benchmarks http`: POST {name, email, amount} → order created, total computed, changed to paid, id answered."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.report import Goal
from benchmarks.server import ROOT, Started, free_port, offpage_command, reference_command, running

CONNECTIONS: Final = (1, 32)
WARM_UP: Final = 2_000
IDLE_SECONDS: Final = 1.0


def load(port: int, connections: int, requests: int) -> dict[str, Any]:
    """Drive a server from a process of its own; returns the generator's figures."""
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(port)]
    command += ["--connections", str(connections), "--requests", str(requests)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The load generator gave up:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def one_side(started: Started, requests: int) -> dict[str, Any]:
    """Measure a running server: idle memory, then each number of connections."""
    time.sleep(IDLE_SECONDS)
    figures: dict[str, Any] = {"start_seconds": started.start_seconds, "idle_mb": started.memory_mb()}
    load(started.port, 32, WARM_UP)
    for connections in CONNECTIONS:
        count = requests if connections > 1 else max(requests // 10, 100)
        figures[str(connections)] = load(started.port, connections, count)
    figures["loaded_mb"] = started.memory_mb()
    return figures


def measure(requests: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other, each in a new folder."""
    result: dict[str, Any] = {}
    for side in ("reference", "offpage"):
        with TemporaryDirectory() as name:
            folder, port = Path(name), free_port()
            if side == "reference":
                command = reference_command(folder, port)
            else:
                command = offpage_command(folder, port, database=database)
            with running(command, port, folder / "log") as started:
                result[side] = one_side(started, requests)
    for connections in map(str, CONNECTIONS):
        ours, theirs = result["offpage"][connections], result["reference"][connections]
        result[f"ratio_{connections}"] = ours["per_second"] / theirs["per_second"]
    return result


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "connections", "requests/s", "p50 ms", "p99 ms", "of the reference")]
    for side in ("reference", "offpage"):
        for connections in map(str, CONNECTIONS):
            one = result[side][connections]
            ratio = f"{result[f'ratio_{connections}']:.0%}" if side == "offpage" else ""
            numbers = (f"{one['per_second']:,.0f}", f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}")
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
