"""Waiting runs: added, claimed once, held by a lease, gone when finished."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.store import queue
from offpage.store.failures import Duplicate
from offpage.store.migrations import current_tables
from offpage.store.queue import LOW, NORMAL, QueuedRun
from offpage.store.tx import Database, Tx
from tests.store.explaining import Explaining


def a_run(number: int, due_at: int = 0, priority: int = NORMAL) -> QueuedRun:
    return QueuedRun(
        id=f"{number:032}",
        due_at=due_at,
        workflow="paid",
        definition="d1",
        parameters='{"name": "100 %"}',
        trigger="schedule",
        priority=priority,
    )


def add(database: Database, *several: QueuedRun) -> None:
    database.write_now(lambda tx: queue.add_many(tx, several))


def claim(database: Database, now: int = 100, limit: int = 100, owner: str = "me", lease_ms: int = 50) -> list[int]:
    found = database.write_now(lambda tx: queue.claim(tx, now, limit, owner, lease_ms))
    return [int(run.id) for run in found]


def test_a_waiting_run_comes_back_as_it_was_added(database: Database) -> None:
    run = QueuedRun("r1", 5, "paid", "d1", "{}", "api", "user", "u1", "Europe/Berlin", 3, 1, "r0", "r0", "b1", "{}")
    run = run._replace(ignore_privacy=True)
    database.write_now(lambda tx: queue.add(tx, run))
    found = database.read(lambda tx: queue.get(tx, "r1"))
    assert found == run
    assert found is not None
    assert found.ignore_privacy is True


def test_the_fields_of_a_waiting_run_are_the_columns_of_its_table() -> None:
    columns = {column.name for column in current_tables()["op_queue"].columns}
    assert columns | {"row_place"} == set(QueuedRun._fields)


def test_a_run_is_added_once(database: Database) -> None:
    add(database, a_run(1))
    with pytest.raises(Duplicate):
        add(database, a_run(1))


@pytest.mark.parametrize("number", [0, 1, 15, 16, 17, 127, 128, 300])
def test_many_runs_are_added_at_once(database: Database, number: int) -> None:
    add(database, *[a_run(index) for index in range(number)])
    assert database.read(queue.count) == number
    assert claim(database, limit=1000) == list(range(number))


def test_only_due_runs_are_claimed_the_longest_due_first(database: Database) -> None:
    add(database, a_run(1, due_at=101), a_run(2, due_at=100), a_run(3, due_at=50))
    assert claim(database, now=100) == [3, 2]
    assert claim(database, now=101) == [1]


def test_no_more_are_claimed_than_asked_for(database: Database) -> None:
    add(database, *[a_run(number, due_at=number) for number in range(5)])
    assert claim(database, limit=2) == [0, 1]
    assert claim(database, limit=2) == [2, 3]
    assert claim(database, limit=2) == [4]


def test_runs_in_the_background_come_after_the_others(database: Database) -> None:
    add(database, a_run(1, 1, LOW), a_run(2, 2, LOW), a_run(3, 3))
    assert claim(database, limit=2) == [3, 1]


def test_taken_runs_are_gone_if_the_transaction_commits_and_wait_if_it_does_not(database: Database) -> None:
    add(database, a_run(1, 1, LOW), a_run(2, 2), a_run(3, 3), a_run(4, 500))

    def take_and_fail(tx: Tx) -> None:
        assert [int(run.id) for run in queue.take(tx, 100, 10)] == [2, 3, 1]
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(take_and_fail)
    assert [int(run.id) for run in database.write_now(lambda tx: queue.take(tx, 100, 2))] == [2, 3]
    assert [int(run.id) for run in database.write_now(lambda tx: queue.take(tx, 1_000, 10))] == [4, 1]


def test_a_claimed_run_names_its_owner_and_the_end_of_the_lease(database: Database) -> None:
    add(database, a_run(1))
    (run,) = database.write_now(lambda tx: queue.claim(tx, 100, 10, "me", 50))
    assert (run.state, run.lease_owner, run.lease_until) == ("running", "me", 150)


def test_a_claimed_run_is_not_claimed_again(database: Database) -> None:
    add(database, a_run(1))
    assert claim(database) == [1]
    assert claim(database, now=10_000) == []


def test_a_claimed_run_that_is_let_go_waits_as_before_unless_it_is_anothers(database: Database) -> None:
    add(database, a_run(1))
    (mine,) = database.write_now(lambda tx: queue.claim(tx, 100, 10, "me", 50))
    database.write_now(lambda tx: queue.let_go(tx, [mine], "other"))
    assert claim(database) == []
    database.write_now(lambda tx: queue.let_go(tx, [mine], "me"))
    assert database.read(lambda tx: queue.get(tx, mine.id)) == a_run(1)


def test_what_processes_without_a_lease_had_claimed_waits_again(database: Database) -> None:
    add(database, a_run(1), a_run(2))
    (mine, _) = database.write_now(lambda tx: queue.claim(tx, 100, 10, "gone", 50))
    assert database.write_now(lambda tx: queue.take_claimed(tx, [mine], "gone")) == []
    assert [database.write_now(lambda tx: queue.take_from_the_dead(tx, 10)) for _ in range(2)] == [2, 0]
    assert claim(database) == [1, 2]


def test_a_waiting_run_can_be_cancelled_a_begun_one_cannot(database: Database) -> None:
    add(database, a_run(1), a_run(2, due_at=500))
    claim(database)
    assert not database.write_now(lambda tx: queue.cancel(tx, a_run(1).id))
    assert database.write_now(lambda tx: queue.cancel(tx, a_run(2).id))
    assert database.read(queue.count) == 0


def test_the_next_due_moment_counts_both_priorities(database: Database) -> None:
    assert database.read(queue.next_due) is None
    add(database, a_run(1, 300), a_run(2, 200, LOW), a_run(3, 5))
    assert claim(database) == [3]
    assert database.read(queue.next_due) == 200


def test_waiting_runs_are_listed_in_pages(database: Database) -> None:
    add(database, *[a_run(number, due_at=number // 2, priority=number % 2) for number in range(7)])
    first = database.read(lambda tx: queue.waiting(tx, limit=3))
    last = first[-1]
    second = database.read(lambda tx: queue.waiting(tx, limit=10, after=(last.due_at, last.id)))
    assert [int(run.id) for run in first + second] == list(range(7))


def test_two_claimers_at_once_never_get_the_same_run(database: Database) -> None:
    add(database, *[a_run(number) for number in range(400)])
    got: dict[str, list[int]] = {"a": [], "b": []}
    begin = threading.Barrier(2)

    def take(owner: str) -> None:
        begin.wait()
        while found := claim(database, limit=7, owner=owner):
            got[owner].extend(found)

    threads = [threading.Thread(target=take, args=(owner,)) for owner in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # On PostgreSQL a claimer passes over what the other one holds; nothing may be left or doubled.
    rest = claim(database, limit=400)
    assert sorted(got["a"] + got["b"] + rest) == list(range(400))


def test_no_statement_on_the_queue_reads_the_whole_table(database: Database) -> None:
    add(database, *[a_run(number, due_at=number * 10) for number in range(200)])

    def segment(tx: Tx) -> list[str]:
        looking = Explaining(tx)
        queue.add(looking, a_run(1_000))
        queue.claim(looking, 100, 10, "me", 50)
        queue.take(looking, 100, 10)
        queue.let_go(looking, [a_run(1)], "me")
        queue.take_from_the_dead(looking, 100)
        queue.cancel(looking, "x")
        queue.next_due(looking)
        queue.waiting(looking)
        queue.get(looking, "x")
        assert len(looking.plans) == 9
        return looking.whole_table_reads()

    assert database.write_now(segment) == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 200), st.sampled_from([NORMAL, LOW])),
        st.tuples(st.just("claim"), st.integers(1, 5), st.sampled_from(["a", "b"])),
        st.tuples(st.just("let go"), st.integers(1, 5), st.sampled_from(["a", "b"])),
        st.tuples(st.just("later"), st.integers(1, 60), st.just("")),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_queue_agrees_with_a_plain_dictionary(database: Database, steps: list[tuple[str, int, object]]) -> None:
    class Undo(Exception):
        pass

    def segment(tx: Tx) -> None:
        now = 100
        known: dict[str, QueuedRun] = {}
        for index, (what, number, who) in enumerate(steps):
            if what == "add":
                run = a_run(index, number, who if isinstance(who, int) else NORMAL)
                queue.add(tx, run)
                known[run.id] = run
            elif what == "claim":
                due = sorted(
                    (run for run in known.values() if run.state == "waiting" and run.due_at <= now),
                    key=lambda run: (run.priority, run.due_at),
                )
                got = queue.claim(tx, now, number, str(who), 50)
                assert [(run.priority, run.due_at) for run in got] == [
                    (run.priority, run.due_at) for run in due[:number]
                ]
                known.update((run.id, run._replace(row_place=None)) for run in got)
            elif what == "let go":
                some = list(known.values())[:number]
                queue.let_go(tx, some, str(who))
                for run in some:
                    if run.lease_owner == who:
                        known[run.id] = run._replace(state="waiting", lease_until=None, lease_owner=None)
            else:
                now += number
        waiting = [run for run in known.values() if run.state == "waiting"]
        assert queue.next_due(tx) == min((run.due_at for run in waiting), default=None)
        assert queue.waiting(tx, limit=100) == sorted(waiting, key=lambda run: (run.due_at, run.id))
        raise Undo

    with pytest.raises(Undo):
        database.write_now(segment)
