"""What runs cost, added up from their records on each database."""

from __future__ import annotations

import json
import threading

from offpage.engine.adding_up import add_up, goes_on
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


def spent(database: Database, until: int = START + 99 * HOUR_MS) -> dict[str, tuple[int, float]]:
    """How often each workflow ran, and what it cost."""
    told: dict[str, tuple[int, float]] = {}
    for one in database.read(lambda tx: workload.sums(tx, "workflow", 0, until)):
        times, units = told.get(one.workflow, (0, 0.0))
        told[one.workflow] = (times + one.times, units + one.workload)
    return told


def test_a_run_that_goes_on_does_not_hold_up_those_after_it(database: Database) -> None:
    keep(database, run_of(0, 0), run_of(1, 0, state="outside"), run_of(2, 0))
    assert add_up(database, 10) == 0
    assert spent(database) == {"paid": (2, 2.5)}
    database.write_now(lambda tx: runs.update(tx, run_of(1, 0)))
    assert add_up(database, 10) == 0
    assert spent(database) == {"paid": (3, 3.75)}
    add_up(database, 10)
    assert spent(database) == {"paid": (3, 3.75)}


def test_a_run_that_goes_on_after_its_end_counts_what_comes_to_it(database: Database) -> None:
    run = run_of(0, 0, state="failed")
    keep(database, run)
    add_up(database, 10)

    def segment(tx: Tx) -> None:
        goes_on(tx, run.id)
        runs.update(tx, run._replace(state="outside"))

    database.write_now(segment)
    database.write_now(segment)  # before its end is added up
    add_up(database, 10)
    assert spent(database) == {"paid": (1, 1.25)}
    more = [*json.loads(JOURNAL), {"step": 3, "do": "send_email", "state": "done", "workload": 2, "ms": 1}]
    database.write_now(
        lambda tx: runs.update(tx, run._replace(state="finished", journal=json.dumps(more), workload=3.25))
    )
    add_up(database, 10)
    assert spent(database) == {"paid": (1, 3.25)}


def test_a_run_that_goes_on_before_it_was_added_up_counts_once(database: Database) -> None:
    run = run_of(0, 0, state="failed")
    keep(database, run)
    database.write_now(lambda tx: goes_on(tx, run.id))
    database.write_now(lambda tx: runs.update(tx, run._replace(state="finished", workload=3.25)))
    add_up(database, 10)
    assert spent(database) == {"paid": (1, 3.25)}


def test_what_goes_on_while_somebody_adds_up_is_not_counted_from_before(database: Database) -> None:
    run = run_of(0, 0, state="failed")
    keep(database, run)
    found = database.read(lambda tx: workload.pending(tx, 99, 10))
    database.write_now(lambda tx: goes_on(tx, run.id))
    assert not database.write_now(lambda tx: workload.add(tx, found, []))


def test_two_who_add_up_at_once_count_nothing_twice(database: Database) -> None:
    cost = [Cost(START, "paid", "", "run", 1, 1.0, 1.0)]

    def both() -> tuple[bool, bool]:
        found = database.read(lambda tx: workload.pending(tx, 99, 10))
        first = database.write_now(lambda tx: workload.add(tx, found, cost))
        return first, database.write_now(lambda tx: workload.add(tx, found, cost))

    database.write_now(lambda tx: workload.keep(tx, cost))
    assert both() == (True, False)
    database.write_now(lambda tx: workload.keep(tx, cost))
    assert both() == (True, False)
    keep(database, run_of(0, 0))
    assert both() == (True, False)
    assert spent(database) == {"paid": (3, 3.0)}


def test_what_was_spent_without_a_record_is_added_once(database: Database) -> None:
    costs = [Cost(START, "obj/order", "", "data_api_search", 3, 1.5, 7.0), Cost(START, "each", "", "run", 2, 0.5, 1.0)]
    database.write_now(lambda tx: workload.keep(tx, costs))
    database.write_now(lambda tx: workload.keep(tx, costs[:1]))
    add_up(database, 10)
    add_up(database, 10)
    assert spent(database) == {"obj/order": (6, 3.0), "each": (2, 0.5)}
    assert database.read(lambda tx: tx.rows("SELECT count(*) FROM op_costs")) == [(0,)]


