"""What runs cost, added up from their records on each database."""

from __future__ import annotations

import json
import threading
import time

from offpage.host.adding_up import add_up
from offpage.store import runs, workload
from offpage.store.postgres import PostgresDatabase
from offpage.store.runs import Run, RunState
from offpage.store.tx import Database, Tx
from offpage.store.workload import HOUR_MS, Cost
from tests.store.test_runs import a_run, keep

START = 1_700_000_000_000 // HOUR_MS * HOUR_MS
JOURNAL = json.dumps(
    [
        {"step": 0, "do": "create_thing", "state": "done", "workload": 0.5, "ms": 2},
        {"step": 1, "do": "create_thing", "state": "skipped", "condition": False},
        {
            "step": 2,
            "do": "for_each",
            "state": "done",
            "workload": 0.5,
            "ms": 4,
            "steps": [{"step": 0, "do": "delete_thing", "state": "done", "workload": 0.25, "ms": 1}],
        },
    ]
)


def run_of(number: int, hour: int, state: RunState = "finished") -> Run:
    return a_run(number, state=state)._replace(started_at=START + hour * HOUR_MS, journal=JOURNAL, workload=1.25)


def test_costs_are_added_up_by_hour_workflow_and_step(database: Database) -> None:
    keep(database, run_of(0, 0), run_of(1, 0), run_of(2, 1))
    assert add_up(database, 10) == 0
    steps = database.read(lambda tx: workload.sums(tx, "step", START, START + HOUR_MS, "paid"))
    assert sorted((one.step, one.do, one.times, one.workload) for one in steps) == [
        ("", "run", 2, 0.5),
        ("steps/0", "create_thing", 2, 1.0),
        ("steps/2", "for_each", 2, 0.5),
        ("steps/2/steps/0", "delete_thing", 2, 0.5),
    ]
    workflows = database.read(lambda tx: workload.sums(tx, "workflow", START, START + 9 * HOUR_MS))
    assert sorted((one.hour - START, one.workflow, one.times, one.workload) for one in workflows) == [
        (0, "paid", 2, 2.5),
        (HOUR_MS, "paid", 1, 1.25),
    ]
    activities = database.read(lambda tx: workload.sums(tx, "activity", START, START + HOUR_MS))
    assert {one.do: one.times for one in activities} == {"run": 2, "create_thing": 2, "for_each": 2, "delete_thing": 2}


def test_a_run_that_goes_on_holds_up_those_after_it(database: Database) -> None:
    keep(database, run_of(0, 0), run_of(1, 0, state="outside"), run_of(2, 0))
    add_up(database, 10)
    assert database.read(workload.left) == 2
    database.write_now(lambda tx: tx.change("UPDATE op_runs SET state = 'finished'"))
    add_up(database, 10)
    assert database.read(workload.left) == 0
    found = database.read(lambda tx: workload.sums(tx, "workflow", START, START + HOUR_MS))
    assert [one.times for one in found] == [3]


def test_two_who_add_up_at_once_count_nothing_twice(database: Database) -> None:
    keep(database, run_of(0, 0))
    found = database.read(lambda tx: workload.ended(tx, 0, 10))
    cost = [Cost(START, "paid", "", "run", 1, 1.0, 1.0)]
    first = database.write_now(lambda tx: workload.add(tx, cost, 0, found[-1]))
    second = database.write_now(lambda tx: workload.add(tx, cost, 0, found[-1]))
    assert (first, second) == (True, False)


def test_a_run_that_ended_just_now_may_follow_one_that_is_not_committed_yet(
    postgres_url: str, postgres_schema: str
) -> None:
    database = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    slow, quick = threading.Event(), threading.Event()
    now = int(time.time() * 1000)
    told: list[BaseException | None] = []

    def keeps_open(tx: Tx) -> None:
        runs.insert(tx, run_of(0, 0)._replace(started_at=now, finished_at=now))
        slow.set()
        assert quick.wait(20)

    ended = threading.Event()

    def has_ended(_: None, error: BaseException | None) -> None:
        told.append(error)
        ended.set()

    database.write(keeps_open, has_ended)
    assert slow.wait(20)
    keep(database, run_of(1, 0)._replace(started_at=now, finished_at=now))  # has the higher seq, and is committed first
    add_up(database, 10)
    quick.set()
    assert ended.wait(20)
    assert told == [None]
    assert database.read(workload.left) == 2
    earlier = now - workload.SETTLED_MS - 1
    database.write_now(lambda tx: tx.change("UPDATE op_runs SET finished_at = %s", (earlier,)))
    add_up(database, 10)
    found = database.read(lambda tx: workload.sums(tx, "workflow", 0, now + HOUR_MS))
    database.close()
    assert sum(one.times for one in found) == 2
