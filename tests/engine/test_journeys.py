"""How many statements runs of the queue take on PostgreSQL, where each is a journey; and that failures are undone all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from offpage.store import queue, runs
from offpage.store.holding import Lease
from offpage.store.postgres import PostgresDatabase
from offpage.store.queue import QueuedRun
from tests.engine.conftest import ORDER, Bench
from tests.journeys import noted

FILES = {
    "app.yaml": "name: Test",
    "types/order.yaml": ORDER,
    "workflows/three.yaml": """
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: =number.trimmed}}}
  - {do: change_thing, as: paid, with: {thing: =made, set: {paid: yes, total: 6}}}
  - {do: return_data, with: {values: {id: =paid.id}}}
""",
    # The second step asks for a number that only one order can have.
    "workflows/two.yaml": """
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {total: 1}}}
  - {do: change_thing, with: {thing: =made, set: {number: =number}}}
""",
    "workflows/careful.yaml": """
parameters: {number: text}
steps:
  - do: transaction
    on_error: continue
    steps:
      - {do: create_thing, as: made, with: {type: order, set: {number: "x {{number}}"}}}
      - {do: create_thing, only_when: '=number == "N3"', with: {type: order, set: {number: x N3}}}
  - {do: create_thing, with: {type: order, set: {number: =number}}}
""",
}


@pytest.fixture
def app(postgres_url: str, postgres_schema: str) -> Iterator[Bench]:
    """An app on a database that processes share."""
    database = PostgresDatabase(postgres_url, postgres_schema, threads=1)
    made = Bench(database, FILES, {})
    hold_for_long(made)
    yield made
    made.die()
    database.close()


def hold_for_long(app: Bench) -> None:
    """Let the process hold its lease however long a busy machine keeps it from renewing it."""
    lease = app.around.lease
    assert isinstance(lease, Lease)
    assert lease._thread is not None
    lease._stop.set()
    lease._thread.join()
    app.database.write_now(lambda tx: tx.change("UPDATE op_leases SET lease_until = lease_until + 3600000"))


def queued(app: Bench, workflow: str, numbers: Sequence[str]) -> None:
    """Let so many runs wait that are due."""
    now = app.clock.now()
    waiting = [
        QueuedRun(app.around.new_id(now), now, workflow, app.program.definition, parameters(one), "schedule")
        for one in numbers
    ]
    app.database.write_now(lambda tx: queue.add_many(tx, waiting))


def executed(app: Bench, workflow: str, numbers: Sequence[str]) -> None:
    """Let so many runs wait, and execute them in one turn."""
    queued(app, workflow, numbers)
    all_done(app, len(numbers))


def all_done(app: Bench, count: int) -> None:
    """Execute what is due in one turn, so many runs."""
    assert asyncio.run(app.engine.sharing.due(60.0, lambda: False, at_least=1)) == count


def parameters(number: str) -> str:
    return msgspec.json.encode([[number]]).decode()


def states(app: Bench) -> list[Any]:
    return app.database.read(lambda tx: tx.rows("SELECT parameters, state FROM op_runs ORDER BY seq"))


def test_a_run_of_three_steps_takes_two_statements_of_its_own(app: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    executed(app, "three", ["first"])
    queued(app, "three", [f" N{number} " for number in range(40)])
    said = noted(monkeypatch)
    all_done(app, 40)
    own = [text for text in said if "t_order" in text]
    assert len(own) == 2 * 40
    # The BEGIN, what is paused, two pieces of the queue, the time limit, all records, the COMMIT.
    assert len(said) - len(own) == 7, [text for text in said if text not in own]
    assert sum("op_runs" in text for text in said) == 1
    assert app.values("order", "total") == [6] * 41
    assert app.database.read(runs.count) == {"finished": 41}
    assert app.engine.ended == {"finished": 41}


def test_a_turn_on_a_slow_machine_puts_nothing_back_that_it_has_taken(
    app: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed(app, "three", ["first"])
    queued(app, "three", [f"N{number}" for number in range(40)])
    said = noted(monkeypatch)
    # Each run takes 20 ms, so that a turn of 0.1 s has not done by far what one statement has taken for it.
    monkeypatch.setattr("offpage.engine.queued.time", SimpleNamespace(perf_counter=count(0, 0.02).__next__))
    assert asyncio.run(app.engine.sharing.due(0.1, lambda: False)) == 40
    assert sum(text == "COMMIT" for text in said) == 2
    assert not [text for text in said if text.startswith("INSERT INTO op_queue")]
    assert app.database.read(runs.count) == {"finished": 41}


def test_a_step_that_is_refused_is_undone_alone_and_the_runs_beside_it_go_on(app: Bench) -> None:
    executed(app, "two", [f"N{number % 9}" for number in range(10)])
    assert app.database.read(runs.count) == {"finished": 9, "failed": 1}
    assert states(app)[-1] == ('{"number":"N0"}', "failed")
    # What the step before it did stays.
    assert app.values("order", "total") == [1] * 10
    assert sorted(one or "" for one in app.values("order", "number")) == ["", *(f"N{number}" for number in range(9))]
    assert app.engine.ended == {"finished": 9, "failed": 1}
    assert app.queued() == 0
    assert (app.database.retries["undone"], app.database.retries["conflict"]) == (1, 0)


def test_a_transaction_that_fails_leaves_nothing_and_the_runs_beside_it_go_on(app: Bench) -> None:
    executed(app, "careful", [f"N{number}" for number in range(6)])
    assert app.database.read(runs.count) == {"finished": 6}
    made = set(app.values("order", "number"))
    assert made == {f"N{number}" for number in range(6)} | {f"x N{number}" for number in range(6) if number != 3}
