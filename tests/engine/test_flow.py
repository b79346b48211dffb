"""How many runs of a workflow there may be: at once, in a time, of each key; and what becomes of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from offpage.engine.adding_up import add_up
from offpage.kernel.errors import Replaced, RequestError, WorkflowBusy
from offpage.store import queue, workload
from offpage.store.workload import HOUR_MS
from tests.engine.conftest import Bench
from tests.engine.flow_app import PURE, Work, files, left, serving, states, waiting, working
from tests.until import until

Make = Callable[..., Bench]


@pytest.fixture(autouse=True)
def work() -> Iterator[None]:
    with working():
        yield


def names(count: int) -> list[str]:
    return [f"n{number:02}" for number in range(count)]


def test_of_runs_that_are_queued_no_more_go_on_than_at_once_says_and_all_run_in_order(bench: Make) -> None:
    app = bench(files("at_once: 2"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            await app.engine.call(app.api_call("later", {"names": names(7)}))
            await until(lambda: len(Work.begun) == 2 and waiting(app) == ["parked"] * 5)
            Work.gate.set()
            await until(lambda: len(app.values("log", "text")) == 7)
            await until(lambda: left(app) == {"op_places": 0, "op_lines": 0, "op_gates": 0})

    asyncio.run(go())
    assert Work.most == {"None": 2}
    assert Work.begun == names(7)
    assert states(app) == ["finished"] * 7
    assert waiting(app) == []


def test_each_key_has_places_of_its_own(bench: Make) -> None:
    app = bench(files("at_once: {limit: 1, key: =kind}"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            for kind in "abc":
                await app.engine.call(app.api_call("later", {"names": names(3), "kind": kind}))
            await until(lambda: waiting(app) == ["parked"] * 6)
            await until(lambda: Work.inside == {"a": 1, "b": 1, "c": 1})
            Work.gate.set()
            await until(lambda: len(app.values("log", "text")) == 9)

    asyncio.run(go())
    assert Work.most == {"a": 1, "b": 1, "c": 1}


def test_no_more_start_in_any_window_than_rate_says(bench: Make) -> None:
    app = bench(files("rate: 3 per 10 seconds", PURE))
    app.call("later", names=names(8))

    def drained() -> int:
        while asyncio.run(app.engine.drain(1.0)):
            pass
        return len(app.values("log", "text"))

    assert drained() == 3
    app.clock.forward(9_999)
    assert drained() == 3
    app.clock.forward(1)
    assert drained() == 6
    app.clock.forward(10_000)
    assert drained() == 8
    assert app.values("log", "text") == names(8)
    app.clock.forward(60_000)
    asyncio.run(app.engine.tidy())
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_starts")) == [(0,)]


def test_a_rate_for_all_and_places_for_each_key_hold_together(bench: Make) -> None:
    app = bench(files("at_once: {limit: 1, key: =kind}\nrate: 4 per minute"))

    async def go() -> None:
        for kind in "abc":
            await app.engine.call(app.api_call("later", {"names": names(3), "kind": kind}))
        Work.gate = asyncio.Event()
        async with serving(app) as dispatcher:
            await until(lambda: Work.inside == {"a": 1, "b": 1, "c": 1} and waiting(app) == ["parked"] * 6)
            Work.gate.set()
            await until(lambda: len(app.values("log", "text")) == 4)
            await asyncio.sleep(0.05)
            assert len(app.values("log", "text")) == 4
            assert set(app.values("log", "kind")) == {"a", "b", "c"}
            app.clock.forward(60_000)
            dispatcher.wake()
            await until(lambda: len(app.values("log", "text")) == 8)
            app.clock.forward(60_000)
            dispatcher.wake()
            await until(lambda: len(app.values("log", "text")) == 9)

    asyncio.run(go())
    assert max(Work.most.values()) == 1


def test_when_busy_skip_records_why_a_run_did_not_run(bench: Make) -> None:
    app = bench(files("at_once: 1\nwhen_busy: skip"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            await app.engine.call(app.api_call("later", {"names": names(3)}))
            await until(lambda: states(app) == ["outside", "skipped", "skipped"])
            skipped = await app.engine.call(app.api_call("go", {"name": "x"}))
            assert skipped.state == "skipped"
            assert isinstance(skipped.error, WorkflowBusy)
            assert skipped.error.message == "Not run: 1 of 1 running, and go says `when_busy: skip`."
            status = await app.engine.run_status(skipped.run_id)
            assert status is not None
            assert status.error is not None
            assert status.error.code == "BUSY"

    asyncio.run(go())
    assert Work.begun == ["n00"]


def test_an_item_that_is_skipped_counts_in_the_hour_in_which_it_was(bench: Make) -> None:
    app = bench(files("rate: 1 per hour\nwhen_busy: skip", PURE))
    app.call("listed", names=names(3))
    while asyncio.run(app.engine.drain(1.0)):
        pass
    assert _batch(app) == [("finished", 3, 1, 0)]
    add_up(app.database, 10)
    hour = app.clock.now() // HOUR_MS * HOUR_MS
    found = app.database.read(lambda tx: workload.sums(tx, "workflow", 0, 1 << 60, "go"))
    assert [(one.hour, one.times) for one in found] == [(hour, 3)]


def test_when_busy_replace_keeps_the_latest_of_those_that_wait_and_none_that_runs(bench: Make) -> None:
    app = bench(files("at_once: 1\nwhen_busy: replace"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            await app.engine.call(app.api_call("later", {"names": names(4)}))
            await until(lambda: states(app) == ["outside", "skipped", "skipped"])
            assert waiting(app) == ["parked"]
            Work.gate.set()
            await until(lambda: len(app.values("log", "text")) == 2)

    asyncio.run(go())
    assert Work.begun == ["n00", "n03"]


def standing(app: Bench) -> int:
    """How many callers stand at gates."""
    return sum(len(callers) for callers in app.engine._turns.gates.values())


def test_a_caller_waits_for_the_turn_and_gets_the_answer(bench: Make) -> None:
    app = bench(files("at_once: 1"))

    async def go() -> list[object]:
        Work.gate = asyncio.Event()
        async with serving(app):
            calls = []
            for name in names(4):
                calls.append(asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": name}))))
                await until(lambda: len(Work.begun) + standing(app) == len(calls))
            assert Work.begun == ["n00"]
            Work.gate.set()
            return [(await one).answer.values for one in calls]

    assert asyncio.run(go()) == [{"name": name} for name in names(4)]
    assert Work.begun == names(4)
    assert Work.most == {"None": 1}
    assert left(app)["op_places"] == 0


def test_a_caller_whose_turn_does_not_come_in_time_is_told_why(bench: Make) -> None:
    app = bench({**files("at_once: 1"), "app.yaml": "name: Test\nlimits: {run_seconds: 0.2}\n"})

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            first = asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": "a"})))
            await until(lambda: Work.begun == ["a"])
            with pytest.raises(WorkflowBusy, match="go had no room for this call in time: 1 of 1 running"):
                await app.engine.call(app.api_call("go", {"name": "b"}))
            Work.gate.set()
            await first

    asyncio.run(go())


def test_a_caller_that_waits_is_replaced_by_a_later_one(bench: Make) -> None:
    app = bench(files("at_once: 1\nwhen_busy: replace"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            calls = []
            for name in names(3):
                calls.append(asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": name}))))
                await asyncio.sleep(0.02)
            with pytest.raises(Replaced):
                await calls[1]
            Work.gate.set()
            assert [(await calls[0]).state, (await calls[2]).state] == ["finished", "finished"]

    asyncio.run(go())
    assert Work.begun == ["n00", "n02"]


def test_callers_and_those_who_wait_in_the_queue_take_turns(bench: Make) -> None:
    app = bench(files("at_once: 1"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            await app.engine.call(app.api_call("later", {"names": names(4)}))
            await until(lambda: waiting(app) == ["parked"] * 3)
            calls = [
                asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": f"c{one}"}))) for one in range(4)
            ]
            await asyncio.sleep(0.05)
            Work.gate.set()
            for one in calls:
                await one
            await until(lambda: len(app.values("log", "text")) == 8)

    asyncio.run(go())
    assert Work.begun[0] == "n00"
    assert {"n01", "n02"} <= set(Work.begun[1:6])  # nobody had to wait for all of the others
    assert Work.most == {"None": 1}


def test_items_of_a_list_wait_for_their_turns_and_the_batch_counts_all(bench: Make) -> None:
    app = bench(files("at_once: {limit: 2, key: =kind}"))

    async def go() -> None:
        async with serving(app):
            await app.engine.call(app.api_call("listed", {"names": names(30), "kind": "a"}))
            await app.engine.call(app.api_call("later", {"names": ["x", "y"], "kind": "a"}))
            await until(lambda: len(app.values("log", "text")) == 32)
            await until(lambda: _batch(app) == [("finished", 30, 30, 0)])

    asyncio.run(go())
    assert Work.most["a"] == 2
    assert sorted(Work.begun) == [*names(30), "x", "y"]
    assert waiting(app) == []


def _batch(app: Bench) -> list[tuple[object, ...]]:
    text = "SELECT state, total, done, outside FROM op_batches"
    return app.database.read(lambda tx: tx.rows(text))


def test_items_of_a_batch_that_is_cancelled_while_they_wait_are_skipped(bench: Make) -> None:
    app = bench(files("rate: 1 per hour", PURE))
    app.call("listed", names=names(5))
    while asyncio.run(app.engine.drain(1.0)):
        pass
    batch = app.database.read(lambda tx: tx.rows("SELECT id FROM op_batches"))[0][0]
    assert app.database.write_now(queue.cancel_all) == 0  # they belong to the batch
    from offpage.store import batches

    app.database.write_now(lambda tx: batches.cancel(tx, batch, app.clock.now()))
    app.clock.forward(3_600_000)
    while asyncio.run(app.engine.drain(1.0)):
        pass
    text = "SELECT state, done, skipped, outside FROM op_batches"
    assert app.database.read(lambda tx: tx.rows(text)) == [("cancelled", 1, 4, 0)]
    assert app.values("log", "text") == ["n00"]


def test_items_of_a_paused_batch_wait_on_though_their_turns_come(bench: Make) -> None:
    from offpage.store import batches

    app = bench(files("rate: 1 per minute", PURE))
    app.call("listed", names=names(5))

    def drained() -> int:
        while asyncio.run(app.engine.drain(1.0)):
            pass
        return len(app.values("log", "text"))

    assert drained() == 1
    batch = app.database.read(lambda tx: tx.rows("SELECT id FROM op_batches"))[0][0]
    assert app.database.write_now(lambda tx: batches.pause(tx, batch))
    app.call("later", names=["other"])
    for _ in range(3):
        app.clock.forward(60_000)
        drained()
    assert app.values("log", "text") == ["n00", "other"]
    app.engine.follow()
    assert drained() == 2
    assert app.database.write_now(lambda tx: batches.resume(tx, batch, app.clock.now()))
    for _ in range(6):
        app.clock.forward(60_000)
        drained()
    assert sorted(app.values("log", "text")) == [*names(5), "other"]
    assert _batch(app) == [("finished", 5, 5, 0)]
    assert left(app) == {"op_places": 0, "op_lines": 0, "op_gates": 0}


def test_items_of_a_paused_batch_that_is_cancelled_are_skipped(bench: Make) -> None:
    from offpage.store import batches

    app = bench(files("rate: 1 per minute", PURE))
    app.call("listed", names=names(3))
    batch = app.database.read(lambda tx: tx.rows("SELECT id FROM op_batches"))[0][0]
    for step in (batches.pause, lambda tx, one: batches.cancel(tx, one, app.clock.now())):
        while asyncio.run(app.engine.drain(1.0)):
            pass
        app.database.write_now(lambda tx, step=step: step(tx, batch))  # type: ignore[misc]
        app.clock.forward(60_000)
    while asyncio.run(app.engine.drain(1.0)):
        pass
    text = "SELECT state, done, skipped, outside FROM op_batches"
    assert app.database.read(lambda tx: tx.rows(text)) == [("cancelled", 1, 2, 0)]
    assert waiting(app) == []
    assert left(app) == {"op_places": 0, "op_lines": 0, "op_gates": 0}


def test_a_recurring_workflow_that_is_busy_skips_a_start_and_goes_on(bench: Make) -> None:
    tick = (
        "trigger: recurring\nevery: 10 seconds\nat_once: 1\nwhen_busy: skip\nsteps: [{do: work, with: {name: tick}}]\n"
    )
    app = bench(files("", **{"workflows/tick.yaml": tick}))
    app.engine.follow()

    async def ticks(number: int) -> None:
        await until(lambda: len(states(app, "tick")) == number)

    async def go() -> None:
        Work.gate = asyncio.Event()
        for number in range(1, 4):
            app.clock.forward(10_000)
            while await app.engine.drain(1.0):
                pass
            await ticks(number)
        assert states(app, "tick") == ["outside", "skipped", "skipped"]
        Work.gate.set()
        await until(lambda: states(app, "tick")[0] == "finished")
        app.clock.forward(10_000)
        while await app.engine.drain(1.0):
            pass
        await until(lambda: states(app, "tick")[3:] == ["finished"])

    asyncio.run(go())
    assert waiting(app) == ["waiting"]


def test_starts_of_a_recurring_workflow_beyond_its_rate_wait_in_line(bench: Make) -> None:
    tick = "trigger: recurring\nevery: 10 seconds\nrate: 1 per minute\nsteps: [{do: create_thing, with: {type: log}}]\n"
    app = bench(files("", **{"workflows/tick.yaml": tick}))
    app.engine.follow()
    for _ in range(12):
        app.clock.forward(10_000)
        while asyncio.run(app.engine.drain(1.0)):
            pass
    assert app.count("log") == 2
    assert sorted(waiting(app)) == [*["parked"] * 10, "waiting"]


def test_a_data_change_workflow_with_limits_is_never_executed_inside_the_change(bench: Make) -> None:
    watch = """
