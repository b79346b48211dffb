"""How a run executes: steps in order, conditions, failures, the journal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offpage.kernel.errors import InvalidData
from tests.engine.conftest import ORDER, Bench

Make = Callable[..., Bench]


def one(bench: Make, steps: str, parameters: str = "{}", **more: Any) -> Bench:
    """A bench with one workflow called `go`."""
    text = f"auth: none\nparameters: {parameters}\nsteps:\n{steps}"
    return bench({"workflows/go.yaml": text}, **more)


def test_steps_run_in_order_and_later_ones_see_what_earlier_ones_wrote(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: a, with: {type: order, set: {number: A, total: 1}}}
  - {do: change_thing, with: {thing: =a, set: {total: {increase: 41}}}}
  - {do: return_data, with: {values: {total: =a.total, count: "=search(order, this.total == 42).count"}}}
""",
    )
    outcome = app.call("go")
    assert outcome.error is None
    assert outcome.answer.values == {"total": 42, "count": 1}


def test_a_step_whose_condition_does_not_hold_is_skipped_and_its_result_is_empty(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: a, only_when: =n > 10, with: {type: order, set: {number: A}}}
  - {do: return_data, with: {values: {made: =a.is_not_empty}}}
""",
        "{n: number}",
    )
    outcome = app.call("go", n=3.0)
    assert outcome.answer.values == {"made": False}
    assert [entry["state"] for entry in app.journal(outcome.run_id)] == ["skipped", "done"]
    assert app.journal(outcome.run_id)[0]["condition"] is False
    assert app.count("order") == 0


def test_a_failing_step_undoes_itself_stops_the_run_and_keeps_what_earlier_steps_did(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: create_thing, with: {type: order, set: {number: A, tags: [x, y]}}}
  - {do: create_thing, with: {type: order, set: {number: B}}}
""",
    )
    outcome = app.call("go")
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert outcome.error.code == "NOT_UNIQUE"
    assert "A" in outcome.error.message
    assert outcome.error.details["address"] == "workflows/go/steps/1"
    assert app.values("order", "number") == ["A"]
    assert app.run(outcome.run_id).state == "failed"


def test_on_error_continue_goes_on_with_the_next_step(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: create_thing, on_error: continue, with: {type: order, set: {number: A, tags: [x]}}}
  - {do: create_thing, with: {type: order, set: {number: B}}}
""",
    )
    outcome = app.call("go")
    assert outcome.state == "finished"
    assert app.values("order", "number") == ["A", "B"]
    assert [entry["state"] for entry in app.journal(outcome.run_id)] == ["done", "failed", "done"]


def test_terminate_ends_the_run_without_an_error(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: terminate, only_when: =stop}
  - {do: create_thing, with: {type: order, set: {number: B}}}
""",
        "{stop: yes_no}",
    )
    assert app.call("go", stop=True).state == "finished"
    assert app.values("order", "number") == ["A"]


def test_the_condition_of_the_event_decides_in_the_same_transaction(bench: Make) -> None:
    app = bench(
        {
            "workflows/go.yaml": """
                auth: none
                parameters: {n: number}
                only_when: "=search(order).count < n"
                steps:
                  - {do: create_thing, with: {type: order, set: {number: =random_text(12)}}}
                """
        }
    )
    states = [app.call("go", n=3.0).state for _ in range(5)]
    assert states == ["finished", "finished", "finished", "skipped", "skipped"]
    assert app.count("order") == 3


def test_a_parameter_that_names_a_thing_that_is_not_there_is_refused_and_leaves_no_run(bench: Make) -> None:
    app = one(bench, "  - {do: change_thing, with: {thing: =o, set: {paid: yes}}}", "{o: order}")
    with pytest.raises(InvalidData, match="1671702337369x488321592367327900"):
        app.call("go", o="1671702337369x488321592367327900")
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_runs"))[0][0] == 0


def test_several_return_steps_add_up_and_the_later_value_wins(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: return_data, with: {values: {a: 1, b: 2}}}
  - {do: return_data, with: {values: {b: 3, c: [x, y]}, status: 201, headers: {X-Answer: "{{ 6 * 7 }}"}}}
