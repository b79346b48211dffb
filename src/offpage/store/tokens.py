"""Credentials: kept as a hash, found by it."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx


class StoredToken(NamedTuple):
    """A credential. `hash` is the SHA-256 of the secret in hex; `kind` is `api`; times in ms since 1970."""

    id: str
    label: str
    hash: str
    kind: str
    user_id: str | None
    created_at: int
    last_used: int | None = None
    expires: int | None = None


_COLUMNS: Final = names(StoredToken._fields)
_INSERT: Final = prepared("INSERT INTO op_tokens ({}) VALUES ({})", _COLUMNS, holes(len(StoredToken._fields)))
_FIND: Final = prepared(
    "SELECT {} FROM op_tokens WHERE hash = {} AND (expires IS NULL OR expires > {})", _COLUMNS, HOLE, HOLE
)
_ALL: Final = prepared("SELECT {} FROM op_tokens ORDER BY created_at, id", _COLUMNS)
_REVOKE: Final = prepared("DELETE FROM op_tokens WHERE id = {}", HOLE)
_TOUCH: Final = prepared("UPDATE op_tokens SET last_used = {} WHERE id = {}", HOLE, HOLE)


def add(tx: Tx, token: StoredToken) -> None:
    """Keep a new credential."""
    tx.change(_INSERT.of(tx), token)


def find(tx: Tx, hash: str, now: int) -> StoredToken | None:
    """The credential with this hash, unless it has expired."""
    row = tx.row(_FIND.of(tx), (hash, now))
    return StoredToken._make(row) if row else None


def every(tx: Tx) -> list[StoredToken]:
    """All credentials, oldest first."""
    return [StoredToken._make(row) for row in tx.rows(_ALL.of(tx))]


def revoke(tx: Tx, token_id: str) -> bool:
    """Delete a credential. False: there is none with this id."""
    return tx.change(_REVOKE.of(tx), (token_id,)) == 1


def touch(tx: Tx, token_id: str, now: int) -> None:
    """Note that a credential was used."""
    tx.change(_TOUCH.of(tx), (now, token_id))