trigger: data_change
type: log
only_when: =before.is_empty and after.kind == "watched"
at_once: 1
steps:
  - {do: work, with: {name: =after.text}}
"""
    make = """
auth: none
steps:
  - {do: create_thing, with: {type: log, set: {text: a, kind: watched}}}
  - {do: create_thing, with: {type: log, set: {text: b, kind: watched}}}
"""
    app = bench(files("", **{"workflows/watch.yaml": watch, "workflows/make.yaml": make}))

    async def go() -> None:
        async with serving(app):
            await app.engine.call(app.api_call("make", {}))
            await until(lambda: states(app, "watch") == ["finished", "finished"])

    asyncio.run(go())
    assert Work.most == {"None": 1}


def test_calls_that_follow_one_another_become_one_run_with_the_last_parameters(bench: Make) -> None:
    app = bench(files("debounce: {wait: 10 seconds, longest: 25 seconds, key: =kind}", PURE))

    def accept(name: str, kind: str = "a") -> str:
        return asyncio.run(app.engine.accept(app.api_call("go", {"name": name, "kind": kind})))

    def drained() -> list[str]:
        while asyncio.run(app.engine.drain(1.0)):
            pass
        return app.values("log", "text")

    first = accept("one")
    other = accept("other", "b")
    for number in range(3):
        app.clock.forward(9_000)
        if number < 2:
            assert "one" not in drained()
            assert accept(f"again {number}") == first
    assert drained() == ["other", "again 1"]  # 27 s after the first call: more than the longest wait
    status = asyncio.run(app.engine.run_status(first))
    assert status is not None
    assert status.state == "finished"
    assert other != first
    assert accept("new") != first
    app.clock.forward(10_000)
    assert drained()[-1] == "new"


def test_scheduled_runs_settle_too_and_the_one_that_gives_way_says_so(bench: Make) -> None:
    app = bench(files("debounce: 10 seconds", PURE))
    app.call("later", names=names(3))
    while asyncio.run(app.engine.drain(1.0)):
        pass
    app.clock.forward(10_000)
    while asyncio.run(app.engine.drain(1.0)):
        pass
    assert app.values("log", "text") == ["n02"]
    assert sorted(states(app)) == ["finished", "skipped", "skipped"]


def test_an_idempotency_key_counts_where_calls_become_one(bench: Make) -> None:
    app = bench(files("debounce: 10 seconds", PURE))

    def accept(key: str) -> str:
        return asyncio.run(app.engine.accept(app.api_call("go", {"name": "x"}, idempotency=(key, "hash"))))

    first = accept("k1")
    assert accept("k2") == first
    app.clock.forward(10_000)
    while asyncio.run(app.engine.drain(1.0)):
        pass
    assert accept("k1") == first
    assert accept("k2") == first
    assert waiting(app) == []


def test_runs_that_wait_are_served_under_the_limits_of_the_app_as_it_is_now(bench: Make) -> None:
    app = bench(files("rate: 1 per hour", PURE))
    app.call("later", names=names(6))

    def drained() -> int:
        while asyncio.run(app.engine.drain(1.0)):
            pass
        return len(app.values("log", "text"))

    assert drained() == 1
    app.define({**app.program.app.files, **files("rate: 3 per hour", PURE)})
    app.engine.follow()
    assert drained() == 3
    app.define({**app.program.app.files, **files("", PURE)})
    app.engine.follow()
    assert drained() == 6
    assert waiting(app) == []
    assert left(app) == {"op_places": 0, "op_lines": 0, "op_gates": 0}


def test_a_paused_workflow_lets_nobody_pass_until_it_is_resumed(bench: Make) -> None:
    from offpage.store import pausing

    app = bench(files("rate: 2 per minute", PURE))
    app.call("later", names=names(4))

    def drained() -> int:
        while asyncio.run(app.engine.drain(1.0)):
            pass
        return len(app.values("log", "text"))

    assert drained() == 2
    app.database.write_now(lambda tx: pausing.pause(tx, "go"))
    app.clock.forward(60_000)
    assert drained() == 2
    app.database.write_now(lambda tx: pausing.resume(tx, app.clock.now(), "go"))
    assert drained() == 4


def test_of_what_is_due_high_priority_comes_first_and_low_is_not_starved(bench: Make) -> None:
    low = files("", PURE)["workflows/go.yaml"] + "priority: low\n"
    app = bench(
        files(
            "priority: high",
            PURE,
            **{
                "workflows/low.yaml": low,
                "workflows/bulk.yaml": files("")["workflows/later.yaml"].replace(": go,", ": low,"),
            },
        )
    )
    app.call("bulk", names=[f"low{one:03}" for one in range(100)])
    app.call("later", names=[f"high{one:03}" for one in range(300)])
    for _ in range(80):
        asyncio.run(app.engine.drain(0.0))  # a run each
    rows = app.database.read(lambda tx: tx.rows("SELECT workflow FROM op_runs ORDER BY seq"))
    done = [name for (name,) in rows if name in ("go", "low")]
    assert done[:8] == [*["go"] * 7, "low"]
    assert done.count("low") == 10


def test_a_call_that_repeats_itself_gets_its_former_answer_without_a_turn(bench: Make) -> None:
    app = bench(files("rate: 1 per hour", PURE))
    first = asyncio.run(app.engine.call(app.api_call("go", {"name": "x"}, idempotency=("k", "h"))))
    again = asyncio.run(app.engine.call(app.api_call("go", {"name": "x"}, idempotency=("k", "h"))))
    assert again.repeated
    assert again.run_id == first.run_id


def test_a_run_whose_condition_does_not_hold_counts_for_no_rate(bench: Make) -> None:
    app = bench(files('rate: 1 per hour\nonly_when: =name != "no"', PURE))
    assert app.call("go", name="no").state == "skipped"
    assert app.call("go", name="yes").state == "finished"


def test_places_are_kept_over_a_restart_and_given_back(bench: Make) -> None:
    app = bench(files("at_once: 1"))

    async def begin() -> None:
        Work.gate = asyncio.Event()
        await app.engine.call(app.api_call("later", {"names": names(3)}))
        while await app.engine.drain(1.0):
            pass
        await until(lambda: Work.begun == ["n00"])
        # The process ends here: nothing of it is told to anybody.

    asyncio.run(begin())
    assert waiting(app) == ["parked"] * 2
    assert left(app)["op_places"] == 1
    app.restart()
    Work.gate = None

    async def again() -> None:
        async with serving(app):
            await until(lambda: len(app.values("log", "text")) == 3)

    asyncio.run(again())
    assert states(app) == ["finished"] * 3
    assert left(app)["op_places"] == 0


def test_a_key_may_be_a_text_with_holes(bench: Make) -> None:
    app = bench(files('at_once: {limit: 1, key: "{{ name }}-{{ kind }}"}'))
    assert app.call("go", name="a", kind="b").state == "finished"


def test_a_stopping_server_sends_those_away_who_wait(bench: Make) -> None:
    app = bench(files("at_once: 1"))

    async def go() -> None:
        Work.gate = asyncio.Event()
        async with serving(app):
            first = asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": "a"})))
            await until(lambda: Work.begun == ["a"])
            second = asyncio.ensure_future(app.engine.call(app.api_call("go", {"name": "b"})))
            await asyncio.sleep(0.05)
            app.engine.stop_taking()
            with pytest.raises(RequestError, match="stopping"):
                await second
            Work.gate.set()
            await first

    asyncio.run(go())
