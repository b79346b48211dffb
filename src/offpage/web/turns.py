"""Whose search is next: some at a time, each caller in turn, and strangers only in some of the places.

A search may be slow, and there are few threads that read. So that nobody's searches keep the others waiting, callers
who wait take turns however much each of them asks for; and callers without a token never fill all places.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, NamedTuple

from offpage.kernel.errors import Overloaded
from offpage.store.tx import READ_THREADS

PLACES: Final = READ_THREADS - 2
"""So many searches go on at once; the other threads read single things, tokens, what became of runs."""

FOR_STRANGERS: Final = 2
"""So many of the places callers without a token may fill."""

MOST_WAITING: Final = 1_000
MOST_STRANGERS_WAITING: Final = 200
"""Whoever comes after so many is sent away at once."""


class Who(NamedTuple):
    """A caller, as far as turns go: a user, the administrator, or an address that a stranger calls from."""

    name: str
    is_stranger: bool


class Turns:
    """Gives turns to callers. Belongs to one event loop."""

    def __init__(self, places: int = PLACES, for_strangers: int = FOR_STRANGERS) -> None:
        self._free = places
        self._free_for_strangers = for_strangers
        self._waiting: dict[Who, deque[asyncio.Future[None]]] = {}
        """Who waits, in the order of their turns."""
        self._count = 0
        self._strangers = 0

    def take_now(self, who: Who) -> bool:
        """Take a turn if there is one. Whoever gets one gives it back."""
        if who in self._waiting or not self._may(who):
            return False
        self._begin(who)
        return True

    async def take(self, who: Who) -> None:
        """Wait for a turn. Raises Overloaded where too many wait already."""
        if self.take_now(who):
            return
        if self._count >= MOST_WAITING or (who.is_stranger and self._strangers >= MOST_STRANGERS_WAITING):
            raise Overloaded
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(turn)
        self._note(who, 1)
        try:
            await turn
        except BaseException:
            if turn.cancelled():
                self._leave(who, turn)
            else:  # it was given in the same moment as the caller gave up
                self.give_back(who)
            raise

    def give_back(self, who: Who) -> None:
        """End a turn; those who wait take theirs."""
        self._free += 1
        self._free_for_strangers += who.is_stranger
        while (following := next(filter(self._may, self._waiting), None)) is not None:
            queue = self._waiting.pop(following)
            turn = queue.popleft()
            if queue:
                self._waiting[following] = queue  # behind all others
            self._note(following, -1)
            if not turn.cancelled():  # whoever gave up has not always left yet
                self._begin(following)
                turn.set_result(None)

    def _may(self, who: Who) -> bool:
        return self._free > 0 and (self._free_for_strangers > 0 or not who.is_stranger)

    def _begin(self, who: Who) -> None:
        self._free -= 1
        self._free_for_strangers -= who.is_stranger

    def _leave(self, who: Who, turn: asyncio.Future[None]) -> None:
        """Take somebody who gave up out of the queue."""
        queue = self._waiting.get(who, deque())
        if turn in queue:
            queue.remove(turn)
            self._note(who, -1)
            if not queue:
                del self._waiting[who]

    def _note(self, who: Who, more: int) -> None:
        self._count += more
        self._strangers += more * who.is_stranger