def test_a_record_stays_until_it_is_added_up(database: Database) -> None:
    keep(database, run_of(0, 0), run_of(1, 0, state="outside"), run_of(2, 0))

    def forget() -> int:
        return database.write_now(lambda tx: runs.forget(tx, START + 1))

    assert forget() == 0
    add_up(database, 10)
    assert forget() == 2
    database.write_now(lambda tx: runs.update(tx, run_of(1, 0)))
    assert forget() == 0
    add_up(database, 10)
    assert forget() == 1
    keep(database, *(run_of(at, 1) for at in range(3, 5)))  # on SQLite they have the places of those that are gone
    add_up(database, 10)
    assert spent(database) == {"paid": (5, 6.25)}


def test_a_run_is_added_up_at_once_though_one_before_it_is_not_committed_yet(
    postgres_url: str, postgres_schema: str
) -> None:
    database = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    slow, quick, ended = threading.Event(), threading.Event(), threading.Event()
    told: list[BaseException | None] = []

    def keeps_open(tx: Tx) -> None:
        runs.insert(tx, run_of(0, 0))
        assert runs.get(tx, run_of(0, 0).id) is not None  # so it is written now, and not with the commit
        slow.set()
        assert quick.wait(20)

    def has_ended(_: None, error: BaseException | None) -> None:
        told.append(error)
        ended.set()

    database.write(keeps_open, has_ended)
    assert slow.wait(20)
    keep(database, run_of(1, 0))  # has the higher seq, and is committed first
    assert add_up(database, 0) == 2  # the other may still come in before it
    assert spent(database) == {}
    adding = threading.Thread(target=add_up, args=(database, 60))
    adding.start()
    quick.set()
    adding.join(60)
    assert ended.wait(20)
    assert told == [None]
    assert spent(database) == {"paid": (2, 2.5)}
    database.close()


def test_old_runs_that_nobody_looked_at_are_to_be_added_up(database: Database) -> None:
    assert not database.read(lambda tx: workload.is_behind(tx, START + 1))
    keep(database, run_of(0, 0))
    assert database.read(lambda tx: workload.is_behind(tx, START + 1))
    assert not database.read(lambda tx: workload.is_behind(tx, START))
    add_up(database, 10)
    assert not database.read(lambda tx: workload.is_behind(tx, START + 1))
    cost = [Cost(START, "paid", "", "run", 1, 1.0, 1.0)]
    for _ in range(workload.MOST_WAITING):
        database.write_now(lambda tx: workload.keep(tx, cost))
    assert database.read(lambda tx: workload.is_behind(tx, START))


def test_a_run_that_ended_late_is_to_be_added_up_though_nothing_came_after_it(database: Database) -> None:
    keep(database, run_of(0, 0, state="outside"))
    add_up(database, 10)
    assert not database.read(lambda tx: workload.is_behind(tx, START + 1)), "it goes on"
    database.write_now(lambda tx: runs.update(tx, run_of(0, 0)))
    assert database.read(lambda tx: workload.is_behind(tx, START + 1)), "its record could never be forgotten"
    assert not database.read(lambda tx: workload.is_behind(tx, START))
    add_up(database, 10)
    assert not database.read(lambda tx: workload.is_behind(tx, START + 1))
    assert database.write_now(lambda tx: runs.forget(tx, START + 1)) == 1


def test_of_long_records_few_are_read_at_a_time(database: Database) -> None:
    steps = [{"step": 0, "do": "create_thing", "state": "done", "workload": 1.0, "ms": 1, "result": "x" * 100_000}]
    long = json.dumps(steps)
    keep(database, *(run_of(number, 0)._replace(journal=long) for number in range(200)))
    found = database.read(lambda tx: workload.pending(tx, 1 << 60, 2_000))
    assert 0 < len(found.runs) < 200
    assert add_up(database, 60) == 0
    assert spent(database) == {"paid": (200, 250.0)}
