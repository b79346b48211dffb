"""Items of batches that leave the database: how many at once, counted when they come back, taken up after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from offpage.store import batches
from offpage.store.batches import Batch
from tests.engine.conftest import Bench
from tests.engine.test_batches import REPORT, REPORT_TYPE, SEED, batch_of, over, reports
from tests.engine.test_outside import Visit, visit

__all__ = ["visit"]

Make = Callable[..., Bench]

GO = """
auth: none
parameters: {order: order}
steps:
  - {do: change_thing, with: {thing: =order, set: {total: 2}}}
  - {do: visit, with: {place: "=\\"nowhere\\" if order.number == \\"bad\\" else order.number"}}
  - {do: change_thing, with: {thing: =order, set: {paid: yes}}}
"""


def app_of(bench: Make, numbers: list[str], more: str = "") -> Bench:
    """An app with orders of these numbers, and a workflow that sends them all outside."""
    files = {
        "types/report.yaml": REPORT_TYPE,
        "workflows/report.yaml": REPORT,
        "workflows/seed.yaml": SEED,
        "workflows/go.yaml": GO,
        "workflows/all.yaml": over("=search(order, sort_by=this.created_date)", workflow="go", more=more),
    }
    app = bench(files)
    assert app.call("seed", numbers=numbers).error is None
    return app


async def run_to_the_end(app: Bench, batch_id: str) -> Batch:
    """Dispatch until the batch has ended and its report is written."""
    dispatcher = app.dispatcher()
    await dispatcher.start()
    while not reports(app):
        await asyncio.sleep(0.001)
    await dispatcher.stop()
    return batch_of(app, batch_id)


def test_no_more_items_are_outside_at_once_than_allowed(bench: Make) -> None:
    app = app_of(bench, [str(n) for n in range(30)], more="at_once: 4")
    inside: list[int] = []
    now = 0
    full = asyncio.Event()

    async def gate(place: str) -> None:
        nonlocal now
        now += 1
        inside.append(now)
        if now == 4:
            full.set()
        await full.wait()  # nobody leaves before as many are there as may be
        await asyncio.sleep(0)
        now -= 1

    Visit.gate = gate
    batch_id = app.call("all", word="x").answer.values["id"]
    batch = asyncio.run(run_to_the_end(app, batch_id))
    assert max(inside) == 4
    assert (batch.done, batch.outside, batch.state) == (30, 0, "finished")
    assert app.values("order", "paid") in ([True] * 30, [1] * 30)
    assert len(reports(app)) == 1


def test_an_item_that_fails_after_it_was_outside_is_counted_and_keeps_its_record(bench: Make) -> None:
    app = app_of(bench, ["1", "bad", "2"])
    batch_id = app.call("all", word="x").answer.values["id"]
    batch = asyncio.run(run_to_the_end(app, batch_id))
    assert (batch.done, batch.failed, batch.left) == (2, 1, 0)
    ((_, item, run_id),) = app.database.read(lambda tx: batches.failed_items(tx, batch))
    assert item == app.values("order", "id")[1]
    assert app.run(run_id).state == "failed"
    assert app.values("order", "total")[1] == 2
    assert {app.run(one).state for (one,) in app.database.read(lambda tx: tx.rows("SELECT id FROM op_runs"))} == {
        "finished",
        "failed",
    }


def test_items_that_a_dead_process_left_outside_are_taken_up_and_counted_once(bench: Make) -> None:
    app = app_of(bench, [str(n) for n in range(8)], more="at_once: 3")
    batch_id = app.call("all", word="x").answer.values["id"]

    async def die() -> None:
        async def never(place: str) -> None:
            await asyncio.Event().wait()

        Visit.gate = never
        await app.engine.drain(1.0)
        assert batch_of(app, batch_id).outside == 3
        for task in app.engine._outside._tasks:
            task.cancel()

    asyncio.run(die())
    app.restart()
    Visit.gate = None
    batch = asyncio.run(run_to_the_end(app, batch_id))
    assert (batch.done, batch.failed, batch.outside, batch.state) == (8, 0, 0, "finished")
    assert reports(app) == [(8, 8, 0, 0, "x")]
    places = [place for _, place in Visit.seen]
    assert len(places) == len(set(places)) + 3 or len(places) == 8
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_items")) == [(0,)]


def test_a_batch_that_is_cancelled_still_counts_what_was_outside(bench: Make) -> None:
    app = app_of(bench, [str(n) for n in range(8)], more="at_once: 3")
    batch_id = app.call("all", word="x").answer.values["id"]

    async def cancel_on_the_way() -> None:
        here, go = asyncio.Event(), asyncio.Event()

        async def gate(place: str) -> None:
            here.set()
            await go.wait()

        Visit.gate = gate
        await app.engine.drain(1.0)
        await here.wait()
        skipped = app.database.write_now(lambda tx: batches.cancel(tx, batch_id, app.clock.now()))
        assert skipped == 5
        go.set()
        await asyncio.gather(*app.engine._outside._tasks)

    asyncio.run(cancel_on_the_way())
    batch = batch_of(app, batch_id)
    assert (batch.state, batch.done, batch.skipped, batch.left) == ("cancelled", 3, 5, 0)
    assert reports(app) == []