""",
    )
    answer = app.call("go").answer
    assert answer.values == {"a": 1, "b": 3, "c": ["x", "y"]}
    assert answer.status == 201
    assert answer.headers == {"X-Answer": "42"}


def test_plain_text_and_other_content_are_answered_as_they_are(bench: Make) -> None:
    app = bench(
        {
            "workflows/plain.yaml": "steps: [{do: return_data, with: {text: 'Hello {{ 1 + 1 }}'}}]",
            "workflows/page.yaml": """
                steps:
                  - do: return_data
                    with: {content: "<p>hi</p>", content_type: text/html}
                """,
        }
    )
    plain, page = app.call("plain").answer, app.call("page").answer
    assert (plain.kind, plain.text) == ("text", "Hello 2")
    assert (page.kind, page.text, page.content_type) == ("content", "<p>hi</p>", "text/html")


def test_a_thing_in_an_answer_shows_its_fields_and_a_list_is_cut_at_fifty(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: a, with: {type: order, set: {number: A, total: 1.5, tags: [x]}}}
  - {do: return_data, with: {values: {order: =a, all: "=search(order)"}}}
""",
    )
    values = app.call("go").answer.values
    shown = values["order"]
    assert (shown["number"], shown["total"], shown["paid"], shown["tags"]) == ("A", 1.5, False, ["x"])
    assert len(shown["_id"]) == 32
    assert shown["Created Date"].endswith("Z")
    assert values["all"] == [shown]
    for number in range(60):
        app.database.write_now(
            lambda tx, number=number: tx.change(  # type: ignore[misc]
                f"INSERT INTO t_order (id, number, created_date) VALUES ('{number:013d}x{0:018d}', '{number}', {number})"
            )
        )
    every = "steps: [{do: return_data, with: {values: {all: =search(order)}}}]"
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/all.yaml": every})
    assert len(app.call("all").answer.values["all"]) == 50


def test_the_journal_keeps_inputs_results_timing_and_workload(bench: Make) -> None:
    app = one(
        bench,
        "  - {do: create_thing, as: a, with: {type: order, set: {number: =n, total: =t * 2}}}",
        "{n: text, t: number}",
    )
    outcome = app.call("go", n="N", t=21.0)
    entry = app.journal(outcome.run_id)[0]
    assert entry["inputs"] == {"type": "order", "set": {"number": "N", "total": 42}}
    assert len(entry["result"]) == 32
    assert entry["ms"] >= 0
    assert round(entry["workload"], 6) >= 1.1
    record = app.run(outcome.run_id)
    assert (record.trigger, record.actor, record.state, record.workflow) == ("api", "admin", "finished", "go")
    assert record.workload >= 1.1
    assert '"t":21' in record.parameters


def test_large_values_are_cut_in_the_journal_and_secrets_masked(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: a, with: {type: order, set: {number: "{{ secret.KEY }}-1", tags: =tags}}}
  - {do: return_data, with: {values: {key: =secret.KEY, long: =long}}}
""",
        "{tags: list of text, long: text}",
        secrets={"KEY": 'sk_"live"_42'},
    )
    outcome = app.call("go", tags=[str(n) for n in range(100)], long="y" * 5000)
    record = app.run(outcome.run_id)
    everything = "".join(str(part) for part in record)
    assert "live" not in everything
    assert "•••-1" in everything
    assert "y" * 1001 not in everything
    assert outcome.answer.values["key"] == 'sk_"live"_42'
    assert len(app.journal(outcome.run_id)[0]["inputs"]["set"]["tags"]) == 21


def test_changing_an_empty_thing_does_nothing(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: change_thing, as: c, with: {thing: "=search(order).first", set: {paid: yes}}}
  - {do: return_data, with: {values: {gone: =c.is_empty}}}
""",
    )
    assert app.call("go").answer.values == {"gone": True}


