"""Law 1 for texts: one without characters counts as empty, in searches and rules as everywhere."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.conftest import Bench

FILES = {
    "types/order.yaml": "fields:\n  name: {type: text, index: yes}\n  code: text\n  key: {type: text, unique: yes}\n  tags: list of text\n",
    "workflows/ask.yaml": """
auth: none
parameters: {p: {type: text, optional: yes}, l: list of text}
steps:
  - do: create_thing
    as: o
    with: {type: order, set: {name: =p, code: "", key: "", tags: =l}}
  - do: return_data
    with:
      values:
        same: '=search(order, this.name == p).count'
        fields: '=search(order, this.name == this.code).count'
        differ: '=search(order, this.name != "x").count'
        differ_fields: '=search(order, this.name != this.code).count'
        differ_p: '=search(order, this.name != p).count'
        among: '=search(order, this.name in [p]).count'
        listed: '=search(order, this.name in l).count'
        not_listed: '=search(order, this.name not in l).count'
        holds: '=search(order, this.tags.contains(p)).count'
        py_same: '=[o].where(this.name == p).count'
        py_fields: '=[o].where(this.name == this.code).count'
        py_differ: '=[o].where(this.name != "x").count'
        py_differ_fields: '=[o].where(this.name != this.code).count'
        py_differ_p: '=[o].where(this.name != p).count'
        py_among: '=[o].where(this.name in [p]).count'
        py_listed: '=[o].where(this.name in l).count'
        py_not_listed: '=[o].where(this.name not in l).count'
        py_holds: '=[o].where(this.tags.contains(p)).count'
""",
}
NAMES = ("same", "fields", "differ", "differ_fields", "differ_p", "among", "listed", "not_listed", "holds")


def test_a_text_without_characters_equals_nothing_in_a_search(bench: Callable[..., Bench]) -> None:
    values = bench(FILES).call("ask", p="", l=["", "a"]).answer.values
    for prefix in ("", "py_"):
        assert [values[prefix + one] for one in NAMES] == [0, 0, 1, 0, 0, 0, 0, 0, 0], prefix


def test_a_text_with_characters_is_compared_as_ever(bench: Callable[..., Bench]) -> None:
    values = bench(FILES).call("ask", p="a", l=["", "a"]).answer.values
    for prefix in ("", "py_"):
        assert [values[prefix + one] for one in NAMES] == [1, 0, 1, 1, 0, 1, 1, 0, 1], prefix


def test_several_things_may_have_an_empty_text_in_a_unique_field(bench: Callable[..., Bench]) -> None:
    some = bench(FILES)
    for _ in range(2):
        assert some.call("ask", p="", l=[]).error is None
    assert some.values("order", "key") == [None, None]
