"""A whole file, in transactions of a few hundred lines: others write in between, and a stop loses little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from offpage.data.transfer.entry import Entry
from offpage.data.transfer.importing import Importer, Problem, Tally
from offpage.kernel.clock import Clock
from offpage.kernel.errors import StepError
from offpage.store.tx import Database, Tx

T = TypeVar("T")

PIECE: Final = 500
"""Most lines of one transaction."""


class _Undone(Exception):
    """Carries what a trial found out of a transaction that is not to be kept."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally


def import_entries(
    database: Database,
    importer: Importer,
    entries: Iterable[Entry],
    clock: Clock,
    *,
    problem: Callable[[Problem], None],
    told: Callable[[Tally], None] = lambda tally: None,
    trial: bool = False,
) -> Tally:
    """Import entries; blocks until the last piece is committed. `problem` gets each problem, `told` the counts so far
    after each piece. `trial`: everything is tried, nothing is kept. The tally returned holds counts only.
    """
    total = Tally()
    for piece in _pieces(entries):
        found = _piece(database, importer, piece, clock, trial=trial)
        total.created += found.created
        total.changed += found.changed
        for one in found.problems:
            problem(one)
        told(total)
    return total


def _piece(database: Database, importer: Importer, piece: list[Entry], clock: Clock, *, trial: bool) -> Tally:
    def attempt(tx: Tx, alone: bool) -> Tally:
        return _kept(importer.write(tx, piece, clock.now(), alone=alone), trial=trial)

    try:
        try:
            return database.write_now(lambda tx: attempt(tx, alone=False))
        except StepError:
            # One of the lines is refused by the database: again, so that only that one is left out.
            return database.write_now(lambda tx: attempt(tx, alone=True))
    except _Undone as undone:
        return undone.tally


def _kept(tally: Tally, *, trial: bool) -> Tally:
    if trial:
        raise _Undone(tally)
    return tally


def _pieces(entries: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(entries)
    while piece := list(islice(rest, PIECE)):
        yield piece
