"""The secrets of links that work once: kept as a hash, found by it, gone with their use."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx


class StoredLink(NamedTuple):
    """A link that was sent. `email` is the user's at that moment; times in ms since 1970."""

    hash: str
    purpose: str
    user_id: str
    email: str
    created_at: int
    expires: int


_COLUMNS: Final = names(StoredLink._fields)
_INSERT: Final = prepared("INSERT INTO op_links ({}) VALUES ({})", _COLUMNS, holes(len(StoredLink._fields)))
_FIND: Final = prepared(
    "SELECT {} FROM op_links WHERE hash = {} AND purpose = {} AND expires > {}", _COLUMNS, *[HOLE] * 3
)
_USE: Final = prepared(
    "DELETE FROM op_links WHERE hash = {} AND purpose = {} AND expires > {} RETURNING {}", *[HOLE] * 3, _COLUMNS
)
_DROP: Final = prepared("DELETE FROM op_links WHERE user_id = {}", HOLE)
_DROP_PURPOSE: Final = prepared("DELETE FROM op_links WHERE user_id = {} AND purpose = {}", HOLE, HOLE)
_SWEEP: Final = prepared(
    "DELETE FROM op_links WHERE hash IN (SELECT hash FROM op_links WHERE expires <= {} ORDER BY expires LIMIT {})",
    HOLE,
    HOLE,
)


def add(tx: Tx, link: StoredLink) -> None:
    """Keep a new link."""
    tx.change(_INSERT.of(tx), link)


def find(tx: Tx, hash: str, purpose: str, now: int) -> StoredLink | None:
    """The link with this hash, unless it has expired or is for something else. It stays."""
    row = tx.row(_FIND.of(tx), (hash, purpose, now))
    return StoredLink._make(row) if row else None


def use(tx: Tx, hash: str, purpose: str, now: int) -> StoredLink | None:
    """Use a link up: of two who try, one gets it."""
    row = tx.row(_USE.of(tx), (hash, purpose, now))
    return StoredLink._make(row) if row else None


def drop(tx: Tx, user_id: str, purpose: str | None = None) -> None:
    """Delete the links of a user, all or those for one purpose."""
    if purpose is None:
        tx.change(_DROP.of(tx), (user_id,))
    else:
        tx.change(_DROP_PURPOSE.of(tx), (user_id, purpose))


def sweep(tx: Tx, now: int, most: int) -> int:
    """Delete at most so many links that have expired; returns how many there were."""
    return tx.change(_SWEEP.of(tx), (now, most))
