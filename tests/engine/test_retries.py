"""Steps that are tried again: when, how often, what is never done twice, and what a restart does not lose."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, ClassVar

import pytest

from offpage.actions.action import Prop, Static
from offpage.actions.catalogue import actions
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.engine import outside
from offpage.engine.calls import Outcome
from offpage.kernel.errors import Busy, OffpageError, OutsideFailed, StepError
from offpage.program.retrying import Retry
from offpage.store import queue
from offpage.values.types import TEXT, Type
from tests.engine.conftest import Bench
from tests.until import asked_until

Make = Callable[..., Bench]


class Knock(OutsideAction):
    """Knock at a door that opens when it likes."""

    seen: ClassVar[list[tuple[str, str | None]]] = []
    answers: ClassVar[Callable[[int], Awaitable[str]] | None] = None

    door = Prop(TEXT_VALUE, "Door")

    @classmethod
    def gives(cls, static: Static) -> Type:
        return TEXT

    async def reach(self, step: OutsideContext) -> str:
        Knock.seen.append((step.key, self.door))
        assert Knock.answers is not None
        return await Knock.answers(len(Knock.seen))


@pytest.fixture(autouse=True)
def knock() -> Iterator[None]:
    """The action `knock`, as an installed package would bring it."""
    known = actions()
    known[Knock.do()] = Knock
    Knock.seen.clear()
    Knock.answers = None
    yield
    del known[Knock.do()]


def busy(**details: Any) -> OutsideFailed:
    return OutsideFailed("The door is shut.", why="answer", **{"retryable": True, "answer_status": 503, **details})


def opens_at(count: int, failure: Callable[[], OffpageError] = busy) -> Callable[[int], Awaitable[str]]:
    async def answer(number: int) -> str:
        if number < count:
            raise failure()
        return "in"

    return answer


FLOW = """
auth: none
parameters: {door: {type: text, optional: yes}}
steps:
  - {do: create_thing, as: a, with: {type: order, set: {number: =random_text(12), total: 1}}}
  - {do: knock, as: said, with: {door: =door}, retry: {attempts: 4, first: 1s, factor: 2, longest: 5m}}
  - {do: change_thing, with: {thing: =a, set: {total: {increase: 1}, tags: {add: =said}}}}
  - {do: return_data, with: {values: {said: =said, total: =a.total}}}
"""


async def when_due(app: Bench) -> None:
    """Let the clock stand at the next moment that something is due, and execute that."""
    due = await app.database.reading(lambda tx: tx.row("SELECT min(due_at) FROM op_queue"))
    if due is not None and due[0] is not None:
        app.clock.forward(max(0, due[0] - app.clock.now()))
        await app.engine.drain(1)


async def waits(app: Bench) -> None:
    """Return once a run waits for an attempt, whoever is to make it."""
    await asked_until(lambda: app.database.reading(lambda tx: tx.rows("SELECT id FROM op_queue")), bool)


async def to_its_end(app: Bench, call: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Await a call, letting time pass while it waits."""
    task = asyncio.create_task(call)
    while not task.done():
        await when_due(app)
        await asyncio.sleep(0.002)
    return await task


def test_a_step_is_tried_again_and_the_steps_before_it_are_not(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(3)
    began = app.clock.now()
    outcome = asyncio.run(to_its_end(app, app.engine.call(app.api_call("go", {"door": "x"}))))
    assert outcome.answer.values == {"said": "in", "total": 2}
    assert app.count("order") == 1
    assert Knock.seen == [(f"{outcome.run_id}/workflows/go/steps/1", "x")] * 3
    assert 1_500 <= app.clock.now() - began <= 3_000  # from half of 1 s + 2 s to the whole
    entry = app.journal(outcome.run_id)[1]
    assert entry["state"] == "done"
    assert [one["attempt"] for one in entry["failed_attempts"]] == [1, 2]
    assert app.database.read(queue.count) == 0


def test_after_its_last_attempt_a_step_has_failed(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(99)
    outcome = asyncio.run(to_its_end(app, app.engine.call(app.api_call("go", {}))))
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert outcome.error.message == "The door is shut."
    assert len(Knock.seen) == 4
    assert app.journal(outcome.run_id)[1]["attempts"] == 4
    assert app.values("order", "total") == [1]


@pytest.mark.parametrize(
    "failure",
    [
        lambda: busy(retryable=False, answer_status=404),
        lambda: StepError("There is no such door."),
    ],
)
def test_what_will_not_work_later_either_is_not_tried_again(bench: Make, failure: Callable[[], OffpageError]) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2, failure)
    assert app.call("go").state == "failed"
    assert len(Knock.seen) == 1


def test_statuses_say_which_answers_are_tried_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace("attempts: 4,", "attempts: 2, statuses: [404, 5xx],")})
    for status, tries in ((404, 2), (500, 2), (429, 1)):
        Knock.seen.clear()
        Knock.answers = opens_at(2, lambda status=status: busy(retryable=status == 429, answer_status=status))  # type: ignore[misc]
        asyncio.run(to_its_end(app, app.engine.call(app.api_call("go", {}))))
        assert len(Knock.seen) == tries, status


