"""Processes that share a PostgreSQL: who has lost the lease writes nothing more, and others have what it had taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from offpage.kernel.events import Events
from offpage.store import leases, queue, runs
from offpage.store.failures import LeaseLost, Taken
from offpage.store.holding import Lease
from offpage.store.postgres import PostgresDatabase
from offpage.store.queue import QueuedRun
from offpage.store.runs import Run
from offpage.store.tx import Tx


@pytest.fixture
def shared(postgres_url: str, postgres_schema: str) -> Iterator[PostgresDatabase]:
    """A database that processes share."""
    database = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    yield database
    database.close()


def process(database: PostgresDatabase, name: str) -> str:
    """A process that has joined."""
    database.write_now(lambda tx: leases.join(tx, leases.Holder(name, "worker", "here", None), 60_000))
    return name


def let_run_out(database: PostgresDatabase, name: str) -> None:
    """The time of a lease is over."""
    database.write_now(lambda tx: tx.change("UPDATE op_leases SET lease_until = 0 WHERE id = %s", (name,)))


def waiting(number: int, key: str | None = None) -> QueuedRun:
    return QueuedRun(f"{number:032}", 100 + number, "w", "d", "[]", "api", key=key)


def a_run(owner: str) -> Run:
    return Run(
        "r",
        "w",
        "d",
        "api",
        "outside",
        "nobody",
        None,
        0,
        None,
        None,
        1,
        None,
        0.0,
        "{}",
        None,
        None,
        "[]",
        "{}",
        owner,
    )


def claimed(database: PostgresDatabase, owner: str) -> list[QueuedRun]:
    return database.arrange_now(lambda tx: queue.claim(tx, 1_000, 50, owner, 60_000))


def test_a_claimed_run_is_taken_by_its_owner_and_by_nobody_else(shared: PostgresDatabase) -> None:
    one, other = process(shared, "one"), process(shared, "other")
    shared.write_now(lambda tx: queue.add_many(tx, [waiting(n) for n in range(30)]))
    mine = claimed(shared, one)
    assert len(mine) == 30
    assert claimed(shared, other) == []
    assert shared.write_now(lambda tx: queue.take_claimed(tx, mine[:20], other)) == []
    assert len(shared.write_now(lambda tx: queue.take_claimed(tx, mine[:20], one))) == 20
    assert len(shared.write_now(lambda tx: queue.take_claimed(tx, mine[:20], one))) == 0
    assert len(shared.write_now(lambda tx: queue.take_claimed(tx, mine[20:], one))) == 10


def test_without_a_lease_nothing_that_was_claimed_can_be_taken(shared: PostgresDatabase) -> None:
    one, other = process(shared, "one"), process(shared, "other")
    shared.write_now(lambda tx: queue.add_many(tx, [waiting(n) for n in range(3)]))
    mine = claimed(shared, one)
    let_run_out(shared, one)
    assert shared.write_now(lambda tx: queue.take_claimed(tx, mine, one)) == []
    assert shared.arrange_now(lambda tx: queue.take_from_the_dead(tx, 100)) == 3
    theirs = claimed(shared, other)
    assert [run.id for run in theirs] == [run.id for run in mine]
    assert not shared.write_now(lambda tx: leases.renew(tx, one, 60_000)), "a lease that has run out is not renewed"
    with pytest.raises(LeaseLost):
        shared.write_now(lambda tx: leases.check(tx, one))
    shared.write_now(lambda tx: leases.check(tx, other))


def test_what_came_under_the_key_of_a_claimed_run_keeps_it(shared: PostgresDatabase) -> None:
    one = process(shared, "one")
    shared.write_now(lambda tx: queue.add(tx, waiting(1, key="k")))
    mine = claimed(shared, one)
    shared.write_now(lambda tx: queue.add(tx, waiting(2, key="k")))
    shared.arrange_now(lambda tx: queue.let_go(tx, mine, one))
    again = {run.id: run.key for run in claimed(shared, one)}
    assert again == {waiting(1).id: None, waiting(2).id: "k"}
    shared.write_now(lambda tx: queue.add(tx, waiting(3, key="k")))
    taken = shared.write_now(lambda tx: queue.take_claimed(tx, [waiting(2, key="k")], one))
    assert [run.key for run in taken] == [None]


def test_a_run_is_written_by_who_carries_it_only(shared: PostgresDatabase) -> None:
    one, other = process(shared, "one"), process(shared, "other")
    shared.write_now(lambda tx: runs.insert(tx, a_run(one)))
    done = a_run(one)._replace(state="finished", finished_at=2)
    assert shared.write_now(lambda tx: runs.take_over(tx, "r", other)) is None, "it is carried"
    let_run_out(shared, one)
    with pytest.raises(LeaseLost):
        shared.write_now(lambda tx: runs.update(tx, done))
    assert shared.read(lambda tx: runs.abandoned(tx, 10)) == ["r"]

    def forget(tx: Tx) -> int:
        return leases.forget(tx)

    assert shared.arrange_now(forget) == 0, "it has left something behind"
    taken = shared.write_now(lambda tx: runs.take_over(tx, "r", other))
    assert taken is not None
    assert taken.owner == other
    assert shared.arrange_now(forget) == 1
    assert shared.write_now(lambda tx: runs.update(tx, done._replace(owner=other)))
    with pytest.raises(LeaseLost):
        shared.write_now(lambda tx: runs.update(tx, done._replace(owner=other, state="failed")))
    assert shared.read(lambda tx: runs.get(tx, "r")) == done._replace(owner=other)


def test_who_wants_a_database_for_itself_waits_for_its_predecessor(shared: PostgresDatabase) -> None:
    first, second = (Lease(shared, "serve", Events(), only=True) for _ in range(2))
    first.join()
    with pytest.raises(Taken, match="Another process has this environment"):
        second.join()
    first.leave()
    second.join()
    assert second.owner is not None
    second.leave()


def test_a_lease_that_was_lost_is_taken_anew_under_another_name(shared: PostgresDatabase) -> None:
    events = Events()
    said: list[str] = []
    events.listen(lambda name, fields: said.append(name))
    lease = Lease(shared, "worker", events)
    lease.join()
    former = lease.owner
    assert former is not None
    let_run_out(shared, former)
    lease._renew()
    assert lease.owner not in (None, former)
    assert "lease.lost" in said
    shared.write_now(lambda tx: leases.check(tx, lease.owner))
    lease.leave()
    assert [one.id for one in shared.read(leases.living)] == []
