"""`python -m benchmarks data`: 50 of 100,000 orders over the Data API, as a user under two privacy rules, and as admin.

Offpage and the reference read the same rows: the reference has a copy of the database. That both give the same
answer is checked before anything is measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

import apsw

from benchmarks.data_load import Loaded, load
from benchmarks.http import in_the_middle
from benchmarks.report import Goal, say
from benchmarks.server import ROOT, Probe, Started, running, serve_command
from tests.ports import free_port

ORDERS: Final = 100_000
PAGE: Final = 50
DEEP: Final = 1_000
"""The page that is compared with the first."""

CONNECTIONS: Final = (1, 32)
ROUNDS: Final = 5
WARM_UP: Final = 100

PAID: Final = [{"key": "status", "constraint_type": "equals", "value": "Paid"}]


def search(*, page: int = 1, only_paid: bool = True) -> str:
    """The path of a search for a page of orders, the latest first."""
    asked = {"constraints": json.dumps(PAID)} if only_paid else {}
    asked |= {"sort_field": "ordered_at", "descending": "true", "limit": str(PAGE), "cursor": str((page - 1) * PAGE)}
    return f"/api/1.1/obj/order?{urlencode(asked)}"


def drive(started: Started, path: str, token: str, connections: int, requests: int) -> dict[str, float]:
    """Drive one server with one search, from a process of its own; adds the server's processor time."""
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(started.port), "--get", "--path", path]
    command += ["--token", token, "--connections", str(connections), "--requests", str(requests)]
    before = started.processor_seconds()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The load generator gave up:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures | {"cpu_us": (started.processor_seconds() - before) / requests * 1_000_000}


def answer(port: int, path: str, token: str) -> Any:
    """What a server answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["response"]


def check(servers: dict[str, Started], path: str, token: str, count: int) -> None:
    """Stop unless all servers give the same answer, of so many orders."""
    answers = {side: answer(one.port, path, token) for side, one in servers.items()}
    first = next(iter(answers.values()))
    if first["count"] != count or any(one != first for one in answers.values()):
        raise SystemExit(f"The servers do not answer the same {count} orders to {path}")


def measure(requests: int, database: str = "", orders: int = ORDERS) -> dict[str, Any]:
    """Measure both sides in turns: a page of paid orders as the user and as admin, and a page far down."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        say(f"{orders:,} orders are put into the database")
        loaded = load(folder, orders, database)
        say("the servers start")
        servers = {side: stack.enter_context(one) for side, one in _servers(folder, loaded, database).items()}
        result: dict[str, Any] = {}
        for who, token in (("user", loaded.user_token), ("admin", loaded.api_token)):
            check(servers, search(), token, PAGE)
            for one in servers.values():
                drive(one, search(), token, 32, WARM_UP)
            for connections in CONNECTIONS:
                say(f"asked as {who}, {connections} connections")
                count = max(requests // ROUNDS // (1 if connections > 1 else 4), 20)
                rounds = [
                    {side: drive(one, search(), token, connections, count) for side, one in servers.items()}
                    for _ in range(ROUNDS)
                ]
                result[f"{who} {connections}"] = _medians(rounds)
        say("the first page and one far down")
        result["deep"] = _deep(servers, loaded.api_token, min(DEEP, orders // PAGE), max(requests // ROUNDS // 4, 20))
    return result


def _servers(folder: Path, loaded: Loaded, database: str) -> dict[str, Any]:
    """Offpage on the data, and the reference on a copy of it."""
    probe = Probe("GET", search(), None, (("authorization", f"Bearer {loaded.api_token}"),))
    ours = free_port()
    command = serve_command(loaded.place.folder, loaded.place.data, ours, database=database)
    found = {"offpage": running(command, ours, folder / "offpage.log", probe)}
    if not database:
        theirs, copy = free_port(), folder / "reference.db"
        with closing(apsw.Connection(str(loaded.place.data / "development.db"))) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        with closing(apsw.Connection(str(copy))) as connection:
            connection.execute("ANALYZE")  # the planner knows as much as it does for Offpage
            connection.pragma("journal_mode", "wal")
        reference = [sys.executable, "-m", "benchmarks.reference_data", "--port", str(theirs), "--database", str(copy)]
        reference += ["--user", f"{loaded.user_token}={loaded.user_id}", "--admin", loaded.api_token]
        found = {"reference": running(reference, theirs, folder / "reference.log", probe), **found}
    return found


def _medians(rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    found: dict[str, Any] = {side: in_the_middle([one[side] for one in rounds]) for side in rounds[0]}
    if "reference" in found:
        found["ratio"] = median(one["offpage"]["per_second"] / one["reference"]["per_second"] for one in rounds)
    return found


def _deep(servers: dict[str, Started], token: str, page: int, count: int) -> dict[str, Any]:
    """The first page and one far down, of all orders in the order of an indexed field."""
    paths = {name: search(page=number, only_paid=False) for name, number in (("first", 1), ("far", page))}
    for path in paths.values():
        check(servers, path, token, PAGE)
    rounds = [
        {
            name: {side: drive(one, path, token, 1, count) for side, one in servers.items()}
            for name, path in paths.items()
        }
        for _ in range(ROUNDS)
    ]
    found: dict[str, Any] = {name: _medians([one[name] for one in rounds]) for name in paths}
    found["ratio"] = median(one["far"]["offpage"]["p50_ms"] / one["first"]["offpage"]["p50_ms"] for one in rounds)
    return found


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    head = ("", "asked as", "connections", "requests/s", "p50 ms", "p99 ms", "CPU µs", "of the reference")
    table: list[tuple[str, ...]] = [head]
    for name, found in result.items():
        if name == "deep":
            continue
        who, connections = name.split()
        table += [
            (side, who, connections, *_figures(found, side)) for side in ("reference", "offpage") if side in found
        ]
    for name, who in (("first", "page 1"), ("far", f"page {DEEP:,}")):
        found = result["deep"][name]
        table += [(side, who, "1", *_figures(found, side)) for side in ("reference", "offpage") if side in found]
    return table


def _figures(found: dict[str, Any], side: str) -> tuple[str, ...]:
    one = found[side]
    ratio = f"{found['ratio']:.0%}" if side == "offpage" and "ratio" in found else ""
    return (
        f"{one['per_second']:,.0f}", f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}", f"{one['cpu_us']:,.0f}", ratio
    )  # fmt: skip


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [
        Goal("of the reference as a user at 32 connections, %", result["user 32"]["ratio"] * 100, at_least=25),
        Goal("of the reference as admin at 32 connections, %", result["admin 32"]["ratio"] * 100, at_least=25),
        Goal("time for page 1,000, times that for page 1", result["deep"]["ratio"], at_most=3),
    ]
