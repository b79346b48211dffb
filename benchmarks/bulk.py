"""`python -m benchmarks bulk`: a workflow on a list of 100,000 things, each run changing one field of its thing.

A real server gets one request, whose workflow schedules another one on a search. Measured: how long the request takes
(the items are on disk then), and from the start of the first item to the end of the last, as the batch itself has it.
"""

from __future__ import annotations

import http.client
import time
from typing import Any

from benchmarks.reference_scheduling import bulk as reference
from benchmarks.report import Goal
from benchmarks.scheduling import add_orders, opened, prepared, served, wait_for
from offpage.host.compose import Place
from offpage.store.tx import Tx
from tests.killing import looking


def offpage(count: int, url: str = "") -> dict[str, Any]:
    """Seconds until the items were written, and items a second, of Offpage."""
    with prepared(url) as place:
        with opened(place) as runner:
            add_orders(runner, count)
        with served(place) as server:
            began = time.perf_counter()
            ask(server.port, "pay_all")
            written = time.perf_counter() - began
            started, finished, done = _wait(place)
            memory = server.memory_mb()
    seconds = (finished - started) / 1000
    if done != count:
        raise SystemExit(f"{count} items were scheduled, but {done} were done")
    return {"items": count, "written": written, "seconds": seconds, "per_second": count / seconds, "memory_mb": memory}


def ask(port: int, workflow: str, body: bytes = b"{}") -> bytes:
    """Call a workflow; what it answers must be 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", f"/api/1.1/wf/{workflow}", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"The server answered {answer.status}: {text[:500].decode(errors='replace')}")
    return text


def _wait(place: Place) -> tuple[int, int, int]:
    def look(tx: Tx) -> tuple[Any, ...] | None:
        row = tx.row("SELECT started_at, finished_at, done, total FROM op_batches")
        return None if row is None or row[1] is None else row[:3]

    with looking(place) as database:
        started, finished, done = wait_for(database, look)
        changed = database.read(lambda tx: tx.rows("SELECT count(*) FROM t_order WHERE total = 1"))[0][0]
    return int(started), int(finished), min(int(done), int(changed))


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure the reference and Offpage, one after the other."""
    result = {"reference": reference(count), "offpage": offpage(count, database)}
    return result | {"ratio": result["offpage"]["per_second"] / result["reference"]["per_second"]}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [("", "items", "written in s", "items/s", "of the reference")]
    for side in ("reference", "offpage"):
        one = result[side]
        ratio = f"{result['ratio']:.0%}" if side == "offpage" else ""
        table.append((side, f"{one['items']:,}", f"{one['written']:.2f}", f"{one['per_second']:,.0f}", ratio))
    return table


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    one = result["offpage"]
    return [
        Goal("seconds until the items are written", one["written"], at_most=1),
        Goal("items/s", one["per_second"], at_least=8_000),
    ]
