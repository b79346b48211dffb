"""Starts a server as a real process, tells when it first answered and what memory it takes, and stops it."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "shop"
ORDER = b'{"name": "First", "email": "first@example.test", "amount": 1}'
PATH = "/api/1.1/wf/create_order"
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Started:
    """A running server and how long it took from its start to its first answer."""

    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float

    def processor_seconds(self) -> float:
        """Processor time that the process has used until now, user and system."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def memory_mb(self) -> float:
        """Resident memory of the process and its children, in MB."""
        one = psutil.Process(self.process.pid)
        return float(sum(each.memory_info().rss for each in (one, *one.children(recursive=True)))) / 1_000_000


@dataclass(frozen=True, slots=True)
class Probe:
    """The request by which a server shows that it is there: it must be answered with 200."""

    method: str = "POST"
    path: str = PATH
    body: bytes | None = ORDER
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


def answers(port: int, probe: Probe) -> bool:
    """Whether the server answers the probe with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(probe.method, probe.path, probe.body, dict(probe.headers))
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"The server answered {answer.status}: {text[:500].decode(errors='replace')}")
    return True


@contextmanager
def running(command: Sequence[str], port: int, log: Path, probe: Probe = Probe()) -> Iterator[Started]:
    """Run a server while the block lasts. What it prints goes to `log`.

    It has a session of its own, as a service has: Linux shares a crowded machine out among sessions.
    """
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        while not answers(port, probe):
            if process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                raise SystemExit(f"The server did not start:\n{log.read_text()}")
            time.sleep(0.005)
        yield Started(process, port, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def offpage_command(folder: Path, port: int, *, database: str = "") -> list[str]:
    """The command that serves the shop out of `folder`, which gets a copy of it and its data."""
    app = folder / "shop"
    if not app.exists():
        shutil.copytree(SHOP, app, ignore=shutil.ignore_patterns(".offpage"))
    return serve_command(app, folder / "data", port, database=database)


def serve_command(app: Path, data: Path, port: int, *, database: str = "") -> list[str]:
    """The command that serves an app folder."""
    program = str(Path(sys.executable).with_name("offpage"))
    command = [program, "dev", str(app), "--host", "127.0.0.1", "--port", str(port), "--data", str(data), "--quiet"]
    return command + (["--database", database] if database else [])


def reference_command(folder: Path, port: int) -> list[str]:
    """The command that serves the reference with its data in `folder`."""
    database = str(folder / "reference.sqlite")
    return [sys.executable, "-m", "benchmarks.reference_http", "--port", str(port), "--database", database]
