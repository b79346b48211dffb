"""What is old is forgotten: runs, answers, definitions; never what something still needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from offpage.engine.housekeeping import EVERY_MS
from offpage.model.reader import read_files
from offpage.store import batches, pausing, queue, runs, workload
from offpage.store.tx import Tx
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

DAY = 86_400_000
APP = {
    "workflows/make.yaml": """
        auth: none
        parameters: {number: text}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
        """
}


def count(app: Bench, table: str) -> int:
    return int(app.database.read(lambda tx: tx.rows(f"SELECT count(*) FROM {table}"))[0][0])


def tidy(app: Bench) -> None:
    """Let housekeeping do all that it has to do."""

    async def pieces() -> None:
        for _ in range(10):
            await app.engine.tidy()

    asyncio.run(pieces())


def test_runs_and_answers_go_when_their_time_is_over(bench: Make) -> None:
    app = bench({"app.yaml": "name: Test\nretention: {runs: 3 days, answers: 12 hours}", **APP})
    asyncio.run(app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k", "h"))))
    tidy(app)
    assert (count(app, "op_runs"), count(app, "op_answers")) == (1, 1)
    app.clock.forward(DAY)
    tidy(app)
    assert (count(app, "op_runs"), count(app, "op_answers")) == (1, 0)
    app.clock.forward(2 * DAY)
    app.call("make", number="B")
    app.clock.forward(EVERY_MS)
    tidy(app)
    assert app.database.read(runs.count) == {"finished": 1}
    assert app.values("order", "number") == ["A", "B"]


def test_batches_that_have_ended_go_with_their_failed_items_and_no_others(bench: Make) -> None:
    each = """
        auth: none
        steps:
          - {do: schedule_on_list, with: {list: '=["A", "A", "B"]', workflow: make, parameters: {number: =this}}}
        """
    app = bench(
        {"app.yaml": "name: Test\nretention: {runs: forever, batches: 3 days}", **APP, "workflows/each.yaml": each}
    )

    def drained() -> None:
        while asyncio.run(app.engine.drain(1.0)):
            pass

    app.call("each")
    drained()
    app.clock.forward(2 * DAY)
    app.call("each")
    (_, later) = app.database.read(lambda tx: tx.rows("SELECT id FROM op_batches ORDER BY seq"))
    assert app.database.write_now(lambda tx: batches.pause(tx, later[0]))
    tidy(app)
    assert (count(app, "op_batches"), count(app, "op_items")) == (2, 4)
    app.clock.forward(2 * DAY)
    tidy(app)
    assert app.database.read(lambda tx: tx.rows("SELECT id, state FROM op_batches")) == [(later[0], "paused")]
    assert count(app, "op_items") == 3
    app.clock.forward(9 * DAY)
    tidy(app)
    assert count(app, "op_batches") == 1
    assert app.database.write_now(lambda tx: batches.resume(tx, later[0], app.clock.now()))
    drained()
    app.clock.forward(3 * DAY + 1)
    tidy(app)
    assert (count(app, "op_batches"), count(app, "op_items")) == (0, 0)


def test_what_is_to_be_kept_for_ever_is(bench: Make) -> None:
    app = bench({"app.yaml": "name: Test\nretention: {runs: forever, answers: forever}", **APP})
    asyncio.run(app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k", "h"))))
    app.clock.forward(10_000 * DAY)
    tidy(app)
    assert (count(app, "op_runs"), count(app, "op_answers")) == (1, 1)


def test_a_definition_stays_as_long_as_a_run_waits_under_it(bench: Make) -> None:
    app = bench(APP)
    app.database.write_now(pausing.pause)

    async def accept() -> None:
        await app.engine.accept(app.api_call("make", {"number": "A"}, idempotency=("k", "h")))

    asyncio.run(accept())
    app.define({"app.yaml": "name: Second", "types/order.yaml": "fields: {number: text}"})
    app.clock.forward(40 * DAY)
    tidy(app)
    assert (count(app, "op_definitions"), count(app, "op_answers")) == (2, 1)
    app.database.write_now(queue.cancel_all)
    app.clock.forward(EVERY_MS)
    tidy(app)
    assert (count(app, "op_definitions"), count(app, "op_answers")) == (1, 0)


def test_thousands_of_old_runs_go_in_pieces_while_the_dispatcher_works(bench: Make) -> None:
    app = bench(APP)
    outcome = app.call("make", number="A")

    def many(tx: Tx) -> None:
        row = app.run(outcome.run_id)
        for number in range(1_200):
            runs.insert(tx, row._replace(id=f"r{number}"))

    app.database.write_now(many)
    app.clock.forward(31 * DAY)

    async def story() -> None:
        dispatcher = app.dispatcher()
        await dispatcher.start()
        async with asyncio.timeout(30):
            while app.database.read(runs.count):
                dispatcher.wake()
                await asyncio.sleep(0)
        await dispatcher.stop()

    asyncio.run(story())


def test_a_record_that_cannot_be_read_is_summed_as_a_whole_and_goes_like_the_others(bench: Make) -> None:
    app = bench(APP)
    app.call("make", number="A")
    costs = [app.run(app.call("make", number=f"B{number}").run_id).workload for number in range(2)]
    for number, journal in enumerate(('{"not": "a list"}', '[{"no": "step"}]')):
        text = "UPDATE op_runs SET journal = '" + journal + f"' WHERE seq = {number + 2}"
        app.database.write_now(lambda tx, text=text: tx.change(text))  # type: ignore[misc]
    app.clock.forward(31 * DAY)
    tidy(app)
    assert app.database.read(runs.count) == {}
    own = app.database.read(lambda tx: workload.sums(tx, "step", 0, 1 << 60))
    assert sum(one.times for one in own if one.do == "run") == 3
    assert sum(one.workload for one in own) == pytest.approx(costs[0] * 3)


def test_housekeeping_that_fails_is_told_and_holds_up_nobody(bench: Make) -> None:
    app = bench(APP)
    told = asyncio.Event()

    async def story() -> list[str]:
        app.events.listen(lambda name, fields: told.set() if name == "housekeeping.failed" else None)
        dispatcher = app.dispatcher()
        app.database.write_now(lambda tx: tx.rows("ALTER TABLE op_answers RENAME TO elsewhere"))
        await dispatcher.start()
        dispatcher.wake()
        async with asyncio.timeout(60):
            await told.wait()
            app.database.write_now(lambda tx: tx.rows("ALTER TABLE elsewhere RENAME TO op_answers"))
            ids = [await app.engine.accept(app.api_call("make", {"number": "A"}))]
            while app.queued():
                await asyncio.sleep(0.01)
        await dispatcher.stop()
        return ids

    assert [app.run(one).state for one in asyncio.run(story())] == ["finished"]
    assert not [name for name, _ in app.said if name.startswith("dispatcher.")]
    app.clock.forward(31 * DAY)
    tidy(app)
    assert app.database.read(runs.count) == {}, "it is tried again"


def test_a_retention_that_is_no_time_is_an_issue() -> None:
    app, issues = read_files({"app.yaml": "name: Test\nretention: {runs: 30, answers: -1 day}"})
    assert [one.address for one in issues] == ["app/retention/runs", "app/retention/answers"]
    assert "30 days" in next(iter(issues)).message
    assert app.settings.retention.runs_ms == 30 * DAY
