"""Users who are logged in: each log-in is a token that lives for a while (bubble.md 3.3)."""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

from offpage.accounts.hashing import secret_hash
from offpage.kernel.ids import IdMaker
from offpage.model.schema import USER
from offpage.sql.layout import table
from offpage.store import tokens
from offpage.store.statement import HOLE, prepared
from offpage.store.tokens import StoredToken
from offpage.store.tx import Tx
from offpage.values.shapes import DAY_MS

SHORT_MS: Final = DAY_MS
"""How long a log-in lasts."""

LONG_MS: Final = 365 * DAY_MS
"""How long it lasts for those who stay logged in."""

IDLE_MS: Final = 30 * DAY_MS
"""A token that was not used for so long is dead."""

SWEPT: Final = 100
"""How many expired tokens are cleared away with each log-in."""

_LOGGED_IN: Final = prepared("UPDATE {} SET logged_in = {} WHERE id = {}", table(USER), HOLE, HOLE)
_LOGGED_OUT: Final = prepared(
    "UPDATE {} SET logged_in = {} WHERE id = {} AND NOT EXISTS (SELECT 1 FROM op_tokens WHERE user_id = {})",
    table(USER),
    *[HOLE] * 3,
)


class Session(NamedTuple):
    """A log-in. `token` is shown to the caller and never again; it lives for `seconds`."""

    token: str
    token_id: str
    user_id: str
    seconds: int


def start(tx: Tx, user_id: str, *, stay: bool, now: int, new_id: IdMaker) -> Session:
    """Log a user in: `stay` for a year, otherwise for a day."""
    lasting = LONG_MS if stay else SHORT_MS
    secret = _new_secret()
    record = StoredToken(
        id=new_id(now),
        label="",
        hash=secret_hash(secret),
        kind="user",
        user_id=user_id,
        created_at=now,
        expires=now + min(lasting, IDLE_MS),
        ends=now + lasting,
    )
    for other in set(tokens.sweep(tx, now, SWEPT)):
        _note_logged_out(tx, other)
    tokens.add(tx, record)
    tx.change(_LOGGED_IN.of(tx), (True, user_id))
    return Session(secret, record.id, user_id, lasting // 1000)


def renew(tx: Tx, token_id: str) -> str | None:
    """Another token for a log-in whose own was lost before anybody had it; None where the log-in has ended."""
    secret = _new_secret()
    return secret if tokens.renew(tx, token_id, secret_hash(secret)) else None


def end(tx: Tx, user_id: str, token_id: str) -> None:
    """Log a user out where this token is used."""
    tokens.revoke(tx, token_id)
    _note_logged_out(tx, user_id)


def end_all(tx: Tx, user_id: str, *, but: str | None = None) -> int:
    """Log a user out everywhere, except where the token `but` is used; returns how many log-ins there were."""
    count = tokens.revoke_of_user(tx, user_id, but=but)
    _note_logged_out(tx, user_id)
    return count


def used_until(record: StoredToken, now: int) -> int | None:
    """When a token expires that was used now: each use is good for 30 days more, up to its end."""
    return record.expires if record.ends is None else min(record.ends, now + IDLE_MS)


def _new_secret() -> str:
    return "usr_" + secrets.token_urlsafe(32)


def _note_logged_out(tx: Tx, user_id: str) -> None:
    tx.change(_LOGGED_OUT.of(tx), (False, user_id, user_id))
