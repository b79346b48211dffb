"""Two processes execute due runs at the same moment: they are not in one another's way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from offpage.engine.engine import Engine
from offpage.store import queue
from offpage.store.postgres import PostgresDatabase
from offpage.store.tx import Tx
from tests.engine.conftest import ORDER, Bench
from tests.engine.test_sharing import another
from tests.store.test_postgres import backend, end

EACH = 20
FLOW = """
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
  - {do: change_thing, with: {thing: =made, set: {total: 1}}}
  - {do: change_thing, with: {thing: =made, set: {total: {increase: 6}}}}
  - {do: schedule_workflow, with: {workflow: later}}
"""
FILES = {
    "app.yaml": "name: Test",
    "types/order.yaml": ORDER,
    "workflows/go.yaml": FLOW,
    "workflows/later.yaml": "steps: []\n",
}


@pytest.fixture
def app(postgres_url: str, postgres_schema: str) -> Iterator[Bench]:
    """An app on a database that processes share."""
    database = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    made = Bench(database, FILES, {})
    yield made
    made.die()
    database.close()


def test_what_creates_changes_and_schedules_things_is_not_repeated(app: Bench) -> None:
    database = app.database
    for number in range(2 * EACH):
        asyncio.run(app.engine.accept(app.api_call("go", {"number": f"N{number}"})))
    # Known as tables that hold next to nothing, they would be read from end to end.
    database.write_now(lambda tx: tx.change("ANALYZE t_order, op_queue, op_leases"))
    engine, lease = another(app)
    both_are_done = threading.Barrier(2)

    def executes(one: Engine, owner: str) -> int:
        now = app.clock.now()
        claimed = database.arrange_now(lambda tx: queue.claim(tx, now, EACH, owner, 60_000))
        assert len(claimed) == EACH
        first = iter([True])

        def segment(tx: Tx) -> int:
            turn = one.sharing._draining.run_claimed(tx, claimed, owner, now, 30.0)
            if next(first, False):
                both_are_done.wait(30)  # neither commits before the other has done all
            return turn.done

        return database.write_now(segment)

    assert app.around.lease.owner is not None
    assert lease.owner is not None
    with ThreadPoolExecutor(2) as pool:
        ours = pool.submit(executes, app.engine, app.around.lease.owner)
        theirs = pool.submit(executes, engine, lease.owner)
        assert (ours.result(60), theirs.result(60)) == (EACH, EACH)
    assert database.retries["conflict"] == 0
    assert app.values("order", "total") == [7] * (2 * EACH)
    lease.leave()


def test_runs_of_a_repeated_transaction_are_counted_once(app: Bench, postgres_url: str) -> None:
    database, owner = app.database, app.around.lease.owner
    assert owner is not None
    for number in range(EACH):
        asyncio.run(app.engine.accept(app.api_call("go", {"number": f"N{number}"})))
    now = app.clock.now()
    claimed = database.arrange_now(lambda tx: queue.claim(tx, now, EACH, owner, 60_000))
    attempts: list[int] = []

    def segment(tx: Tx) -> int:
        done = app.engine.sharing._draining.run_claimed(tx, claimed, owner, now, 30.0).done
        attempts.append(done)
        if len(attempts) == 1:
            end(postgres_url, backend(tx))
            backend(tx)  # notices it, before the commit
        return done

    assert database.write_now(segment) == EACH
    assert attempts == [EACH, EACH]
    assert app.engine.ended == {"finished": EACH}
