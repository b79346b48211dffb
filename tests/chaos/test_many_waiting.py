"""Thousands of runs that wait for another attempt: they take no memory, and kill -9 loses none of them.

`OFFPAGE_CHAOS_WAITING=10000` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

import pytest

from offpage.host.compose import open_database
from tests.killing import END_SECONDS, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import Serving, serving
from tests.site import place_of, write_app
from tests.until import wait_until

RUNS = int(os.environ.get("OFFPAGE_CHAOS_WAITING", "1500"))
WAVES = 5
"""They come in so many waves: what is outside at the same time takes memory, what waits must not."""

SLACK_MB = 32
"""What a process may grow by anyway: SQLite's cache of pages, the allocator, connections. It does not depend on RUNS."""

FILES = {
    "types/job.yaml": "fields: {number: number, before: {type: number, default: 0}, after: {type: number, default: 0}}\n",
    "workflows/go.yaml": """
        expose: no
        ignore_privacy: yes
        parameters: {number: number}
        steps:
          - {do: create_thing, as: job, with: {type: job, set: {number: =number, before: 1}}}
          - {do: call_api, with: {call: bank.pay, parameters: {id: =job.id}}, retry: {attempts: 9, longest: 1 day}}
          - {do: change_thing, with: {thing: =job, set: {after: {increase: 1}}}}
        """,
    "workflows/all.yaml": """
        auth: none
        parameters: {numbers: list of number}
        steps:
          - {do: schedule_on_list, with: {workflow: one, list: =numbers, parameters: {number: =this}}}
        """,
    "workflows/one.yaml": """
        expose: no
        parameters: {number: number}
        steps:
          - {do: schedule_workflow, with: {workflow: go, at: =now, parameters: {number: =number}}}
        """,
}


FINISHED = "SELECT count(*) FROM op_runs WHERE state = 'finished' AND workflow = 'go'"


def megabytes(server: Serving) -> float:
    """The memory that a process has in use."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.timeout(600)
def test_runs_that_wait_for_an_attempt_take_no_memory_and_survive(tmp_path: Path) -> None:
    data, lock, closed = tmp_path / "data", threading.Lock(), True
    keys: Counter[str] = Counter()

    def answer(asked: Asked) -> Told:
        with lock:
            keys[asked.headers["idempotency-key"]] += 1
        return Told(503, {}, {"Retry-After": "3600"}) if closed else Told(200, {})

    with other_api() as bank:
        bank.answer = answer
        calls = "calls: {pay: {method: POST, parameters: {id: text}, json: {id: =id}}}"
        folder = write_app(tmp_path / "app", {**FILES, "connectors/bank.yaml": f"address: {bank.url}\n{calls}\n"})
        place = place_of(folder, data)

        def waiting() -> int:
            return int(rows(place, "SELECT count(*) FROM op_queue WHERE trigger = 'retry'")[0][0])

        with serving(folder, data) as server, server.client() as client:
            sizes = []
            for wave in range(WAVES):
                numbers = list(range(wave * RUNS // WAVES, (wave + 1) * RUNS // WAVES))
                assert client.post("all", json={"numbers": numbers}).status_code == 200
                wait_until(lambda: waiting() == (wave + 1) * RUNS // WAVES, END_SECONDS)  # noqa: B023
                sizes.append(megabytes(server))
            server.kill()
        assert sizes[-1] - sizes[0] < SLACK_MB, sizes
        assert waiting() == RUNS
        with serving(folder, data) as server:
            started = megabytes(server)
            assert started < sizes[0] + SLACK_MB, (started, sizes)
            assert waiting() == RUNS
        closed = False
        database = open_database(place, "development")
        database.write_now(lambda tx: tx.change("UPDATE op_queue SET due_at = 0"))
        database.close()
        with serving(folder, data):
            wait_until(lambda: rows(place, FINISHED) == [(RUNS,)], END_SECONDS)

    print([round(one) for one in sizes], f"MB; {started:.0f} MB after a start")
    assert rows(place, "SELECT count(*) FROM op_queue") == [(0,)]
    jobs = rows(place, 'SELECT number, "before", "after" FROM t_job')
    assert sorted(number for number, *_ in jobs) == list(range(RUNS))
    assert {(before, after) for _, before, after in jobs} == {(1, 1)}
    assert len(keys) == RUNS
    assert set(keys.values()) == {2}
