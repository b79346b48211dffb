"""How values are written: in JSON, in texts for people, in the database."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from offpage.sql.layout import STORAGE
from offpage.values.codec import Forms, decode, encode, is_plain, to_json, to_text
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import (
    ADDRESS,
    DATE,
    DATE_RANGE,
    INTERVAL,
    JSON,
    NUMBER,
    NUMBER_RANGE,
    SCALARS,
    TEXT,
    YES_NO,
    Type,
    option,
    thing,
)


class Colors:
    """One option."""

    def label(self, set_id: str, option_id: str) -> str | None:
        return {"red": "Rouge"}.get(option_id)

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        return None


FORMS = Forms(Colors(), ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("of", "value", "written"),
    [
        (NUMBER, 12.0, "12"),
        (NUMBER, -0.0, "0"),
        (NUMBER, 1.5, "1.5"),
        (NUMBER, 2.0**53, "9007199254740992"),
        (NUMBER, 1e300, "1e+300"),
        (DATE, 1478891686517, '"2016-11-11T19:14:46.517Z"'),
        (DATE, -62_135_596_800_000, '"0001-01-01T00:00:00.000Z"'),
        (DATE_RANGE, Span(0, 1), '["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"]'),
        (NUMBER_RANGE, Span(1.0, 2.5), "[1, 2.5]"),
        (INTERVAL, Interval(1, 1, 1), "2678400001"),
        (ADDRESS, Place("Oslo", 59.0, 10.5), '{"address": "Oslo", "lat": 59, "lng": 10.5}'),
        (option("color"), "red", '"Rouge"'),
        (option("color"), "gone", '"gone"'),
        (YES_NO, False, "false"),
        (NUMBER.listed, [1.0, 2.5], "[1, 2.5]"),
        (NUMBER, None, "null"),
        (NUMBER.listed, None, "null"),
    ],
    ids=str,
)
def test_values_in_json(of: Type, value: Any, written: str) -> None:
    assert json.dumps(to_json(of, value, FORMS)) == written


@pytest.mark.parametrize(
    ("of", "value", "text"),
    [
        (TEXT, "a", "a"),
        (NUMBER, 12.0, "12"),
        (NUMBER, 0.1 + 0.2, "0.3"),
        (NUMBER, -0.0, "0"),
        (NUMBER, 1e15, "1000000000000000"),
        (NUMBER, 123456789012345678.0, "123456789012346000"),
        (NUMBER, 0.00001234, "0.00001234"),
        (NUMBER, 1e-7, "1e-7"),
        (NUMBER, 2.5e21, "2.5e+21"),
        (NUMBER, -1 / 3, "-0.333333333333333"),
        (YES_NO, True, "yes"),
        (YES_NO, False, "no"),
        (DATE, 1_452_721_509_000, "Jan 13, 2016 4:45 pm"),
        (DATE, 1_452_661_200_000, "Jan 13, 2016 12:00 am"),
        (DATE, 1_452_704_400_000, "Jan 13, 2016 12:00 pm"),
        (DATE, -62_135_596_800_000, "Jan 1, 0001 12:00 am"),
        (NUMBER_RANGE, Span(1.0, 2.5), "1 - 2.5"),
        (INTERVAL, Interval(1, 3, 7_260_000), "1 month 3 days 2 hours 1 minute"),
        (INTERVAL, Interval(ms=-1500), "-1 second -500 milliseconds"),
        (INTERVAL, Interval(), "0 seconds"),
        (ADDRESS, Place("Oslo", 59.0, 10.5), "Oslo"),
        (ADDRESS, Place(None, 59.0, 10.5), "59, 10.5"),
        (option("color"), "red", "Rouge"),
        (JSON, {"a": [1, None, True]}, '{"a":[1,null,true]}'),
        (JSON, "bare", "bare"),
        (JSON, 1.0, "1"),
        (JSON, False, "false"),
        (thing("order"), "1671702337369x488321592367327900", "1671702337369x488321592367327900"),
        (NUMBER.listed, [1.0, 2.5], "1, 2.5"),
        (NUMBER.listed, [], ""),
        (DATE, None, ""),
    ],
    ids=str,
)
def test_values_as_text_for_people(of: Type, value: Any, text: str) -> None:
    assert to_text(of, value, FORMS) == text


@pytest.mark.parametrize(
    ("of", "columns", "value"),
    [
        (YES_NO, (0,), False),
        (YES_NO, (True,), True),
        (NUMBER, (3,), 3.0),
        (DATE_RANGE, (1, 2), Span(1, 2)),
        (DATE_RANGE, (1, None), None),
        (ADDRESS, (None, 1, 2), Place(None, 1.0, 2.0)),
        (ADDRESS, (None, None, None), None),
        (INTERVAL, (5,), Interval(0, 0, 5)),
        (JSON, ('{"a":1}',), {"a": 1}),
        (JSON, ("false",), False),
        (NUMBER.listed, ("[1,2]",), [1.0, 2.0]),
        (NUMBER_RANGE.listed, ("[[1,2]]",), [Span(1.0, 2.0)]),
    ],
    ids=str,
)
def test_values_from_the_database(of: Type, columns: tuple[Any, ...], value: Any) -> None:
    found = decode(of, columns)
    assert (found, type(found)) == (value, type(value))


def test_an_interval_is_saved_as_exact_milliseconds_and_one_beyond_64_bits_as_empty() -> None:
    assert encode(INTERVAL, Interval(1, 1, 1)) == (2_678_400_001,)
    assert encode(INTERVAL, Interval(months=10**12)) == (None,)


def test_only_kinds_with_one_untouched_column_are_plain() -> None:
    plain = {kind for kind in (*SCALARS, "thing", "option") if is_plain(Type(kind))}
    assert plain == {"text", "date", "file", "image", "thing", "option"}
    assert not is_plain(TEXT.listed)
    assert all(len(STORAGE[kind]) == 1 for kind in plain)
