"""Runs that are on their way while the columns of their app change: on with the right ones, or failed with a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from offpage.actions.catalogue import actions
from offpage.engine.calls import Outcome
from offpage.store import queue
from tests.engine.conftest import Bench
from tests.engine.test_outside import Visit

Make = Callable[..., Bench]

BEFORE = "fields: {first: text, total: text, note: text}"
AFTER = "fields: {zero: date, first: text, total: list of number, note: text}"

FILES = {
    "types/order.yaml": BEFORE,
    "workflows/total.yaml": """
        auth: none
        steps:
          - {do: visit, as: brought, with: {place: there}}
          - {do: create_thing, as: made, with: {type: order, set: {total: =brought}}}
          - {do: return_data, with: {values: {total: =made.total}}}
        """,
    "workflows/note.yaml": """
        auth: none
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {first: one}}}
          - {do: trigger_event, as: called, with: {event: keep, parameters: {of: =made}}}
          - {do: return_data, with: {values: {first: =made.first, note: =search(order).first.note, said: =called.said}}}
        """,
    "workflows/keep.yaml": """
        trigger: event
        parameters: {of: order}
        returns: {said: text}
        steps:
          - {do: visit, as: brought, with: {place: there}}
          - {do: change_thing, with: {thing: =of, set: {note: =brought}}}
          - {do: return_data, with: {values: {said: =brought}}}
        """,
    "workflows/queued.yaml": """
        auth: none
        at_once: 1
        parameters: {name: text}
        steps:
          - {do: visit, as: brought, with: {place: =name}}
          - {do: create_thing, as: made, with: {type: order, set: {note: =brought}}}
          - {do: return_data, with: {values: {note: =made.note}}}
        """,
    "workflows/watch.yaml": """
        trigger: data_change
        type: order
        steps:
          - {do: create_thing, with: {type: seen, set: {was: =before.note, is: =now_.note}}}
        """.replace("now_", "after"),
    "types/seen.yaml": "fields: {was: text, is: text}",
}


@pytest.fixture(autouse=True)
def _visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(actions(), Visit.do(), Visit)
    monkeypatch.setattr(Visit, "gate", None)
    Visit.seen.clear()


def changed_meanwhile(app: Bench, *calls: str, hold: bool = False) -> list[Outcome]:
    """Call workflows, change the tables while the first is outside, and let them go on."""

    async def run() -> list[Outcome]:
        inside, leave = asyncio.Event(), asyncio.Event()

        async def wait(place: str) -> None:
            inside.set()
            await leave.wait()

        Visit.gate = wait
        tasks = [asyncio.create_task(app.engine.call(app.api_call(one, {"name": "x"}))) for one in calls]
        await inside.wait()
        if hold:
            app.engine.hold()
            leave.set()
            done, _ = await asyncio.wait(tasks, timeout=0.3)
            assert not done
        await asyncio.to_thread(app.define, {"app.yaml": "name: Test", "types/order.yaml": AFTER})
        app.engine.release()
        leave.set()
        return await asyncio.gather(*tasks)

    return asyncio.run(run())


@pytest.mark.parametrize("hold", [False, True])
def test_a_run_that_was_outside_goes_on_with_the_columns_that_there_are(bench: Make, hold: bool) -> None:
    app = bench(FILES)
    (outcome,) = changed_meanwhile(app, "note", hold=hold)
    assert outcome.error is None
    assert outcome.answer.values == {"first": "one", "note": "therethere!", "said": "therethere!"}
    assert app.values("seen", "is") == ["therethere!"]
    assert [entry["state"] for entry in app.journal(outcome.run_id)] == ["done"] * 3


def test_a_run_that_was_outside_and_needs_a_column_that_is_another_now_fails_and_says_so(bench: Make) -> None:
    app = bench(FILES)
    (outcome,) = changed_meanwhile(app, "total")
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert "former version of the app, and total cannot run as it was then" in outcome.error.message
    assert (app.run(outcome.run_id).state, app.count("order")) == ("failed", 0)


def test_a_caller_who_waits_for_the_turn_begins_on_the_columns_that_there_are(bench: Make) -> None:
    app = bench(FILES)
    outcomes = changed_meanwhile(app, "queued", "queued")
    assert [one.answer.values for one in outcomes] == [{"note": "xx!"}] * 2
    assert app.database.read(queue.count) == 0