def test_change_list_sees_each_thing_as_this_and_is_all_or_nothing(bench: Make) -> None:
    app = bench(
        {
            "workflows/make.yaml": """
                parameters: {number: text, total: number}
                steps: [{do: create_thing, with: {type: order, set: {number: =number, total: =total}}}]
                """,
            "workflows/double.yaml": """
                steps:
                  - do: change_list
                    with: {list: "=search(order)", set: {total: =this.total * 2, tags: {add: seen}}}
                """,
            "workflows/clash.yaml": """
                steps:
                  - {do: change_list, with: {list: "=search(order)", set: {number: same}}}
                """,
        }
    )
    for number in range(3):
        app.call("make", number=str(number), total=float(number))
    assert app.call("double").error is None
    assert app.values("order", "total") == [0, 2, 4]
    assert app.call("clash").state == "failed"
    assert app.values("order", "number") == ["0", "1", "2"]


def test_deleting_and_copying_lists_and_slugs(bench: Make) -> None:
    app = bench(
        {
            "workflows/go.yaml": """
                steps:
                  - {do: create_thing, as: a, with: {type: order, set: {total: 5, tags: [x, y]}}}
                  - {do: set_slug, as: slug, with: {thing: =a, slug: "Hello, World!"}}
                  - {do: copy_list, as: copies, with: {list: "=search(order)"}}
                  - {do: set_slug, as: second, with: {thing: =copies.first, slug: hello-world}}
                  - do: return_data
                    with:
                      values:
                        slug: =slug
                        again: =a.slug
                        second: =second
                        tags: =copies.first.tags
                  - {do: delete_thing, with: {thing: =a}}
                  - {do: delete_list, with: {list: "=search(order, this.total == 6)"}}
                """
        }
    )
    outcome = app.call("go")
    assert outcome.error is None
    values = outcome.answer.values
    assert values == {"slug": "hello-world", "again": "hello-world", "second": "hello-world-1", "tags": ["x", "y"]}
    assert app.count("order") == 1


def test_a_run_that_takes_too_long_stops_with_a_clear_sentence(bench: Make) -> None:
    app = bench(
        {
            "app.yaml": "{name: Test, limits: {run_seconds: 0.000001}}",
            "workflows/go.yaml": "steps: [{do: create_thing, with: {type: order, set: {number: A}}}]",
        }
    )
    outcome = app.call("go")
    assert outcome.error is not None
    assert outcome.error.code == "TIMED_OUT"
    assert "limits.run_seconds" in outcome.error.message
    assert app.count("order") == 0


def test_a_single_statement_that_takes_too_long_is_stopped_and_its_neighbours_are_kept(bench: Make) -> None:
    app = bench(
        {
            "app.yaml": "{name: Test, limits: {run_seconds: 0.2}}",
            "workflows/slow.yaml": """
                steps:
                  - {do: create_thing, with: {type: order, set: {number: kept}}}
                  - do: return_data
                    with: {values: {n: "=search(order, this.tags.contains(this.number) or this.total > 1).count"}}
                """,
        }
    )
    text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT count(*) FROM n"
    slow = app.program.workflows["slow"]
    steps = (slow.steps[0], replace(slow.steps[1], only_when=lambda rt: bool(rt.select(text, ()))))
    call = replace(app.api_call("slow", {}), workflow=replace(slow, steps=steps))
    began = time.monotonic()
    outcome = asyncio.run(app.engine.call(call))
    assert time.monotonic() - began < 5
    assert outcome.error is not None
    assert outcome.error.code == "TIMED_OUT"
    assert app.values("order", "number") == ["kept"]
    assert app.run(outcome.run_id).state == "failed"


def test_a_sum_that_is_too_large_leaves_the_thing_as_it_was(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: create_thing, as: a, with: {type: order, set: {number: A, total: 1e308}}}
  - {do: change_thing, on_error: continue, with: {thing: =a, set: {total: {increase: 1e308}}}}
  - {do: return_data, with: {values: {total: =a.total}}}
""",
    )
    outcome = app.call("go")
    assert outcome.answer.values == {"total": 1e308}
    assert app.values("order", "total") == [1e308]


def test_an_answer_that_is_refused_says_nothing(bench: Make) -> None:
    app = one(
        bench,
        """
  - {do: return_data, on_error: continue, with: {values: {said: 1}, status: =n}}
  - {do: return_data, with: {values: {then: 2}, headers: {X-Count: =n * 0}}}
""",
        "{n: number}",
    )
    answer = app.call("go", n=1000.0).answer
    assert answer.values == {"then": 2}
    assert answer.status == 200
    assert answer.headers == {"X-Count": "0"}
