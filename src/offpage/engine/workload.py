"""What a run costs, counted as it happens, at the prices of `workload:` in app.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from offpage.data.tables import ThingRow
from offpage.expr.runtime import Gives
from offpage.model.documents import Prices
from offpage.values.shapes import Place


class Workload:
    """The units of one run. Implements Reads: each thing that the run reads from the database counts once."""

    __slots__ = ("_found", "prices", "units")

    def __init__(self, prices: Prices) -> None:
        self.prices = prices
        self.units = 0.0
        self._found: set[str] = set()
        """Ids of things that have been counted: with the search that gave them, say."""

    def search(self, gives: Gives, rows: Sequence[tuple[Any, ...]]) -> None:
        """Count a search and what it found."""
        prices = self.prices
        if gives == "figure":
            self.units += prices.aggregate
        elif gives:
            self.units += prices.search + prices.thing_read * len(rows)
            if gives == "things":  # their characters count when they are read
                self._found.update(row[0] for row in rows)
            else:
                self.units += prices.character_read * sum(map(characters, rows))

    def thing(self, thing_id: str, row: ThingRow) -> None:
        """Count a thing that was read by its id."""
        prices = self.prices
        if thing_id not in self._found:
            self.units += prices.thing_read
        self.units += prices.character_read * characters(row)

    def known(self, ids: Iterable[str]) -> None:
        """Let things count no more when they are read: whoever wrote them has paid for them."""
        self._found.update(ids)

    def page(self, things: int, characters: int) -> None:
        """Count a search that gave so many things with so many characters."""
        prices = self.prices
        self.units += prices.search + prices.thing_read * things + prices.character_read * characters

    def one(self, characters: int) -> None:
        """Count a thing that was looked up, with so many characters."""
        self.units += self.prices.thing_read + self.prices.character_read * characters

    def items(self, items: Sequence[Any]) -> None:
        """Count the items of a list field: they are part of their thing."""
        self.units += self.prices.character_read * characters(items)

    def written(self, things: int = 1) -> None:
        """Count things that were created or changed."""
        self.units += self.prices.thing_written * things

    def deleted(self, things: int) -> None:
        """Count things that were deleted."""
        self.units += self.prices.thing_deleted * things

    def scheduled(self, runs: int = 1) -> None:
        """Count runs that were put into the queue."""
        self.units += self.prices.schedule * runs

    def request(self, size: int) -> None:
        """Count a request to the app, with a body of so many bytes."""
        self.units += self.prices.request + self.prices.byte * size

    def carried(self, size: int) -> None:
        """Count so many bytes that come from a caller, or go to one."""
        self.units += self.prices.byte * size

    def outside(self, calls: int, size: int) -> None:
        """Count calls of other programs, and the bytes of their requests and answers together."""
        self.units += self.prices.outside_call * calls + self.prices.byte * size


def characters(values: Iterable[Any]) -> int:
    """How many characters the texts among some values have. A number, a date and a yes/no have none."""
    count = 0
    for one in values:
        measure = _MEASURES.get(one.__class__)
        if measure is not None:
            count += measure(one)
    return count


def _of_json(value: Any) -> int:
    return len(msgspec.json.encode(value))


def _of_place(place: Place) -> int:
    return len(place.address or "")


_MEASURES: Final[dict[type, Callable[[Any], int]]] = {
    str: len, dict: _of_json, list: _of_json, tuple: _of_json, Place: _of_place
}  # fmt: skip
