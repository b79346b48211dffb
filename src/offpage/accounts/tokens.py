"""Who holds a token: the app's administrator (an API token, bubble.md 3.2) or a user who is logged in (3.3).

Only a hash is kept, so a token is shown once. A revoked token stops working within a second, in every process, and
a user's at once in the process where the log-in ended.
"""

from __future__ import annotations

import contextlib
import secrets
import string
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from offpage.accounts import sessions
from offpage.accounts.actor import ADMIN, Actor, user
from offpage.accounts.hashing import secret_hash
from offpage.kernel.clock import Clock
from offpage.kernel.errors import StoreError
from offpage.kernel.ids import IdMaker
from offpage.store import tokens
from offpage.store.tokens import StoredToken
from offpage.store.tx import Database, Tx

LENGTH: Final = 32
REMEMBERED_SECONDS: Final = 1.0
"""How long a token that was found counts as valid without another look."""

MOST_REMEMBERED: Final = 1_000
USE_NOTED_EVERY_MS: Final = 60_000
"""`last used` is exact to a minute, so that a busy token does not cost a write a second."""

DISTRUSTED_SECONDS: Final = 60.0
"""How long a user's tokens are looked up each time after a log-in of theirs ended."""

LONGEST_SECRET: Final = 200
_ALPHABET: Final = string.ascii_letters + string.digits


def new_secret() -> str:
    """A new API token."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def create_api_token(tx: Tx, label: str, *, now: int, new_id: IdMaker) -> tuple[str, StoredToken]:
    """Make an API token and keep its hash. Returns the token itself, which nobody can read again, and its record."""
    secret = new_secret()
    record = StoredToken(new_id(now), label, secret_hash(secret), "api", None, now)
    tokens.add(tx, record)
    return secret, record


class _Found(NamedTuple):
    actor: Actor
    until: float


class Tokens:
    """Finds out who holds a token."""

    def __init__(self, database: Database, clock: Clock, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._found: dict[str, _Found] = {}
        self._distrusted: dict[str, float] = {}

    async def actor(self, secret: str) -> Actor | None:
        """Who holds this token; None if it is not valid (or no more)."""
        if not secret or len(secret) > LONGEST_SECRET:
            return None
        key = secret_hash(secret)
        found = self._found.get(key)
        if found is not None and self._seconds() < found.until and found.actor.user_id not in self._distrusted:
            return found.actor
        return await self._look(key)

    async def knows(self, key: str) -> bool:
        """Whether there is a token with this hash."""
        now = self._clock.now()
        return await self._database.reading(lambda tx: tokens.find(tx, key, now)) is not None

    def distrust(self, user_id: str) -> None:
        """A log-in of this user is ending: remember nothing about this user's tokens for a while.

        Called before the transaction that ends it has committed, from any thread.
        """
        now = self._seconds()
        if len(self._distrusted) >= MOST_REMEMBERED:
            self._distrusted = {one: until for one, until in self._distrusted.items() if now < until}
        self._distrusted[user_id] = now + DISTRUSTED_SECONDS

    async def _look(self, key: str) -> Actor | None:
        until = self._seconds() + REMEMBERED_SECONDS
        now = self._clock.now()
        record = await self._database.reading(lambda tx: tokens.find(tx, key, now))
        if record is None:
            self._found.pop(key, None)
            return None
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        actor = _actor_of(record)
        if self._is_trusted(actor.user_id):
            self._found[key] = _Found(actor, until)
        if record.last_used is None or now - record.last_used >= USE_NOTED_EVERY_MS:
            with contextlib.suppress(StoreError):  # when it was last used is worth a try, not a failed request
                await self._database.written(
                    lambda tx: tokens.touch(tx, record.id, now, sessions.used_until(record, now))
                )
        return actor

    def _is_trusted(self, user_id: str | None) -> bool:
        if user_id is None or (until := self._distrusted.get(user_id)) is None:
            return True
        if self._seconds() < until:
            return False
        self._distrusted.pop(user_id, None)
        return True


def _actor_of(record: StoredToken) -> Actor:
    return user(record.user_id, record.id) if record.user_id else ADMIN