def test_waits_grow_are_jittered_and_never_shorter_than_asked_for() -> None:
    retry = Retry(10, 1_000, 3, 10_000)
    assert [retry.wait(attempt) for attempt in range(1, 6)] == [1_000, 3_000, 9_000, 10_000, 10_000]
    drawn = random.Random(1)
    waits = [retry.due_at(2, busy(), 0, drawn) or 0 for _ in range(200)]
    assert min(waits) >= 1_500
    assert max(waits) <= 3_000
    assert max(waits) - min(waits) > 1_000
    asked = [retry.due_at(1, busy(retry_after=60.0), 0, drawn) or 0 for _ in range(50)]
    assert min(asked) >= 60_000
    assert max(asked) <= 60_500
    assert len(set(asked)) > 30
    assert (retry.due_at(1, busy(retry_after=1e9), 0, drawn) or 0) <= 86_401_000  # not for ever
    assert retry.due_at(10, busy(), 0, drawn) is None
    assert Retry(1_000, 1, 10, 5_000).due_at(999, busy(), 0, drawn) is not None


def test_a_step_that_takes_too_long_is_cut_off_and_tried_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace("retry:", "timeout: 50 ms, retry:")})

    async def answer(number: int) -> str:
        if number == 1:
            await asyncio.Event().wait()
        return "in"

    Knock.answers = answer
    outcome = asyncio.run(to_its_end(app, app.engine.call(app.api_call("go", {}))))
    assert outcome.state == "finished"
    assert "0.05 s" in app.journal(outcome.run_id)[1]["failed_attempts"][0]["message"]


def test_a_step_that_takes_too_long_has_failed_without_retry(bench: Make) -> None:
    app = bench({"workflows/go.yaml": "auth: none\nsteps:\n  - {do: knock, with: {door: x}, timeout: 20 ms}\n"})

    async def never(number: int) -> str:
        await asyncio.Event().wait()
        return ""

    Knock.answers = never
    error = app.call("go").error
    assert isinstance(error, OutsideFailed)
    assert error.retryable


def test_a_run_that_waits_is_only_in_the_database_and_another_process_goes_on(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(3)

    async def queued() -> str:
        run_id = await app.engine.accept(app.api_call("go", {"door": "x"}, idempotency=("k", "h")))
        await app.engine.drain(1)
        while await app.database.reading(queue.count) == 0:
            await asyncio.sleep(0.001)
        assert not app.engine._outside._tasks
        return run_id

    async def go_on() -> None:
        await app.engine.resume()  # finds nothing that it would do twice
        assert len(Knock.seen) == before
        for _ in range(9):
            await when_due(app)
            await asyncio.sleep(0.01)

    run_id = asyncio.run(queued())
    for _ in range(2):
        app.restart()
        before = len(Knock.seen)
        asyncio.run(go_on())
    assert app.run(run_id).state == "finished"
    assert Knock.seen == [(f"{run_id}/workflows/go/steps/1", "x")] * 3
    assert app.values("order", "total") == [2]


def test_an_attempt_in_which_the_process_died_is_repeated_and_counted_once(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})

    async def answer(number: int) -> str:
        if number == 2:
            await asyncio.Event().wait()
        raise busy()

    Knock.answers = answer

    async def die() -> str:
        run_id = await app.engine.accept(app.api_call("go", {}))
        while len(Knock.seen) < 2:
            await app.engine.drain(1)
            await when_due(app)
            await asyncio.sleep(0.001)
        for task in app.engine._outside._tasks:
            task.cancel()
        return run_id

    async def live() -> None:
        await app.engine.resume()
        while app.run(run_id).state != "failed":
            await when_due(app)
            await asyncio.sleep(0.001)

    run_id = asyncio.run(die())
    app.restart()
    asyncio.run(live())
    assert len(Knock.seen) == 5  # four attempts, the second one twice
    assert len({key for key, _ in Knock.seen}) == 1
    assert app.count("order") == 1


