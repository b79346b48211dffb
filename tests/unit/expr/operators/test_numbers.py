from __future__ import annotations

from typing import Any

import pytest

from offpage.values.types import NUMBER, YES_NO
from tests.unit.expr.operators.saying import Typed, say


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("7 % 3", 1.0),
        ("-7 % 3", -1.0),
        ("0.3 % 0.1", 0.0),
        ("5.5 % 2", 1.5),
        ("2 ** 10", 1024.0),
        ("(-8) ** (1 / 3)", None),
        ("0 ** -1", None),
        ("1 / 0", None),
        ("1 % 0", None),
        ("1e308 * 10", None),
        ("1e308 + 1e308", None),
        ("-1e308 - 1e308", None),
        ("1e300 / 1e-300", None),
        ("1e-300 * 1e-300", 0.0),
    ],
)
def test_arithmetic_has_an_answer_or_none(text: str, expected: float | None) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(0.5).rounded_to(0)", 1.0),
        ("(-0.5).rounded_to(0)", -1.0),
        ("(2.5).rounded", 3.0),
        ("(1.005).rounded_to(2)", 1.01),
        ("(2.675).rounded_to(2)", 2.68),
        ("(1234.5).rounded_to(-2)", 1200.0),
        ("(0.49999999999999994).rounded", 0.0),
        ("(1.7e308).rounded_to(-308)", None),
        ("(5).rounded_to(1000000)", 5.0),
        ("(-2.3).floor", -3.0),
        ("(-2.3).ceiling", -2.0),
        ("(-2.3).absolute", 2.3),
        ("(3).min(2)", 2.0),
        ("(3).max(2)", 3.0),
        ("(37).rounded_down_to(10)", 30.0),
        ("(-37).rounded_down_to(10)", -40.0),
        ("(37).rounded_down_to(10, 5)", 35.0),
        ("(37).rounded_down_to(0)", None),
    ],
)
def test_rounding_goes_as_people_count(text: str, expected: float | None) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("number", "pattern", "expected"),
    [
        (1234.5, "0,0.00", "1,234.50"),
        (1234567.0, "0,0", "1,234,567"),
        (0.0, "0,0.00", "0.00"),
        (-1234.567, "$0,0.00", "$-1,234.57"),
        (0.256, "0.0%", "25.6%"),
        (5.0, "000", "005"),
        (1.5, "0.00#", "1.50"),
        (1.2345, "0.00#", "1.235"),
        (0.5, "#.0", ".5"),
        (12.0, "0", "12"),
        (12.0, "no digits", None),
        (1e308, "0%", None),
    ],
)
def test_a_number_is_shown_by_a_pattern(number: float, pattern: str, expected: str | None) -> None:
    assert say("n.formatted_as(p)", n=number, p=pattern) == expected


def test_a_loan_is_paid_back_in_equal_parts() -> None:
    assert say("loan_payment(0.01, 12, 1000).rounded_to(4)") == -88.8488
    assert say("loan_payment(0, 10, 1000)") == -100.0
    assert say("loan_payment(0.01, 0, 1000)") is None


def test_sumproduct_multiplies_pair_by_pair() -> None:
    assert say("sumproduct([1, 2, 3], [4, 5, 6])") == 32.0
    assert say("sumproduct([1, 2], [1])") is None


@pytest.mark.parametrize(("flag", "expected"), [(True, "paid"), (False, "open"), (None, None)])
def test_a_yes_no_becomes_one_of_two_texts(flag: bool | None, expected: str | None) -> None:
    assert say('f.formatted_as("paid", "open")', f=Typed(YES_NO, flag)) == expected


@pytest.mark.parametrize(("flag", "expected"), [(True, 1.0), (False, 0.0), (None, None)])
def test_a_yes_no_becomes_a_number(flag: bool | None, expected: float | None) -> None:
    assert say("f.to_number", f=Typed(YES_NO, flag)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("n + 1", None), ("n > 1", False), ("n == empty", True), ("n != 1", True), ("n.default(4)", 4.0), ("-n", None)],
)
def test_an_empty_number_makes_the_answer_empty_or_no(text: str, expected: Any) -> None:
    assert say(text, n=Typed(NUMBER, None)) == expected
