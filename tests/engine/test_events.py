"""Custom events: called, waited for, their values returned; privacy, failures, recursion."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.conftest import Bench

Make = Callable[..., Bench]

MARK = """
trigger: event
parameters: {order: order, by: {type: number, optional: yes}}
returns: {total: number, marked: yes_no}
steps:
  - {do: change_thing, with: {thing: =order, set: {paid: yes, total: {increase: =by.default(1)}}}}
  - {do: return_data, with: {values: {total: =order.total, marked: =order.paid}}}
  - {do: change_thing, with: {thing: =order, set: {total: 0}}}
"""

GO = """
auth: none
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: A, total: 1}}}
  - {do: trigger_event, as: mark, with: {event: mark, parameters: {order: =made, by: 41}}}
  - {do: return_data, with: {values: {total: =mark.total, marked: =mark.marked, now: =made.total}}}
"""


def test_an_event_is_done_before_the_next_step_and_its_first_return_ends_it(bench: Make) -> None:
    app = bench({"workflows/mark.yaml": MARK, "workflows/go.yaml": GO})
    outcome = app.call("go")
    assert outcome.error is None
    assert outcome.answer.values == {"total": 42, "marked": True, "now": 42}


def test_the_steps_of_an_event_stand_in_the_journal_under_the_step_that_called_it(bench: Make) -> None:
    app = bench({"workflows/mark.yaml": MARK, "workflows/go.yaml": GO})
    journal = app.journal(app.call("go").run_id)
    assert [entry["do"] for entry in journal] == ["create_thing", "trigger_event", "return_data"]
    assert journal[1]["event"] == "mark"
    assert [entry["do"] for entry in journal[1]["steps"]] == ["change_thing", "return_data"]
    assert journal[1]["result"] == {"total": 42.0, "marked": True}
    assert journal[1]["ms"] >= sum(entry["ms"] for entry in journal[1]["steps"])


def test_an_event_whose_condition_does_not_hold_returns_nothing_and_the_caller_goes_on(bench: Make) -> None:
    event = "trigger: event\nparameters: {n: number}\nreturns: {n: {type: number, optional: yes}}\nonly_when: =n > 5\n"
    event += "steps:\n  - {do: return_data, with: {values: {n: =n}}}\n"
    go = """
auth: none
steps:
  - {do: trigger_event, as: small, with: {event: big, parameters: {n: 1}}}
  - {do: trigger_event, as: large, with: {event: big, parameters: {n: 9}}}
  - {do: return_data, with: {values: {small: =small.n.is_empty, large: =large.n}}}
"""
    app = bench({"workflows/big.yaml": event, "workflows/go.yaml": go})
    assert app.call("go").answer.values == {"small": True, "large": 9}


def test_a_step_that_fails_in_an_event_fails_the_step_that_called_it(bench: Make) -> None:
    event = """
trigger: event
steps:
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: create_thing, with: {type: order, set: {number: A}}}
"""
    go = """
auth: none
steps:
  - {do: trigger_event, ON with: {event: twice}}
  - {do: create_thing, with: {type: order, set: {number: B}}}
"""
    app = bench({"workflows/twice.yaml": event, "workflows/go.yaml": go.replace("ON", "")})
    outcome = app.call("go")
    assert outcome.error is not None
    assert outcome.error.code == "NOT_UNIQUE"
    assert outcome.error.details["address"] == "workflows/twice/steps/1"
    assert app.values("order", "number") == ["A"]
    entry = app.journal(outcome.run_id)[0]
    assert (entry["state"], entry["steps"][1]["state"]) == ("failed", "failed")


def test_the_caller_goes_on_after_an_event_that_failed_if_it_says_so(bench: Make) -> None:
    event = "trigger: event\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: A}}}\n"
    go = """
auth: none
steps:
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: trigger_event, on_error: continue, with: {event: again}}
  - {do: create_thing, with: {type: order, set: {number: B}}}
"""
    app = bench({"workflows/again.yaml": event, "workflows/go.yaml": go})
    assert app.call("go").error is None
    assert app.values("order", "number") == ["A", "B"]


def test_an_event_that_calls_itself_is_stopped_with_a_clear_sentence(bench: Make) -> None:
    event = """
trigger: event
parameters: {n: number}
steps:
  - {do: create_thing, with: {type: order, set: {total: =n}}}
  - {do: trigger_event, with: {event: deep, parameters: {n: =n + 1}}}
"""
    go = "auth: none\nsteps:\n  - {do: trigger_event, with: {event: deep, parameters: {n: 1}}}\n"
    app = bench({"workflows/deep.yaml": event, "workflows/go.yaml": go})
    outcome = app.call("go")
    assert outcome.error is not None
    assert "Does an event call itself?" in outcome.error.message
    assert app.count("order") == 10


def test_terminate_in_an_event_ends_the_event_alone_with_its_values(bench: Make) -> None:
    event = """
trigger: event
parameters: {n: number}
returns: {n: {type: number, optional: yes}}
steps:
  - {do: terminate, only_when: =n > 5, with: {values: {n: =n}}}
  - {do: create_thing, with: {type: order, set: {total: =n}}}
"""
    go = """
auth: none
steps:
  - {do: trigger_event, as: a, with: {event: stop, parameters: {n: 9}}}
  - {do: trigger_event, with: {event: stop, parameters: {n: 1}}}
  - {do: return_data, with: {values: {n: =a.n}}}
"""
    app = bench({"workflows/stop.yaml": event, "workflows/go.yaml": go})
    assert app.call("go").answer.values == {"n": 9}
    assert app.values("order", "total") == [1]
