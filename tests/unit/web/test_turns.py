"""Turns of searches: some places are never a stranger's, and whoever asks most waits no less."""

from __future__ import annotations

import asyncio
import sys

import pytest

from offpage.kernel.errors import Overloaded
from offpage.web.nimble import NIMBLE
from offpage.web.turns import MOST_STRANGERS_WAITING, Turns, Who

ANN, BOB = Who("ann", False), Who("bob", False)
HERE, THERE = Who("203.0.113.1", True), Who("203.0.113.2", True)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Line:
    """Callers who wait, and the order in which they got their turns."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []

    def wait(self, who: Who) -> asyncio.Task[None]:
        async def one() -> None:
            await self.turns.take(who)
            self.order.append(who.name)

        return asyncio.ensure_future(one())


def test_strangers_leave_places_to_the_others() -> None:
    turns = Turns(places=3, for_strangers=2)
    assert [turns.take_now(HERE), turns.take_now(THERE), turns.take_now(HERE)] == [True, True, False]
    assert turns.take_now(ANN)
    assert not turns.take_now(BOB)


def test_callers_take_turns_however_much_each_asks_for() -> None:
    async def story() -> list[str]:
        turns = Turns(places=1, for_strangers=1)
        line = Line(turns)
        assert turns.take_now(ANN)
        waiting = [line.wait(who) for who in (ANN, ANN, ANN, BOB, HERE, BOB)]
        await settle()
        turns.give_back(ANN)
        for who in (ANN, BOB, HERE, ANN, BOB):
            await settle()
            turns.give_back(who)
        await asyncio.gather(*waiting)
        return line.order

    assert asyncio.run(story()) == ["ann", "bob", HERE.name, "ann", "bob", "ann"]


def test_a_stranger_who_waits_does_not_hold_up_somebody_known() -> None:
    async def story() -> list[str]:
        turns = Turns(places=2, for_strangers=1)
        line = Line(turns)
        assert turns.take_now(HERE)
        waiting = [line.wait(THERE), line.wait(ANN)]
        await settle()
        assert line.order == ["ann"]
        turns.give_back(HERE)
        await asyncio.gather(*waiting)
        return line.order

    assert asyncio.run(story()) == ["ann", THERE.name]


def test_whoever_gives_up_loses_no_place() -> None:
    async def story() -> bool:
        turns = Turns(places=1, for_strangers=1)
        assert turns.take_now(ANN)
        early, late = asyncio.ensure_future(turns.take(BOB)), asyncio.ensure_future(turns.take(HERE))
        await settle()
        early.cancel()  # before its turn, and before it has left the queue
        turns.give_back(ANN)
        late.cancel()  # in the moment in which it was given its turn
        await asyncio.gather(early, late, return_exceptions=True)
        return turns.take_now(BOB) and not turns.take_now(ANN)

    assert asyncio.run(story())


def test_too_many_strangers_are_sent_away_at_once() -> None:
    async def story() -> None:
        turns = Turns(places=1, for_strangers=1)
        assert turns.take_now(ANN)
        waiting = [asyncio.ensure_future(turns.take(HERE)) for _ in range(MOST_STRANGERS_WAITING)]
        await settle()
        with pytest.raises(Overloaded):
            await turns.take(THERE)
        known = asyncio.ensure_future(turns.take(BOB))
        await settle()
        assert not known.done()
        for one in (known, *waiting):
            one.cancel()
        await asyncio.gather(known, *waiting, return_exceptions=True)
        turns.give_back(ANN)
        assert turns.take_now(THERE)

    asyncio.run(story())


def test_threads_switch_quickly_only_while_a_slow_search_goes_on() -> None:
    before = sys.getswitchinterval()
    with NIMBLE.threads():
        with NIMBLE.threads():
            assert sys.getswitchinterval() < 0.001
        assert sys.getswitchinterval() < 0.001
    assert sys.getswitchinterval() == before
