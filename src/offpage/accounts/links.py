"""Links that work once: to choose a new password, to confirm an e-mail, to log in without a password."""

from __future__ import annotations

import secrets
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from offpage.accounts import users
from offpage.accounts.hashing import secret_hash
from offpage.accounts.users import Account
from offpage.kernel.errors import InvalidLink, StepError
from offpage.store import links
from offpage.store.links import StoredLink
from offpage.store.tx import Tx

Purpose = Literal["reset", "confirm", "magic"]

HOUR_MS: Final = 3_600_000
LASTING: Final[dict[Purpose, int]] = {"reset": 24 * HOUR_MS, "confirm": 30 * 24 * HOUR_MS, "magic": HOUR_MS}
"""How long a link works, if the step does not say."""

SWEPT: Final = 100
LONGEST_SECRET: Final = 200


def new_secret() -> str:
    """A secret for a link."""
    return secrets.token_urlsafe(32)


def keep(
    tx: Tx, secret: str, purpose: Purpose, user_id: str, email: str, *, now: int, lasting: int | None = None
) -> None:
    """Make a link's secret work. It is bound to the user's present e-mail."""
    links.sweep(tx, now, SWEPT)
    until = now + (LASTING[purpose] if lasting is None else lasting)
    links.add(tx, StoredLink(secret_hash(secret), purpose, user_id, email, now, until))


def find(tx: Tx, secret: str | None, purpose: Purpose, now: int) -> StoredLink:
    """Whose link this is; it still works afterwards. Raises InvalidLink."""
    found = links.find(tx, _hash(secret), purpose, now)
    if found is None:
        raise InvalidLink
    return found


def use(tx: Tx, secret: str | None, purpose: Purpose, now: int) -> StoredLink:
    """Use a link up. Raises InvalidLink, for the second of two who try as well."""
    found = links.use(tx, _hash(secret), purpose, now)
    if found is None:
        raise InvalidLink
    return found


def account_of(tx: Tx, secret: str | None, purpose: Purpose, now: int) -> Account:
    """Use a link up: whose it is. Raises InvalidLink, for one that was mailed to a former address as well."""
    link = use(tx, secret, purpose, now)
    account = users.by_id(tx, link.user_id)
    if account is None or account.email != link.email:
        raise InvalidLink
    return account


def _hash(secret: str | None) -> str:
    if not secret or len(secret) > LONGEST_SECRET:
        raise InvalidLink
    return secret_hash(secret)


def address(page: str | None, default: str, app_url: str, **query: str) -> str:
    """A page's address with something added to its query. A page that begins with / is on the app's own address.

    Raises StepError for what is no web address.
    """
    target = (page or "").strip() or default
    if target.startswith("/") and not target.startswith("//"):
        target = app_url + target
    parts = urlsplit(target)
    if target.startswith("/") and not app_url:
        raise StepError(
            f"The page {target[:100]!r} is on the app's own address, which is not known here: set OFFPAGE_URL."
        )
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise StepError(
            f"The page {target[:100]!r} is no web address. Begin it with https://, or with / for {app_url}."
        )
    return with_query(target, **query)


def with_query(target: str, **query: str) -> str:
    """An address with something added to its query."""
    if not query:
        return target
    parts = urlsplit(target)
    more = urlencode(query, encoding="utf-8", errors="replace")
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))
