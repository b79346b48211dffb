"""`python -m benchmarks cluster`: a web process and N workers on one PostgreSQL, beside two references in the same run.

Three-step runs a second for N = 1 and 2; a fan-out; how late runs start; and what a kill -9 of a worker costs. The
references ([reference_cluster.py](reference_cluster.py)) write the same rows with as many processes.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from typing import Any, Final, NamedTuple

import psycopg

from benchmarks import reference_cluster
from benchmarks.bulk import ask
from benchmarks.cluster_processes import Processes, database_seconds, postgres, processes
from benchmarks.report import Goal

LATER_MS: Final = 3_000
START_SECONDS: Final = 2.0
"""The processes of a reference are connected after so long, and begin together."""

JOBS_SHARE: Final = 4
"""Of so many runs one is measured with a job for each."""

SPREAD: Final = 500
SPREAD_MS: Final = 10_000
FANNED: Final = 10
"""So many items for each run that is measured."""
DONE: Final = "SELECT 1 FROM op_runs WHERE workflow = 'create_order' HAVING count(*) >= {}"
SPAN: Final = "SELECT min(started_at), max(finished_at) FROM op_runs WHERE workflow = 'create_order'"
MADE: Final = "SELECT count(*), count(DISTINCT name), count(*) FILTER (WHERE paid) FROM t_order WHERE name LIKE '{} %'"
RECORDS: Final = (
    "SELECT count(*), count(DISTINCT id) FROM op_runs WHERE parameters LIKE '%\"{} %' AND state = 'finished'"
)


class Speed(NamedTuple):
    """Runs a second, and the processor time of one, in ms: in Python and in PostgreSQL."""

    per_second: float
    python_ms: float
    database_ms: float


def runs(found: Processes, count: int) -> Speed:
    """From the start of the first run to the end of the last, as their records have it."""
    found.fill([LATER_MS] * count)
    url = found.place.database
    python, database = found.processor_seconds(), database_seconds(url)
    found.wait_for(DONE.format(count), every=0.25)
    python, database = found.processor_seconds() - python, database_seconds(url) - database
    began, ended = found.rows(SPAN)[0]
    check(found, count)
    return speed(count, ended - began, python, database)


def speed(count: int, ms: int, python: float, database: float) -> Speed:
    """From so many runs in so many ms, and seconds of the processor."""
    return Speed(count / (ms / 1000), 1000 * python / count, 1000 * database / count)


def check(found: Processes, count: int, name: str = "Customer") -> None:
    """Nothing may be lost or doubled: each customer has one order, paid, and one finished run; and nothing waits."""
    orders, records = found.rows(MADE.format(name)), found.rows(RECORDS.format(name))
    left = found.rows("SELECT count(*) FROM op_queue")[0][0]
    if (orders, records, left) != ([(count,) * 3], [(count,) * 2], 0):
        failed = found.rows("SELECT error FROM op_runs WHERE state = 'failed' LIMIT 1")
        raise SystemExit(
            f"{count} runs should have made as many orders, but (all, different, paid) are {orders}, finished records"
            f" (all, different) {records}, and {left} wait. {failed}"
        )


def recovery(found: Processes, count: int) -> dict[str, float]:
    """Kill a worker in the middle of so many runs; how long until nothing is left of what it had taken."""
    before = found.rows("SELECT count(*) FROM op_runs WHERE workflow = 'create_order'")[0][0]
    found.fill([LATER_MS] * count, "Late")
    found.wait_for(DONE.format(before + count // 4), every=0.02)
    dead = found.workers.pop()
    dead.kill()
    killed = time.perf_counter()
    dead.wait()
    living = "SELECT id FROM op_leases WHERE lease_until > (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    found.wait_for(
        f"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM op_queue WHERE state = 'running' AND lease_owner NOT IN ({living}))"
        f" AND (SELECT count(*) FROM ({living}) AS alive) = {len(found.workers) + 1}",
        every=0.05,
    )
    recovered = time.perf_counter() - killed
    found.wait_for(DONE.format(before + count), every=0.05)
    done = time.perf_counter() - killed
    check(found, count, "Late")
    return {"taken_over_after": recovered, "all_done_after": done}


def lateness(found: Processes) -> list[int]:
    """How late runs start that are spread over ten seconds, in ms, in order."""
    former = found.rows("SELECT coalesce(max(seq), 0) FROM op_runs")[0][0]
    found.fill([LATER_MS + number * SPREAD_MS // SPREAD for number in range(SPREAD)])
    found.wait_for(f"SELECT 1 FROM op_runs WHERE seq > {former} HAVING count(*) >= {SPREAD}", every=0.5)
    return sorted(int(row[0]) for row in found.rows(f"SELECT started_at - due_at FROM op_runs WHERE seq > {former}"))


def fan_out(found: Processes, count: int) -> dict[str, float]:
    """A workflow over so many things: seconds to write the items, and items a second."""
    with psycopg.connect(found.place.database, autocommit=True) as connection:
        connection.execute("SET search_path = live")
        connection.execute(
            "INSERT INTO t_order (id, created_date, modified_date, name, amount) SELECT '1700000000000x' ||"
            " lpad(n::text, 18, '0'), 1700000000000, 1700000000000, 'F' || n, 0 FROM generate_series(1, %s) AS n",
            (count,),
        )
        connection.execute("ANALYZE t_order")
    total = found.rows("SELECT count(*) FROM t_order")[0][0]
    began = time.perf_counter()
    ask(found.port, "pay_all")
    written = time.perf_counter() - began
    found.wait_for("SELECT 1 FROM op_batches WHERE finished_at IS NOT NULL", every=0.25)
    first, last = found.rows("SELECT started_at, finished_at FROM op_batches")[0]
    if found.rows("SELECT done, failed FROM op_batches") != [(total, 0)]:
        raise SystemExit(f"The batch is not what it should be: {found.rows('SELECT done, failed FROM op_batches')}")
    return {"items": total, "written": written, "per_second": total / max((last - first) / 1000, 0.001)}


def reference(url: str, kind: str, count: int, many: int) -> Speed:
    """A reference with so many processes, from the moment at which they begin together."""
    reference_cluster.prepare(url)
    if kind == "batch":
        reference_cluster.fill_batch(url, count)
    else:
        asyncio.run(reference_cluster.fill_jobs(url, count))
    begins = time.time() + START_SECONDS
    command = [sys.executable, "-m", "benchmarks.reference_cluster", kind, url, str(begins)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) for _ in range(many)]
    time.sleep(max(0.0, begins - time.time()))
    database = database_seconds(url)
    python = sum(float(one.communicate(timeout=300)[0] or 0) for one in started)
    database = database_seconds(url) - database
    if any(one.returncode for one in started):
        raise SystemExit(f"The reference {kind} failed.")
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*), count(DISTINCT id), min(started_at), max(finished_at) FROM reference.op_runs"
        ).fetchone()
    assert row is not None
    if row[:2] != (count, count):
        raise SystemExit(f"The reference {kind} did {row[:2]} of {count} runs.")
    return speed(count, row[3] - row[2], python, database)


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Measure all, one after the other."""
    result: dict[str, Any] = {"runs": count, "offpage": {}, "batch": {}, "jobs": {}}
    with postgres() as server:
        for workers in (1, 2):
            with processes(server, f"cluster_{workers}", workers) as found:
                result["offpage"][workers] = runs(found, count)
                if workers == 2:
                    result["recovery"] = recovery(found, count)
                    found.add_worker()
                    late = lateness(found)
                    result["late"] = {
                        "p50": statistics.median(late),
                        "p99": late[round(SPREAD * 0.99) - 1],
                        "worst": late[-1],
                    }
                    result["fan_out"] = fan_out(found, FANNED * count)
                url = found.place.database
            # As many processes as there are that execute runs: the web process is one of them.
            result["batch"][workers] = reference(url, "batch", count, workers + 1)
            result["jobs"][workers] = reference(url, "jobs", max(count // JOBS_SHARE, 100), workers + 1)
    return result


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    table: list[tuple[str, ...]] = [
        ("", "workers", "runs/s", "of (a)", "times (b)", "CPU ms a run: Python", "database")
    ]
    for workers in result["offpage"]:
        ours, by_hand, one_each = (Speed(*result[one][workers]) for one in ("offpage", "batch", "jobs"))
        table += [
            _line("(a) SKIP LOCKED by hand, 200 a commit", workers, by_hand),
            _line("(b) PgQueuer, a job for each run", workers, one_each, of=by_hand),
            _line("offpage", workers, ours, of=by_hand, times=one_each),
        ]
    late, dead, fanned = result["late"], result["recovery"], result["fan_out"]
    table += [
        (
            "fan-out",
            "2",
            f"{fanned['per_second']:,.0f}",
            f"{fanned['items']:,} items",
            f"written in {fanned['written']:.2f} s",
        ),
        ("lateness ms", "2", f"p50 {late['p50']:.0f}", f"p99 {late['p99']:.0f}", f"worst {late['worst']:.0f}"),
        ("kill -9 of a worker, s", "2", f"{dead['taken_over_after']:.1f}", "all done", f"{dead['all_done_after']:.1f}"),
    ]
    return [(*row, *("",) * (len(table[0]) - len(row))) for row in table]


def _line(
    name: str, workers: int, found: Speed, of: Speed | None = None, times: Speed | None = None
) -> tuple[str, ...]:
    return (
        name,
        str(workers),
        f"{found.per_second:,.0f}",
        "" if of is None else f"{found.per_second / of.per_second:.0%}",
        "" if times is None else f"{found.per_second / times.per_second:.1f}",
        f"{found.python_ms:.2f}",
        f"{found.database_ms:.2f}",
    )


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    ours, by_hand, one_each = (Speed(*result[one][2]).per_second for one in ("offpage", "batch", "jobs"))
    return [
        Goal("% of (a), two workers", 100 * ours / by_hand, at_least=30),
        Goal("times (b), two workers", ours / one_each, at_least=10),
        Goal(
            "seconds until what a killed worker had taken is free again",
            result["recovery"]["taken_over_after"],
            at_most=10,
        ),
    ]


def main() -> None:
    """Print the figures as JSON."""
    print(json.dumps(measure(5_000)))


if __name__ == "__main__":
    main()
