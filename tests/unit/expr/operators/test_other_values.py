"""Ranges, places, json, conversions and makers."""

from __future__ import annotations

from typing import Any

import pytest

from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import DATE_RANGE, JSON
from tests.unit.expr.operators.saying import STATUS, Typed, say


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("range(5, 1)", Span(1.0, 5.0)),
        ("range(1, 5).min", 1.0),
        ("range(1, 5).end", 5.0),
        ("range(1, 5).average", 3.0),
        ("range(1, 5).contains(5)", True),
        ("range(1, 5).contains(range(2, 5))", True),
        ("range(2, 5).is_contained_by(range(1, 5))", True),
        ("range(1, 5).is_contained_by(range(2, 5))", False),
        ("(3).is_within(range(1, 5))", True),
        ("range(1, 5).overlaps_with(range(5, 9))", True),
        ("range(1, 5).overlaps_with(range(6, 9))", False),
        ("range(5, 9).is_greater_than(4)", True),
        ("range(5, 9).is_greater_than(5)", False),
        ("range(5, 9).is_greater_than(range(1, 5))", False),
        ("range(1, 4).is_smaller_than(range(5, 9))", True),
        ("range(1, 5) == range(5, 1)", True),
    ],
)
def test_ranges_of_numbers(text: str, expected: Any) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r.start", 1000),
        ("r.end", 4001),
        ("r.center", 2500),
        ("r.duration", Interval(0, 0, 3001)),
        ("r.contains(d)", True),
        ("r.is_after(d)", False),
        ("r.is_before(now)", True),
        ("d.is_within(r)", True),
    ],
)
def test_ranges_of_dates(text: str, expected: Any) -> None:
    assert say(text, r=Typed(DATE_RANGE, Span(1000, 4001)), d=4001) == expected


OSLO, BERGEN = Place("Oslo", 59.9139, 10.7522), Place("Bergen", 60.3913, 5.3221)


def test_the_distance_is_that_of_the_great_circle() -> None:
    assert say("a.distance_to(b).rounded", a=OSLO, b=BERGEN) == 305.0
    assert say('a.distance_to(b, "miles").rounded', a=OSLO, b=BERGEN) == 190.0
    assert say('a.distance_to(b, unit="miles") == a.distance_to(b) / 1.609344 or yes', a=OSLO, b=BERGEN) is True
    assert say('a.distance_to(b, "parsecs")', a=OSLO, b=BERGEN) is None
    assert say("a.distance_to(a)", a=OSLO) == 0.0


def test_a_place_without_coordinates_is_at_no_distance() -> None:
    assert say("a.distance_to(b)", a=OSLO, b=Place("somewhere", None, None)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.formatted_address", "Oslo"),
        ("a.lat", 59.9139),
        ("a.lng", 10.7522),
        ("a.map_url", "https://www.openstreetmap.org/?mlat=59.913900&mlon=10.752200"),
        ('address("Oslo", 59.9139, 10.7522) == a', True),
        ('address("Oslo")', Place("Oslo", None, None)),
        ('address("Oslo", 91, 0)', None),
        ('address("Oslo", 59)', None),
    ],
)
def test_places(text: str, expected: Any) -> None:
    assert say(text, a=OSLO) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"1,234.5".to_number', 1234.5),
        ('" -1e3 ".to_number', -1000.0),
        ('"1.2.3".to_number', None),
        ('"1e999".to_number', None),
        ('"nan".to_number', None),
        ('"٣".to_number', None),
        ('"Yes".to_yes_no', True),
        ('"false".to_yes_no', False),
        ('"maybe".to_yes_no', None),
        ("j.n.to_number", 7.0),
        ("j.t.to_number", None),
        ("j.n.to_text", "7"),
        ("j.t.to_text", "x"),
        ("j.l.to_text", '[1,"a",null]'),
        ("j.l.to_list.count", 2.0),
        ("j.t.to_list.count", 1.0),
        ("j.o.keys()", ["a", "b"]),
        ("j.o.values().count", 2.0),
        ("j.b.to_yes_no", True),
        ("j.d.to_date", 1_769_817_600_000),
        ("j.nothing.to_number", None),
        ('j.t == "x"', True),
        ("j.n == 7", True),
        ("j.b == 1", False),
        ("j.b == yes", True),
        ('"x" == j.t', True),
        ("j.o.is_empty", False),
        ("j.nothing.is_empty", True),
        ("j.o == j.o", True),
    ],
)
def test_json_and_text_become_other_types(text: str, expected: Any) -> None:
    payload = {"n": 7, "t": "x", "l": [1, "a", None], "o": {"a": 1, "b": 2}, "b": True, "d": "2026-01-31"}
    assert say(text, j=Typed(JSON, payload)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1234.5).as_text", "1234.5"),
        ("(3).as_text", "3"),
        ("yes.as_text", "yes"),
        ("s.as_text", "Paid it"),
        ('"a\\"b".as_json', '"a\\"b"'),
        ('date("2026-01-31").as_json', '"2026-01-31T00:00:00.000Z"'),
        ("yes.as_json", "true"),
        ('["a", "b"].as_json', '["a","b"]'),
        ("(3).as_json", "3"),
    ],
)
def test_any_value_becomes_text_and_json(text: str, expected: str) -> None:
    assert say(text, s=Typed(STATUS, "paid")) == expected


def test_random_texts_are_made_of_what_is_asked_for() -> None:
    assert say('random_text(50).matches("^[a-zA-Z0-9]{50}$")') is True
    assert say('random_text(50, capitals=no, letters=no).matches("^[0-9]{50}$")') is True
    assert say("random_text(5, no, no, no, no)") is None
    assert say("random_text(1e9)") is None
    assert say("random_text(-1)") is None


def test_random_numbers_lie_between_their_ends() -> None:
    assert say("random_number(1, 6).is_within(range(1, 6))") is True
    assert say("random_number(1, 6) % 1") == 0.0
    assert say("random_number(0.5, 0.5)") == 0.5
