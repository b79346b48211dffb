"""`python -m benchmarks loop`: a workflow that creates a thing and schedules itself, 1,000 times, each committed.

From the start of the first scheduled run to the end of the last, as the server's own records have it.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.bulk import ask
from benchmarks.reference_scheduling import loop as reference
from benchmarks.report import Goal
from benchmarks.scheduling import prepared, served, wait_for
from offpage.store.tx import Tx
from tests.killing import looking

RUNS = "SELECT count(*), min(started_at), max(finished_at) FROM op_runs WHERE workflow = 'loop'"


def offpage(count: int, url: str = "") -> dict[str, Any]:
    """Iterations a second of Offpage."""

    def look(tx: Tx) -> tuple[Any, ...] | None:
        row = tx.rows(RUNS)[0]
        return row if row[0] == count else None

    with prepared(url) as place, served(place) as server:
        ask(server.port, "loop", json.dumps({"left": count}).encode())
        with looking(place) as database:
            _, began, ended = wait_for(database, look)
            made = database.read(lambda tx: tx.rows("SELECT count(*) FROM t_order"))[0][0]
    if made != count:
        raise SystemExit(f"{count} iterations should have made as many things, but there are {made}")
    seconds = (ended - began) / 1000
    return {"iterations": count, "seconds": seconds, "per_second": count / seconds}


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    result = {"reference": reference(count), "offpage": offpage(count, database)}
    return result | {"ratio": result["offpage"]["per_second"] / result["reference"]["per_second"]}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "iterations", "seconds", "iterations/s", "of the reference")]
    for side in ("reference", "offpage"):
        one = result[side]
        ratio = f"{result['ratio']:.0%}" if side == "offpage" else ""
        table.append((side, f"{one['iterations']:,}", f"{one['seconds']:.2f}", f"{one['per_second']:,.0f}", ratio))
    return table


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [Goal("iterations/s", result["offpage"]["per_second"], at_least=400)]
