"""API tokens: 32 letters and digits that make their holder the app's administrator (bubble.md 3.2).

Only a hash is kept, so a token is shown once. A revoked token stops working within a second, in every process.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import string
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from offpage.accounts.actor import ADMIN, Actor
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

LONGEST_SECRET: Final = 200
_ALPHABET: Final = string.ascii_letters + string.digits


def new_secret() -> str:
    """A new token."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def secret_hash(secret: str) -> str:
    """What is kept of a token: SHA-256 in hex. (A random secret of this length needs no slow hash.)"""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


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

    async def actor(self, secret: str) -> Actor | None:
        """Who holds this token; None if it is not valid (or no more)."""
        if not secret or len(secret) > LONGEST_SECRET:
            return None
        key = secret_hash(secret)
        found = self._found.get(key)
        if found is not None and self._seconds() < found.until:
            return found.actor
        return await self._look(key)

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
        self._found[key] = _Found(actor, until)
        if record.last_used is None or now - record.last_used >= USE_NOTED_EVERY_MS:
            with contextlib.suppress(StoreError):  # when it was last used is worth a try, not a failed request
                await self._database.written(lambda tx: tokens.touch(tx, record.id, now))
        return actor


def _actor_of(record: StoredToken) -> Actor:
    return Actor("user", record.user_id) if record.user_id else ADMIN
