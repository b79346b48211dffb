"""Apps that are served live by real processes, deployed to and rolled back, for the tests that look from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx2

from tests.processes import STOP_SECONDS, offpage
from tests.site import write_app

SAY = """
auth: none
ignore_privacy: yes
parameters: {{name: text}}
steps:
  - {{do: create_thing, as: made, with: {{type: note, set: {{name: =name}}}}}}
  - {{do: return_data, with: {{values: {{version: {version}, name: =made.name}}}}}}
"""

NOTE = "fields:\n  name: text\n  total: text\n"


def version(number: int) -> str:
    """A workflow that keeps a note and tells which version it is."""
    return SAY.format(version=number)


def app(folder: Path, files: dict[str, str] | None = None) -> Path:
    """An app whose workflow `say` tells version 1."""
    return write_app(folder, {"types/note.yaml": NOTE, "workflows/say.yaml": version(1), **(files or {})})


def command(*arguments: object, check: bool = True) -> list[dict[str, Any]]:
    """Run `offpage …` in a process of its own; what it said in JSON, its error last."""
    done = subprocess.run(
        offpage(*map(str, arguments), "--json"), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    said = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    assert not check or done.returncode == 0, said
    return [*said, {"exit": done.returncode}]


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A process of `offpage serve` or `offpage worker`, and the events that it prints."""

    process: subprocess.Popen[str]
    out: IO[str]
    started: dict[str, Any]

    @property
    def url(self) -> str:
        """Where it answers."""
        return str(self.started["url"])

    def say(self, name: str = "x", prefix: str = "", **more: Any) -> httpx2.Response:
        """Call the workflow `say`."""
        return httpx2.post(f"{self.url}{prefix}/api/1.1/wf/say", json={"name": name}, timeout=30, **more)

    def version(self, prefix: str = "") -> int:
        """Which version answers."""
        seen = self.say(prefix=prefix)
        assert seen.status_code == 200, seen.text
        return int(seen.json()["response"]["version"])

    def event(self, name: str) -> dict[str, Any]:
        """Wait for the next event of a name."""
        for line in self.out:
            event: dict[str, Any] = json.loads(line)
            if event.get("event") == name:
                return event
        raise AssertionError(f"The server ended without saying {name!r}.")


@contextmanager
def live_server(folder: Path, *more: str) -> Iterator[LiveServer]:
    """Serve a folder's live and development versions until the block ends."""
    with _started("serve", str(folder), "--port", "0", "--json", *more) as server:
        yield server


@contextmanager
def worker(folder: Path, *more: str) -> Iterator[LiveServer]:
    """Run a folder's live workflows until the block ends."""
    with _started("worker", str(folder), "--json", *more) as server:
        yield server


@contextmanager
def _started(*command: str) -> Iterator[LiveServer]:
    arguments = offpage(*command)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            started = json.loads(process.stdout.readline() or "null")
            assert started, "the server did not start"
            yield LiveServer(process, process.stdout, started)
            if process.poll() is None:  # else a test has killed it
                process.terminate()
                assert process.wait(STOP_SECONDS) == 0
        finally:
            process.kill()


def script(text: str, *arguments: object) -> int:
    """Run a script of Python in a process of its own; returns how it ended."""
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)], capture_output=True, check=False
    ).returncode
