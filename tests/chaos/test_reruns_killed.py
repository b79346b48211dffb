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

from tests.chaos.test_batches_killed import END_SECONDS, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import offpage, serving
from tests.site import place_of, write_app

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "60"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "2"))
SEED = os.environ.get("OFFPAGE_CHAOS_SEED") or str(random.getrandbits(32))

FILES = {
    "types/job.yaml": "fields: {number: number, before: {type: number, default: 0}, answer: text, after: {type: number, default: 0}}\n",
    "workflows/go.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {number: number}
        steps:
          - {do: create_thing, as: job, with: {type: job, set: {number: =number, before: 1}}}
          - {do: change_thing, with: {thing: =job, set: {before: {increase: 1}}}}
          - {do: call_api, as: paid, with: {call: bank.pay, parameters: {id: =job.id, nonce: =random_text(16)}}}
          - {do: change_thing, with: {thing: =job, set: {answer: =paid.body.receipt.to_text, after: {increase: 1}}}}
        """,
}


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
        connector = f"address: {api.url}\ncalls: {{pay: {{method: POST, parameters: {{id: text, nonce: text}}, json: {{id: =id, nonce: =nonce}}}}}}\n"
        folder = write_app(tmp_path / "app", {**FILES, "connectors/bank.yaml": connector})
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
                server.process.kill()
                server.process.wait()
                command.wait(60)
        deadline = time.monotonic() + END_SECONDS
        with serving(folder, data):
            while ended("finished") < RUNS and time.monotonic() < deadline:
                assert retry(folder, data).wait(60) == 0
                while waiting() and time.monotonic() < deadline:
                    time.sleep(0.05)
                bank.steady = True

    assert rows(place, "SELECT state, count(*) FROM op_runs GROUP BY state") == [("finished", RUNS)], SEED
    jobs = rows(place, 'SELECT id, number, "before", answer, "after" FROM t_job')
    assert sorted(number for _, number, *_ in jobs) == list(range(RUNS)), SEED
    assert {(before, after) for _, _, before, _, after in jobs} == {(2, 1)}, SEED
    assert {len(sent) for sent in bank.sent.values()} == {1}, SEED
    for job, _, _, answer, _ in jobs:
        assert {answer} == {f"for {key}" for key, _ in bank.sent[job]}, SEED
    assert rows(place, "SELECT count(*) FROM op_queue") == [(0,)]
