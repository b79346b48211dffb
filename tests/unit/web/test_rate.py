"""How many requests a minute an app takes."""

import pytest

from offpage.kernel.errors import RateLimited
from offpage.web.rate import Rate


class Seconds:
    """A clock of seconds that tests move."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def taken(rate: Rate, per_minute: int) -> int:
    """How many requests pass before one is refused."""
    for count in range(1_000):
        try:
            rate.take(per_minute)
        except RateLimited:
            return count
    return 1_000


def test_a_minutes_requests_pass_at_once_and_the_next_is_refused() -> None:
    assert taken(Rate(Seconds()), 60) == 60


def test_a_refusal_says_how_long_to_wait() -> None:
    seconds = Seconds()
    rate = Rate(seconds)
    taken(rate, 6)
    with pytest.raises(RateLimited) as caught:
        rate.take(6)
    assert caught.value.details["retry_after"] == 10
    seconds.at += 10
    rate.take(6)


def test_it_refills_evenly_and_never_beyond_a_minutes_worth() -> None:
    seconds = Seconds()
    rate = Rate(seconds)
    taken(rate, 60)
    seconds.at += 5
    assert taken(rate, 60) == 5
    seconds.at += 3_600
    assert taken(rate, 60) == 60


def test_zero_means_no_limit() -> None:
    assert taken(Rate(Seconds()), 0) == 1_000


def test_a_changed_limit_holds_from_the_next_request() -> None:
    rate = Rate(Seconds())
    assert taken(rate, 3) == 3
    assert taken(rate, 5) == 5


def test_several_processes_take_no_more_together_than_the_limit() -> None:
    seconds = Seconds()
    assert sum(taken(Rate(seconds, sharers=lambda: 3), 60) for _ in range(3)) == 60
