"""`python -m benchmarks trigger`: 10,000 things changed, each change starting a workflow that notes it in another thing.

The changes are the items of a batch, each in a savepoint of its own, in chunks that share a commit; the workflow that
each of them starts has its condition, its step and its record, in the transaction of the change.
"""

from __future__ import annotations

import time
from typing import Any, Final

from benchmarks.bulk import ask
from benchmarks.reference_http import new_id
from benchmarks.reference_scheduling import CHANGE, CHUNK, NEW_ORDER, fresh
from benchmarks.reference_store import INSERT_RUN, now_ms
from benchmarks.report import Goal
from benchmarks.scheduling import add_orders, opened, prepared, served, wait_for
from benchmarks.server import ROOT
from offpage.store.tx import Tx
from tests.killing import looking

APP: Final = ROOT / "benchmarks" / "trigger_app"
CHANGES: Final = "CREATE TABLE changes (id TEXT PRIMARY KEY, at INTEGER, order_id TEXT, was REAL, became REAL)"
NOTE: Final = "INSERT INTO changes VALUES (?, ?, ?, ?, ?)"


def offpage(count: int, url: str = "") -> dict[str, Any]:
    """Changes with what they start, a second, of Offpage."""

    def look(tx: Tx) -> tuple[Any, ...] | None:
        row = tx.row("SELECT started_at, finished_at, done FROM op_batches")
        return None if row is None or row[1] is None else row

    with prepared(url, APP) as place:
        with opened(place) as runner:
            add_orders(runner, count)
        with served(place) as server:
            ask(server.port, "pay_all")
            with looking(place) as database:
                started, finished, done = wait_for(database, look)
                noted = database.read(lambda tx: tx.rows("SELECT count(*) FROM t_change WHERE became = was + 1"))[0][0]
    if not done == noted == count:
        raise SystemExit(f"{count} things should have been changed, but {done} were and {noted} changes were noted")
    seconds = (finished - started) / 1000
    return {"changes": count, "seconds": seconds, "per_second": count / seconds}


def reference(count: int) -> dict[str, Any]:
    """The same by hand: read, change, note and record each, in savepoints, 256 to a commit."""
    with fresh() as connection:
        execute = connection.cursor().execute
        execute(CHANGES)
        now = now_ms()
        ids = [new_id(now) for _ in range(count)]
        with connection:
            connection.executemany(NEW_ORDER, ((one, now, now, f"N{n}") for n, one in enumerate(ids)))
        began = time.perf_counter()
        for start in range(0, count, CHUNK):
            execute("BEGIN IMMEDIATE")
            for one in ids[start : start + CHUNK]:
                now = now_ms()
                execute("SAVEPOINT one")
                was = float(str(execute("SELECT total FROM orders WHERE id = ?", (one,)).fetchall()[0][0]))
                execute(CHANGE, (now, one)).fetchall()
                execute(NOTE, (new_id(now), now, one, was, was + 1))
                execute(INSERT_RUN, (new_id(now), "data_change", now, now, "{}", "{}", "[]"))
                execute("RELEASE one")
            execute("COMMIT")
        seconds = time.perf_counter() - began
    return {"changes": count, "seconds": seconds, "per_second": count / seconds}


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    result = {"reference": reference(count), "offpage": offpage(count, database)}
    return result | {"ratio": result["offpage"]["per_second"] / result["reference"]["per_second"]}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "changes", "seconds", "changes+triggers/s", "of the reference")]
    for side in ("reference", "offpage"):
        one = result[side]
        ratio = f"{result['ratio']:.0%}" if side == "offpage" else ""
        table.append((side, f"{one['changes']:,}", f"{one['seconds']:.2f}", f"{one['per_second']:,.0f}", ratio))
    return table


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [Goal("changes+triggers/s", result["offpage"]["per_second"], at_least=3_000)]
