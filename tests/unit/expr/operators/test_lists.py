from __future__ import annotations

from typing import Any

import pytest

from offpage.values.types import NUMBER, TEXT
from tests.unit.expr.operators.saying import STATUS, Typed, problems, say

NUMBERS = [3.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l.count", 4.0),
        ("l.first", 3.0),
        ("l.last", 1.0),
        ("l.item(2)", 1.0),
        ("l.item(0)", None),
        ("l.item(9)", None),
        ("l.item(1e300)", None),
        ("l.take(2)", [3.0, 1.0]),
        ("l.take(-1)", []),
        ("l.skip(3)", [1.0]),
        ("l.items_until(2)", [3.0, 1.0]),
        ("l.items_from(3)", [2.0, 1.0]),
        ("l.items_from(3).items_until(1)", [2.0]),
        ("l.index_of(2)", 3.0),
        ("l.index_of(7)", None),
        ("l.contains(2)", True),
        ("l.not_contains(2)", False),
        ("l.contains_list([1, 2])", True),
        ("l.contains_list([1, 9])", False),
        ("2 in l", True),
        ("2 not in l", False),
        ("l.plus(2)", [3.0, 1.0, 2.0, 1.0]),
        ("l.plus(5)", [3.0, 1.0, 2.0, 1.0, 5.0]),
        ("l.plus(empty)", [3.0, 1.0, 2.0, 1.0]),
        ("l.minus(1)", [3.0, 2.0]),
        ("l.toggle(1)", [3.0, 2.0]),
        ("l.toggle(9)", [3.0, 1.0, 2.0, 1.0, 9.0]),
        ("l.minus_list([1, 2])", [3.0]),
        ("l.merged_with([2, 4])", [3.0, 1.0, 2.0, 4.0]),
        ("l.intersect_with([1, 2])", [1.0, 2.0]),
        ("l.unique", [3.0, 1.0, 2.0]),
        ("l.where(this > 1)", [3.0, 2.0]),
        ("l.sort_by(this)", [1.0, 1.0, 2.0, 3.0]),
        ("l.sort_by(this, descending=yes)", [3.0, 2.0, 1.0, 1.0]),
        ("l.each(this * 2)", [6.0, 2.0, 4.0, 2.0]),
        ("l.each(1 / (this - 1))", [0.5, 1.0]),
        ("l.each([this, 0])", [3.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0]),
        ("l.sum", 7.0),
        ("l.average", 1.75),
        ("l.min", 1.0),
        ("l.max", 3.0),
        ("l.median", 1.5),
        ("l.product", 6.0),
        ("l.sum(this * 2)", 14.0),
        ("l.sum(1 / (this - 1))", 1.5),
        ("l.join", "3, 1, 2, 1"),
        ('l.join("/")', "3/1/2/1"),
        ('l.join_each(this.as_text + "!", " ")', "3! 1! 2! 1!"),
        ("l.ranked_by(this, 2).first", 2.0),
        ("l == [3, 1, 2, 1]", True),
        ("l == [1, 1, 2, 3]", False),
        ("l.is_empty", False),
    ],
)
def test_lists(text: str, expected: Any) -> None:
    assert say(text, l=NUMBERS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l.count", 0.0),
        ("l.first", None),
        ("l.sum", None),
        ("l.max", None),
        ("l.median", None),
        ("l.random", None),
        ("l.join", None),
        ("l.is_empty", True),
        ("l.contains(1)", False),
        ("l.default([1])", [1.0]),
        ("l == empty", True),
        ("l.plus(1)", [1.0]),
    ],
)
@pytest.mark.parametrize("empty", [None, []])
def test_a_list_without_items_is_empty(text: str, expected: Any, empty: Any) -> None:
    assert say(text, l=Typed(NUMBER.listed, empty)) == expected


def test_sorting_keeps_the_order_of_equals_and_puts_empties_last() -> None:
    words = ["b1", "a2", "", "a1"]
    assert say("l.sort_by(this.truncated_to(1))", l=words) == ["", "a2", "a1", "b1"]
    assert say("l.sort_by(this.truncated_to(1), descending=yes)", l=words) == ["b1", "a2", "a1", ""]
    assert say("l.sort_by(this.to_number)", l=["x", "2", "1"]) == ["1", "2", "x"]
    assert say("l.sort_by(this.to_number, descending=yes)", l=["x", "2", "1"]) == ["2", "1", "x"]


def test_groups_have_what_they_share_their_count_and_figures() -> None:
    found = say("l.group_by(this.truncated_to(1), sum=this.length, max=this.length)", l=["ab", "b", "abc", "bb"])
    assert found == [
        {"by": "a", "count": 2, "sum": 5, "max": 3},
        {"by": "b", "count": 2, "sum": 3, "max": 2},
    ]


def test_groups_by_two_things_are_in_the_order_of_both_with_empties_last() -> None:
    found = say("l.group_by(this.to_number > 1, this.length)", l=["1", "22", "x", "3"])
    assert [(one["by"], one["then"], one["count"]) for one in found] == [(False, 1, 2), (True, 1, 1), (True, 2, 1)]
    assert [one.get("by") for one in say("l.group_by(this.to_number)", l=["x", "2", "1"])] == [1, 2, None]


def test_options_are_joined_by_their_labels() -> None:
    assert say("l.join", l=Typed(STATUS.listed, ["open", "paid"])) == "Open, Paid it"


def test_a_list_of_texts_has_no_sum() -> None:
    assert problems("l.sum", l=Typed(TEXT.listed, []))
    assert problems('l.contains("x")', l=Typed(NUMBER.listed, []))


def test_chance_picks_items_that_are_there() -> None:
    assert say("l.random in l", l=NUMBERS) is True
    assert sorted(say("l.shuffled", l=NUMBERS)) == sorted(NUMBERS)


def test_one_value_becomes_a_list() -> None:
    assert say("n.to_list", n=1.0) == [1.0]
