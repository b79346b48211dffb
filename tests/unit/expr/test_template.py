"""The text of a property: an expression after `=`, text with holes, and what is escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.expr.closure import compile_closure
from offpage.expr.ir import Const
from offpage.expr.template import check_text, is_dynamic, parse_template
from offpage.sql.sqlite import SQLITE
from offpage.values.types import NUMBER, TEXT
from tests.unit.expr.shop import SCHEMA, SCOPE, with_values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        (r"\=x", "=x"),
        (r"a \{{ b }}", "a {{ b }}"),
        ("=amount * 2", 3.0),
        ("Total: {{ amount }}!", "Total: 1.5!"),
        ("{{ word }}{{ word }}", "hihi"),
        ("{{ order.customer.name }}", ""),
        ("{{ numbers }}", "1, 2"),
        ("{{ flag }} {{ state }}", "yes Paid it"),
        ("a {{ '}}' }} b", "a }} b"),
        ("{{ '{{' }}", "{{"),
        (r"\={{ word }}", "=hi"),
    ],
)
def test_a_text_gives_its_value(text: str, expected: object) -> None:
    checked = check_text(text, SCOPE)
    assert not checked.problems
    rt = with_values(amount=1.5, word="hi", numbers=[1.0, 2.0], flag=True, state="paid")
    assert compile_closure(checked.ir, SCHEMA, SQLITE)(rt) == expected


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("=amont", (1, 6), "Did you mean amount?"),
        ("Dear {{ wrd }}", (8, 11), "Did you mean word?"),
        ("a {{ word", (2, 4), "not closed"),
        ("{{ }}", (3, 5), "Something is missing"),
        ("{{ word.uper }} and {{ amont }}", (8, 12), "Did you mean uppercase?"),
    ],
)
def test_a_problem_stands_where_it_was_written(text: str, place: tuple[int, int], said: str) -> None:
    problems = check_text(text, SCOPE).problems
    assert problems
    assert problems[0].place[0] == place[0]
    assert said in problems[0].message or "Nothing is written here" in problems[0].message


def test_an_expression_keeps_its_type_and_text_with_holes_is_text() -> None:
    assert check_text("=amount", SCOPE).ir.type == NUMBER
    assert check_text("{{ amount }}", SCOPE).ir.type == TEXT


def test_text_where_a_number_is_needed_is_a_problem() -> None:
    (problem,) = check_text("{{ amount }}", SCOPE, NUMBER).problems
    assert "Begin with = instead" in problem.message


@pytest.mark.parametrize(
    ("text", "expected"), [("=x", True), ("a {{ b", True), (r"\=x", False), (r"a \{{ b", False), ("a = b", False)]
)
def test_only_what_has_an_expression_is_dynamic(text: str, expected: bool) -> None:
    assert is_dynamic(text) is expected


@given(st.text(max_size=50))
def test_text_that_is_not_dynamic_stands_for_itself(text: str) -> None:
    if is_dynamic(text) or "\\" in text:
        return
    assert check_text(text, SCOPE).ir == Const(TEXT, text, (0, len(text)))


@given(
    st.lists(st.sampled_from(["{{", "}}", "'", "word", " ", "\\", "=", "amount", ".", '"']), max_size=20).map("".join)
)
def test_any_text_can_be_cut_into_parts(text: str) -> None:
    template = parse_template(text)
    for problem in template.problems:
        assert 0 <= problem.place[0] <= problem.place[1] <= len(text)
