"""Earlier runs, once more from one of their steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from offpage.kernel.errors import StepError
from offpage.store import loops, runs
from tests.engine.conftest import ORDER, Bench
from tests.engine.test_reruns import drained

Make = Callable[..., Bench]

APP = {"app.yaml": "name: Test", "types/order.yaml": ORDER}

FLOW = """
auth: none
parameters: {word: text, many: list of text}
steps:
  - {do: create_thing, as: a, with: {type: order, set: {number: =random_text(12), total: 1}}}
  - do: for_each
    as: item
    with: {list: =many}
    steps:
      - {do: change_thing, with: {thing: =a, set: {total: {increase: 1}}}}
  - {do: create_thing, as: found, with: {type: order, set: {number: =random_text(12)}}}
  - {do: change_thing, with: {thing: =a, set: {tags: {add: =word}}}}
  - {do: return_data, with: {values: {number: =a.number, many: =many.count, found: =found.number}}}
"""


def kept(bench: Make, flow: str = FLOW) -> Bench:
    app = bench({"workflows/go.yaml": flow})
    app.executor.recorder.keeps_finished = True
    return app


def changed(app: Bench, flow: str) -> None:
    app.define(APP | {"workflows/go.yaml": flow})


def again(app: Bench, run_id: str, step: int) -> runs.Run:
    new_id = app.database.write_now(lambda tx: app.engine.from_steps.queue(tx, run_id, step))
    waits = app.run(new_id)
    assert (waits.state, waits.parent_id) == ("failed", run_id)
    drained(app)
    return app.run(new_id)


def why_not(app: Bench, run_id: str, step: int) -> str:
    found = app.database.read(lambda tx: app.engine.from_steps.plan(tx, run_id, step))
    assert found is not None
    with pytest.raises(StepError) as caught:
        app.database.write_now(lambda tx: app.engine.from_steps.queue(tx, run_id, step))
    assert caught.value.message == found.why_not
    return found.why_not


def answer(row: runs.Run) -> Any:
    return msgspec.json.decode(row.answer or "{}")["values"]


def test_a_run_that_ends_well_keeps_nothing_unless_that_is_asked_for(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    many = [str(one) for one in range(300)]
    live = app.run(app.call("go", word="x", many=many).run_id)
    app.executor.recorder.keeps_finished = True
    development = app.run(app.call("go", word="x", many=many).run_id)
    assert (live.state, development.state) == ("finished", "finished")
    assert (live.resume is None, development.resume is None) == (True, False)
    found = [app.database.read(partial(loops.get, run_id=one.id, depth=1_000_001)) for one in (live, development)]
    assert [one is None for one in found] == [True, False]
    assert live.parameters == development.parameters


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_results_are_taken_and_later_steps_are_those_of_now(bench: Make, step: int) -> None:
    app = kept(bench)
    many = [str(one) for one in range(150)]
    first = app.call("go", word="x", many=many)
    # A parameter more moves the places of all results; the last step is another one.
    flow = FLOW.replace("{word: text,", "{extra: {type: text, optional: yes}, word: text,")
    changed(app, flow.replace("many: =many.count,", "many: =many.count + 1000,"))
    second = again(app, first.run_id, step)
    assert second.state == "finished"
    before, now = answer(app.run(first.run_id)), answer(second)
    assert (now["number"], now["many"]) == (before["number"], 1150)
    assert (now["found"] == before["found"]) == (step > 2)
    totals = {1: 301, 2: 151, 3: 151, 4: 151}
    assert [one for one in app.values("order", "total") if one] == [totals[step]]
    assert [one.get("taken", False) for one in app.journal(second.id)] == [index < step for index in range(5)]
    assert all(one["workload"] == 0 for one in app.journal(second.id)[:step])


def test_it_is_refused_where_the_steps_before_are_others(bench: Make) -> None:
    app = kept(bench)
    first = app.call("go", word="x", many=["a"]).run_id
    changed(app, FLOW.replace("total: 1}", "total: 2}"))
    assert "have changed since" in why_not(app, first, 1)
    assert again(app, first, 0).state == "finished"
    changed(app, FLOW.replace("- {do: create_thing, as: found", "- {do: create_thing, note: All of them, as: found"))
    assert again(app, first, 4).state == "finished"
    assert "no step 6" in why_not(app, first, 5)
    changed(app, FLOW.replace("as: found", "as: other").replace("=found.", "=other."))
    assert "have changed since" in why_not(app, first, 4)
    assert again(app, first, 2).state == "finished"


def test_a_run_that_failed_is_run_again_up_to_the_step_that_failed(bench: Make) -> None:
    flow = FLOW.replace("{add: =word}}}}", "{add: =word}, number: =word}}}")
    app = kept(bench, flow)
    app.call("go", word="taken", many=[])
    failed = app.call("go", word="taken", many=["a"]).run_id
    assert app.run(failed).state == "failed"
    assert "ended at step 4" in why_not(app, failed, 4)
    assert again(app, failed, 3).state == "failed"
    changed(app, FLOW)
    third = again(app, failed, 3)
    assert (third.state, answer(third)["many"]) == ("finished", 1)
    assert again(app, third.id, 4).state == "finished"
    assert app.run(failed).state == "failed"


def test_what_was_not_kept_or_did_not_run_is_refused(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW, "workflows/no.yaml": "auth: none\nonly_when: =1 == 2\nsteps: []\n"})
    assert "was not kept" in why_not(app, app.call("go", word="x", many=[]).run_id, 1)
    assert "is skipped" in why_not(app, app.call("no").run_id, 0)
    assert app.database.read(lambda tx: app.engine.from_steps.plan(tx, "nothing", 1)) is None


def test_a_run_that_logged_somebody_in_is_refused(bench: Make) -> None:
    flow = """
    auth: none
    steps:
      - {do: sign_up, with: {email: a@b.example, password: Abcdefgh1}}
      - {do: create_thing, with: {type: order, set: {number: a}}}
    """
    app = kept(bench, flow)
    outcome = app.call("go")
    assert outcome.state == "finished"
    assert "logged somebody in" in why_not(app, outcome.run_id, 1)
