"""Users as accounts: found by e-mail, given credentials, disabled. Whoever writes holds the transaction.

The command line, the Data API and the steps of workflows all come here. Passwords come as hashes
(`passwords.hash_password`), because hashing is slow and must not happen while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from offpage.accounts import sessions
from offpage.data.assignment import Shape
from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.kernel.errors import EmailTaken, InvalidEmail, NotUnique
from offpage.model.schema import USER
from offpage.sql.layout import table
from offpage.store import credentials, links
from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx
from offpage.values.email import normal_email


class Account(NamedTuple):
    """A user as somebody who can log in. A user without a password has no `password_hash`."""

    user_id: str
    email: str | None
    email_confirmed: bool
    password_hash: str | None
    temporary: bool
    disabled: bool


_SELECT: Final = (
    "SELECT u.id, u.email, u.email_confirmed, c.password_hash, c.temporary, c.disabled"
    " FROM {} u LEFT JOIN op_credentials c ON c.user_id = u.id WHERE "
)
_BY_EMAIL: Final = prepared(_SELECT + "u.email = {}", table(USER), HOLE)
_BY_ID: Final = prepared(_SELECT + "u.id = {}", table(USER), HOLE)


def by_email(tx: Tx, email: str | None) -> Account | None:
    """The account with this e-mail (in its normal form), or None."""
    return None if email is None else _account(tx.row(_BY_EMAIL.of(tx), (email,)))


def by_id(tx: Tx, user_id: str | None) -> Account | None:
    """The account of a user, or None if there is no such user."""
    return None if user_id is None else _account(tx.row(_BY_ID.of(tx), (user_id,)))


def create_user(
    tx: Tx,
    things: Things,
    shape: Shape,
    values: Sequence[object],
    *,
    id: str,
    now: int,
    created_by: str | None,
    password_hash: str | None = None,
) -> ThingRow:
    """Create a user, who can log in if a password's hash is given. Raises EmailTaken, InvalidEmail, NotUnique.

    `shape` is of the type `user` and sets `email`.
    """
    try:
        row = things.create(tx, shape, values, id=id, now=now, created_by=created_by)
    except NotUnique as refused:
        raise as_email_taken(refused) from refused
    if password_hash is not None:
        credentials.put_password(tx, id, password_hash, temporary=False, now=now)
    return row


def set_password(
    tx: Tx, user_id: str, password_hash: str | None, *, now: int, temporary: bool = False, stay: str | None = None
) -> None:
    """Give a user another password (None: none). Links and log-ins made before it are void, except the token `stay`."""
    credentials.put_password(tx, user_id, password_hash, temporary=temporary, now=now)
    links.drop(tx, user_id, "reset")
    links.drop(tx, user_id, "magic")
    sessions.end_all(tx, user_id, but=stay)


def disable(tx: Tx, user_id: str, *, now: int) -> None:
    """Let a user log in no more, and end what log-ins there are."""
    credentials.put_disabled(tx, user_id, True, now=now)
    links.drop(tx, user_id)
    sessions.end_all(tx, user_id)


def enable(tx: Tx, user_id: str, *, now: int) -> None:
    """Let a disabled user log in again."""
    credentials.put_disabled(tx, user_id, False, now=now)


def as_email_taken(refused: NotUnique) -> NotUnique | EmailTaken:
    """What a refused user is refused for: the e-mail, mostly."""
    return EmailTaken() if refused.details.get("field") == "email" else refused


def sensible_email(text: str | None) -> str | None:
    """An e-mail in its normal form, or None where it is none: for looking somebody up."""
    try:
        return normal_email(text or "")
    except InvalidEmail:
        return None


def _account(row: Sequence[object] | None) -> Account | None:
    if row is None:
        return None
    user_id, email, confirmed, password_hash, temporary, disabled = row
    return Account(user_id, email, bool(confirmed), password_hash, bool(temporary), bool(disabled))  # type: ignore[arg-type]
