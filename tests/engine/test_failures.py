"""What follows a failure: the workflow of a step's `on_error`, and `on_failure` of a workflow or of the app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from offpage.engine.calls import Outcome
from offpage.store import queue
from tests.engine.conftest import Bench
from tests.engine.test_outside import visit

__all__ = ["visit"]

Make = Callable[..., Bench]

TOLD = "label: Told\nfields: {text: text, step: text, by: text}\n"

TELL = """
auth: none
parameters: {failed_run: text, failed_workflow: text, failed_step: {type: text, optional: yes}, message: text, code: text, failed_at: date}
steps:
  - {do: create_thing, with: {type: told, set: {text: '{{ failed_workflow }}: {{ message }}', step: =failed_step, by: =failed_run}}}
"""

FAILS = "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: A}}}\n  - {do: visit, with: {place: nowhere}}\n"


def app_of(bench: Make, files: dict[str, str], secrets: dict[str, str] | None = None) -> Bench:
    return bench({"types/told.yaml": TOLD, "workflows/tell.yaml": TELL, **files}, secrets or {})


def call(app: Bench, name: str, /, **parameters: Any) -> Outcome:
    """Call a workflow, then do what it has queued."""

    async def go() -> Outcome:
        outcome = await app.engine.call(app.api_call(name, parameters))
        while await app.engine.drain(1):
            pass
        return outcome

    return asyncio.run(go())


def test_a_step_that_fails_tells_a_workflow_and_the_run_stops(bench: Make) -> None:
    app = app_of(bench, {"workflows/go.yaml": FAILS.replace("{do: visit,", "{do: visit, on_error: {run: tell},")})
    outcome = call(app, "go")
    assert outcome.state == "failed"
    assert app.values("told", "text") == ["go: There is no such place."]
    assert app.values("told", "step") == ["workflows/go/steps/1"]
    assert app.values("told", "by") == [outcome.run_id]
    assert app.values("order", "number") == ["A"]


def test_a_step_that_fails_tells_a_workflow_and_the_run_goes_on(bench: Make) -> None:
    flow = FAILS.replace("{do: visit,", "{do: visit, on_error: {run: tell, then: continue},")
    app = app_of(bench, {"workflows/go.yaml": flow + "  - {do: return_data, with: {values: {ok: =yes}}}\n"})
    assert call(app, "go").answer.values == {"ok": True}
    assert app.count("told") == 1


def test_what_a_transaction_undoes_is_told_all_the_same(bench: Make) -> None:
    flow = """
    auth: none
    steps:
      - do: transaction
        steps:
          - {do: create_thing, with: {type: order, set: {number: A}}}
          - {do: create_thing, on_error: {run: tell}, with: {type: order, set: {number: A}}}
    """
    app = app_of(bench, {"workflows/go.yaml": flow})
    assert call(app, "go").state == "failed"
    assert (app.count("order"), app.count("told")) == (0, 1)


BLOCKS = {
    "branch": "with: {when: =yes}, steps: [STEP]",
    "for_each": 'as: one, with: {list: \'="a".split_by(",")\'}, steps: [STEP]',
    "while": "with: {condition: =yes, at_most: =3}, steps: [STEP]",
    "transaction": "steps: [STEP]",
    "trigger_event": "with: {event: inner}",
}


@pytest.mark.parametrize("block", sorted(BLOCKS))
@pytest.mark.parametrize("then", ["stop", "continue"])
def test_a_step_that_holds_steps_says_it_for_all_of_them(bench: Make, block: str, then: str) -> None:
    """What fails inside, outside the database where that may be, tells the workflow; and the run goes on or stops."""
    step = "{do: create_thing, with: {type: order, set: {number: taken}}}"
    flow = f"""
    auth: none
    steps:
      - {step}
      - {{do: {block}, on_error: {{run: tell, then: {then}}}, {BLOCKS[block].replace("STEP", step)}}}
      - {{do: return_data, with: {{values: {{ok: =yes}}}}}}
    """
    inner = f"trigger: event\nsteps: [{step}]\n"
    app = app_of(bench, {"workflows/go.yaml": flow, "workflows/inner.yaml": inner})
    outcome = call(app, "go")
    assert outcome.state == ("finished" if then == "continue" else "failed")
    assert outcome.answer.values == ({"ok": True} if then == "continue" else {})
    assert app.count("told") == 1


def test_on_failure_of_a_workflow_comes_before_that_of_the_app(bench: Make) -> None:
    other = TELL.replace("{{ failed_workflow }}", "own")
    files = {
        "app.yaml": "name: Test\non_failure: tell\n",
        "workflows/other.yaml": other,
        "workflows/go.yaml": FAILS,
        "workflows/own.yaml": "on_failure: other\n" + FAILS.replace("number: A", "number: B"),
        "workflows/fine.yaml": "auth: none\nsteps: []\n",
    }
    app = app_of(bench, files)
    call(app, "go")
    call(app, "own")
    call(app, "fine")
    assert app.values("told", "text") == ["go: There is no such place.", "own: There is no such place."]


def test_the_failure_of_what_follows_a_failure_starts_nothing(bench: Make) -> None:
    files = {"app.yaml": "name: Test\non_failure: tell\n", "workflows/go.yaml": FAILS}
    app = app_of(bench, files | {"workflows/tell.yaml": FAILS.replace("number: A", "number: B")})
    call(app, "go")
    assert app.values("order", "number") == ["A", "B"]
    assert app.database.read(queue.count) == 0
    assert len(app.database.read(lambda tx: tx.rows("SELECT id FROM op_runs"))) == 2


def test_a_failure_is_told_once_in_the_transaction_that_records_it(bench: Make) -> None:
    app = app_of(bench, {"workflows/go.yaml": "on_failure: tell\n" + FAILS})
    outcome = app.call("go")
    (waiting,) = app.database.read(queue.waiting)
    assert (waiting.trigger, waiting.parent_id) == ("failure", outcome.run_id)


def test_secrets_are_masked_in_what_is_told(bench: Make) -> None:
    flow = 'on_failure: tell\nauth: none\nsteps:\n  - {do: log_in, on_error: {run: tell}, with: {email: "{{ secret.KEY }}", password: x}}\n'
    app = app_of(bench, {"workflows/go.yaml": flow}, {"KEY": "s3cret-text"})
    call(app, "go")
    assert app.count("told") == 2
    assert not [one for one in app.values("told", "text") if "s3cret-text" in one]


@pytest.mark.parametrize("broken", ["steps:\n  - {do: nothing}\n", "disabled: yes\nsteps: []\n"])
def test_what_is_wrong_with_the_handler_does_not_keep_others_from_running(broken: str) -> None:
    from offpage.model.reader import read_files
    from offpage.program.resolve import resolve
    from offpage.sql.sqlite import SQLITE

    files = {
        "app.yaml": "name: Test\non_failure: tell\n",
        "workflows/tell.yaml": broken,
        "workflows/go.yaml": "steps: []\n",
    }
    app, issues = read_files(files)
    program, found = resolve(app, "d", SQLITE)
    assert "go" in program.workflows, [str(one) for one in [*issues, *found]]
