"""What a search may be told besides its condition: words in any field, an order that is named at run time, or chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from offpage.model.reader import read_files
from offpage.model.snapshot import freeze
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE
from tests.engine.conftest import Bench

TYPE = "fields:\n  name: text\n  note: text\n  total: {type: number, label: Total price}\n  tags: list of text\n"
ASK = """
auth: none
parameters: {p: {type: text, optional: yes}, d: {type: yes_no, optional: yes}}
steps:
  - do: return_data
    with: {values: {found: '=%s.each(this.name).join("")'}}
"""
SEARCHES = {
    "words": "search(order, any_field=p)",
    "loose": "search(order, any_field=p, ignore_empty=yes)",
    "both": "search(order, this.total > 1, any_field=p)",
    "named": "search(order, sort_by=p)",
    "turned": "search(order, sort_by=[p, this.total], descending=d)",
    "chance": "search(order, sort_by=random)",
}


@pytest.fixture
def some(bench: Callable[..., Bench]) -> Bench:
    """Three orders, oldest first: c (3), a (1), b (2)."""
    asks = {f"workflows/{name}.yaml": ASK % text for name, text in SEARCHES.items()}
    make = "auth: none\nparameters: {n: text, t: number, o: text}\nsteps:\n"
    make += "  - {do: create_thing, with: {type: order, set: {name: =n, total: =t, note: =o}}}\n"
    made = bench({"types/order.yaml": TYPE, "workflows/make.yaml": make, **asks})
    for name, total, note in (("c", 3.0, "red shoes"), ("a", 1.0, "blue shoes"), ("b", 2.0, "green hats")):
        made.call("make", n=name, t=total, o=note)
    return made


def found(some: Bench, workflow: str, **parameters: Any) -> str:
    outcome = some.call(workflow, **parameters)
    assert outcome.error is None
    return str(outcome.answer.values["found"] or "")


def test_words_are_looked_for_in_any_field(some: Bench) -> None:
    assert found(some, "words", p="shoe") == "ca"
    assert found(some, "words", p="red shoe") == "c"
    assert found(some, "words", p="b") == "b"
    assert found(some, "words", p="") == ""
    assert found(some, "loose", p="") == "cab"
    assert found(some, "both", p="shoes") == "c"


@pytest.mark.parametrize(("p", "expected"), [("total", "abc"), ("Total price", "abc"), ("name", "abc"), ("", "cab")])
def test_a_text_names_the_field_to_sort_by_while_the_workflow_runs(some: Bench, p: str, expected: str) -> None:
    assert found(some, "named", p=p) == expected
    assert found(some, "turned", p=p, d=True) == "cba"
    assert found(some, "turned", p=p, d=False) == "abc"


@pytest.mark.parametrize("p", ["tags", "nothing", "total; DROP TABLE t_order"])
def test_a_field_that_things_cannot_be_sorted_by_fails_the_step_with_a_sentence(some: Bench, p: str) -> None:
    error = some.call("named", p=p).error
    assert error is not None
    assert error.message.startswith(f"order cannot be sorted by {p}. Sort by one of: id, created_date")


def test_an_order_by_chance_has_all_things_and_changes(some: Bench) -> None:
    orders = {found(some, "chance") for _ in range(60)}
    assert {"".join(sorted(one)) for one in orders} == {"abc"}
    assert len(orders) > 1


@pytest.mark.parametrize("key", ['"total"', "5", "now", "[this.total, 1]"])
def test_what_is_the_same_for_every_thing_is_no_order(key: str) -> None:
    app, _ = read_files({
        "app.yaml": "name: T\n", "types/order.yaml": TYPE,
        "workflows/w.yaml": ASK % f"search(order, sort_by={key})",
    })  # fmt: skip
    issues = [one.message for one in resolve(app, freeze(app).hash, SQLITE)[1]]
    assert any("the same for every thing" in one for one in issues), issues
