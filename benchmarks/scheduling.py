"""What the benchmarks of scheduling share: the app `schedule_app` in a folder, its database, a server on it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.server import ROOT, Probe, Started, running, serve_command
from offpage.data.assignment import Assignments, Change, Shape
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Place, open_runner
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store.tx import Database, Tx
from tests.ports import free_port

APP: Final = ROOT / "benchmarks" / "schedule_app"
PING: Final = Probe(path="/api/1.1/wf/ping", body=b"{}")
LONGEST_SECONDS: Final = 300


@contextmanager
def prepared(database: str = "", app: Path = APP) -> Iterator[Place]:
    """A fresh copy of the app and a place for its data, while the block lasts."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(app, folder / "app")
        yield Place(folder / "app", folder / "data", database)


@contextmanager
def opened(place: Place) -> Iterator[AppRunner]:
    """The app's runner without a server, while the block lasts."""
    runner = open_runner(place, "development", this_machine(SystemClock(), Events()))
    try:
        yield runner
    finally:
        runner.database.close()


@contextmanager
def served(place: Place) -> Iterator[Started]:
    """A server of the app, while the block lasts."""
    port = free_port()
    command = serve_command(place.folder, place.data, port, database=place.database)
    with running(command, port, place.folder.parent / "log", PING) as started:
        yield started


def add_orders(runner: AppRunner, count: int) -> None:
    """Create orders."""
    fields = runner.program.schema.types["order"].fields
    shape = Shape("order", (Change(fields["number"], "set"), Change(fields["total"], "set")))
    machine = runner.machine
    now = machine.clock.now()

    def segment(tx: Tx) -> None:
        for number in range(count):
            values = Assignments(shape, (f"N{number}", 0.0)).values
            runner.program.things.create(tx, shape, values, id=machine.new_id(now), now=now, created_by=None)

    runner.database.write_now(segment)


def wait_for(database: Database, look: Callable[[Tx], Any], every: float = 0.1) -> Any:
    """Look into a database again and again until there is something to see; returns that."""
    give_up = time.monotonic() + LONGEST_SECONDS
    while True:
        found = database.read(look)
        if found:
            return found
        if time.monotonic() > give_up:
            raise SystemExit(f"Not done within {LONGEST_SECONDS} s.")
        time.sleep(every)
