"""`python -m benchmarks NAME`: measure, print the figures beside the reference's, tell which goals were reached."""

from __future__ import annotations

import argparse
import importlib
import json
from dataclasses import asdict
from typing import Final

from benchmarks import report

DEFAULTS: Final = {
    "http": 100_000,
    "runs": 20_000,
    "data": 1_000,
    "bulk": 100_000,
    "due": 20_000,
    "future": 1_000_000,
    "loop": 1_000,
    "trigger": 10_000,
    "cluster": 10_000,
    "history": 500_000,
    "editor": 100_000,
}
"""The benchmarks, each a module, and how many requests, runs or items each takes if nothing is said."""


def main() -> None:
    """Read the options, measure, print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("what", choices=list(DEFAULTS))
    defaults = ", ".join(f"{count:,} for {name}" for name, count in DEFAULTS.items())
    options.add_argument("--count", type=int, help=f"requests, runs or items (default: {defaults})")
    options.add_argument("--database", default="", help="a postgresql:// address to measure Offpage on")
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = options.parse_args()
    benchmark = importlib.import_module(f"benchmarks.{given.what}")
    result = benchmark.measure(given.count or DEFAULTS[given.what], given.database)
    # The goals are set for SQLite.
    goals: list[report.Goal] = [] if given.database else benchmark.goals(result)
    if given.json:
        reached = [asdict(goal) | {"reached": goal.reached} for goal in goals]
        print(json.dumps({"machine": report.machine(), "result": result, "goals": reached}))
        return
    print(report.machine(), report.table(benchmark.rows(result)), "\n".join(map(str, goals)), sep="\n\n")


if __name__ == "__main__":
    main()
