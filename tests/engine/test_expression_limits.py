"""What an expression may do: its time, and what it makes on its way."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.engine.conftest import Bench

ANSWER = """
auth: none
parameters: {a: list of text, b: list of text}
steps:
  - do: return_data
    with: {values: {n: '=%s'}}
"""


def test_a_list_looked_for_in_a_list_takes_time_for_each_item_once(bench: Callable[..., Bench]) -> None:
    some = bench({f"workflows/w{at}.yaml": ANSWER % text for at, text in enumerate((
        "a.where(b.contains(this)).count", "a.where(this in b).count", "a.each(b.index_of(this)).count",
        "a.where(this not in b).count", "a.intersect_with(b).count",
    ))})  # fmt: skip
    a, b = [f"a{one}" for one in range(60_000)], [f"a{one}" for one in range(30_000, 90_000)]
    began = time.monotonic()
    assert [some.call(f"w{at}", a=a, b=b).answer.values["n"] for at in range(5)] == [30_000] * 5
    assert time.monotonic() - began < 30  # item by item it would be many minutes


def test_a_run_ends_in_time_in_the_middle_of_an_expression(bench: Callable[..., Bench]) -> None:
    some = bench({
        "app.yaml": "name: Test\nlimits: {run_seconds: 0.2}\n",
        "workflows/slow.yaml": ANSWER % "a.where(a.each(a.each(this).count).sum > 1).count",
        "workflows/unwilling.yaml": "auth: none\nparameters: {a: list of text}\n"
        "only_when: =a.where(a.each(a.each(this).count).sum > 1).count > 0\nsteps: [{do: terminate}]\n",
    })  # fmt: skip
    for workflow in ("slow", "unwilling"):
        outcome = some.call(workflow, a=[f"a{one}" for one in range(2_000)], b=[])
        assert outcome.error is not None
        assert outcome.error.code == "TIMED_OUT"


def test_an_expression_that_makes_too_much_fails_its_step_with_a_sentence(bench: Callable[..., Bench]) -> None:
    some = bench({
        "workflows/long.yaml": ANSWER % "a.each(b.first + this).count",
        "workflows/many.yaml": ANSWER % "a.each(a).count",
        "workflows/both.yaml": ANSWER % "a.each(a.each(b.first + this).join(\"\")).count",
    })  # fmt: skip
    for workflow, a, b, what in (
        ("long", ["x"] * 2_000, ["y" * 40_000], "characters"),
        ("many", ["x"] * 2_000, [], "items"),
        ("both", ["x"] * 2_000, ["y" * 40_000], "characters"),
    ):
        outcome = some.call(workflow, a=a, b=b)
        assert outcome.error is not None
        assert outcome.error.code == "LIMIT_REACHED"
        assert what in outcome.error.message


def test_what_was_made_and_let_go_does_not_count(bench: Callable[..., Bench]) -> None:
    some = bench({"workflows/w.yaml": ANSWER % "a.each(a.each(b.first + this).count).sum"})
    outcome = some.call("w", a=["x"] * 60, b=["y" * 100_000])
    assert outcome.error is None
    assert outcome.answer.values["n"] == 3600
