"""Workflows that start when data changes (bubble.md 4.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.engine.conftest import Bench

Make = Callable[..., Bench]

LOG = "label: Log\nfields: {text: text, a: number, b: number, was: yes_no, tags: list of text, who: user}\n"

WATCH = """
trigger: data_change
type: order
steps:
  - do: create_thing
    with:
      type: log
      set:
        text: =before.number.default("-") + ">" + after.number.default("-")
        a: =before.total
        b: =after.total
        was: =before.is_empty
        tags: =before.tags
"""


def watched(bench: Make, steps: str, watch: str = WATCH, **more: str) -> Bench:
    """A bench whose orders are watched; the workflow `go` does the steps."""
    files = {"types/log.yaml": LOG, "workflows/watch.yaml": watch}
    return bench({**files, "workflows/go.yaml": f"auth: none\nsteps:\n{steps}", **more})


def test_several_changes_of_a_thing_in_one_run_start_it_once_with_the_first_before_and_the_last_after(
    bench: Make,
) -> None:
    app = watched(
        bench,
        """
  - {do: create_thing, as: made, with: {type: order, set: {number: A, total: 1, tags: [x, y]}}}
  - {do: schedule_workflow, with: {workflow: change, parameters: {order: =made}}}
""",
        **{
            "workflows/change.yaml": """
parameters: {order: order}
steps:
  - {do: change_thing, with: {thing: =order, set: {total: 2, tags: {add: z}}}}
  - {do: change_thing, with: {thing: =order, set: {total: 3, number: B}}}
"""
        },
    )
    app.call("go")
    assert app.values("log", "text") == ["->A"]
    assert asyncio.run(app.engine.drain(1.0)) == 1
    assert app.values("log", "text") == ["->A", "A>B"]
    assert app.values("log", "a") == [None, 1]
    assert app.values("log", "b") == [1, 3]
    last = app.database.read(lambda tx: tx.rows('SELECT id FROM "t_log" ORDER BY created_date DESC, id DESC LIMIT 1'))
    tags = app.database.read(lambda tx: app.program.things.list_items(tx, "log", "tags", last[0][0]))
    assert tags == ["x", "y"]


def test_a_deletion_starts_it_with_an_empty_after_and_what_the_thing_was(bench: Make) -> None:
    app = watched(bench, "  - {do: delete_list, with: {list: =search(order)}}\n")
    make = "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: A, total: 5}}}\n"
    app.define({**app.program.app.files, "workflows/make.yaml": make})
    app.call("make")
    app.call("go")
    assert app.values("log", "text") == ["->A", "A>-"]
    assert app.values("log", "a") == [None, 5]
    assert app.values("log", "b") == [5, None]


def test_a_thing_that_is_created_and_deleted_in_one_run_starts_nothing(bench: Make) -> None:
    app = watched(
        bench,
        """
  - {do: create_thing, as: made, with: {type: order, set: {number: A}}}
  - {do: delete_thing, with: {thing: =made}}
""",
    )
    app.call("go")
    assert app.count("log") == 0


def test_what_a_failed_step_would_have_changed_starts_nothing_but_what_stays_does(bench: Make) -> None:
    app = watched(
        bench,
        """
  - {do: create_thing, with: {type: order, set: {number: A}}}
  - {do: create_thing, with: {type: order, set: {number: A}}}
""",
    )
    assert app.call("go").state == "failed"
    assert app.values("log", "text") == ["->A"]


def test_the_condition_is_looked_at_with_full_sight_and_what_it_excludes_leaves_no_record(bench: Make) -> None:
    watch = WATCH.replace("steps:", "only_when: =before.is_empty and after.total > 2\nsteps:")
    app = watched(
        bench,
        """
  - {do: create_thing, with: {type: order, set: {number: A, total: 1}}}
  - {do: create_thing, with: {type: order, set: {number: B, total: 3}}}
""",
        watch,
    )
    app.call("go")
    assert app.values("log", "text") == ["->B"]
    assert runs_of(app, "watch") == ["finished"]


AGAIN = """
trigger: data_change
type: order
CHAIN
steps:
  - {do: change_thing, with: {thing: =after, set: {total: {increase: 1}}}}
"""

ONE = "  - {do: create_thing, with: {type: order, set: {number: A, total: 0}}}\n"


def test_triggers_start_no_triggers(bench: Make) -> None:
    app = watched(bench, ONE, AGAIN.replace("CHAIN", ""))
    app.call("go")
    assert asyncio.run(app.engine.drain(1.0)) == 0
    assert app.values("order", "total") == [1]


def test_triggers_that_say_chain_start_triggers_and_the_chain_has_an_end(bench: Make) -> None:
    app = watched(bench, ONE, AGAIN.replace("CHAIN", "chain: yes"))
    app.call("go")
    while asyncio.run(app.engine.drain(1.0)):
        pass
    assert app.values("order", "total") == [11]
    assert sorted(runs_of(app, "watch")) == ["failed", *["finished"] * 11]


def test_more_than_twenty_are_queued_in_the_transaction_of_the_change(bench: Make) -> None:
    make = "  - {do: for_each, as: n, with: {list: '=[1,2,3,4,5]'}, steps: [{do: create_thing, with: {type: order}}]}\n"
    app = watched(bench, make * 5)
    app.call("go")
    assert app.count("order") == 25
    assert app.count("log") == 20
    assert asyncio.run(app.engine.drain(1.0)) == 5
    assert app.count("log") == 25


def runs_of(app: Bench, workflow: str) -> list[str]:
    """The states of a workflow's runs."""
    rows = app.database.read(lambda tx: tx.rows(f"SELECT state FROM op_runs WHERE workflow = '{workflow}'"))
    return [row[0] for row in rows]
