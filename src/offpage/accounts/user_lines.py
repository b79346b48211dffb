"""Users as whoever runs the app sees them: who there is, who can log in, who was here lately."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.model.schema import USER
from offpage.sql.layout import table
from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Row, Tx


class UserLine(NamedTuple):
    """One user. Moments in ms; `last_used` is when one of the tokens was last shown, None if there is none."""

    id: str
    email: str | None
    email_confirmed: bool
    logged_in: bool
    has_password: bool
    temporary_password: bool
    disabled: bool
    created_at: int
    last_used: int | None


_LINES: Final = prepared(
    "SELECT u.id, u.email, u.email_confirmed, u.logged_in, c.password_hash IS NOT NULL, c.temporary, c.disabled,"
    " u.created_date, (SELECT max(t.last_used) FROM op_tokens t WHERE t.user_id = u.id)"
    " FROM {} u LEFT JOIN op_credentials c ON c.user_id = u.id"
    " WHERE u.email LIKE {} ESCAPE '\\' OR ({} AND u.email IS NULL)"
    " ORDER BY u.created_date DESC, u.id DESC LIMIT {}",
    table(USER),
    HOLE,
    HOLE,
    HOLE,
)


def user_lines(tx: Tx, *, limit: int, containing: str = "") -> list[UserLine]:
    """The latest users, newest first; with `containing` only those whose e-mail has it in it."""
    wanted = containing.strip().lower()
    for character in ("\\", "%", "_"):
        wanted = wanted.replace(character, "\\" + character)
    return [_line(row) for row in tx.rows(_LINES.of(tx), (f"%{wanted}%", not wanted, limit))]


def _line(row: Row) -> UserLine:
    user_id, email, confirmed, logged_in, has_password, temporary, disabled, created, last_used = row
    marks = (bool(confirmed), bool(logged_in), bool(has_password), bool(temporary), bool(disabled))
    return UserLine(user_id, email, *marks, created, last_used)
