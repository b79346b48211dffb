"""How values are read from JSON, from queries and forms, and from the files of an app."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from offpage.kernel.errors import InvalidData
from offpage.values.codec import Forms, from_json, from_text, literal
from offpage.values.shapes import DAY_MS, Interval, Place, Span
from offpage.values.types import (
    ADDRESS,
    DATE,
    DATE_RANGE,
    EMPTY,
    FILE,
    INTERVAL,
    JSON,
    NUMBER,
    NUMBER_RANGE,
    TEXT,
    YES_NO,
    Type,
    option,
    thing,
)


class Colors:
    """Two options; the id of one is the display text of the other."""

    LABELS: ClassVar = {"red": "Rouge", "blue": "red"}

    def label(self, set_id: str, option_id: str) -> str | None:
        return self.LABELS.get(option_id) if set_id == "color" else None

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        if set_id != "color":
            return None
        return next((one for one, label in self.LABELS.items() if label == text), text if text in self.LABELS else None)


FORMS = Forms(Colors(), ZoneInfo("America/New_York"))
ID = "1671702337369x488321592367327900"


def shown(one: object) -> str:
    """A short name of a test's parameter."""
    return ascii(one)[:40]


JAN_13 = 1_452_661_200_000
"""Midnight of 13 January 2016 in New York."""
AFTERNOON = 1_452_721_509_000
"""16:45:09 on that day."""


