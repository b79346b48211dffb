"""Steps that hold steps: loops, branches, transactions; and that a long loop is cut into stretches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from offpage.engine import walk
from offpage.engine.calls import Outcome
from offpage.engine.frames import Frame
from offpage.engine.left_outside import left_outside
from offpage.engine.progress import Pause, Reached
from offpage.store import runs
from tests.engine.conftest import Bench

Make = Callable[..., Bench]


def one(bench: Make, steps: str, parameters: str = "{}", **more: str) -> Bench:
    """A bench with one workflow called `go`."""
    return bench({"workflows/go.yaml": f"auth: none\nparameters: {parameters}\nsteps:\n{steps}", **more})


EACH = """
  - do: for_each
    as: name
    with: {list: =names}
    steps:
      - {do: create_thing, as: made, only_when: =name != "skip", with: {type: order, set: {number: =name}}}
      - {do: change_thing, with: {thing: =made, set: {total: 7}}}
  - {do: return_data, with: {values: {count: "=search(order, this.total == 7).count"}}}
"""


def test_for_each_does_its_steps_once_for_each_item_in_order(bench: Make) -> None:
    app = one(bench, EACH, "{names: list of text}")
    outcome = app.call("go", names=["b", "a", "skip", "c"])
    assert outcome.answer.values == {"count": 3}
    assert app.values("order", "number") == ["b", "a", "c"]
    entry = app.journal(outcome.run_id)[0]
    assert (entry["items"], entry["rounds"], entry["state"]) == (4, 4, "done")
    assert [step["state"] for step in entry["steps"]] == ["done"] * 4 + ["skipped", "done"] + ["done"] * 2
    assert [step["round"] for step in entry["steps"]] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert entry["steps"][5]["result"] is None  # the result of the former round does not count in this one


@pytest.mark.parametrize("names", [[], None])
def test_a_loop_over_nothing_does_nothing(bench: Make, names: list[str] | None) -> None:
    app = one(bench, EACH, "{names: {type: list of text, optional: yes}}")
    assert app.call("go", names=names).answer.values == {"count": 0}


def test_loops_stand_in_loops(bench: Make) -> None:
    app = one(
        bench,
        """
  - do: for_each
    as: a
    with: {list: "=[1, 2, 3]"}
    steps:
      - do: for_each
        as: b
        with: {list: "=[10, 20]"}
        steps:
          - {do: create_thing, with: {type: order, set: {total: =a + b}}}
""",
    )
    app.call("go")
    assert app.values("order", "total") == [11, 21, 12, 22, 13, 23]


def test_a_step_that_fails_ends_the_loop_unless_it_says_otherwise(bench: Make) -> None:
    steps = """
  - do: for_each
    as: name
    with: {list: '=["a", "a", "b"]'}
    steps:
      - {do: create_thing, MORE with: {type: order, set: {number: =name}}}
  - {do: create_thing, with: {type: order, set: {number: z}}}
"""
    app = one(bench, steps.replace("MORE", ""))
    outcome = app.call("go")
    assert outcome.error is not None
    assert outcome.error.details["address"] == "workflows/go/steps/0/steps/0"
    assert app.journal(outcome.run_id)[0]["state"] == "failed"
    assert app.values("order", "number") == ["a"]


def test_a_loop_goes_on_with_the_next_item_where_a_step_may_fail(bench: Make) -> None:
    app = one(
        bench,
        """
  - do: for_each
    as: name
    with: {list: '=["a", "a", "b"]'}
    steps:
      - {do: create_thing, on_error: continue, with: {type: order, set: {number: =name}}}
""",
    )
    outcome = app.call("go")
    assert outcome.error is None
    assert app.values("order", "number") == ["a", "b"]
    assert app.journal(outcome.run_id)[0]["failures"] == 1


def test_a_while_goes_on_as_long_as_its_condition_holds(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: made, with: {type: order, set: {total: 1}}}
  - do: while
    with: {condition: =made.total < 100}
    steps:
      - {do: change_thing, with: {thing: =made, set: {total: =made.total * 2}}}
""",
    )
    app.call("go")
    assert app.values("order", "total") == [128]


def test_a_while_that_never_ends_is_stopped_with_a_clear_sentence(bench: Make) -> None:
    app = one(
        bench,
        """
  - do: while
    with: {condition: =yes, at_most: 5}
    steps:
      - {do: create_thing, with: {type: order}}
""",
    )
    outcome = app.call("go")
    assert outcome.error is not None
    assert outcome.error.message.startswith("The loop has gone 5 rounds and its condition still holds.")
    assert app.count("order") == 5


@pytest.mark.parametrize(("n", "number"), [(1.0, "small"), (9.0, "large")])
def test_a_branch_does_these_steps_or_those(bench: Make, n: float, number: str) -> None:
    app = one(
        bench,
        """
  - do: branch
    with: {when: =n > 5}
    steps:
      - {do: create_thing, with: {type: order, set: {number: large}}}
    else:
      - {do: create_thing, with: {type: order, set: {number: small}}}
  - do: branch
    with: {when: =n > 100}
    steps:
      - {do: create_thing, with: {type: order, set: {number: huge}}}
""",
        "{n: number}",
    )
    outcome = app.call("go", n=n)
    assert app.values("order", "number") == [number]
    assert app.journal(outcome.run_id)[0]["steps"][0].get("else", False) is (n < 5)


