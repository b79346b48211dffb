"""Attempts to log in: how many, and how long to wait."""

from __future__ import annotations

import pytest

from offpage.accounts.throttle import MOST_REMEMBERED, Throttle
from offpage.kernel.errors import TooManyAttempts


class Seconds:
    """A clock of seconds that tests move."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def attempts(throttle: Throttle, count: int, account: str = "ada", address: str = "192.0.2.1", limit: int = 3) -> int:
    """How many of so many attempts in a row are let through."""
    for done in range(count):
        try:
            throttle.attempt("password", account, address, limit)
        except TooManyAttempts:
            return done
    return count


def test_an_account_takes_the_apps_limit_from_one_address_and_then_one_each_half_minute() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds=seconds)
    assert attempts(throttle, 10) == 3
    seconds.at += 29
    assert attempts(throttle, 10) == 0
    seconds.at += 1
    assert attempts(throttle, 10) == 1
    seconds.at += 10_000
    assert attempts(throttle, 10) == 3


def test_the_error_says_how_long_to_wait() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds=seconds)
    attempts(throttle, 3)
    seconds.at += 12
    with pytest.raises(TooManyAttempts) as refused:
        throttle.attempt("password", "ada", "192.0.2.1", 3)
    assert refused.value.details["retry_after"] == 18
    assert "18 s" in refused.value.message
    assert refused.value.status == 429


def test_others_from_elsewhere_do_not_lock_a_person_out() -> None:
    throttle = Throttle(seconds=Seconds())
    assert attempts(throttle, 100, address="198.51.100.9") == 3
    assert attempts(throttle, 10, address="192.0.2.1") == 3


def test_one_account_from_many_addresses_comes_to_an_end() -> None:
    throttle = Throttle(seconds=Seconds())
    through = sum(attempts(throttle, 1, address=f"192.0.2.{n}") for n in range(100))
    assert through == 30


def test_one_address_with_many_accounts_comes_to_an_end() -> None:
    throttle = Throttle(seconds=Seconds())
    through = sum(attempts(throttle, 1, account=f"user{n}") for n in range(100))
    assert through == 30


def test_the_addresses_of_one_ipv6_network_are_one() -> None:
    throttle = Throttle(seconds=Seconds())
    assert attempts(throttle, 2, address="2001:db8:1:2::1") == 2
    assert attempts(throttle, 9, address="2001:db8:1:2:ffff::9") == 1
    assert attempts(throttle, 9, address="2001:db8:1:3::1") == 3
    assert attempts(throttle, 9, address="not:an:address") == 3
    assert attempts(throttle, 9, address="fe80::1%eth0") == 3


def test_success_gives_the_attempt_back() -> None:
    throttle = Throttle(seconds=Seconds())
    for _ in range(100):
        throttle.attempt("password", "ada", "192.0.2.1", 3)
        throttle.succeeded("password", "ada", "192.0.2.1", 3)
    assert attempts(throttle, 10) == 3


def test_success_on_an_own_account_does_not_help_to_guess_others() -> None:
    throttle = Throttle(seconds=Seconds())
    through = 0
    for n in range(100):
        through += attempts(throttle, 1, account=f"victim{n}")
        if attempts(throttle, 1, account="mallory"):
            throttle.succeeded("password", "mallory", "192.0.2.1", 3)
    assert through == 30


def test_an_attempt_that_is_refused_costs_nothing_elsewhere() -> None:
    throttle = Throttle(seconds=Seconds())
    attempts(throttle, 1_000, account="ada", address="192.0.2.1")
    assert attempts(throttle, 10, account="eve", address="192.0.2.1") == 3
    assert attempts(throttle, 10, account="ada", address="192.0.2.2") == 3


def test_kinds_of_attempts_do_not_share() -> None:
    throttle = Throttle(seconds=Seconds())
    assert attempts(throttle, 10) == 3
    throttle.attempt("mail", "ada", "192.0.2.1", 3)


def test_no_limit_is_no_limit() -> None:
    throttle = Throttle(seconds=Seconds())
    assert attempts(throttle, 1_000, limit=0) == 1_000
    assert attempts(throttle, 1_000, account="", address="") == 1_000


def test_memory_is_bounded() -> None:
    throttle = Throttle(seconds=Seconds())
    for n in range(MOST_REMEMBERED + 100):
        throttle.attempt("password", f"user{n}", "", 3)
    assert len(throttle._buckets) == MOST_REMEMBERED


def test_several_processes_share_what_is_allowed() -> None:
    seconds = Seconds()
    processes = [Throttle(seconds=seconds, sharers=lambda: 2) for _ in range(2)]
    for throttle in processes:
        for _ in range(3):  # half of five, upwards
            throttle.attempt("password", "ada", "1.2.3.4", 5)
        with pytest.raises(TooManyAttempts) as caught:
            throttle.attempt("password", "ada", "1.2.3.4", 5)
        assert caught.value.details["retry_after"] == 60
