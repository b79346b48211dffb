"""How much an expression may do: its time is looked at while it goes through a list, and what it makes is counted.

No operator raises for what a maker or a caller did; but a run has limits, and a list that came with a request must not
fill the machine's memory or keep everybody waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.kernel.errors import LimitReached

MOST_CHARACTERS: Final = 50_000_000
"""Most characters of the texts that the list operators of one expression hold at a time."""

MOST_ITEMS: Final = 1_000_000
"""Most items that they hold at a time."""

TURNS: Final = 64
"""After so many items the clock is looked at: one item may take some milliseconds."""

SHORT: Final = 16
"""A list with fewer items is looked through as it is."""


def no_limit() -> None:
    """Stands for the clock where nobody waits."""


class Meter:
    """What the list operators of a running expression have done so far. Operators inside one another share it."""

    __slots__ = ("_check_time", "_marked", "_marks", "_turns", "characters", "items")

    def __init__(self, check_time: Callable[[], None] = no_limit) -> None:
        self._check_time = check_time
        self._turns = 0
        self.items = 0
        self.characters = 0
        self._marked: Sequence[Any] = ()
        self._marks: dict[Any, int] = {}

    def made(self, value: Any) -> None:
        """Count what an expression gave for one item. Raises LimitReached, and TimedOut when the run's time is over."""
        self._turns += 1
        if not self._turns % TURNS:
            self._check_time()
        if value is None or value is True or value is False:
            return
        if isinstance(value, str):
            self.characters += len(value)
            self.items += 1
        elif isinstance(value, list):
            self.characters += sum(len(one) for one in value if isinstance(one, str))
            self.items += len(value)
        else:
            self.items += 1
        if self.characters > MOST_CHARACTERS:
            raise LimitReached(_too_many(f"{MOST_CHARACTERS:,} characters"))
        if self.items > MOST_ITEMS:
            raise LimitReached(_too_many(f"{MOST_ITEMS:,} items"))

    def places(self, items: Sequence[Any], mark: Callable[[Any], Any]) -> dict[Any, int]:
        """Where each item of a list first stands, counting from 1, by its mark.

        The last list asked about is remembered: `.where(this in others)` asks about the same one for every item.
        """
        if self._marked is not items:
            marks: dict[Any, int] = {}
            for place, one in enumerate(items, 1):
                marks.setdefault(mark(one), place)
            self._marked, self._marks = items, marks
        return self._marks


def _too_many(what: str) -> str:
    return (
        f"This expression makes more than {what} on its way. Let it work on fewer items at a time, "
        "for example in a loop or a batch."
    )
