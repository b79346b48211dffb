"""The front door: repeated requests, runs for later, runs of earlier definitions, crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from offpage.engine.calls import Outcome
from offpage.kernel.errors import KeyReused, Stopping
from offpage.store import queue, run_lists
from tests.engine.conftest import ORDER, Bench

Make = Callable[..., Bench]

MAKE = """
auth: none
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
  - {do: return_data, with: {values: {id: =made.id}}}
"""


def test_a_repeated_request_with_the_same_key_gets_the_same_answer_and_runs_once(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def twice() -> tuple[Outcome, Outcome]:
        first = await app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k1", "hash")))
        return first, await app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k1", "hash")))

    first, second = asyncio.run(twice())
    assert (first.repeated, second.repeated) == (False, True)
    assert second.answer == first.answer
    assert second.run_id == first.run_id
    assert app.count("order") == 1


def test_the_same_key_with_another_body_is_refused(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def both() -> None:
        await app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k1", "one")))
        await app.engine.call(app.api_call("make", {"number": "B"}, idempotency=("k1", "two")))

    with pytest.raises(KeyReused):
        asyncio.run(both())
    assert app.values("order", "number") == ["A"]


def test_a_failure_is_repeated_too(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})
    app.call("make", number="A")

    async def twice() -> list[Outcome]:
        call = [app.api_call("make", {"number": "A"}, idempotency=("k", "h")) for _ in range(2)]
        return [await app.engine.call(one) for one in call]

    first, second = asyncio.run(twice())
    assert first.error is not None
    assert second.error is not None
    assert (first.error.code, first.error.message) == (second.error.code, second.error.message)
    assert type(first.error) is type(second.error)
    assert second.repeated


def test_requests_with_one_key_at_the_same_time_run_once(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def many() -> list[Outcome]:
        calls = [app.engine.call(app.api_call("make", {"number": "A"}, idempotency=("k", "h"))) for _ in range(20)]
        return await asyncio.gather(*calls)

    outcomes = asyncio.run(many())
    assert app.count("order") == 1
    assert {one.run_id for one in outcomes} == {outcomes[0].run_id}
    assert sum(not one.repeated for one in outcomes) == 1


def test_an_accepted_run_waits_in_the_queue_and_is_executed_once_by_the_dispatcher(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def accept_and_wait() -> list[str]:
        ids = [await app.engine.accept(app.api_call("make", {"number": str(n)})) for n in range(50)]
        assert app.database.read(queue.count) == 50
        waiting = await app.engine.run_status(ids[0])
        assert waiting is not None
        assert waiting.state == "waiting"
        dispatcher = app.dispatcher()
        await dispatcher.start()
        while app.queued():
            await asyncio.sleep(0)
        await dispatcher.stop()
        return ids

    ids = asyncio.run(accept_and_wait())
    assert sorted(app.values("order", "number")) == sorted(map(str, range(50)))
    status = asyncio.run(app.engine.run_status(ids[7]))
    assert status is not None
    assert status.state == "finished"
    assert status.answer is not None
    assert len(status.answer.values["id"]) == 32


def test_parameters_of_every_kind_survive_the_queue(bench: Make) -> None:
    app = bench(
        {
            "workflows/keep.yaml": """
                parameters:
                  t: text
                  n: number
                  y: yes_no
                  d: date
                  l: list of number
                  j: json
                  s: date_range
                  a: address
                steps:
                  - do: return_data
                    with: {values: {t: =t, n: =n, y: =y, d: =d, l: =l, j: =j, s: =s, a: =a}}
                """
        }
    )
    from offpage.values.shapes import Place, Span

    given = {
        "t": "ö\n",
        "n": 0.1,
        "y": False,
        "d": 1_700_000_000_001,
        "l": [1.0, 2.5],
        "j": {"a": [1, None, {"b": "c"}]},
        "s": Span(1, 2),
        "a": Place("Oslo", 59.9, 10.7),
    }
    direct = app.call("keep", **given).answer.values

    async def later() -> str:
        return await app.engine.accept(app.api_call("keep", given))

    run_id = asyncio.run(later())
    asyncio.run(app.engine.drain(1.0))
    status = asyncio.run(app.engine.run_status(run_id))
    assert status is not None
    assert status.answer is not None
    assert status.answer.values == direct


def test_a_waiting_run_executes_the_definition_it_was_accepted_under(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def accept() -> None:
        await app.engine.accept(app.api_call("make", {"number": "old"}))

    asyncio.run(accept())
    changed = MAKE.replace("=number", "'new-{{ number }}'")
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/make.yaml": changed})
    app.definitions._programs.clear()
    app.call("make", number="x")
    asyncio.run(app.engine.drain(1.0))
    assert sorted(app.values("order", "number")) == ["new-x", "old"]


def test_a_waiting_run_whose_definition_is_gone_fails_and_says_so(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})

    async def accept() -> str:
        return await app.engine.accept(app.api_call("make", {"number": "A"}))

    run_id = asyncio.run(accept())
    app.database.write_now(lambda tx: tx.change("DELETE FROM op_definitions"))
    app.definitions._programs.clear()
    asyncio.run(app.engine.drain(1.0))
    record = app.run(run_id)
    assert record.state == "failed"
    assert record.error is not None
    assert "definition" in record.error
    assert app.database.read(queue.count) == 0


def test_nothing_is_taken_once_the_engine_stops(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})
    app.engine.stop_taking()
    with pytest.raises(Stopping):
        asyncio.run(app.engine.call(app.api_call("make", {"number": "A"})))


def test_a_mistake_inside_an_action_is_a_failed_run_with_its_trace_in_the_log(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from offpage.actions.data.create_thing import CreateThing

    app = bench({"workflows/make.yaml": MAKE})

    def crash(self: CreateThing, step: object) -> str:
        raise ZeroDivisionError("internal detail")

    monkeypatch.setattr(CreateThing, "run", crash)
    outcome = app.call("make", number="A")
    assert outcome.error is not None
    assert "internal detail" not in outcome.error.message
    assert app.run(outcome.run_id).state == "failed"
    crashed = [fields for name, fields in app.said if name == "step.crashed"]
    assert "internal detail" in crashed[0]["trace"]


def test_runs_are_listed_newest_first(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})
    ids = [app.call("make", number=str(n)).run_id for n in range(3)]
    assert [line.id for line in app.database.read(run_lists.lines)] == ids[::-1]


def test_a_call_runs_the_program_that_its_workflow_was_found_in(bench: Make) -> None:
    app = bench({"workflows/make.yaml": MAKE})
    call = app.api_call("make", {"number": "A"})
    call.program = app.program
    added = ORDER.replace("fields:", "fields:\n  alpha: text")
    changed = app.define({"app.yaml": "name: Test", "types/order.yaml": added, "workflows/make.yaml": MAKE})
    outcome = asyncio.run(app.engine.call(call))
    assert outcome.error is None
    assert app.values("order", "number") == ["A"]
    assert app.run(outcome.run_id).definition == call.program.definition != changed.definition


def test_runs_that_dead_processes_had_claimed_are_executed_also_by_a_process_that_is_alone(bench: Make) -> None:
    """They come with a copy to SQLite of a database that processes shared."""
    app = bench({"workflows/make.yaml": MAKE})

    async def story() -> None:
        run_id = await app.engine.accept(app.api_call("make", {"number": "A"}))
        claimed = "UPDATE op_queue SET state = 'running', lease_until = 1, lease_owner = 'gone' WHERE id = "
        app.database.write_now(lambda tx: tx.rows(f"{claimed}'{run_id}'"))
        assert await app.engine.drain(1.0) == 0
        app.restart()
        await app.engine.resume()
        assert await app.engine.drain(1.0) == 1

    asyncio.run(story())
    assert app.values("order", "number") == ["A"]
