"""A server and two workers on one PostgreSQL: killed, paused, and the database taken away; the books balance exactly.

`OFFPAGE_CHAOS_SECONDS=120 OFFPAGE_CHAOS_PAUSE=30` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.chaos.jobs import FAILS_EVERY, JOBS
from tests.cluster import Cluster, cluster, own_postgres
from tests.killing import SEED
from tests.other_api import Asked, Told, other_api
from tests.site import write_app

SECONDS = float(os.environ.get("OFFPAGE_CHAOS_SECONDS", "24"))
PAUSE = float(os.environ.get("OFFPAGE_CHAOS_PAUSE", "7"))
"""Longer than a lease."""
END_SECONDS = 120
KILLS = max(5, round(SECONDS / 6))
"""A process that is killed is another one's work, and needs some seconds to be there again."""

ITEMS = 3_000
TICKS = 400

FILES = JOBS | {
    "types/note.yaml": "fields:\n  name: text\n  times: {type: number, default: 0}\n",
    "types/paid.yaml": "fields:\n  name: text\n  times: {type: number, default: 0}\n",
    "types/report.yaml": "fields:\n  total: number\n  done: number\n  failed: number\n",
    "connectors/bank.yaml": """
        address: {url}
        calls: {{pay: {{method: POST, parameters: {{id: text}}, json: {{id: =id}}}}}}
        """,
    "workflows/make.yaml": """
        auth: none
        parameters: {number: number}
        steps:
          - {do: create_thing, with: {type: job, set: {number: =number, code: "c{{number}}"}}}
        """,
    "workflows/report.yaml": """
        auth: none
        parameters: {total: number, done: number, failed: number}
        steps:
          - {do: create_thing, with: {type: report, set: {total: =total, done: =done, failed: =failed}}}
        """,
    "workflows/all.yaml": """
        auth: none
        ignore_privacy: yes
        steps:
          - do: schedule_on_list
            with:
              list: =search(job, this.number >= 0)
              workflow: work
              parameters: {job: =this}
              on_complete:
                workflow: report
                parameters: {total: =batch.total, done: =batch.done, failed: =batch.failed}
        """,
    "workflows/note.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {name: text}
        steps:
          - {do: create_thing, as: made, with: {type: note, set: {name: =name}}}
          - {do: change_thing, with: {thing: =made, set: {times: {increase: 1}}}}
        """,
    "workflows/pay.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {name: text}
        steps:
          - {do: create_thing, as: made, with: {type: paid, set: {name: =name}}}
          - {do: call_api, with: {call: bank.pay, parameters: {id: =name}}, timeout: 5 s, retry: {attempts: 50, first: 100 ms, longest: 1 s}}
          - {do: change_thing, with: {thing: =made, set: {times: {increase: 1}}}}
        """,
}


class Callers:
    """Send requests until they are told to stop, and remember which were accepted."""

    def __init__(self, api: str) -> None:
        self._api = api
        self._stop = threading.Event()
        self.accepted: dict[str, set[str]] = {"note": set(), "pay": set()}
        self.answers: Counter[int] = Counter()
        self._threads = [
            threading.Thread(target=self._call, args=(one,), daemon=True) for one in ("note", "pay", "note")
        ]
        for thread in self._threads:
            thread.start()

    def _call(self, workflow: str) -> None:
        number = 0
        me = threading.get_ident()
        while not self._stop.wait(0.02):
            number += 1
            name = f"{workflow}-{me}-{number}"
            later = {"prefer": "respond-async"} if number % 3 else {}
            with suppress(httpx2.TransportError):
                answer = httpx2.post(self._api + workflow, json={"name": name}, headers=later, timeout=15)
                self.answers[answer.status_code] += 1
                if answer.is_success:
                    self.accepted[workflow].add(name)

    def stop(self) -> None:
        """Send no more, once something of each kind was accepted."""
        give_up = time.monotonic() + END_SECONDS
        while not all(self.accepted.values()):
            assert time.monotonic() < give_up, f"nobody was answered: {self.answers}"
            time.sleep(0.1)
        self._stop.set()
        for thread in self._threads:
            thread.join()


def answered(found: Cluster, workflow: str, body: dict[str, object]) -> None:
    """Call a workflow, which must succeed."""
    answer = httpx2.post(found.api + workflow, json=body, timeout=30)
    assert answer.is_success, answer.text


