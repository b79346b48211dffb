"""`python -m benchmarks http|runs|data`: measure, print the figures beside the reference's, tell which goals were reached."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from benchmarks import data, http, report, runs


def main() -> None:
    """Read the options, measure, print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("what", choices=["http", "runs", "data"])
    options.add_argument(
        "--count", type=int, help="requests or runs (default: 100,000 for http, 20,000 for runs, 2,000 for data)"
    )
    options.add_argument("--database", default="", help="a postgresql:// address to measure Offpage on")
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = options.parse_args()
    if given.what == "http":
        result = http.measure(given.count or 100_000, given.database)
        rows, goals = http.rows(result), http.goals(result)
    elif given.what == "data":
        result = data.measure(given.count or 2_000, given.database)
        rows, goals = data.rows(result), [] if given.database else data.goals(result)
    else:
        result = runs.measure(given.count or 20_000, given.database)
        rows, goals = runs.rows(result), runs.goals(result)
    if given.database:
        goals = []  # they are set for SQLite
    if given.json:
        reached = [asdict(goal) | {"reached": goal.reached} for goal in goals]
        print(json.dumps({"machine": report.machine(), "result": result, "goals": reached}))
        return
    print(report.machine(), report.table(rows), "\n".join(map(str, goals)), sep="\n\n")


if __name__ == "__main__":
    main()
