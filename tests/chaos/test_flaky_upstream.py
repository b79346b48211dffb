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

from tests.chaos.paid_jobs import check_paid, paying
from tests.killing import END_SECONDS, SEED, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import serving
from tests.site import place_of, write_app
from tests.until import wait_until

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "500"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "2"))
RETRY = ", timeout: 500 ms, retry: {attempts: 50, first: 50 ms, factor: 1.5, longest: 1 s}"


class Upstream:
    """Answers 30 % with 503, 5 % too late, 5 % not at all; payments count once for each key."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self._lock = threading.Lock()
        self.sent: defaultdict[str, set[tuple[str, bytes]]] = defaultdict(set)
        self.answers: Counter[str] = Counter()

    def answer(self, asked: Asked) -> Told:
        key = asked.headers["idempotency-key"]
        with self._lock:
            drawn = self._random.random()
            self.sent[asked.json["id"]].add((key, asked.body))
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

    def all_ended() -> bool:
        return len(rows(place, "SELECT id FROM op_runs WHERE state = 'finished'")) == RUNS

    with other_api() as bank:
        bank.answer = upstream.answer
        folder = write_app(tmp_path / "app", paying(bank.url, RETRY))
        place = place_of(folder, data)
        with serving(folder, data) as server, server.client() as client:
            for number in range(RUNS):
                assert (
                    client.post("go", json={"number": number}, headers={"prefer": "respond-async"}).status_code == 202
                )
            server.kill()
        for _ in range(KILLS - 1):
            with serving(folder, data) as server:
                time.sleep(0.2 + drawn.random())
                server.kill()
        with serving(folder, data):
            wait_until(all_ended, END_SECONDS)

    check_paid(place, RUNS, upstream.sent)
    assert all(upstream.answers[kind] for kind in ("busy", "slow", "cut", "paid")), upstream.answers