TOGETHER = """
  - do: transaction
    MORE
    steps:
      - {do: create_thing, as: a, with: {type: order, set: {number: A}}}
      - {do: return_data, with: {values: {made: yes}}}
      - {do: create_thing, with: {type: order, set: {number: =second}}}
  - {do: create_thing, with: {type: order, set: {number: Z, paid: =a.is_empty}}}
"""


def test_a_transaction_does_all_of_its_steps_or_none(bench: Make) -> None:
    app = one(bench, TOGETHER.replace("MORE", ""), "{second: text}")
    outcome = app.call("go", second="A")
    assert outcome.error is not None
    assert outcome.error.code == "NOT_UNIQUE"
    assert outcome.answer.values == {}
    assert app.count("order") == 0
    app.call("go", second="B")
    assert sorted(app.values("order", "number")) == ["A", "B", "Z"]


def test_a_run_may_go_on_after_a_transaction_that_was_undone_and_its_results_are_empty(bench: Make) -> None:
    app = one(bench, TOGETHER.replace("MORE", "on_error: continue"), "{second: text}")
    assert app.call("go", second="A").error is None
    assert app.values("order", "number") == ["Z"]
    assert [bool(one) for one in app.values("order", "paid")] == [True]


def test_terminate_inside_of_everything_ends_the_run_and_keeps_what_was_done(bench: Make) -> None:
    app = one(
        bench,
        """
  - do: transaction
    steps:
      - do: for_each
        as: n
        with: {list: "=[1, 2, 3]"}
        steps:
          - {do: create_thing, with: {type: order, set: {total: =n}}}
          - do: branch
            with: {when: =n == 2}
            steps:
              - {do: terminate}
  - {do: create_thing, with: {type: order, set: {total: 99}}}
""",
    )
    assert app.call("go").state == "finished"
    assert app.values("order", "total") == [1, 2]


def test_the_journal_shows_the_first_rounds_and_those_with_failures(bench: Make) -> None:
    app = one(
        bench,
        """
  - do: for_each
    as: n
    with: {list: =numbers}
    steps:
      - {do: create_thing, on_error: continue, with: {type: order, set: {number: '{{ n.default(0) % 90 }}'}}}
""",
        "{numbers: list of number}",
    )
    outcome = app.call("go", numbers=[float(n) for n in range(95)])
    entry = app.journal(outcome.run_id)[0]
    assert [step["round"] for step in entry["steps"]] == [*range(20), *range(90, 95)]
    assert (entry["rounds"], entry["failures"]) == (95, 5)


NESTED = """
trigger: event
parameters: {n: number}
steps:
  - do: for_each
    as: m
    with: {list: "=[1, 2]"}
    steps:
      - {do: create_thing, with: {type: order, set: {total: =n * 10 + m}}}
"""

LONG = """
  - do: for_each
    as: n
    with: {list: =numbers}
    steps:
      - {do: trigger_event, with: {event: inner, parameters: {n: =n}}}
  - {do: return_data, with: {values: {count: "=search(order).count"}}}
"""


def test_a_run_that_is_killed_between_two_stretches_goes_on_where_it_stood(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every stretch is as short as can be, and after each the process is forgotten: only the database knows."""
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    app = one(bench, LONG, "{numbers: list of number}", **{"workflows/inner.yaml": NESTED})
    call = app.api_call("go", {"numbers": [1.0, 2.0, 3.0]})
    run = app.engine._new_run(call)
    end = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    stretches = 1
    while not isinstance(end, Outcome):
        assert isinstance(end, Pause)
        (taken,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
        assert taken is not end
        end = app.database.write_now(partial(app.executor.go_on, pause=taken, reached=Reached()))
        stretches += 1
    assert stretches == 1 + 2 * 3  # one for each item of the inner loops, and the end
    assert end.answer.values == {"count": 6}
    assert app.values("order", "total") == [11, 12, 21, 22, 31, 32]
    journal = app.journal(run.id)
    assert [len(step["steps"][0]["steps"]) for step in journal[0]["steps"]] == [2, 2, 2]
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_loops")) == [(0,)]


def test_the_place_of_a_run_in_a_loop_is_small_however_long_the_list_is(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    app = one(bench, EACH, "{names: list of text}")
    names = [f"name {n}" for n in range(1_000)]
    run = app.engine._new_run(app.api_call("go", {"names": names}))
    app.database.write_now(lambda tx: app.executor.begin(tx, run))
    row = app.database.read(lambda tx: runs.get(tx, run.id))
    assert row is not None
    assert row.state == "running"
    assert len(row.resume or "") < 1_000
    (pause,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    assert pause.run.parameters == [names]
    assert pause.progress.frames[0].items == names


def test_a_copied_frame_shares_no_values_with_the_first() -> None:
    first = Frame(3, items=[1, 2])
    assert first.copy() == first
    assert first.copy() is not first


def test_a_long_loop_lets_others_write_in_between(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    small = "auth: none\nsteps:\n  - {do: return_data, with: {values: {count: =search(order).count}}}\n"
    app = one(bench, EACH, "{names: list of text}", **{"workflows/count.yaml": small})

    async def story() -> list[int]:
        long = asyncio.create_task(app.engine.call(app.api_call("go", {"names": [f"name {n}" for n in range(200)]})))
        seen = []
        while not long.done():
            outcome = await app.engine.call(app.api_call("count", {}))
            seen.append(outcome.answer.values["count"])
        assert (await long).answer.values == {"count": 200}
        return seen

    seen = asyncio.run(story())
    assert len({count for count in seen if 0 < count < 200}) > 3