def trouble(found: Cluster, restart: threading.Event, source: random.Random) -> Counter[str]:
    """Kill, pause and start processes, as often as was planned however slow the machine is; returns what was done how often."""
    done: Counter[str] = Counter()
    before, during, after = (max(1, round(KILLS * share)) for share in (0.2, 0.4, 0.4))
    for act in ["kill"] * before + ["pause"] + ["kill"] * during + ["go on", "restart"] + ["kill"] * after:
        match act:
            case "pause":
                paused = next(one for one in found.processes if one.startswith("worker"))
                found.wait_until_it_says(paused, "this worker runs")
                found.pause(paused)
                goes_on = time.monotonic() + PAUSE
            case "go on":
                time.sleep(max(0.0, goes_on - time.monotonic()))
                found.go_on(paused)
                found.wait_until_it_says(paused, "lease.lost")
            case "restart":
                restart.set()
            case "kill":
                alive = [one for one in found.processes if done["pause"] == done["go on"] or one != paused]
                role = found.kill(source.choice(alive))
                time.sleep(source.random() * 0.5)
                found.start(role)
                if role == "serve":
                    found.wait_until_it_answers()  # else a slow machine kills it before anybody was answered
        done[act] += 1
        time.sleep(0.5 + source.random() * 2)
    return done


@pytest.mark.timeout(900)
def test_the_books_of_three_processes_balance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFPAGE_KEY", "0f" * 32)
    source = random.Random(SEED)
    keys: dict[str, set[str]] = {}

    def answer(asked: Asked) -> Told:
        keys.setdefault(asked.json["id"], set()).add(asked.headers["idempotency-key"])
        time.sleep(source.random() * 0.3)
        return Told(200, {"ok": True})

    with other_api() as bank, own_postgres() as postgres:
        bank.answer = answer
        files = FILES | {"connectors/bank.yaml": FILES["connectors/bank.yaml"].format(url=bank.url)}
        folder = write_app(tmp_path / "app", files)
        with cluster(folder, tmp_path, postgres.url, workers=2) as found:
            with httpx2.Client(base_url=found.api, timeout=30) as client:
                for number in [-1, *range(ITEMS // 10)]:
                    assert client.post("make", json={"number": number}).is_success
            fill(found)
            answered(found, "all", {})
            answered(found, "tick", {"number": TICKS})
            callers = Callers(found.api)
            restart = threading.Event()

            def take_the_database_away() -> None:
                restart.wait()
                postgres.restart()

            watcher = threading.Thread(target=take_the_database_away, daemon=True)
            watcher.start()
            done = trouble(found, restart, source)
            watcher.join()
            callers.stop()
            give_up = time.monotonic() + END_SECONDS
            while not found.is_over():
                assert time.monotonic() < give_up, f"it does not come to its end: {SEED=}\n{found.logs()}"
                time.sleep(0.2)
            check(found, callers.accepted)
            assert all(len(one) == 1 for one in keys.values()), "a call was repeated with another key"
            assert done["pause"] == done["go on"] == done["restart"] == 1
            assert done["kill"] >= 5
        print(
            f"{SEED=} {dict(done)} {dict(callers.answers)} accepted: { {name: len(one) for name, one in callers.accepted.items()} }"
        )


def fill(found: Cluster) -> None:
    """Nine more jobs like each that is there; and the one whose code items that fail ask for."""
    names = [
        name
        for (name,) in found.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'live' AND table_name = 't_job'"
        )
    ]
    other = {
        "id": "left(id, 13) || 'x' || lpad((n * 1000 + number)::bigint::text, 18, '0')",
        "number": f"number + n * {ITEMS // 10}",
        "code": f"'c' || (number + n * {ITEMS // 10})",
    }
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(other.get(name, f'"{name}"') for name in names)
    found.change(
        f"INSERT INTO t_job ({columns}) SELECT {values} FROM t_job, generate_series(1, 9) AS n WHERE number >= 0"
    )
    found.change("UPDATE t_job SET code = 'taken' WHERE number = -1")


def check(found: Cluster, accepted: dict[str, set[str]]) -> None:
    """Nothing was lost, and nothing doubled."""
    failing = ITEMS // FAILS_EVERY
    assert found.rows("SELECT total, done, failed, skipped, outside, state FROM op_batches") == [
        (ITEMS, ITEMS - failing, failing, 0, 0, "finished")
    ]
    times = Counter(found.rows("SELECT number::bigint % 100 = 0, times FROM t_job WHERE number >= 0"))
    assert times == {(False, 1.0): ITEMS - failing, (True, 0.0): failing}
    assert found.rows("SELECT total, done, failed FROM t_report") == [(ITEMS, ITEMS - failing, failing)]
    ticks = Counter(int(number) for (number,) in found.rows("SELECT number FROM t_tick"))
    assert ticks == dict.fromkeys(range(1, TICKS + 1), 1), "the chain was broken or went twice"
    assert found.rows("SELECT count(*) FROM op_runs WHERE workflow = 'tick'") == [(TICKS,)]
    notes = Counter(found.rows("SELECT name, times FROM t_note"))
    paid = Counter(found.rows("SELECT name, times FROM t_paid"))
    for kept, sent in ((notes, accepted["note"]), (paid, accepted["pay"])):
        assert [one for one, count in kept.items() if count != 1 or one[1] != 1] == [], "done twice, or by halves"
        assert sent - {name for name, _ in kept} == set(), "accepted and lost"
