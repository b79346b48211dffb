"""Where SQLite and PostgreSQL go different ways by themselves, an operator does not."""

from __future__ import annotations

import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from offpage.expr.operator import CATALOGUE
from offpage.sql.dialect import Dialect
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from offpage.values.shapes import Span
from offpage.values.types import DATE, NUMBER, NUMBER_RANGE, TEXT, YES_NO, Type
from tests.laws.asking import Ask, answer_in, plain
from tests.laws.operands import Surroundings, Use

LARGEST = sys.float_info.max
BERLIN = "Europe/Berlin"
AUTUMN = 1_792_886_400_000
"""25 October 2026, 00:00 UTC: in Berlin it is two o'clock for the first time."""

TRAPS: dict[str, tuple[str, tuple[Type, ...], list[Any], Any]] = {
    "lower() leaves letters beyond ASCII alone": ("lowercase", (TEXT,), ["ÆØÅ İ ẞ"], "æøå i ß"),
    "upper() depends on the locale": ("uppercase", (TEXT,), ["æøå ß ı"], "ÆØÅ SS I"),
    "LIKE has wildcards": ("contains", (TEXT, TEXT), ["100%", "%0"], False),
    "LIKE has an escape character": ("contains", (TEXT, TEXT), ["a\\b", "\\"], True),
    "LIKE passes over cases": ("contains", (TEXT, TEXT), ["ABC", "b"], False),
    "a needle without characters": ("contains", (TEXT, TEXT), ["abc", ""], True),
    "order by locale": ("<", (TEXT, TEXT), ["B", "a"], True),
    "order of letters beyond ASCII": ("<", (TEXT, TEXT), ["z", "é"], True),
    "order beyond the basic plane": ("<", (TEXT, TEXT), ["\uffff", "\U00010000"], True),
    "combined letters are two characters": ("length", (TEXT,), ["e\u0301"], 2.0),
    "addition overflows": ("+", (NUMBER, NUMBER), [LARGEST, LARGEST], None),
    "addition to the largest does not": ("+", (NUMBER, NUMBER), [LARGEST, 1.0], LARGEST),
    "multiplication overflows": ("*", (NUMBER, NUMBER), [1e200, 1e200], None),
    "multiplication underflows": ("*", (NUMBER, NUMBER), [1e-200, 1e-200], 0.0),
    "division by zero": ("/", (NUMBER, NUMBER), [1.0, 0.0], None),
    "division by minus zero": ("/", (NUMBER, NUMBER), [1.0, -0.0], None),
    "division of whole numbers": ("/", (NUMBER, NUMBER), [1.0, 2.0], 0.5),
    "remainder of fractions": ("%", (NUMBER, NUMBER), [5.5, 2.0], 1.5),
    "half to even": ("rounded", (NUMBER,), [2.5], 3.0),
    "decimal halves are not binary ones": ("rounded_to", (NUMBER, NUMBER), [1.005, 2.0], 1.01),
    "NULL is not the least": ("min", (NUMBER, NUMBER), [1.0, None], None),
    "minus zero is zero": ("==strict", (NUMBER, NUMBER), [-0.0, 0.0], True),
    "booleans come back as 1": ("not", (YES_NO,), [False], True),
    "NULL is not true, and not false": ("not", (YES_NO,), [None], True),
    "NULL differs from a value": ("!=strict", (NUMBER, NUMBER), [None, 1.0], True),
    "NULL does not differ from NULL": ("!=strict", (NUMBER, NUMBER), [None, None], False),
    "NULL is not equal to NULL": ("==strict", (TEXT, TEXT), [None, None], False),
    "a value of several columns": ("==strict", (NUMBER_RANGE, NUMBER_RANGE), [Span(1.0, 2.0), Span(1.0, 2.0)], True),
    "a text grows beyond what a text may have": ("replace", (TEXT, TEXT, TEXT), ["a" * 4000, "a", "b" * 4000], None),
    "a text grows beyond the memory": ("replace", (TEXT, TEXT, TEXT), ["a" * 40_000, "a", "b" * 40_000], None),
    "a text that just fits": ("replace", (TEXT, TEXT, TEXT), ["aa", "a", "b" * 10], "b" * 20),
    "joining beyond what a text may have": ("append", (TEXT, TEXT), ["a" * 6_000_000, "b" * 6_000_000], None),
    "joining with nothing": ("+", (TEXT, TEXT), ["", "b"], "b"),
    "replacing nothing": ("replace", (TEXT, TEXT, TEXT), ["abc", "", None], None),
    "an hour that comes twice": ("plus_days", (DATE, NUMBER), [AUTUMN - 86_400_000, 1.0], AUTUMN),
    "a month's last day": ("plus_months", (DATE, NUMBER), [1_769_860_800_000, 1.0], 1_772_280_000_000),
    "dates far away": ("plus_days", (DATE, NUMBER), [253_402_300_799_999, 1.0], None),
    "the second of a negative moment": ("extract", (DATE, TEXT), [-1, "second"], 59.0),
    "division of a negative moment": ("rounded_down_to", (DATE, TEXT), [-1, "second"], -1000),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_of_the_databases_is_none(trap: str, ask_sqlite: Ask, ask_postgres: Ask) -> None:
    name, types, given, expected = TRAPS[trap]
    operator = next(
        one
        for one in CATALOGUE[name]
        if one.sql and all(operand.accepts.test(of, types[0]) for operand, of in zip(one.operands, types, strict=False))
    )
    use = Use(operator, types)
    answers = {"python": plain(use.gives, use.answer(Surroundings(given, ZoneInfo(BERLIN))))}
    databases: list[tuple[Dialect, Ask]] = [(SQLITE, ask_sqlite), (POSTGRES, ask_postgres)]
    for d, ask in databases:
        for as_column in (True, False):
            found = answer_in(d, ask, use, given, BERLIN, [as_column] * len(types))
            answers[f"{d.name} {as_column}"] = plain(use.gives, found)
    assert set(answers.values()) == {expected}, answers
    assert {type(one) for one in answers.values()} == {type(expected)}
