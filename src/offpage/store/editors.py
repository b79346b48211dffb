"""Who may use the web editor, and who is in: accounts of the server, which have nothing to do with the app's users."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.ddl import Column, Index, Table
from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx

EDITORS: Final = Table(
    "op_editors",
    (
        Column("name", "text", required=True),
        Column("password_hash", "text", required=True),
        Column("role", "text", required=True),
        Column("disabled", "yes_no", required=True),
        Column("created_at", "integer", required=True),
    ),
    key=("name",),
)
"""Accounts of the editor."""

EDITOR_SESSIONS: Final = Table(
    "op_editor_sessions",
    (
        Column("hash", "text", required=True),
        Column("name", "text", required=True),
        Column("role", "text", required=True),
        Column("expires_at", "integer", required=True),
    ),
    key=("hash",),
    indexes=(Index("op_editor_sessions_name", ("name",)),),
)
"""Who is in; of what their browsers hold only the SHA-256 is kept."""


class EditorAccount(NamedTuple):
    """An account. `role` is view, operate or edit."""

    name: str
    password_hash: str
    role: str
    disabled: bool
    created_at: int


class KeptSession(NamedTuple):
    """Somebody who is in."""

    hash: str
    name: str
    role: str
    expires_at: int


_COLUMNS: Final = names(EditorAccount._fields)
_ADD: Final = prepared("INSERT INTO op_editors ({}) VALUES ({}) ON CONFLICT (name) DO NOTHING", _COLUMNS, holes(5))
_GET: Final = prepared("SELECT {} FROM op_editors WHERE name = {}", _COLUMNS, HOLE)
_ALL: Final = prepared("SELECT {} FROM op_editors ORDER BY name", _COLUMNS)
_PASSWORD: Final = prepared("UPDATE op_editors SET password_hash = {} WHERE name = {}", HOLE, HOLE)
_ROLE: Final = prepared("UPDATE op_editors SET role = {} WHERE name = {}", HOLE, HOLE)
_DISABLED: Final = prepared("UPDATE op_editors SET disabled = {} WHERE name = {}", HOLE, HOLE)

_SESSION: Final = names(KeptSession._fields)
_BEGIN: Final = prepared("INSERT INTO op_editor_sessions ({}) VALUES ({})", _SESSION, holes(4))
_FIND: Final = prepared("SELECT {} FROM op_editor_sessions WHERE hash = {}", _SESSION, HOLE)
_LONGER: Final = prepared("UPDATE op_editor_sessions SET expires_at = {} WHERE hash = {}", HOLE, HOLE)
_END: Final = prepared("DELETE FROM op_editor_sessions WHERE hash = {}", HOLE)
_END_ALL: Final = prepared("DELETE FROM op_editor_sessions WHERE name = {}", HOLE)
_FORGET: Final = prepared("DELETE FROM op_editor_sessions WHERE expires_at < {}", HOLE)


def add(tx: Tx, account: EditorAccount) -> bool:
    """Keep a new account; whether the name was free."""
    return tx.change(_ADD.of(tx), account) > 0


def get(tx: Tx, name: str) -> EditorAccount | None:
    """The account with this name."""
    row = tx.row(_GET.of(tx), (name,))
    return _account(row) if row else None


def every(tx: Tx) -> list[EditorAccount]:
    """All accounts by name."""
    return [_account(row) for row in tx.rows(_ALL.of(tx))]


def set_password(tx: Tx, name: str, password_hash: str) -> bool:
    """Another password; who is in with the old one is so no more. False: there is no such account."""
    tx.change(_END_ALL.of(tx), (name,))
    return tx.change(_PASSWORD.of(tx), (password_hash, name)) > 0


def set_role(tx: Tx, name: str, role: str) -> bool:
    """Another role, from the next log-in on, which is needed at once. False: there is no such account."""
    tx.change(_END_ALL.of(tx), (name,))
    return tx.change(_ROLE.of(tx), (role, name)) > 0


def set_disabled(tx: Tx, name: str, disabled: bool) -> bool:
    """Let somebody log in no more, or again. False: there is no such account."""
    tx.change(_END_ALL.of(tx), (name,))
    return tx.change(_DISABLED.of(tx), (disabled, name)) > 0


def begin(tx: Tx, session: KeptSession, now: int) -> None:
    """Somebody comes in. Sessions that are over are forgotten."""
    tx.change(_FORGET.of(tx), (now,))
    tx.change(_BEGIN.of(tx), session)


def find(tx: Tx, secret_hash: str) -> KeptSession | None:
    """Who holds the secret with this hash, with the role that the account has now. A link's session has no account."""
    row = tx.row(_FIND.of(tx), (secret_hash,))
    if row is None:
        return None
    session = KeptSession._make(row)
    account = get(tx, session.name)
    if account is None:
        return session
    return None if account.disabled else session._replace(role=account.role)


def prolong(tx: Tx, secret_hash: str, expires_at: int) -> None:
    """Let a session last longer."""
    tx.change(_LONGER.of(tx), (expires_at, secret_hash))


def end(tx: Tx, secret_hash: str) -> None:
    """Somebody leaves."""
    tx.change(_END.of(tx), (secret_hash,))


def _account(row: tuple[object, ...]) -> EditorAccount:
    account = EditorAccount._make(row)
    return account._replace(disabled=bool(account.disabled))
