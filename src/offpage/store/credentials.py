"""Users' credentials: the hash of a password and what goes with it."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx


class Credentials(NamedTuple):
    """What is kept of a user's credentials. `temporary`: somebody else made the password up."""

    password_hash: str | None = None
    temporary: bool = False
    disabled: bool = False


NONE: Final = Credentials()
"""Of a user who has no password."""

_GET: Final = prepared("SELECT password_hash, temporary, disabled FROM op_credentials WHERE user_id = {}", HOLE)
_PUT_PASSWORD: Final = prepared(
    "INSERT INTO op_credentials (user_id, password_hash, temporary, disabled, changed_at)"
    " VALUES ({}, {}, {}, {}, {}) ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash,"
    " temporary = excluded.temporary, changed_at = excluded.changed_at",
    *[HOLE] * 5,
)
_PUT_DISABLED: Final = prepared(
    "INSERT INTO op_credentials (user_id, temporary, disabled, changed_at) VALUES ({}, {}, {}, {})"
    " ON CONFLICT (user_id) DO UPDATE SET disabled = excluded.disabled, changed_at = excluded.changed_at",
    *[HOLE] * 4,
)
_REMOVE: Final = prepared("DELETE FROM op_credentials WHERE user_id = {}", HOLE)


def get(tx: Tx, user_id: str) -> Credentials:
    """The credentials of a user; NONE where there are none."""
    row = tx.row(_GET.of(tx), (user_id,))
    return Credentials(row[0], bool(row[1]), bool(row[2])) if row else NONE


def put_password(tx: Tx, user_id: str, password_hash: str | None, *, temporary: bool, now: int) -> None:
    """Give a user another password, or none."""
    tx.change(_PUT_PASSWORD.of(tx), (user_id, password_hash, temporary, False, now))


def put_disabled(tx: Tx, user_id: str, disabled: bool, *, now: int) -> None:
    """Let a user log in no more, or again."""
    tx.change(_PUT_DISABLED.of(tx), (user_id, False, disabled, now))


def remove(tx: Tx, user_id: str) -> None:
    """Forget the credentials of a user who is gone."""
    tx.change(_REMOVE.of(tx), (user_id,))
