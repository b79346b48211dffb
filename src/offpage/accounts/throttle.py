"""How often somebody may try to log in: buckets for an account, for an address, and for the two together.

They are kept in memory, one set for each environment of a process: a restart forgets them. Where several processes answer
requests, each takes its share of what is allowed (at least one attempt), so that together they allow little more. An attempt counts when it begins, so that many at once get no more; one that succeeds is given back.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from offpage.kernel.errors import TooManyAttempts

MOST_REMEMBERED: Final = 100_000
"""How many buckets are kept; the one that was used least lately is forgotten first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many times the app's limit at once, then another attempt every so many seconds."""

    times: int
    seconds: float


TOGETHER: Final = Allowance(1, 30)
"""One account from one address: a person who does not remember."""

ACCOUNT: Final = Allowance(10, 10)
"""One account from anywhere: a guess spread over many machines. Wide, so that nobody is locked out by others soon."""

ADDRESS: Final = Allowance(10, 1)
"""One address, any account: one password tried on everybody. Wide, for offices behind one address."""

EMAIL: Final = "email"
"""Attempts at an e-mail for a new or a present user: whether it is taken tells who is here."""

Key = tuple[str, str, str]


class Throttle:
    """Counts attempts. Used from the event loop, and from threads that write."""

    def __init__(
        self, *, seconds: Callable[[], float] = time.monotonic, sharers: Callable[[], int] = lambda: 1
    ) -> None:
        self._seconds = seconds
        self._sharers = sharers
        self._buckets: OrderedDict[Key, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def attempt(self, what: str, account: str, address: str, limit: int) -> None:
        """Count an attempt; `limit` is the app's (0: none). Raises TooManyAttempts, which says how long to wait.

        `what` keeps different kinds of attempts apart. An empty account or address has no bucket.
        """
        if limit <= 0:
            return
        with self._lock:
            self._attempt(_keys(what, account, address), limit)

    def succeeded(self, what: str, account: str, address: str, limit: int) -> None:
        """Give back what an attempt took; the account has nothing left to be guessed from this address."""
        with self._lock:
            self._succeeded(_keys(what, account, address), limit)

    def _attempt(self, keys: list[tuple[Key, Allowance]], limit: int) -> None:
        now = self._seconds()
        left: dict[Key, float] = {}
        for key, allowed in keys:
            left[key] = self._left(key, allowed, limit, now)
            if left[key] < 1:
                wait = max(1, math.ceil((1 - left[key]) * allowed.seconds * self._sharers()))
                raise TooManyAttempts(f"Too many attempts. Wait {wait} s and try again.", retry_after=wait)
        for key, amount in left.items():
            self._put(key, amount - 1, now)

    def _succeeded(self, keys: list[tuple[Key, Allowance]], limit: int) -> None:
        now = self._seconds()
        for key, allowed in keys:
            if key in self._buckets:
                full = self._full(allowed, limit)
                left = full if allowed is TOGETHER else min(full, self._left(key, allowed, limit, now) + 1)
                self._put(key, left, now)

    def _left(self, key: Key, allowed: Allowance, limit: int, now: float) -> float:
        full = self._full(allowed, limit)
        known = self._buckets.get(key)
        pace = allowed.seconds * self._sharers()
        return full if known is None else min(full, known[0] + (now - known[1]) / pace)

    def _full(self, allowed: Allowance, limit: int) -> float:
        """How many attempts a bucket holds: this process's share of them."""
        return float(math.ceil(limit * allowed.times / self._sharers()))

    def _put(self, key: Key, left: float, now: float) -> None:
        self._buckets[key] = (left, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)


def _keys(what: str, account: str, address: str) -> list[tuple[Key, Allowance]]:
    place = _network(address)
    found = []
    if account and place:
        found.append(((what, account, place), TOGETHER))
    if account:
        found.append(((what, account, ""), ACCOUNT))
    if place:
        found.append(((what, "", place), ADDRESS))
    return found


def _network(address: str) -> str:
    """What one customer of a provider has: an address of IPv4, a /64 of IPv6."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
