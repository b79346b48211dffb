"""A flaky upstream and kill -9: every run ends well, no step before the call is done twice, keys stay the same.

`OFFPAGE_CHAOS_KILLS=10` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.chaos.test_batches_killed import END_SECONDS, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import serving
from tests.site import place_of, write_app

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "500"))
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
          - do: call_api
            as: paid
            with: {call: bank.pay, parameters: {id: =job.id, nonce: =random_text(16)}}
            timeout: 500 ms
            retry: {attempts: 50, first: 50 ms, factor: 1.5, longest: 1 s}
          - {do: change_thing, with: {thing: =job, set: {answer: =paid.body.receipt.to_text, after: {increase: 1}}}}
        """,
}


class Upstream:
    """Answers 30 % with 503, 5 % too late, 5 % not at all; payments count once for each key."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self._lock = threading.Lock()
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self.bodies: defaultdict[str, set[bytes]] = defaultdict(set)
        self.answers: Counter[str] = Counter()

    def answer(self, asked: Asked) -> Told:
        key = asked.headers["idempotency-key"]
        with self._lock:
            drawn = self._random.random()
            self.keys[asked.json["id"]].add(key)
            self.bodies[key].add(asked.body)
            kind = "busy" if drawn < 0.3 else "slow" if drawn < 0.35 else "cut" if drawn < 0.4 else "paid"
            self.answers[kind] += 1
        match kind:
            case "busy":
                return Told(503, {"error": "later"}, {"Retry-After": "0"} if drawn < 0.1 else {})
            case "slow":
                time.sleep(0.8)
            case "cut":
                raise ConnectionResetError
        return Told(200, {"receipt": f"for {key}"})


@pytest.mark.timeout(400)
def test_a_flaky_upstream_and_kills_double_nothing_and_lose_nothing(tmp_path: Path) -> None:
    upstream = Upstream()
    data, drawn = tmp_path / "data", random.Random(SEED)

    def ended() -> int:
        return len(rows(place_of(folder, data), "SELECT id FROM op_runs WHERE state = 'finished'"))

    with other_api() as bank:
        bank.answer = upstream.answer
        connector = f"address: {bank.url}\ncalls: {{pay: {{method: POST, parameters: {{id: text, nonce: text}}, json: {{id: =id, nonce: =nonce}}}}}}\n"
        folder = write_app(tmp_path / "app", {**FILES, "connectors/bank.yaml": connector})
        with serving(folder, data) as server, server.client() as client:
            for number in range(RUNS):
                assert (
                    client.post("go", json={"number": number}, headers={"prefer": "respond-async"}).status_code == 202
                )
            server.process.kill()
            server.process.wait()
        for _ in range(KILLS - 1):
            with serving(folder, data) as server:
                time.sleep(0.2 + drawn.random())
                server.process.kill()
                server.process.wait()
        with serving(folder, data):
            deadline = time.monotonic() + END_SECONDS
            while ended() < RUNS and time.monotonic() < deadline:
                time.sleep(0.2)

    place = place_of(folder, data)
    assert rows(place, "SELECT state, count(*) FROM op_runs GROUP BY state") == [("finished", RUNS)], SEED
    jobs = rows(place, 'SELECT id, number, "before", answer, "after" FROM t_job')
    assert sorted(number for _, number, *_ in jobs) == list(range(RUNS)), SEED
    assert {(before, after) for _, _, before, _, after in jobs} == {(2, 1)}, SEED
    assert {len(keys) for keys in upstream.keys.values()} == {1}, SEED
    assert {len(bodies) for bodies in upstream.bodies.values()} == {1}, SEED
    for job, _, _, answer, _ in jobs:
        assert {answer} == {f"for {key}" for key in upstream.keys[job]}, SEED
    assert all(upstream.answers[kind] for kind in ("busy", "slow", "cut", "paid")), upstream.answers
    assert rows(place, "SELECT count(*) FROM op_queue") == [(0,)]
