"""Tokens: of callers that are the administrator, and of users who are logged in. Kept as a hash, found by it."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx


class StoredToken(NamedTuple):
    """A token. `hash` is the SHA-256 of the secret in hex; `kind` is `api` or `user`; times in ms since 1970.

    `expires` moves on with each use of a user's token, up to `ends`.
    """

    id: str
    label: str
    hash: str
    kind: str
    user_id: str | None
    created_at: int
    last_used: int | None = None
    expires: int | None = None
    ends: int | None = None


_COLUMNS: Final = names(StoredToken._fields)
_INSERT: Final = prepared("INSERT INTO op_tokens ({}) VALUES ({})", _COLUMNS, holes(len(StoredToken._fields)))
_FIND: Final = prepared(
    "SELECT {} FROM op_tokens WHERE hash = {} AND (expires IS NULL OR expires > {})", _COLUMNS, HOLE, HOLE
)
_ALL: Final = prepared("SELECT {} FROM op_tokens WHERE kind = 'api' ORDER BY created_at, id", _COLUMNS)
_REVOKE: Final = prepared("DELETE FROM op_tokens WHERE id = {}", HOLE)
_REVOKE_OF_USER: Final = prepared("DELETE FROM op_tokens WHERE user_id = {} AND id <> {}", HOLE, HOLE)
_TOUCH: Final = prepared("UPDATE op_tokens SET last_used = {}, expires = {} WHERE id = {}", *[HOLE] * 3)
_RENEW: Final = prepared("UPDATE op_tokens SET hash = {} WHERE id = {}", HOLE, HOLE)
_SWEEP: Final = prepared(
    "DELETE FROM op_tokens WHERE id IN (SELECT id FROM op_tokens WHERE kind = 'user' AND expires <= {}"
    " ORDER BY expires LIMIT {}) RETURNING user_id",
    HOLE,
    HOLE,
)


def add(tx: Tx, token: StoredToken) -> None:
    """Keep a new credential."""
    tx.change(_INSERT.of(tx), token)


def find(tx: Tx, hash: str, now: int) -> StoredToken | None:
    """The credential with this hash, unless it has expired."""
    row = tx.row(_FIND.of(tx), (hash, now))
    return StoredToken._make(row) if row else None


def every(tx: Tx) -> list[StoredToken]:
    """All tokens of administrators, oldest first."""
    return [StoredToken._make(row) for row in tx.rows(_ALL.of(tx))]


def revoke(tx: Tx, token_id: str) -> bool:
    """Delete a credential. False: there is none with this id."""
    return tx.change(_REVOKE.of(tx), (token_id,)) == 1


def revoke_of_user(tx: Tx, user_id: str, *, but: str | None = None) -> int:
    """Delete a user's tokens, all `but` one; returns how many there were."""
    return tx.change(_REVOKE_OF_USER.of(tx), (user_id, but or ""))


def touch(tx: Tx, token_id: str, now: int, expires: int | None) -> None:
    """Note that a token was used, and when it expires from now on."""
    tx.change(_TOUCH.of(tx), (now, expires, token_id))


def renew(tx: Tx, token_id: str, hash: str) -> bool:
    """Let another secret stand for a credential, and the former one for nothing. False: there is none with this id."""
    return tx.change(_RENEW.of(tx), (hash, token_id)) == 1


def sweep(tx: Tx, now: int, most: int) -> list[str]:
    """Delete at most so many users' tokens that have expired; returns whose they were."""
    return [row[0] for row in tx.rows(_SWEEP.of(tx), (now, most))]