def test_a_caller_hears_of_a_run_that_cannot_go_on(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)

    async def go() -> Outcome:
        task = asyncio.create_task(app.engine.call(app.api_call("go", {"door": "x"})))
        await waits(app)
        await app.database.written(lambda tx: tx.change("UPDATE op_runs SET definition = 'gone'"))
        return await to_its_end(app, asyncio.wait_for(task, 9))

    outcome = asyncio.run(go())
    assert outcome.error is not None
    assert "not there any more" in outcome.error.message
    assert app.run(outcome.run_id).state == "failed"


def test_a_database_that_is_busy_while_a_run_is_outside_leaves_no_run_behind(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace(", retry: {attempts: 4, first: 1s, factor: 2, longest: 5m}", "")})
    Knock.answers = opens_at(3, Busy)
    outcome = asyncio.run(asyncio.wait_for(app.engine.call(app.api_call("go", {})), 30))
    assert outcome.answer.values == {"said": "in", "total": 2}
    assert app.run(outcome.run_id).state == "finished"
    assert "run.stuck" not in [name for name, _ in app.said]


def test_a_database_that_stays_busy_fails_the_step_and_no_more(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "BUSY_SECONDS", 0.001)
    app = bench({"workflows/go.yaml": FLOW.replace(", retry: {attempts: 4, first: 1s, factor: 2, longest: 5m}", "")})
    Knock.answers = opens_at(10**9, Busy)
    outcome = asyncio.run(asyncio.wait_for(app.engine.call(app.api_call("go", {})), 30))
    assert isinstance(outcome.error, OutsideFailed)
    assert outcome.error.details["why"] == "database"
    assert app.run(outcome.run_id).state == "failed"


