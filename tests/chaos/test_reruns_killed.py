"""kill -9 while failed runs are tried again, of the server and of the command: none is lost, none is done twice.

`OFFPAGE_CHAOS_RUNS=500 OFFPAGE_CHAOS_KILLS=10` makes it the long version.
"""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests.chaos.paid_jobs import check_paid, paying
from tests.killing import END_SECONDS, SEED, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import offpage, serving
from tests.site import place_of, write_app

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "60"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "2"))


class Bank:
    """Closed at first; then three calls in ten fail, half of these by no answer; `steady` in the end."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self._lock = threading.Lock()
        self.open = False
        self.steady = False
        self.sent: defaultdict[str, set[tuple[str, bytes]]] = defaultdict(set)

    def answer(self, asked: Asked) -> Told:
        key = asked.headers["idempotency-key"]
        with self._lock:
            self.sent[asked.json["id"]].add((key, asked.body))
            drawn = self._random.random()
        if not self.open or (drawn < 0.15 and not self.steady):
            return Told(503, {"error": "later"})
        if drawn < 0.3 and not self.steady:
            raise ConnectionResetError
        time.sleep(0.01)
        return Told(200, {"receipt": f"for {key}"})


def retry(folder: Path, data: Path) -> subprocess.Popen[bytes]:
    """The command, begun."""
    command = offpage("runs", "retry", str(folder), "--workflow", "go", "--since", "1h", "--yes", "--data", str(data))
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.timeout(400)
def test_kills_while_failed_runs_are_tried_again(tmp_path: Path) -> None:
    bank, data, drawn = Bank(), tmp_path / "data", random.Random(SEED)
    with other_api() as api:
        api.answer = bank.answer
        folder = write_app(tmp_path / "app", paying(api.url))
        place = place_of(folder, data)

        def ended(state: str) -> int:
            return len(rows(place, f"SELECT id FROM op_runs WHERE state = '{state}'"))

        def waiting() -> int:
            return len(rows(place, "SELECT id FROM op_queue")) + ended("outside") + ended("running")

        with serving(folder, data) as server, server.client() as client:
            for number in range(RUNS):
                assert client.post("go", json={"number": number}).status_code == 400
        assert ended("failed") == RUNS
        bank.open = True
        for _ in range(KILLS):
            with serving(folder, data) as server:
                command = retry(folder, data)
                time.sleep(0.3 + drawn.random())
                if drawn.random() < 0.4:
                    command.kill()
                server.kill()
                command.wait(60)
        deadline = time.monotonic() + END_SECONDS
        with serving(folder, data):
            while ended("finished") < RUNS and time.monotonic() < deadline:
                assert retry(folder, data).wait(60) == 0
                while waiting() and time.monotonic() < deadline:
                    time.sleep(0.05)
                bank.steady = True

    check_paid(place, RUNS, bank.sent)
