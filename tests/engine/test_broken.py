"""Runs that something unforeseen ends: recorded as failed, alone, and nobody waits behind them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from offpage.engine.calls import Outcome
from offpage.engine.queued import PATIENCE
from offpage.kernel.errors import StoreError
from offpage.store import batches, queue, runs
from offpage.store.tx import Tx
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

MAKE = """
auth: none
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
"""

GUARDED = """
auth: none
only_when: =search(order).count > 0
steps:
  - {do: terminate}
"""


def crash(running: Any) -> Any:
    """A condition with a mistake of ours."""
    raise ZeroDivisionError


def give_up(running: Any) -> Any:
    """A condition that ends the whole transaction, as a full disk does."""
    running.tx.connection.execute("ROLLBACK")
    running.tx.rows("SELECT nothing FROM nowhere")


def with_condition(app: Bench, workflow: str, condition: Callable[[Any], Any]) -> None:
    """Let a workflow's condition be something that no folder can say."""
    ready = app.program.workflows
    program = replace(app.program, workflows={**ready, workflow: replace(ready[workflow], only_when=condition)})
    app.program = app.engine.program = program
    app.definitions.keep(program)


async def accept(app: Bench, *calls: tuple[str, Mapping[str, Any]]) -> list[str]:
    return [await app.engine.accept(app.api_call(name, given)) for name, given in calls]


def test_a_condition_that_crashes_is_a_failed_run(bench: Make) -> None:
    app = bench({"workflows/guarded.yaml": GUARDED})
    with_condition(app, "guarded", crash)
    outcome = app.call("guarded")
    assert outcome.state == "failed"
    record = app.run(outcome.run_id)
    assert record.state == "failed"
    assert "workflows/guarded/only_when" in (record.error or "")
    assert [name for name, _ in app.said if name == "run.crashed"] == ["run.crashed"]


def test_a_condition_that_takes_too_long_is_a_failed_run(bench: Make) -> None:
    app = bench({"app.yaml": "name: Test\nlimits: {run_seconds: 0.05}", "workflows/guarded.yaml": GUARDED})
    forever = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT max(i) FROM n"
    )
    with_condition(app, "guarded", lambda running: running.select(forever, ()))
    outcome = app.call("guarded")
    assert outcome.error is not None
    assert outcome.error.code == "TIMED_OUT"
    assert app.run(outcome.run_id).state == "failed"


def test_a_run_that_crashes_does_not_hold_up_the_queue(bench: Make) -> None:
    app = bench({"workflows/guarded.yaml": GUARDED, "workflows/make.yaml": MAKE})
    with_condition(app, "guarded", crash)

    async def drain() -> list[str]:
        ids = await accept(app, ("guarded", {}), ("make", {"number": "A"}))
        await app.engine.drain(1.0)
        return ids

    ids = asyncio.run(drain())
    assert [app.run(one).state for one in ids] == ["failed", "finished"]
    assert app.database.read(queue.count) == 0


