"""Runs that leave the database: paused, recorded first, gone on with, and taken up again after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from offpage.actions.action import Prop, Static
from offpage.actions.catalogue import actions
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.engine.calls import Outcome
from offpage.kernel.errors import Conflict, StepError
from offpage.store import queue
from offpage.values.types import TEXT, Type
from tests.engine.conftest import Bench

Make = Callable[..., Bench]


class Visit(OutsideAction):
    """Go to a place outside and bring back a text."""

    seen: ClassVar[list[tuple[str, str]]] = []
    gate: ClassVar[Callable[[str], Any] | None] = None

    place = Prop(TEXT_VALUE, "Place")

    @classmethod
    def gives(cls, static: Static) -> Type:
        return TEXT

    async def reach(self, step: OutsideContext) -> str:
        assert self.place is not None
        Visit.seen.append((step.key, self.place))
        if Visit.gate is not None:
            await Visit.gate(self.place)
        if self.place == "nowhere":
            raise StepError("There is no such place.")
        doubled: str = await step.compute(lambda: str(self.place) * 2)
        return doubled

    def settle(self, step: StepContext, reached: str) -> str:
        return f"{reached}!"


@pytest.fixture(autouse=True)
def visit() -> Iterator[None]:
    """The action `visit`, as an installed package would bring it."""
    known = actions()
    known[Visit.do()] = Visit
    Visit.seen.clear()
    Visit.gate = None
    yield
    del known[Visit.do()]


FLOW = """
auth: none
parameters: {number: text, place: text}
steps:
  - {do: create_thing, as: a, with: {type: order, set: {number: =number}}}
  - {do: visit, as: brought, with: {place: =place}}
  - {do: change_thing, with: {thing: =a, set: {total: 7, tags: {add: =brought}}}}
  - {do: return_data, with: {values: {brought: =brought, total: =a.total}}}
"""


def test_an_outside_step_runs_between_two_segments_and_its_result_goes_on(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    outcome = app.call("go", number="A", place="ab")
    assert outcome.answer.values == {"brought": "abab!", "total": 7}
    journal = app.journal(outcome.run_id)
    assert [entry["state"] for entry in journal] == ["done"] * 4
    assert journal[1]["result"] == "abab!"
    assert app.run(outcome.run_id).resume is None
    assert Visit.seen == [(f"{outcome.run_id}/workflows/go/steps/1", "ab")]


def test_the_run_is_recorded_before_it_leaves_and_its_first_effects_are_there(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    met: list[Any] = []

    async def look(place: str) -> None:
        met.append((app.values("order", "number"), app.database.read(lambda tx: tx.rows("SELECT state FROM op_runs"))))

    Visit.gate = look
    app.call("go", number="A", place="x")
    assert met == [(["A"], [("outside",)])]


def test_an_outside_step_that_fails_stops_the_run_and_keeps_what_came_before(bench: Make) -> None:
    app = bench(
        {"workflows/go.yaml": FLOW, "workflows/on.yaml": FLOW.replace("do: visit", "do: visit, on_error: continue")}
    )
    outcome = app.call("go", number="A", place="nowhere")
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert outcome.error.message == "There is no such place."
    assert outcome.error.details["address"] == "workflows/go/steps/1"
    assert app.values("order", "number") == ["A"]
    went_on = app.call("on", number="B", place="nowhere")
    assert went_on.state == "finished"
    assert went_on.answer.values == {"brought": None, "total": 7}


def test_a_run_goes_on_when_its_caller_hangs_up(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})

    async def hang_up() -> None:
        inside, leave = asyncio.Event(), asyncio.Event()

        async def wait(place: str) -> None:
            inside.set()
            await leave.wait()

        Visit.gate = wait
        task = asyncio.create_task(app.engine.call(app.api_call("go", {"number": "A", "place": "x"})))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        leave.set()
        await app.engine.stop()

    asyncio.run(hang_up())
    assert app.values("order", "total") == [7]


def test_what_a_dead_process_left_outside_is_taken_up_once_with_the_same_key(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})

    async def die() -> None:
        async def never(place: str) -> None:
            await asyncio.Event().wait()

        Visit.gate = never
        task = asyncio.create_task(
            app.engine.call(app.api_call("go", {"number": "A", "place": "x"}, idempotency=("k", "h")))
        )
        while not Visit.seen:
            await asyncio.sleep(0)
        task.cancel()
        for one in app.engine._outside._tasks:
            one.cancel()

    asyncio.run(die())
    app.restart()
    assert app.values("order", "total") == [None]
    Visit.gate = None

    async def live_again() -> Outcome:
        dispatcher = app.dispatcher()
        with pytest.raises(Conflict):
            await app.engine.call(app.api_call("go", {"number": "A", "place": "x"}, idempotency=("k", "h")))
        await dispatcher.start()
        await asyncio.gather(*app.engine._outside._tasks)
        outcome = await app.engine.call(app.api_call("go", {"number": "A", "place": "x"}, idempotency=("k", "h")))
        await dispatcher.stop()
        return outcome

    outcome = asyncio.run(live_again())
    assert outcome.repeated
    assert outcome.answer.values == {"brought": "xx!", "total": 7}
    assert app.values("order", "total") == [7]
    assert [key for key, _ in Visit.seen] == [f"{outcome.run_id}/workflows/go/steps/1"] * 2
    assert [entry["state"] for entry in app.journal(outcome.run_id)] == ["done"] * 4


def test_queued_runs_leave_the_queue_when_they_go_outside(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})

    async def many() -> list[str]:
        ids = [await app.engine.accept(app.api_call("go", {"number": str(n), "place": "x"})) for n in range(30)]
        assert await app.engine.drain(1.0) == 30
        assert app.database.read(queue.count) == 0
        await asyncio.gather(*app.engine._outside._tasks)
        return ids

    ids = asyncio.run(many())
    assert app.values("order", "total") == [7] * 30
    assert {app.run(one).state for one in ids} == {"finished"}


def test_a_crash_inside_an_outside_step_is_a_failed_run_not_a_hanging_one(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})

    async def crash(place: str) -> None:
        raise ZeroDivisionError("internal detail")

    Visit.gate = crash
    outcome = app.call("go", number="A", place="x")
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert "internal detail" not in outcome.error.message
