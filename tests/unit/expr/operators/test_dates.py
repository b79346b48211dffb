from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from offpage.values.shapes import Interval
from offpage.values.types import DATE
from tests.unit.expr.operators.saying import Typed, problems, say

OSLO = "Europe/Oslo"


def ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-01-30T12:00", "d + months(1)", "2026-02-28T12:00"),
        ("2024-01-31T12:00", "d.plus_months(1)", "2024-02-29T12:00"),
        ("2024-02-29T12:00", "d.plus_years(1)", "2025-02-28T12:00"),
        ("2024-02-29T12:00", "d + years(0.5)", "2024-08-29T11:00"),
        ("2026-03-31T12:00", "d - months(1)", "2026-02-28T13:00"),
        ("2026-03-28T12:00", "d + days(1)", "2026-03-29T11:00"),
        ("2026-03-28T12:00", "d + hours(24)", "2026-03-29T12:00"),
        ("2026-03-28T12:00", "d.plus_days(0.9)", "2026-03-29T11:00"),
        ("2026-03-28T12:00", "d + weeks(1)", "2026-04-04T11:00"),
        ("2026-03-28T12:00", "d.plus_hours(1.5)", "2026-03-28T13:30"),
        # 02:30 does not exist on 29 March, and is there twice on 25 October.
        ("2026-03-28T01:30", "d + days(1)", "2026-03-29T01:30"),
        ("2026-10-24T00:30", "d + days(1)", "2026-10-25T00:30"),
        ("2026-10-26T01:30", "d - days(1)", "2026-10-25T00:30"),
        ("2026-10-31T12:00", "d.rounded_down_to('month')", "2026-09-30T22:00"),
        ("2026-11-01T12:00", "d.rounded_down_to('week')", "2026-10-25T23:00"),
        ("2026-11-01T12:00", "d.rounded_down_to('quarter')", "2026-09-30T22:00"),
        ("2026-11-01T12:00", "d.rounded_down_to('year')", "2025-12-31T23:00"),
        ("2026-11-01T12:34:56", "d.rounded_down_to('minute')", "2026-11-01T12:34"),
        ("2026-07-01T12:34:56", "d.with_hour(9)", "2026-07-01T07:34:56"),
        ("2026-07-01T12:34:56", "d.with_minute(75)", "2026-07-01T13:15:56"),
        ("2026-07-31T12:00", "d.with_month(2)", "2026-02-28T13:00"),
        ("2026-07-31T12:00", "d.with_day(0)", "2026-06-30T12:00"),
        ("2026-07-31T12:00", "d.with_year(2024)", "2024-07-31T12:00"),
        ("2026-07-31T12:00", "d.with_time(9)", "2026-07-31T07:00"),
        ("2026-07-31T12:00", "d.with_time(9, 30, 15)", "2026-07-31T07:30:15"),
    ],
)
def test_the_calendar_is_that_of_the_zone(start: str, text: str, expected: str) -> None:
    assert say(text, zone=OSLO, d=ms(start)) == ms(expected)


def test_changing_the_seconds_sets_milliseconds_to_zero() -> None:
    assert say("d.with_second(5)", d=ms("2026-01-01T00:00:30") + 123) == ms("2026-01-01T00:00:05")


@pytest.mark.parametrize(
    "text",
    ["d + years(9000)", "d + days(1e300)", "d.plus_months(-1e300)", "d - years(2027)", "d.with_year(10000)",
     "d.plus_seconds(1e300)", "d.rounded_down_to(word)", "d.extract(word)"],
)  # fmt: skip
def test_what_no_calendar_knows_is_empty(text: str) -> None:
    assert say(text, d=ms("2026-01-01T00:00"), word="moon") is None


@pytest.mark.parametrize("text", ["d.rounded_down_to('moon')", "d.extract('moon')"])
def test_what_no_calendar_knows_is_an_issue_where_it_is_written_out(text: str) -> None:
    assert len(problems(text, d=ms("2026-01-01T00:00"))) == 1


@pytest.mark.parametrize(
    ("part", "expected"),
    [("millisecond", 123), ("second", 9), ("minute", 5), ("hour", 1), ("weekday", 0), ("day", 1), ("week", 44),
     ("month", 11), ("quarter", 4), ("year", 2026), ("unix_ms", 1_793_491_509_123)],
)  # fmt: skip
def test_a_part_is_taken_as_the_zone_shows_it(part: str, expected: float) -> None:
    assert say("d.extract(p)", zone=OSLO, d=1_793_491_509_123, p=part) == expected


