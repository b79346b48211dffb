"""How many statements a step takes: as many for fifty things as for five."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from offpage.data.view import DataView
from tests.engine.conftest import Bench

FILES = {
    "types/order.yaml": "fields:\n  name: text\n  n: number\n  tags: list of text\n  who: user\n"
    "privacy:\n  mine: {when: '=this.who == current_user', view: all, find: yes}\n",
    "workflows/make.yaml": "auth: none\nparameters: {l: list of text}\nsteps:\n"
    "  - {do: create_thing, with: {type: order, set: {name: x, n: 1, tags: =l}}}\n",
    "workflows/show.yaml": "auth: none\nsteps:\n  - {do: return_data, with: {values: {all: =search(order)}}}\n",
    "workflows/alike.yaml": "auth: none\nparameters: {l: list of text}\nsteps:\n  - do: change_list\n"
    "    with: {list: =search(order), set: {name: '=l.first + \"y\"', n: {increase: 2}, tags: {add_list: =l}}}\n",
    "workflows/each.yaml": "auth: none\nsteps:\n"
    "  - {do: change_list, with: {list: =search(order), set: {name: '=this.name + this.tags.first'}}}\n",
    "workflows/chance.yaml": "auth: none\nsteps:\n"
    "  - {do: change_list, with: {list: =search(order), set: {name: '=random_text(12)'}}}\n",
}


@pytest.fixture
def some(bench: Callable[..., Bench]) -> Bench:
    """Forty orders with three tags each."""
    made = bench(FILES)
    for _ in range(40):
        made.call("make", l=["a", "b", "c"])
    return made


def counting(some: Bench, workflow: str, monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> tuple[Any, int]:
    """What a workflow answers, and how many statements read and write things for it."""
    count = 0

    def counted(tx: Any) -> None:
        nonlocal count
        rows = type(tx).rows

        def counting_rows(self: Any, text: str, values: Sequence[Any] = ()) -> Any:
            nonlocal count
            count += "t_order" in text or "l_order" in text
            return rows(self, text, values)

        monkeypatch.setattr(type(tx), "rows", counting_rows)

    some.database.write_now(counted)
    try:
        outcome = some.call(workflow, **parameters)
    finally:
        monkeypatch.undo()
    assert outcome.error is None
    return outcome.answer.values, count


def test_an_answer_of_many_things_takes_a_few_statements(some: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    values, count = counting(some, "show", monkeypatch)
    assert len(values["all"]) == 40
    assert values["all"][39]["tags"] == ["a", "b", "c"]
    assert count <= 4


def test_the_same_change_of_many_things_takes_a_few_statements(some: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    _, count = counting(some, "alike", monkeypatch, l=["c", "d"])
    assert count <= 4
    assert some.values("order", "name") == ["cy"] * 40
    assert some.values("order", "n") == [3.0] * 40
    assert some.call("show").answer.values["all"][7]["tags"] == ["a", "b", "c", "d"]


def test_things_that_change_each_in_its_own_way_are_read_at_once(some: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    _, count = counting(some, "each", monkeypatch)
    assert some.values("order", "name") == ["xa"] * 40
    assert count <= 2 + 2 * 40


def test_what_is_drawn_by_chance_is_drawn_for_each_thing(some: Bench) -> None:
    some.call("chance")
    assert len(set(some.values("order", "name"))) == 40


def test_lists_inside_a_shown_thing_are_cut_like_any_list(bench: Callable[..., Bench]) -> None:
    some = bench({**FILES, "app.yaml": "name: Test\nlimits: {list_answer: 2}\n"})
    for _ in range(3):
        some.call("make", l=["a", "b", "c"])
    shown = some.call("show").answer.values["all"]
    assert [one["tags"] for one in shown] == [["a", "b"]] * 2


def test_things_are_read_once_however_often_they_are_asked_for(some: Bench) -> None:
    ids = some.values("order", "id")

    def segment(tx: Any) -> int:
        view = DataView(tx, some.program.things)
        view.load("order", ids)
        view.load_list("order", "tags", [*ids, *ids])
        return sum(len(view.list_field("order", "tags", one)) for one in ids if view.thing("order", one))

    assert some.database.read(segment) == 120