def test_a_queued_run_that_cannot_be_read_is_a_failed_run(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def drain() -> list[str]:
        ids = await accept(app, ("make", {"number": "A"}), ("make", {"number": "B"}))
        app.database.write_now(lambda tx: tx.rows(f"UPDATE op_queue SET zone = 'Nowhere/At_all' WHERE id = '{ids[0]}'"))
        await app.engine.drain(1.0)
        return ids

    ids = asyncio.run(drain())
    assert [app.run(one).state for one in ids] == ["failed", "finished"]
    assert app.values("order", "number") == ["B"]
    assert app.engine.ended == {"failed": 1, "finished": 1}


def test_a_run_that_ends_the_whole_transaction_is_recorded_in_another_one(bench: Make) -> None:
    app = bench({"workflows/guarded.yaml": GUARDED, "workflows/make.yaml": MAKE})
    if app.database.dialect.aborts_on_error:
        pytest.skip("only SQLite gives up a transaction by itself")
    with_condition(app, "guarded", give_up)

    async def story() -> tuple[list[str], Outcome]:
        ids = await accept(app, ("make", {"number": "A"}), ("guarded", {}), ("make", {"number": "B"}))
        while await app.engine.drain(0.0):
            pass
        return ids, await app.engine.call(app.api_call("guarded", {}))

    ids, outcome = asyncio.run(story())
    assert [app.run(one).state for one in ids] == ["finished", "failed", "finished"]
    assert sorted(app.values("order", "number")) == ["A", "B"]
    assert isinstance(outcome.error, StoreError)
    assert app.run(outcome.run_id).state == "failed"
    assert app.engine.ended == {"finished": 2, "failed": 2}


EACH = """
auth: none
steps:
  - {do: schedule_on_list, with: {list: '=[1, 2]', workflow: guarded}}
"""


@pytest.mark.parametrize("command", [False, True])
def test_an_item_that_ended_the_whole_transaction_fails_once_and_may_be_tried_again(bench: Make, command: bool) -> None:
    app = bench({"workflows/guarded.yaml": GUARDED, "workflows/each.yaml": EACH})
    if app.database.dialect.aborts_on_error:
        pytest.skip("only SQLite gives up a transaction by itself")
    with_condition(app, "guarded", give_up)
    app.call("each")
    ((batch_id,),) = app.database.read(lambda tx: tx.rows("SELECT id FROM op_batches"))

    def done() -> tuple[str, int, int]:
        while asyncio.run(app.engine.drain_batch(batch_id, 1.0) if command else app.engine.drain(1.0)):
            pass
        batch = app.database.read(lambda tx: batches.get(tx, batch_id))
        assert batch is not None
        return batch.state, batch.done, batch.failed

    assert done() == ("finished", 0, 2)
    with_condition(app, "guarded", lambda running: True)
    assert app.database.write_now(lambda tx: batches.retry(tx, batch_id, app.clock.now())) == 2
    assert done() == ("finished", 2, 0)
    assert app.executor.spoilers == {}


def test_runs_that_ended_are_counted_once_and_none_that_was_undone(bench: Make) -> None:
    files = {
        "workflows/each.yaml": """
            auth: none
            steps:
              - {do: schedule_on_list, with: {list: '=["A", "B", "A"]', workflow: make, parameters: {number: =this}}}
            """,
        "workflows/watch.yaml": "trigger: data_change\ntype: order\nsteps: []\n",
        "workflows/make.yaml": MAKE.replace(
            "steps:\n", "steps:\n  - {do: create_thing, with: {type: order, set: {total: 1}}}\n"
        ),
    }
    app = bench(files)
    app.call("each")
    while asyncio.run(app.engine.drain(1.0)):
        pass
    assert app.values("order", "total") == [1, None, 1, None]
    # The list, two items, and what watches the four things that they made; the item that failed is undone with its own.
    assert app.engine.ended == {"finished": 1 + 2 + 4, "failed": 1}


def test_a_slow_run_ends_the_turn_of_the_queue(bench: Make) -> None:
    app = bench({"workflows/guarded.yaml": GUARDED})
    seconds = 0.005
    # What takes long is what this is about: longer than a turn with claimed runs may last.
    with_condition(app, "guarded", lambda running: time.sleep(2 * PATIENCE * seconds))

    async def turns() -> list[int]:
        await accept(app, *[("guarded", {})] * 5)
        return [await app.engine.drain(seconds) for _ in range(6)]

    assert asyncio.run(turns()) == [1, 1, 1, 1, 1, 0]
    assert app.database.read(runs.count) == {"skipped": 5}


def test_the_dispatcher_survives_whatever_happens_in_a_turn(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})
    failed = asyncio.Event()

    async def story() -> list[str]:
        app.events.listen(lambda name, fields: failed.set() if name.startswith("dispatcher.") else None)
        dispatcher = app.dispatcher()
        await dispatcher.start()
        app.database.write_now(lambda tx: tx.rows("ALTER TABLE op_queue RENAME TO elsewhere"))
        dispatcher.wake()
        await failed.wait()
        app.database.write_now(lambda tx: tx.rows("ALTER TABLE elsewhere RENAME TO op_queue"))
        ids = await accept(app, ("make", {"number": "A"}))
        while app.queued():
            await asyncio.sleep(0.01)
        await dispatcher.stop()
        return ids

    assert [app.run(one).state for one in asyncio.run(story())] == ["finished"]


def test_deleting_very_many_things_ends_in_time_and_is_recorded(bench: Make) -> None:
    app = bench(
        {
            "app.yaml": "name: Test\nlimits: {run_seconds: 0.01}",
            "workflows/clear.yaml": "auth: none\nsteps:\n  - {do: delete_list, with: {list: =search(order)}}\n",
        }
    )

    def fill(tx: Tx) -> None:
        what = "'1600000000000x' || CAST(100000000000000000 + i AS text), i, i"
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
        tx.change(f"INSERT INTO t_order (id, created_date, modified_date) {numbers} SELECT {what} FROM n")

    app.database.write_now(fill)
    outcome = app.call("clear")
    assert outcome.error is not None
    assert outcome.error.code == "TIMED_OUT"
    assert app.run(outcome.run_id).state == "failed"
    assert app.count("order") == 30_000
