"""A process that was away for longer than its lease comes back: what it still writes for its former runs is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from offpage.engine.calls import Outcome
from offpage.engine.engine import Engine
from offpage.engine.idempotency import accepted_key, known_outcome
from offpage.engine.masking import masker
from offpage.engine.record import Recorder
from offpage.engine.segment import Executor
from offpage.kernel.errors import StoreError
from offpage.store import answers, runs
from offpage.store.failures import ConnectionLost, LeaseLost
from offpage.store.holding import Lease
from offpage.store.postgres import PostgresDatabase
from offpage.store.tx import Tx
from tests.engine.conftest import ORDER, Bench
from tests.engine.test_outside import FLOW, Visit, visit
from tests.engine.test_retries import FLOW as KNOCKS
from tests.engine.test_retries import Knock, knock, opens_at

__all__ = ["knock", "visit"]


@pytest.fixture
def app(postgres_url: str, postgres_schema: str) -> Iterator[Bench]:
    """An app on a database that processes share."""
    database = PostgresDatabase(postgres_url, postgres_schema, threads=2)
    made = Bench(database, {"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": FLOW}, {})
    yield made
    made.die()
    database.close()


def another(app: Bench) -> tuple[Engine, Lease]:
    """The engine of another process on the same database."""
    lease = Lease(app.database, "worker", app.events)
    lease.join()
    executor = Executor(replace(app.around, lease=lease), Recorder(masker({})), app.events)
    return Engine(app.database, app.program, executor.around, executor, app.definitions, app.events), lease


def pause(app: Bench) -> None:
    """The process does nothing any more, for longer than its lease."""
    lease = app.around.lease
    assert isinstance(lease, Lease)
    assert lease._thread is not None
    lease._stop.set()
    lease._thread.join()
    app.database.write_now(lambda tx: tx.change("UPDATE op_leases SET lease_until = 0 WHERE id = %s", (lease.owner,)))


def test_who_comes_back_too_late_changes_nothing_and_the_caller_gets_the_answer_all_the_same(app: Bench) -> None:
    back = asyncio.Event()

    async def first_waits(place: str) -> None:
        if len(Visit.seen) == 1:
            await back.wait()

    async def story() -> Outcome:
        Visit.gate = first_waits
        call = app.api_call("go", {"number": "A", "place": "x"})
        caller = asyncio.create_task(app.engine.call(call))
        while not Visit.seen:
            await asyncio.sleep(0.01)
        engine, lease = another(app)
        assert await engine.sharing.abandoned() == [], "it is carried"
        pause(app)
        ids = await engine.sharing.abandoned()
        await engine.sharing.take_over(ids)
        await asyncio.gather(*engine._outside._tasks)
        assert len(ids) == 1
        assert app.values("order", "total") == [7]
        back.set()
        outcome = await caller
        await asyncio.to_thread(lease.leave)
        await app.around.services.http.close()
        return outcome

    outcome = asyncio.run(story())
    assert outcome.state == "finished"
    assert outcome.answer.values == {"brought": "xx!", "total": 7}
    assert app.values("order", "total") == [7]
    assert app.database.read(lambda tx: tx.rows('SELECT count(*) FROM "l_order__tags"')) == [(1,)]
    assert [key for key, _ in Visit.seen] == [f"{outcome.run_id}/workflows/go/steps/1"] * 2
    assert [entry["state"] for entry in app.journal(outcome.run_id)] == ["done"] * 4


def test_runs_whose_commit_was_not_heard_of_are_found_by_their_owner(app: Bench) -> None:
    async def story() -> list[str]:
        run_id = await app.engine.accept(app.api_call("go", {"number": "A", "place": "x"}))
        assert await app.engine.drain(1.0) == 1
        for task in app.engine._outside._tasks:  # as if the answer to the commit had never come
            task.cancel()
        await asyncio.gather(*app.engine._outside._tasks, return_exceptions=True)
        assert await app.engine.sharing.missing() == [], "it may be on its way"
        assert await app.engine.sharing.missing() == [run_id]
        await app.engine.sharing.take_over([run_id])
        await asyncio.gather(*app.engine._outside._tasks)
        assert await app.engine.sharing.missing() == []
        return [run_id]

    (run_id,) = asyncio.run(story())
    assert app.run(run_id).state == "finished"
    assert app.values("order", "total") == [7]


@pytest.mark.parametrize("failure", [ConnectionLost, LeaseLost])
def test_a_step_that_loses_the_database_goes_on_when_it_is_back(app: Bench, failure: type[StoreError]) -> None:
    async def story() -> Outcome:
        Knock.answers = opens_at(2, lambda: failure("It was gone for a moment."))
        caller = asyncio.create_task(app.engine.call(app.api_call("knocks", {})))
        async with asyncio.timeout(20):
            while not Knock.seen or app.engine._outside._tasks:
                await asyncio.sleep(0.01)
            while not (lost := await app.engine.sharing.missing()):
                await asyncio.sleep(0.01)
            await app.engine.sharing.take_over(lost)
            return await caller

    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/knocks.yaml": KNOCKS})
    outcome = asyncio.run(story())
    assert (outcome.state, outcome.answer.values) == ("finished", {"said": "in", "total": 2})
    assert len(Knock.seen) == 2
    assert len({key for key, _ in Knock.seen}) == 1


def test_a_caller_learns_of_a_failure_in_another_process_whose_answer_is_not_kept_whole(app: Bench) -> None:
    outcome = asyncio.run(app.engine.call(app.api_call("go", {"number": "A", "place": "x"})))
    row = app.run(outcome.run_id)
    long = '{"kind": "json", "values": {"said": "aaa…"}, "text": "", "content_type": "", "status": 200, "headers": []}'
    error = '{"type": "StepError", "code": "STEP_FAILED", "message": "No seat is left", "details": {}}'
    failed = row._replace(state="failed", answer=long, error=error)

    def told(tx: Tx) -> Outcome:
        answers.drop(tx, row.workflow, accepted_key(row.id))
        return known_outcome(tx, failed, app.around.sealing)

    found = app.database.write_now(told)
    assert (found.state, found.error and found.error.message) == ("failed", "No seat is left")


def test_what_is_old_goes_also_while_there_is_always_something_due(app: Bench) -> None:
    day = 86_400_000
    chain = "auth: none\nsteps: [{do: schedule_workflow, with: {workflow: chain, at: =now}}]\n"
    settings = "name: Test\nretention: {runs: 3 days}\nlimits: {recursion_depth: 100000}\n"
    app.define({"app.yaml": settings, "types/order.yaml": ORDER, "workflows/chain.yaml": chain})
    old = app.call("chain").run_id
    app.clock.forward(4 * day)

    async def story() -> None:
        for _ in range(300):  # more than are claimed at once
            await app.engine.accept(app.api_call("chain", {}))
        dispatcher = app.dispatcher()
        await dispatcher.start()
        async with asyncio.timeout(60):
            while app.database.read(lambda tx: runs.get(tx, old)) is not None:
                await asyncio.sleep(0.01)
        await dispatcher.stop()

    asyncio.run(story())
