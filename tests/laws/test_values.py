"""Laws of every kind of value: what is written can be read back, and nonsense is refused as InvalidData."""

from __future__ import annotations

import json
import math
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.kernel.errors import InvalidData
from offpage.sql.layout import STORAGE
from offpage.values.codec import (
    Forms,
    decode,
    decoder,
    encode,
    encoder,
    from_json,
    from_text,
    is_plain,
    json_reader,
    literal,
    to_json,
    to_text,
)
from offpage.values.kinds import KINDS
from offpage.values.kinds.date import EARLIEST, LATEST
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import SCALARS, Type

OPTIONS = {"open": "Open", "paid": "Paid ✓", "Open": "Closed"}


class Options:
    """One option set, in which an id is another option's display text."""

    def label(self, set_id: str, option_id: str) -> str | None:
        return OPTIONS.get(option_id)

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        by_label = {label: option_id for option_id, label in OPTIONS.items()}
        return by_label.get(text, text if text in OPTIONS else None)


FORMS = Forms(Options(), ZoneInfo("Europe/Oslo"))

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60).map(float)
DATES = st.integers(EARLIEST, LATEST)
INTERVALS = st.builds(Interval, st.just(0), st.just(0), st.integers(-(2**53), 2**53))
LAT, LNG = st.floats(-90, 90), st.floats(-180, 180)
FILES = st.sampled_from(["https://example.com/a b.pdf", "//cdn.test/x.png", "/fileupload/1/ø.txt", "HTTP://A.B/"])
PLACES = st.builds(Place, TEXTS.filter(bool), LAT, LNG) | st.one_of(
    st.builds(Place, TEXTS.filter(bool), st.none(), st.none()), st.builds(Place, st.none(), LAT, LNG)
)
JSONS = st.recursive(
    st.booleans() | TEXTS | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(TEXTS, inner | st.none(), max_size=3),
    max_leaves=8,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "number": NUMBERS,
    "yes_no": st.booleans(),
    "date": DATES,
    "date_range": st.builds(Span, DATES, DATES),
    "number_range": st.builds(Span, NUMBERS, NUMBERS),
    "interval": INTERVALS,
    "address": PLACES,
    "file": FILES,
    "image": FILES,
    "json": JSONS,
    "thing": st.from_regex(r"[0-9]{13}x[0-9]{18}", fullmatch=True),
    "option": st.sampled_from(sorted(OPTIONS)),
}


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Type, Any]:
    """A type, list or not, and a value of it (perhaps empty)."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    of = Type(kind, {"thing": "order", "option": "status"}.get(kind, ""))
    if draw(st.booleans()):
        return of, draw(st.none() | VALUES[kind])
    return of.listed, draw(st.none() | st.lists(VALUES[kind]))


NONSENSE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [10**400, -(10**401), 2**63, "\x00", "\ud800", "1e999", "-", "nan", "٣", "0001-01-01T00:00+14:00"]
    )
    | st.floats()
    | st.text()
    | st.sampled_from(["1/1/1", "24:00", "31 feb 2020", "{", "[1", '["\x00"]', "[[[", "3 dayz", "{}", "Jan 1, 0000"])
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["address", "lat", "lng"]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from([Type(kind, of) for kind, of in [*((s, "") for s in SCALARS), ("thing", "t"), ("option", "s")]])


def same(left: Any, right: Any) -> bool:
    """Equal and of the same classes all through; -0.0 counts as 0.0."""
    if isinstance(left, (list, tuple)):
        return type(left) is type(right) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return isinstance(right, dict) and left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return type(left) is type(right) and bool(left == right)


def test_every_kind_is_declared_and_takes_the_columns_that_the_layout_gives_it() -> None:
    assert set(KINDS) == set(STORAGE) == set(VALUES)
    for kind, columns in STORAGE.items():
        assert encode(Type(kind), None) == (None,) * len(columns), kind


@given(typed_values())
def test_what_json_is_told_it_gives_back(typed: tuple[Type, Any]) -> None:
    of, value = typed
    through_json = json.loads(json.dumps(to_json(of, value, FORMS), allow_nan=False))
    for read in (lambda raw: from_json(of, raw, FORMS), json_reader(of, FORMS)):
        back = read(through_json)
        assert same(back, value), (of, value, back)


@given(typed_values())
def test_what_the_database_is_told_it_gives_back(typed: tuple[Type, Any]) -> None:
    of, value = typed
    columns = encode(of, value)
    assert columns == encoder(of)(value)
    assert all(one is None or isinstance(one, (str, int, float, bool)) for one in columns)
    assert same(decode(of, columns), value)
    assert same(decoder(of)(list(columns)), value)
    if is_plain(of):
        assert columns == (value,)


@given(typed_values())
def test_any_value_has_a_text(typed: tuple[Type, Any]) -> None:
    of, value = typed
    text = to_text(of, value, FORMS)
    assert (text == "") == (value in (None, [], "")) or of.kind == "text" or of.is_list or of.kind == "json"


@given(NUMBERS.filter(lambda number: abs(number) <= 1e308))  # rounded up, the largest would not be finite
def test_a_number_as_text_is_read_back_to_15_digits(number: float) -> None:
    of = Type("number")
    assert math.isclose(from_text(of, to_text(of, number, FORMS), FORMS), number, rel_tol=1e-14)


@given(INTERVALS)
def test_an_interval_as_text_is_read_back(interval: Interval) -> None:
    of = Type("interval")
    assert from_text(of, to_text(of, interval, FORMS), FORMS).total_ms == interval.ms


@given(DATES)
def test_a_date_as_text_is_read_back_to_the_minute_in_utc(date: int) -> None:
    of, utc = Type("date"), Forms()
    assert from_text(of, to_text(of, date, utc), utc) == date // 60_000 * 60_000


@given(TYPES, st.booleans(), NONSENSE)
def test_nonsense_in_json_is_refused_or_becomes_a_value_that_can_be_kept(of: Type, listed: bool, raw: Any) -> None:
    of = of.listed if listed else of
    try:
        value = from_json(of, raw, FORMS)
    except InvalidData:
        return
    assert same(decode(of, encode(of, value)), value)
    assert same(from_json(of, to_json(of, value, FORMS), FORMS), value)
    to_text(of, value, FORMS).encode()


@given(TYPES, st.booleans(), st.text() | NONSENSE.filter(lambda raw: isinstance(raw, str)))
def test_nonsense_in_a_query_is_refused_or_becomes_a_value_that_can_be_kept(of: Type, listed: bool, raw: str) -> None:
    of = of.listed if listed else of
    try:
        value = from_text(of, raw, FORMS)
    except InvalidData:
        return
    assert same(decode(of, encode(of, value)), value)


@given(TYPES | st.none(), st.text() | st.booleans() | st.integers() | st.floats() | st.none(), st.booleans())
def test_any_scalar_of_a_file_is_read_or_refused(of: Type | None, value: Any, plain: bool) -> None:
    value = value if plain else str(value)
    try:
        kind, found = literal(of, value, str(value), plain, FORMS)
    except InvalidData:
        return
    assert of is None or kind == of
    assert found is None or to_text(kind, found, FORMS) is not None


@pytest.mark.parametrize("kind", ["unknown", "empty", "record", "batch"])
def test_a_value_of_unknown_type_goes_through_as_json(kind: str) -> None:
    of = Type(kind)
    assert from_json(of, {"a": [1, "b"]}, FORMS) == {"a": [1, "b"]}
    assert to_text(of, {"a": [1, "b"]}, FORMS) == '{"a":[1,"b"]}'