@pytest.mark.parametrize(
    ("of", "raw", "value"),
    [
        (TEXT, "Ærø", "Ærø"),
        (TEXT, "", ""),
        (TEXT, 12, "12"),
        (TEXT, 12.0, "12"),
        (TEXT, True, "true"),
        (NUMBER, 12, 12.0),
        (NUMBER, " -1.5e3 ", -1500.0),
        (NUMBER, ".5", 0.5),
        (YES_NO, True, True),
        (YES_NO, "False", False),
        (YES_NO, "YES", True),
        (DATE, 1453398788637, 1453398788637),
        (DATE, 1453398788637.0, 1453398788637),
        (DATE, "1453398788637", 1453398788637),
        (DATE, "2016-11-11T19:14:46.517Z", 1478891686517),
        (DATE, "2016-11-11t19:14:46.517z", 1478891686517),
        (DATE, "2016-11-11 20:14:46+01:00", 1478891686000),
        (DATE, "2016-01-13", JAN_13),
        (DATE, "2016-01-13T16:45:09", AFTERNOON),
        (DATE, "Wed Jan 13 2016", JAN_13),
        (DATE, "01/13/2016", JAN_13),
        (DATE, "1/13/2016, 4:45:09 PM", AFTERNOON),
        (DATE, "Wed Jan 13 2016 16:45:09 GMT-0500 (EST)", AFTERNOON),
        (DATE, "Wed Jan 13 2016 16:45:09 GMT-0500 (Eastern Standard Time)", AFTERNOON),
        (DATE, "Wed, 13 Jan 2016 21:45:09 GMT", AFTERNOON),
        (DATE, "Wednesday, January 13th, 2016 at 4:45:09 pm EST", AFTERNOON),
        (DATE, "0001-01-01T00:00:00Z", -62_135_596_800_000),
        (DATE, "9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        (DATE_RANGE, [JAN_13, "2016-01-13T16:45:09"], Span(JAN_13, AFTERNOON)),
        (NUMBER_RANGE, [1, "2.5"], Span(1.0, 2.5)),
        (INTERVAL, DAY_MS, Interval(ms=DAY_MS)),
        (INTERVAL, "90000", Interval(ms=90_000)),
        (INTERVAL, "3 days 2 hours", Interval(days=3, ms=7_200_000)),
        (INTERVAL, "1 month", Interval(months=1)),
        (INTERVAL, "5m", Interval(ms=300_000)),
        (ADDRESS, "Karl Johans gate 1, Oslo", Place("Karl Johans gate 1, Oslo", None, None)),
        (ADDRESS, {"lat": 59, "lng": "10.5"}, Place(None, 59.0, 10.5)),
        (ADDRESS, {"address": "Oslo", "lat": None, "lng": None, "more": 1}, Place("Oslo", None, None)),
        (FILE, "//s3.example/f1/a.png", "//s3.example/f1/a.png"),
        (JSON, {"a": [1, None, 2**70]}, {"a": [1, None, float(2**70)]}),
        (thing("order"), ID, ID),
        (option("color"), "Rouge", "red"),
        (option("color"), "red", "blue"),
        (option("color"), "blue", "blue"),
        (TEXT.listed, ["a", None, 1], ["a", "1"]),
        (thing("order").listed, [ID], [ID]),
        (NUMBER, None, None),
        (NUMBER.listed, None, None),
        (NUMBER.listed, [], []),
    ],
    ids=shown,
)
def test_json_is_read_as_its_type(of: Type, raw: object, value: Any) -> None:
    found = from_json(of, raw, FORMS)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("of", "raw"),
    [
        (TEXT, ["a"]),
        (TEXT, "a\x00b"),
        (TEXT, "\ud83d"),
        (TEXT, "x" * 10_000_001),
        (TEXT, float("nan")),
        (NUMBER, True),
        (NUMBER, "1,000"),
        (NUMBER, "1_000"),
        (NUMBER, "0x10"),
        (NUMBER, "٣"),
        (NUMBER, "nan"),
        (NUMBER, "1e400"),
        (NUMBER, ""),
        (NUMBER, 10**400),
        (NUMBER, float("inf")),
        (YES_NO, 1),
        (YES_NO, "maybe"),
        (DATE, "2016"),
        (DATE, "20160113"),
        (DATE, "10"),
        (DATE, "13/01/2016"),
        (DATE, "01/13/16"),
        (DATE, "Feb 30 2016"),
        (DATE, "Jan 13 2016 13:45 pm"),
        (DATE, "Jan 13 2016 16:45 IST"),
        (DATE, "next tuesday"),
        (DATE, "2016-01-13T25:00:00Z"),
        (DATE, "0001-01-01T00:00:00+01:00"),
        (DATE, 253_402_300_800_000),
        (DATE, float("nan")),
        (DATE, True),
        (DATE_RANGE, [1]),
        (DATE_RANGE, [1, None]),
        (NUMBER_RANGE, "12"),
        (INTERVAL, "3 fortnights"),
        (INTERVAL, 2**60),
        (ADDRESS, {}),
        (ADDRESS, ""),
        (ADDRESS, {"lat": 59}),
        (ADDRESS, {"lat": 91, "lng": 0}),
        (ADDRESS, {"address": 5}),
        (FILE, "a.png"),
        (FILE, "javascript:alert(1)"),
        (FILE, "https://a\nb"),
        (JSON, {"a": float("inf")}),
        (JSON, {"a\x00": 1}),
        (JSON, {1: 2}),
        (thing("order"), "12"),
        (thing("order"), {"_id": ID}),
        (option("color"), "green"),
        (option("shape"), "red"),
        (TEXT.listed, "a"),
        (NUMBER.listed, ["a"]),
    ],
    ids=shown,
)
def test_what_is_wrong_or_ambiguous_is_refused(of: Type, raw: object) -> None:
    with pytest.raises(InvalidData, match=r"^could not parse this as a "):
        from_json(of, raw, FORMS)


@pytest.mark.parametrize("of", [TEXT, NUMBER, DATE, YES_NO, INTERVAL])
def test_an_integer_too_long_for_python_to_write_out_is_refused(of: Type) -> None:
    with pytest.raises(InvalidData):
        from_json(of, 10**5000, FORMS)


