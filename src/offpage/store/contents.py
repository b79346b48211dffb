"""What a table holds, read in pages in the order of its key, and summed up the same way on every database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from offpage.sql.fragment import NOTHING, Sql, ident, join, sql, value
from offpage.store.tx import Row, Tx

PAGE_BYTES: Final = 4_000_000
PAGE_ROWS: Final = 5_000
FIRST_ROWS: Final = 100
"""A page holds about so many bytes and at most so many rows; how long rows are is learnt from the page before."""

LARGEST_PAGE: Final = 32_000_000
"""Bytes that no page has more of, unless a single row has: the longest row there is decides how many fit."""

_encode: Final = msgspec.json.Encoder().encode


class Kept(NamedTuple):
    """A table whose rows are moved: its name, the columns of its key, and all columns with their storage classes."""

    name: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(name for name, _ in self.columns)


class Sum(NamedTuple):
    """How many rows a table has, and a checksum of their values.

    That is SHA-256 over the rows in the order of their key, each as a line of JSON: a list of its values. Both databases order
    by code point, and both give the shortest decimals of a number, so it is the same wherever the rows are.
    """

    rows: int
    checksum: str


class Contents:
    """The rows of a table; iterating gives them in pages, and `sum` what has been read so far."""

    def __init__(self, tx: Tx, kept: Kept) -> None:
        self._tx = tx
        self._kept = kept
        self._digest = hashlib.sha256()
        self._rows = 0
        self._yes_no = [place for place, (_, storage) in enumerate(kept.columns) if storage == "yes_no"]
        self._numbers = [place for place, (_, storage) in enumerate(kept.columns) if storage == "number"]

    @property
    def sum(self) -> Sum:
        """What has been read so far."""
        return Sum(self._rows, self._digest.hexdigest())

    def __iter__(self) -> Iterator[list[Row]]:
        most = max(1, min(PAGE_ROWS, LARGEST_PAGE // max(1, _longest(self._tx, self._kept))))
        limit, last = min(FIRST_ROWS, most), None
        key = [self._kept.names.index(name) for name in self._kept.key]
        while True:
            page = [self._plain(row) for row in self._tx.run(_page(self._kept, last, limit))]
            size = self._take(page)
            if page:
                last = [page[-1][place] for place in key]
                yield page
            if len(page) < limit:
                return
            limit = max(1, min(most, limit * PAGE_BYTES // max(size, 1)))

    def _take(self, page: list[Row]) -> int:
        lines = b"".join([_encode(row) + b"\n" for row in page])
        self._digest.update(lines)
        self._rows += len(page)
        return len(lines)

    def _plain(self, row: Row) -> Row:
        """A row as every database takes it: yes and no as such (SQLite keeps 1 and 0), and no zero below zero."""
        if not (self._yes_no or self._numbers):
            return row
        values: list[Any] = list(row)
        for place in self._yes_no:
            if values[place] is not None:
                values[place] = bool(values[place])
        for place in self._numbers:
            if values[place] is not None:
                values[place] = float(values[place]) + 0.0
        return tuple(values)


def count(tx: Tx, kept: Kept) -> int:
    """How many rows a table has."""
    return int(tx.run(sql("SELECT count(*) FROM {}", ident(kept.name)))[0][0])


def summed(tx: Tx, kept: Kept) -> Sum:
    """Read a whole table."""
    contents = Contents(tx, kept)
    for _ in contents:
        pass
    return contents.sum


def _longest(tx: Tx, kept: Kept) -> int:
    """How many bytes of text the longest row has."""
    lengths = [
        sql("coalesce(octet_length({}), 0)", ident(name))
        for name, storage in kept.columns
        if storage in ("text", "json")
    ]
    if not lengths:
        return 0
    return int(tx.run(sql("SELECT max({}) FROM {}", join(" + ", lengths), ident(kept.name)))[0][0] or 0)


def _page(kept: Kept, last: list[Any] | None, limit: int) -> Sql:
    key = join(", ", (ident(name) for name in kept.key))
    after = NOTHING if last is None else sql(" WHERE ({}) > ({})", key, join(", ", map(value, last)))
    columns = join(", ", (ident(name) for name in kept.names))
    return sql("SELECT {} FROM {}{} ORDER BY {} LIMIT {}", columns, ident(kept.name), after, key, value(limit))