def test_the_last_days_of_a_year_can_be_in_week_53() -> None:
    assert say("d.extract('week')", d=ms("2027-01-01T00:00")) == 53.0


def test_two_moments_of_the_same_day_are_equal_rounded_down() -> None:
    morning, night, next_day = ms("2026-06-30T22:30"), ms("2026-07-01T21:59"), ms("2026-07-01T22:00")
    assert say("a.equals_rounded_down(b, 'day')", zone=OSLO, a=morning, b=night) is True
    assert say("a.equals_rounded_down(b, 'day')", zone=OSLO, a=morning, b=next_day) is False
    assert say("a.equals_rounded_down(b, word)", zone=OSLO, a=morning, b=morning, word="aeon") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("days(1.5)", Interval(0, 2, 0)),
        ("weeks(2)", Interval(0, 14, 0)),
        ("months(1) + days(2) + hours(3)", Interval(1, 2, 10_800_000)),
        ("days(2) * 3", Interval(0, 6, 0)),
        ("days(2) * 1.5", Interval(0, 0, 259_200_000)),
        ("hours(3) / 2", Interval(0, 0, 5_400_000)),
        ("hours(3) / hours(2)", 1.5),
        ("hours(3) / hours(0)", None),
        ("hours(1) / 0", None),
        ("-days(1)", Interval(0, -1, 0)),
        ("days(1) - hours(1)", Interval(0, 1, -3_600_000)),
        ("days(1) == hours(24)", True),
        ("months(1) > days(29)", True),
        ("hours(36).as_days", 1.5),
        ("minutes(100).as_hours", 1.7),
        ("seconds(90).as_minutes", 2.0),
        ("days(1e300)", None),
        ("(date('2026-01-02') - date('2026-01-01')).as_hours", 24.0),
    ],
)
def test_lengths_of_time(text: str, expected: Any) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("YYYY-MM-DD HH:mm:ss.SSS", "2026-03-01 18:05:09.007"),
        ("D.M.YY h:m a", "1.3.26 6:5 pm"),
        ("dddd, MMMM Do YYYY, hh:mm A", "Sunday, March 1st 2026, 06:05 PM"),
        ("ddd D MMM [at] H [o'clock]", "Sun 1 Mar at 18 o'clock"),
        ("YYYY-MM-DDTHH:mm:ssZ", "2026-03-01T18:05:09+01:00"),
        ("ZZ X x", "+0100 1772384709 1772384709007"),
        ("", ""),
        ("[open", "[open"),
        ("Y" * 300, None),
    ],
)
def test_a_date_is_shown_by_a_pattern(pattern: str, expected: str | None) -> None:
    assert say("d.formatted_as(p)", zone=OSLO, d=1_772_384_709_007, p=pattern) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("31.01.2026", "DD.MM.YYYY", "2026-01-30T23:00"),
        ("1/2/26 3:04 pm", "M/D/YY h:mm a", "2026-01-02T14:04"),
        ("March 1st 2026", "MMMM Do YYYY", "2026-02-28T23:00"),
        ("2026-03-01T12:00:00-05:00", "YYYY-MM-DDTHH:mm:ssZ", "2026-03-01T17:00"),
        ("1772384709", "X", "2026-03-01T17:05:09"),
        ("31.02.2026", "DD.MM.YYYY", None),
        ("2026", "DD.MM.YYYY", None),
        ("13:00 pm", "HH:mm a", None),
        ("2026-2026", "YYYY-YYYY", None),
        ("٣٠.٠١.٢٠٢٦", "DD.MM.YYYY", None),
    ],
)
def test_a_date_is_read_by_a_pattern(text: str, pattern: str, expected: str | None) -> None:
    assert say("t.to_date(p)", zone=OSLO, t=text, p=pattern) == (None if expected is None else ms(expected))


def test_a_date_without_a_zone_is_meant_in_the_zone_of_the_run() -> None:
    assert say('date("2026-01-31")', zone=OSLO) == ms("2026-01-30T23:00")
    assert say('date("2026-01-31T18:30:00Z")', zone=OSLO) == ms("2026-01-31T18:30")
    assert say('date("next week")') is None
    assert say('"2026-01-31".to_date') == ms("2026-01-31T00:00")


@pytest.mark.parametrize("text", ["d + days(1)", "d.plus_days(1)", "d.extract('day')", "d - d", "d.min(now)"])
def test_an_empty_date_stays_empty(text: str) -> None:
    assert say(text, d=Typed(DATE, None)) is None
