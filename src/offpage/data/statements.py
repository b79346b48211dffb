"""Statements over many ids or items, rendered once per size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, join, sql, value
from offpage.store.tx import Tx, check_deadline

T = TypeVar("T")

HOLE: Final = value(None)
"""A placeholder; what it stands for is bound when the statement runs."""

CHUNK: Final = 512
"""Most ids or items that one statement takes."""


def chunks(many: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Pieces of at most `size`, in order."""
    if len(many) <= size:
        if many:
            yield many
        return
    for start in range(0, len(many), size):
        yield many[start : start + size]


def paced(tx: Tx, many: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The same for statements that write. Raises Interrupted between two of them once the time is over."""
    for number, some in enumerate(chunks(many, size)):
        if number:
            check_deadline(tx)
        yield some


def padded(many: Sequence[T]) -> Sequence[T]:
    """The same with the last repeated up to a power of two: few sizes, so few statement texts for `IN`."""
    size = 1 << (len(many) - 1).bit_length()
    return many if size == len(many) else [*many, *[many[-1]] * (size - len(many))]


def holes(count: int) -> Sql:
    """`?, ?, ?`."""
    return join(", ", [HOLE] * count)


def typed_hole(dialect: Dialect, storage: str) -> Sql:
    """A placeholder whose type PostgreSQL cannot guess from its surroundings."""
    name = dialect.column_type(storage).partition(" COLLATE")[0]
    return sql("CAST({} AS {})", HOLE, Sql((name,)))


class Sized:
    """A statement whose text depends on how many ids it takes; at most a few texts are kept."""

    __slots__ = ("_build", "_dialect", "_texts")

    def __init__(self, dialect: Dialect, build: Callable[[Sql], Sql]) -> None:
        self._dialect = dialect
        self._build = build
        self._texts: dict[int, str] = {}

    def text(self, count: int) -> str:
        """The text for `count` ids; `build` gets their placeholders."""
        found = self._texts.get(count)
        if found is None:
            found = self._texts[count] = self._dialect.render(self._build(holes(count))).text
        return found


def rendered(dialect: Dialect, fragment: Sql) -> str:
    """The text of a fragment made with HOLE; what it binds is given when it runs."""
    return dialect.render(fragment).text


def without_repeats(ids: Sequence[Any]) -> list[Any]:
    """Each once, in order of first appearance; empties left out."""
    return [one for one in dict.fromkeys(ids) if one is not None]
