"""When something happens again and again: cron, periods, and what they do where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.values.kind import Forms
from offpage.values.recurrence import Recurrence, is_cron, read_every
from offpage.values.shapes import Interval

ZONE = "Europe/Oslo"
OSLO = ZoneInfo(ZONE)


class NoOptions:
    """No option sets."""

    def label(self, set_id: str, option_id: str) -> str | None:
        """No label."""
        return None

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        """No option."""
        return None


FORMS = Forms(NoOptions(), UTC)


def at(text: str) -> int:
    """A moment as the clock in Oslo shows it."""
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp() * 1000)


def times(recurrence: Recurrence, start: str, count: int) -> list[str]:
    """The next times after a moment, on the clock in Oslo, with their distance from UTC."""
    found, moment = [], at(start)
    for _ in range(count):
        following = recurrence.after(moment)
        assert following is not None
        moment = following
        found.append(datetime.fromtimestamp(moment / 1000, UTC).astimezone(OSLO).strftime("%m-%d %H:%M:%S%z"))
    return found


SPRING, AUTUMN = "2026-03-28 12:00:00", "2026-10-24 12:00:00"
"""The days before the clocks change: at 02:00 to 03:00, at 03:00 back to 02:00."""


def test_a_fixed_time_that_is_skipped_in_spring_happens_once_when_the_clock_jumps() -> None:
    assert times(Recurrence(ZONE, "30 2 * * *"), SPRING, 2) == ["03-29 03:00:00+0200", "03-30 02:30:00+0200"]


def test_a_fixed_time_that_comes_twice_in_autumn_happens_once_the_first_time() -> None:
    assert times(Recurrence(ZONE, "30 2 * * *"), AUTUMN, 2) == ["10-25 02:30:00+0200", "10-26 02:30:00+0100"]


def test_a_fixed_time_with_seconds_follows_the_same_rules() -> None:
    assert times(Recurrence(ZONE, "15 30 2 * * *"), SPRING, 2) == ["03-29 03:00:15+0200", "03-30 02:30:15+0200"]
    assert times(Recurrence(ZONE, "15 30 2 * * *"), AUTUMN, 2) == ["10-25 02:30:15+0200", "10-26 02:30:15+0100"]


def test_every_half_hour_goes_on_evenly_through_both_changes() -> None:
    half = Recurrence(ZONE, "*/30 * * * *")
    assert times(half, "2026-03-29 01:15:00", 3) == [
        "03-29 01:30:00+0100",
        "03-29 03:00:00+0200",
        "03-29 03:30:00+0200",
    ]
    assert times(half, "2026-10-25 02:15:00", 4) == [
        "10-25 02:30:00+0200",
        "10-25 02:00:00+0100",
        "10-25 02:30:00+0100",
        "10-25 03:00:00+0100",
    ]


def test_a_day_is_a_day_on_the_wall_and_a_skipped_time_an_hour_later() -> None:
    daily = Recurrence(ZONE, every=Interval(days=1), anchor=at("2026-01-01 02:30:00"))
    assert times(daily, SPRING, 2) == ["03-29 03:30:00+0200", "03-30 02:30:00+0200"]
    assert times(daily, AUTUMN, 2) == ["10-25 02:30:00+0200", "10-26 02:30:00+0100"]


def test_hours_and_seconds_are_exact() -> None:
    six = Recurrence(ZONE, every=Interval(ms=6 * 3_600_000), anchor=at("2026-01-01 00:00:00"))
    assert times(six, "2026-03-28 23:00:00", 2) == ["03-29 00:00:00+0100", "03-29 07:00:00+0200"]


def test_months_keep_to_the_day_that_they_began_with() -> None:
    monthly = Recurrence(ZONE, every=Interval(months=1), anchor=at("2024-01-31 09:00:00"))
    assert [one[:5] for one in times(monthly, "2024-02-01 00:00:00", 4)] == ["02-29", "03-31", "04-30", "05-31"]
    yearly = Recurrence(ZONE, every=Interval(months=12), anchor=at("2024-02-29 09:00:00"))
    assert [one[:5] for one in times(yearly, "2024-03-01 00:00:00", 4)] == ["02-28", "02-28", "02-28", "02-29"]


PERIODS = st.builds(
    Interval, st.integers(0, 30), st.integers(0, 400), st.integers(0, 40 * 86_400_000).filter(lambda ms: ms % 7 == 0)
).filter(lambda one: one.total_ms >= 1000)
MOMENTS = st.integers(at("1990-01-01"), at("2080-01-01"))


@given(PERIODS, MOMENTS, MOMENTS)
def test_the_next_time_is_after_the_moment_and_times_only_grow(every: Interval, anchor: int, moment: int) -> None:
    recurrence = Recurrence(ZONE, every=every, anchor=anchor)
    found = [moment]
    for _ in range(3):
        following = recurrence.after(found[-1])
        assert following is not None
        found.append(following)
    assert all(one < other for one, other in pairwise(found))
    assert all(one >= anchor for one in found[1:])
    assert recurrence == Recurrence.from_data(recurrence.as_data())


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("day", Interval(days=1)),
        ("Weekly", Interval(days=7)),
        ("quarter", Interval(months=3)),
        ("2 quarters", Interval(months=6)),
        ("90 seconds", Interval(ms=90_000)),
        ("1 day 2 hours", Interval(days=1, ms=7_200_000)),
        ("yearly", Interval(months=12)),
        ("0 days", None),
        ("-1 day", None),
        ("10 ms", None),
        ("sometimes", None),
        ("", None),
    ],
)
def test_frequencies_are_read_from_words(text: str, every: Interval | None) -> None:
    assert read_every(text, FORMS) == every


@pytest.mark.parametrize("text", ["* * * * *", "0 9 * * 1-5", "*/5 * * * * *", "0 0 L * *", "0 0 * * MON#1"])
def test_cron_has_five_fields_or_six_with_the_seconds_first(text: str) -> None:
    assert is_cron(text)


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "every day", "* * * * * * *", "0 0 31 2 *"])
def test_what_is_no_cron_is_none(text: str) -> None:
    assert not is_cron(text)