def test_json_may_be_nested_100_deep_and_no_deeper() -> None:
    deep: list[Any] = []
    for _ in range(99):
        deep = [deep]
    assert from_json(JSON, deep, FORMS) == deep
    with pytest.raises(InvalidData) as refused:
        from_json(JSON, [deep], FORMS)
    assert refused.value.details["reason"] == "It is nested more than 100 deep."


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (NUMBER, "number"),
        (YES_NO, "yes/no"),
        (DATE_RANGE, "date range"),
        (ADDRESS, "geographic address"),
        (thing("order"), "order"),
        (option("color"), "color"),
        (NUMBER.listed, "list of number"),
        (thing("order").listed, "list of order"),
    ],
)
def test_the_message_names_the_type(of: Type, words: str) -> None:
    with pytest.raises(InvalidData) as refused:
        from_json(of, object(), FORMS)
    assert refused.value.message == f"could not parse this as a {words}"
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (TEXT, "", None),
        (NUMBER, "", None),
        (TEXT, "12", "12"),
        (NUMBER, "12", 12.0),
        (YES_NO, "no", False),
        (DATE, "1453398788637", 1453398788637),
        (DATE_RANGE, '[1453398788637, "2016-01-13"]', Span(1453398788637, JAN_13)),
        (NUMBER_RANGE, "[1,2]", Span(1.0, 2.0)),
        (ADDRESS, '{"lat": 1, "lng": 2}', Place(None, 1.0, 2.0)),
        (ADDRESS, "Oslo", Place("Oslo", None, None)),
        (JSON, '{"a": 1}', {"a": 1}),
        (thing("order"), f" {ID} ", ID),
        (option("color"), "Rouge", "red"),
        (TEXT.listed, '["a", "b"]', ["a", "b"]),
        (TEXT.listed, "a, b", ["a, b"]),
        (NUMBER.listed, "[]", []),
        (NUMBER.listed, "3", [3.0]),
    ],
    ids=shown,
)
def test_a_query_or_form_is_read_as_its_type(of: Type, text: str, value: Any) -> None:
    assert from_text(of, text, FORMS) == value


@pytest.mark.parametrize(
    ("of", "text"),
    [(JSON, "{"), (TEXT.listed, "[1"), (NUMBER_RANGE, "1-2"), (ADDRESS, "{1"), (JSON, "[" * 100_000), (NUMBER, " ")],
    ids=lambda one: str(one)[:10],
)
def test_broken_text_is_refused(of: Type, text: str) -> None:
    with pytest.raises(InvalidData):
        from_text(of, text, FORMS)


@pytest.mark.parametrize(
    ("of", "written", "expected"),
    [
        (TEXT, (12, "12", True), (TEXT, "12")),
        (TEXT, (True, "yes", True), (TEXT, "yes")),
        (TEXT, (1.5, "1.50", True), (TEXT, "1.50")),
        (TEXT, (None, "", True), (TEXT, None)),
        (TEXT, ("", "", False), (TEXT, "")),
        (NUMBER, (12, "12", True), (NUMBER, 12.0)),
        (NUMBER, ("12", "12", False), (NUMBER, 12.0)),
        (YES_NO, (True, "yes", True), (YES_NO, True)),
        (YES_NO, ("no", "no", False), (YES_NO, False)),
        (DATE, ("2016-01-13", "2016-01-13", True), (DATE, JAN_13)),
        (DATE, (1453398788637, "1453398788637", True), (DATE, 1453398788637)),
        (INTERVAL, ("3 days", "3 days", True), (INTERVAL, Interval(days=3))),
        (option("color"), ("blue", "blue", True), (option("color"), "blue")),
        (JSON, (12, "12", True), (JSON, 12)),
        (JSON, ("12", "12", False), (JSON, "12")),
        (None, (12, "12", True), (NUMBER, 12.0)),
        (None, (False, "no", True), (YES_NO, False)),
        (None, ("12", "12", False), (TEXT, "12")),
        (None, (None, "null", True), (EMPTY, None)),
    ],
    ids=shown,
)
def test_a_scalar_of_a_file_takes_the_expected_type(
    of: Type | None, written: tuple[Any, str, bool], expected: tuple[Type, Any]
) -> None:
    assert literal(of, *written, FORMS) == expected


@pytest.mark.parametrize("of", [NUMBER, YES_NO, TEXT.listed, thing("order"), option("color")], ids=shown)
def test_a_scalar_that_does_not_fit_is_refused(of: Type) -> None:
    with pytest.raises(InvalidData):
        literal(of, "green", "green", True, FORMS)
