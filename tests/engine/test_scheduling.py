"""Workflows scheduled for later: when, for whom, under a key, ended with a thing, cancelled, too deep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from offpage.accounts.actor import user
from offpage.engine.calls import Outcome
from offpage.store import queue
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

NOTE = """
auth: none
parameters: {number: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
"""

LATER = """
auth: none
parameters: {number: text, at: {type: date, optional: yes}}
steps:
  - {do: schedule_workflow, as: run, with: {workflow: note, at: =at.default(now), parameters: {number: =number}}}
  - {do: return_data, with: {values: {id: =run.id, at: =run.at}}}
"""


def drain(app: Bench) -> int:
    """Execute everything that is due now; returns how many runs that was."""

    async def all_of_it() -> int:
        done = 0
        while count := await app.engine.drain(1.0):
            done += count
        return done

    return asyncio.run(all_of_it())


def test_a_scheduled_workflow_runs_when_its_moment_has_come(bench: Make) -> None:
    app = bench({"workflows/note.yaml": NOTE, "workflows/later.yaml": LATER})
    outcome = app.call("later", number="A", at=app.clock.now() + 60_000)
    assert drain(app) == 0
    app.clock.forward(59_999)
    assert drain(app) == 0
    app.clock.forward(1)
    assert drain(app) == 1
    assert app.values("order", "number") == ["A"]
    record = app.run(outcome.answer.values["id"])
    assert (record.state, record.trigger, record.depth, record.parent_id) == ("finished", "schedule", 1, outcome.run_id)


def test_a_date_in_the_past_runs_at_once(bench: Make) -> None:
    app = bench({"workflows/note.yaml": NOTE, "workflows/later.yaml": LATER})
    outcome = app.call("later", number="A", at=0)
    assert outcome.wake_at == app.clock.now()
    assert drain(app) == 1
    assert app.run(outcome.answer.values["id"]).due_at == app.clock.now()


def test_an_empty_date_is_a_failed_step_and_a_date_left_out_is_now(bench: Make) -> None:
    app = bench(
        {
            "workflows/note.yaml": NOTE,
            "workflows/never.yaml": LATER.replace("=at.default(now)", "=at"),
            "workflows/soon.yaml": LATER.replace("at: =at.default(now), ", ""),
        }
    )
    refused = app.call("never", number="A")
    assert refused.error is not None
    assert "empty" in refused.error.message
    assert app.call("soon", number="B").error is None
    drain(app)
    assert app.values("order", "number") == ["B"]


def test_a_scheduled_run_acts_for_the_user_who_scheduled_it(bench: Make) -> None:
    app = bench(
        {
            "workflows/note.yaml": NOTE.replace("{number: =number}", "{number: '{{ current_user.id }}'}"),
            "workflows/later.yaml": LATER,
        }
    )

    async def as_ada() -> Outcome:
        call = app.api_call("later", {"number": "A"})
        call.actor = user("ada")
        return await app.engine.call(call)

    asyncio.run(as_ada())
    drain(app)
    assert app.values("order", "created_by") == ["ada"]
    assert app.values("order", "number") == ["ada"]


def test_a_scheduled_run_keeps_the_definition_it_was_scheduled_under(bench: Make) -> None:
    files = {"workflows/note.yaml": NOTE, "workflows/later.yaml": LATER}
    app = bench(files)
    app.call("later", number="old", at=app.clock.now() + 1000)
    from tests.engine.conftest import ORDER

    changed = NOTE.replace("=number", "'new {{ number }}'")
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, **files, "workflows/note.yaml": changed})
    app.definitions._programs.clear()
    app.call("later", number="A", at=app.clock.now() + 1000)
    app.clock.forward(1000)
    drain(app)
    assert sorted(app.values("order", "number")) == ["new A", "old"]


def keyed(on_conflict: str) -> str:
    """A workflow that schedules under a key."""
    return f"""
        auth: none
        parameters: {{number: text}}
        steps:
          - do: schedule_workflow
            as: run
            with:
              workflow: note
              at: =now + hours(1)
              parameters: {{number: =number}}
              key: the one
              on_conflict: {on_conflict}
          - {{do: return_data, with: {{values: {{id: =run.id}}}}}}
        """


@pytest.mark.parametrize(("on_conflict", "kept"), [("replace", "B"), ("keep", "A"), ("error", "A")])
def test_of_two_runs_under_one_key_one_waits(bench: Make, on_conflict: str, kept: str) -> None:
    app = bench({"workflows/note.yaml": NOTE, "workflows/once.yaml": keyed(on_conflict)})
    first, second = app.call("once", number="A"), app.call("once", number="B")
    assert (second.error is not None) == (on_conflict == "error")
    if on_conflict == "keep":
        assert second.answer.values["id"] == first.answer.values["id"]
    assert app.database.read(queue.count) == 1
    app.clock.forward(3_600_000)
    drain(app)
    assert app.values("order", "number") == [kept]
    app.call("once", number="C")
    assert app.database.read(queue.count) == 1


def test_a_run_tied_to_a_thing_is_cancelled_when_the_thing_is_deleted(bench: Make) -> None:
    app = bench(
        {
            "workflows/note.yaml": NOTE,
            "workflows/tie.yaml": """
                auth: none
                parameters: {number: text}
                steps:
                  - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
                  - do: schedule_workflow
                    with: {workflow: note, at: =now + hours(1), parameters: {number: =number}, cancel_with: =made}
                """,
            "workflows/drop.yaml": """
                auth: none
                parameters: {number: text}
                steps:
                  - {do: delete_list, with: {list: "=search(order, this.number == number)"}}
                """,
        }
    )
    app.call("tie", number="A")
    app.call("tie", number="B")
    app.call("drop", number="A")
    assert app.database.read(queue.count) == 1
    app.call("drop", number="B")
    assert app.database.read(queue.count) == 0


def test_what_is_cancelled_does_not_run_and_the_result_says_how_many(bench: Make) -> None:
    app = bench(
        {
            "workflows/note.yaml": NOTE,
            "workflows/later.yaml": LATER,
            "workflows/cancel.yaml": """
                auth: none
                parameters: {ids: list of text, one: {type: text, optional: yes}}
                steps:
                  - {do: cancel_list, as: many, with: {ids: =ids}}
                  - {do: cancel_scheduled, as: one_more, with: {id: =one}}
                  - {do: return_data, with: {values: {many: =many, one: =one_more}}}
                """,
        }
    )
    ids = [app.call("later", number=str(n), at=app.clock.now() + 1000).answer.values["id"] for n in range(4)]
    done = app.call("later", number="done").answer.values["id"]
    drain(app)
    answer = app.call("cancel", ids=[*ids[:2], ids[0], done, "unknown"], one=ids[2]).answer.values
    assert answer == {"many": 2, "one": 1}
    app.clock.forward(1000)
    drain(app)
    assert sorted(app.values("order", "number")) == ["3", "done"]


def chain(first: str, then: str, at: str = "=now") -> str:
    """A workflow that creates an order and schedules another one, for ever."""
    return f"""
        auth: none
        steps:
          - {{do: create_thing, with: {{type: order, set: {{tags: [{first}]}}}}}}
          - {{do: schedule_workflow, with: {{workflow: {then}, at: {at}}}}}
        """


KICK = """
auth: none
steps:
  - {do: schedule_workflow, with: {workflow: a}}
"""


def failures(app: Bench) -> list[Any]:
    """The errors of all failed runs."""
    return app.database.read(lambda tx: tx.rows("SELECT workflow, error, depth FROM op_runs WHERE state = 'failed'"))


def test_a_workflow_that_schedules_itself_runs_as_often_as_the_limit_allows(bench: Make) -> None:
    app = bench({"workflows/kick.yaml": KICK, "workflows/a.yaml": chain("a", "a")})
    app.call("kick")
    drain(app)
    assert app.count("order") == 10
    ((workflow, error, depth),) = failures(app)
    assert (workflow, depth) == ("a", 11)
    assert "recursion_depth" in error


def test_two_workflows_that_schedule_each_other_share_the_limit(bench: Make) -> None:
    app = bench({"workflows/kick.yaml": KICK, "workflows/a.yaml": chain("a", "b"), "workflows/b.yaml": chain("b", "a")})
    app.call("kick")
    drain(app)
    assert app.count("order") == 10
    assert len(failures(app)) == 1


def test_without_a_limit_a_chain_goes_on(bench: Make) -> None:
    files = {"app.yaml": "{name: Test, limits: {recursion_depth: 0}}", "workflows/kick.yaml": KICK}
    app = bench(files | {"workflows/a.yaml": chain("a", "a", "=now + seconds(1)")})
    app.call("kick")
    for _ in range(50):
        drain(app)
        app.clock.forward(1000)
    assert app.count("order") == 50
    assert failures(app) == []