def test_a_database_that_is_busy_when_a_run_comes_back_lets_it_wait(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(1)
    written = app.database.written
    refused: list[Any] = []

    async def busy_twice(segment: Any) -> Any:
        if Knock.seen and len(refused) < 2:
            refused.append(segment)
            raise Busy
        return await written(segment)

    monkeypatch.setattr(app.database, "written", busy_twice)
    outcome = asyncio.run(asyncio.wait_for(app.engine.call(app.api_call("go", {})), 30))
    assert (outcome.state, len(refused), len(Knock.seen)) == ("finished", 2, 1)


def test_a_caller_who_hangs_up_does_not_end_the_attempts(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(3)

    async def go() -> None:
        task = asyncio.create_task(app.engine.call(app.api_call("go", {})))
        await waits(app)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not app.engine._outside._awaited
        while app.values("order", "total") != [2]:
            await when_due(app)
            await asyncio.sleep(0.01)

    asyncio.run(go())


def test_what_waits_for_an_attempt_cannot_be_cancelled_like_a_run_that_has_not_begun(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)

    async def go() -> None:
        run_id = await app.engine.accept(app.api_call("go", {}))
        await app.engine.drain(1)
        while await app.database.reading(queue.count) == 0:
            await asyncio.sleep(0.001)

        def cancel(tx: Any) -> tuple[bool, int, int]:
            return queue.cancel(tx, run_id), queue.cancel_all(tx), queue.cancel_all(tx, "go")

        assert await app.database.written(cancel) == (False, 0, 0)
        await when_due(app)
        await app.engine.stop()
        assert app.run(run_id).state == "finished"

    asyncio.run(go())


def test_a_thousand_runs_that_wait_are_no_tasks_and_a_start_does_not_read_them(bench: Make) -> None:
    flow = "auth: none\nparameters: {door: text}\nsteps:\n  - {do: knock, with: {door: =door}, retry: {first: 1 day, longest: 1 day}}\n"
    app = bench({"workflows/go.yaml": flow})
    Knock.answers = opens_at(10**9)
    count = 1_000

    async def go() -> None:
        for number in range(count):
            await app.engine.accept(app.api_call("go", {"door": str(number)}))
        while len(Knock.seen) < count or app.engine._outside._tasks:
            await app.engine.drain(0.1)
            await asyncio.sleep(0)
        app.restart()
        began = time.perf_counter()
        await app.engine.resume()
        assert time.perf_counter() - began < 0.5
        assert not app.engine._outside._tasks
        assert len(Knock.seen) == count

    asyncio.run(asyncio.wait_for(go(), 60))


def test_the_dispatcher_wakes_for_an_attempt(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace("first: 1s", "first: 20 ms")})
    Knock.answers = opens_at(3)
    app.clock.now = lambda: int(time.time() * 1000)  # type: ignore[method-assign]

    async def go() -> Outcome:
        dispatcher = app.dispatcher()
        await dispatcher.start()
        try:
            return await asyncio.wait_for(app.engine.call(app.api_call("go", {})), 10)
        finally:
            await dispatcher.stop()

    assert asyncio.run(go()).state == "finished"


def test_items_of_a_batch_and_places_are_kept_while_a_step_waits(bench: Make) -> None:
    item = "at_once: 2\nauth: none\nparameters: {order: order}\nsteps:\n  - {do: knock, with: {door: =order.number}, retry: {attempts: 50}}\n  - {do: change_thing, with: {thing: =order, set: {total: {increase: 1}}}}\n"
    flow = """
    auth: none
    steps:
      - do: for_each
        as: one
        with: {list: '=["a", "b", "c", "d", "e"]'}
        steps: [{do: create_thing, with: {type: order, set: {number: =one, total: 0}}}]
      - {do: schedule_on_list, with: {list: =search(order), workflow: item, parameters: {order: =this}}}
    """
    app = bench({"workflows/item.yaml": item, "workflows/go.yaml": flow})

    async def every_third(number: int) -> str:
        if number % 3:
            raise busy()
        return "in"

    Knock.answers = every_third

    async def go() -> None:
        await app.engine.call(app.api_call("go", {}))
        for _ in range(3_000):
            await when_due(app)
            await asyncio.sleep(0)
            if app.values("order", "total") == [1] * 5:
                break
            app.clock.forward(200)
            await app.engine.drain(0.05)
        while app.engine._outside._tasks:
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(go(), 60))
    assert app.values("order", "total") == [1] * 5
    (batch,) = app.database.read(lambda tx: tx.rows("SELECT state, done, failed, outside FROM op_batches"))
    assert tuple(batch) == ("finished", 5, 0, 0)
    assert app.database.read(lambda tx: tx.rows("SELECT * FROM op_places")) == []
    assert len({key for key, _ in Knock.seen}) == 5


def test_runs_that_wait_are_rows_and_nothing_else(bench: Make) -> None:
    """2,750 of them leave no more objects in memory than 750; test_many_waiting has the same with real processes."""
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(10**9, lambda: busy(retry_after=3600))

    async def wait(count: int) -> Counter[type]:
        # The latest turn of the queue may be in hand still: the last one has a single run.
        for size in [250] * (count // 250) + [1]:
            await asyncio.gather(*(app.engine.accept(app.api_call("go", {})) for _ in range(size)))
            while await app.engine.drain(1):
                pass
            while app.engine._outside._tasks:  # a task that is over holds its run until the loop has told so
                await asyncio.wait(app.engine._outside._tasks)
                await asyncio.sleep(0)
        Knock.seen.clear()
        gc.collect()
        return Counter(type(one) for one in gc.get_objects())

    async def go() -> Counter[type]:
        await wait(500)  # what the process holds from now on has been made
        few = await wait(250)
        return await wait(2_000) - few

    more = asyncio.run(go())
    assert app.database.read(queue.count) == 2_753
    assert more.total() < 200, more.most_common(9)
