"""Long lists of runs: how many there are, where each page begins, and where in the list a moment is.

`seq` counts runs in the order in which they were recorded. That is nearly the order in which they began, so that a
moment can be looked up with a few steps and needs no index of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from offpage.sql.fragment import Sql, sql, value
from offpage.store.run_lists import RunFilter, RunLine, condition, lines
from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx

MOST: Final = 200_000
"""How many runs are counted, the latest ones: whoever looks further back says for which time."""

APART_MS: Final = 600_000
"""A run was recorded at most so long after it began: at the end of its first segment."""

WINDOW: Final = 20_000
"""How many runs one page of a search for words looks through."""

_ENDS: Final = prepared("SELECT (SELECT min(seq) FROM op_runs), (SELECT max(seq) FROM op_runs)")
_NEXT: Final = prepared("SELECT seq, started_at FROM op_runs WHERE seq >= {} ORDER BY seq LIMIT 1", HOLE)


class Outline(NamedTuple):
    """A list of runs as a whole: how many, whether there are more that were not counted, and where pages begin.

    `marks` are the `seq` of the first run, and of each that comes `every` runs after another.
    """

    total: int
    more: bool
    every: int
    marks: list[int]


class Found(NamedTuple):
    """A piece of a list. `cursor`: the place to go on from (`before`); None: there is no more."""

    lines: list[RunLine]
    cursor: int | None


def outline(tx: Tx, which: RunFilter, every: int) -> Outline:
    """What a scrollbar needs. For filters without `text`: these are answered by indexes."""
    # `seq + 0`: the seqs are taken out of a narrow index and sorted, which is much less than the rows in their order.
    found = tx.run(
        sql("SELECT seq, n, total FROM (SELECT seq, row_number() OVER (ORDER BY seq DESC) AS n, count(*) OVER () AS total"
            " FROM (SELECT seq FROM op_runs{} ORDER BY seq + 0 DESC LIMIT {}) AS latest) AS numbered"
            " WHERE (n - 1) % {} = 0 ORDER BY n",
            _within(tx, which), value(MOST + 1), value(every))
    )  # fmt: skip
    total = int(found[0][2]) if found else 0
    return Outline(min(total, MOST), total > MOST, every, [int(seq) for seq, n, _ in found if n <= MOST])


def page(tx: Tx, which: RunFilter, *, limit: int, before: int | None = None, at_least: int | None = None) -> Found:
    """The next runs of a list, newest first. One that looks for words may hold few, or none, and yet not be the last.

    `at_least`: only runs with this `seq` or a later one.
    """
    low, high = _range(tx, which)
    if at_least is not None:
        low = max(low, at_least)
    if before is not None:
        high = min(high, before - 1)
    if high < low:
        return Found([], None)
    stop = max(low, high - WINDOW + 1) if which.text is not None else low
    found = lines(tx, which, limit=limit, before=high + 1, at_least=stop)
    if len(found) == limit:
        return Found(found, found[-1].seq if found[-1].seq > low else None)
    return Found(found, stop if stop > low else None)


def place_of(tx: Tx, moment: int) -> int:
    """The first `seq` whose run began at a moment or later: as if runs were recorded when they begin. At the end: one more."""
    low, high = _ends(tx)
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = tx.row(_NEXT.of(tx), (middle,))
        if row is None or row[1] >= moment:
            high = middle
        else:
            low = int(row[0]) + 1
    return low


def _ends(tx: Tx) -> tuple[int, int]:
    row = tx.row(_ENDS.of(tx))
    return (1, 0) if row is None or row[0] is None else (int(row[0]), int(row[1]))


def _range(tx: Tx, which: RunFilter) -> tuple[int, int]:
    """The first and the last `seq` that a filter may mean."""
    low, high = _ends(tx)
    if which.since is not None:
        low = max(low, place_of(tx, which.since - APART_MS))
    if which.until is not None:
        high = min(high, place_of(tx, which.until + APART_MS) - 1)
    return low, high


def _within(tx: Tx, which: RunFilter) -> Sql:
    """A filter as indexes can answer it."""
    more: list[Sql] = []
    if which.since is not None or which.until is not None:
        low, high = _range(tx, which)
        more.append(sql("seq BETWEEN {} AND {}", value(low), value(high)))
    if which.state == "finished":  # nearly all are: there is an index of the others
        which = replace(which, state=None)
        more.append(sql("seq NOT IN (SELECT seq FROM op_runs WHERE state <> 'finished')"))
    return condition(which, *more)
