"""Outside steps inside events and loops, and what a run had changed when it went outside: all of it survives a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from offpage.engine.calls import Outcome
from offpage.engine.left_outside import left_outside
from offpage.engine.progress import Pause, Reached
from tests.engine.conftest import Bench
from tests.engine.test_outside import Visit, visit

__all__ = ["visit"]

Make = Callable[..., Bench]

LOG = "label: Log\nfields: {text: text}\n"

GO = """
auth: none
steps:
  - do: for_each
    as: place
    with: {list: '=["a", "b"]'}
    steps:
      - {do: trigger_event, as: seen, with: {event: look, parameters: {place: =place}}}
      - {do: create_thing, with: {type: order, set: {number: =seen.text}}}
  - {do: return_data, with: {values: {count: =search(order).count}}}
"""

LOOK = """
trigger: event
parameters: {place: text}
returns: {text: text}
steps:
  - do: branch
    with: {when: =yes}
    steps:
      - {do: visit, as: brought, with: {place: =place}}
      - {do: return_data, with: {values: {text: =brought}}}
  - {do: return_data, with: {values: {text: never}}}
"""


def killed_at_every_step(app: Bench, workflow: str) -> Outcome:
    """Run a workflow and forget the process whenever it is outside: only the database knows."""
    run = app.engine._new_run(app.api_call(workflow, {}))
    end = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    while isinstance(end, Pause):
        (pause,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
        assert pause.call is not None
        assert isinstance(pause.call, Visit)
        reached = Reached(f"{pause.call.place}{pause.call.place}")
        Visit.seen.append((pause.key, str(pause.call.place)))
        end = app.database.write_now(
            lambda tx, pause=pause, reached=reached: app.executor.go_on(tx, pause, reached)  # type: ignore[misc]
        )
    return end


def test_an_outside_step_in_an_event_in_a_loop_has_a_key_of_its_own_each_round(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO, "workflows/look.yaml": LOOK})
    assert app.call("go").answer.values == {"count": 2}
    assert app.values("order", "number") == ["aa!", "bb!"]
    assert len({key for key, _ in Visit.seen}) == 2


def test_a_run_that_is_killed_in_an_event_in_a_loop_goes_on_there(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO, "workflows/look.yaml": LOOK})
    assert killed_at_every_step(app, "go").answer.values == {"count": 2}
    assert app.values("order", "number") == ["aa!", "bb!"]
    assert [place for _, place in Visit.seen] == ["a", "b"]


def test_an_outside_step_that_fails_in_an_event_fails_what_is_around_it(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO.replace('"b"', '"nowhere"'), "workflows/look.yaml": LOOK})
    outcome = app.call("go")
    assert outcome.error is not None
    assert outcome.error.message == "There is no such place."
    assert app.values("order", "number") == ["aa!"]
    assert app.journal(outcome.run_id)[0]["state"] == "failed"


CHANGES = """
auth: none
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: A}}}
  - {do: visit, with: {place: x}}
  - {do: change_thing, with: {thing: =made, set: {number: B}}}
  - {do: visit, with: {place: y}}
"""
WATCH = """
trigger: data_change
type: order
steps:
  - {do: create_thing, with: {type: log, set: {text: '=before.number.default("-") + after.number'}}}
"""


def test_what_a_run_changed_before_it_was_killed_starts_a_workflow_once_when_it_ends(bench: Make) -> None:
    app = bench({"types/log.yaml": LOG, "workflows/go.yaml": CHANGES, "workflows/watch.yaml": WATCH})
    assert killed_at_every_step(app, "go").state == "finished"
    assert app.values("log", "text") == ["-B"]
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_changes")) == [(0,)]


def test_a_workflow_that_leaves_the_database_is_queued_with_the_change_that_starts_it(bench: Make) -> None:
    watch = WATCH.replace("steps:", "steps:\n  - {do: visit, with: {place: x}}")
    make = "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: A}}}\n"
    app = bench({"types/log.yaml": LOG, "workflows/go.yaml": make, "workflows/watch.yaml": watch})
    app.call("go")
    assert app.count("log") == 0
    assert Visit.seen == []

    async def story() -> None:
        assert await app.engine.drain(1.0) == 1
        await app.engine.stop()

    asyncio.run(story())
    assert app.values("log", "text") == ["-A"]
    assert [place for _, place in Visit.seen] == ["x"]


def test_a_step_that_leaves_the_database_is_refused_in_a_transaction(bench: Make) -> None:
    inside = """
auth: none
steps:
  - do: transaction
    steps:
      - {do: create_thing, with: {type: order, set: {number: A}}}
      - {do: trigger_event, with: {event: look, parameters: {place: x}}}
"""
    app = bench({"workflows/go.yaml": inside, "workflows/look.yaml": LOOK})
    outcome = app.call("go")
    assert outcome.error is not None
    assert "is inside a `transaction`" in outcome.error.message
    assert app.count("order") == 0
