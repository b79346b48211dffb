"""Apps served by real processes, for the tests that look from outside."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
START_SECONDS = 120
"""A crowded machine has needed more than 30 s for it."""
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that serves an app."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    """A copy of the app, which a test may change."""
    data: Path
    log: Path
    more: tuple[str, ...] = ()
    """What else it was started with."""

    @property
    def url(self) -> str:
        """Where the Workflow API begins."""
        return f"http://127.0.0.1:{self.port}/api/1.1/wf/"

    def kill(self) -> None:
        """Kill it without warning, and return once it is gone."""
        self.process.kill()
        self.process.wait()

    def client(self) -> httpx2.Client:
        """A client whose paths are names of workflows."""
        return httpx2.Client(base_url=self.url, timeout=30)


def offpage(*arguments: str) -> list[str]:
    """The command `offpage` of this Python's environment."""
    return [str(Path(sys.executable).with_name("offpage")), *arguments]


def copy_of(example: str, into: Path) -> Path:
    """A copy of an example's folder, without what a running one keeps."""
    folder = into / example
    if not folder.exists():
        shutil.copytree(EXAMPLES / example, folder, ignore=shutil.ignore_patterns(".offpage"))
    return folder


@contextmanager
def serving(folder: Path, data: Path, *more: str) -> Iterator[Serving]:
    """Serve an app folder while the block lasts; the same `data` may be served again afterwards.

    `more`: further arguments of the command.
    """
    port = free_port()
    log = data.parent / f"{data.name}-{port}.log"
    command = offpage("dev", str(folder), "--host", "127.0.0.1", "--port", str(port), "--data", str(data), *more)
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_listens(process, port, log)
        yield Serving(process, port, folder, data, log, more)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def editor_link(server: Serving) -> str:
    """The link into the editor that a server started with --json prints, once it does."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        for line in server.log.read_text().splitlines():
            with suppress(ValueError):
                said = json.loads(line)
                if said.get("event") == "editor":
                    return str(said["url"])
        time.sleep(0.02)
    raise AssertionError(f"the server printed no link:\n{server.log.read_text()}")


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the port answers; the kernel gives no signal for that, so it is tried."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(f"the server did not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return
