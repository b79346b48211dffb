"""Who is in the editor, and the one-time tokens that let a developer in.

A one-time token is a file in the data folder, named by the token's hash: whoever may write there may let somebody in,
and taking the file away is what uses the token up. Sessions stand in the database: every server of it knows them, and a
restart forgets none.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from offpage.accounts.hashing import secret_hash
from offpage.editor.roles import Role, role_named
from offpage.kernel.clock import Clock
from offpage.store import editors
from offpage.store.editors import KeptSession
from offpage.store.tx import Database

TOKEN_MS: Final = 15 * 60_000
"""How long a one-time token can be used."""
SESSION_MS: Final = 14 * 24 * 3_600_000
"""How long somebody stays in without coming back."""
LOOK_SECONDS: Final = 2.0
"""How long a session counts without being looked up again: so long a disabled account may still be in."""
_BYTES: Final = 32
_MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is in. `csrf` is sent back with every change, so that no other site can make one."""

    name: str
    role: Role
    csrf: str = field(repr=False)
    expires_at: int

    def is_confirmed(self, csrf: str) -> bool:
        """Whether a change comes from a page of ours."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode("utf-8", "surrogatepass"))


class Sessions:
    """The sessions of one app, by the hash of what the cookie holds."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        """`folder` is the data folder."""
        self._folder = folder / "editor-tokens"
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[Session, float]] = {}
        self.cookie = "offpage_editor_" + secret_hash(str(folder.resolve()))[:8]
        """The cookie's name. Browsers do not tell the ports of a machine apart, and each may be another app."""

    def one_time_token(self) -> str:
        """A token that lets somebody in once, soon."""
        token = secrets.token_urlsafe(_BYTES)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / secret_hash(token)).write_text(str(self._clock.now() + TOKEN_MS), "ascii")
        return token

    def use_token(self, token: str) -> bool:
        """Use a one-time token up; whether it was one."""
        file = self._folder / secret_hash(token)
        try:
            until = int(file.read_text("ascii"))
            file.unlink()
        except (OSError, ValueError):
            return False
        return until >= self._clock.now()

    async def begin(self, name: str, role: Role) -> tuple[str, Session]:
        """Let somebody in; returns what the cookie is to hold, and the session."""
        secret, now = secrets.token_urlsafe(_BYTES), self._clock.now()
        kept = KeptSession(secret_hash(secret), name, role.word, now + SESSION_MS)
        await self._database.written(lambda tx: editors.begin(tx, kept, now))
        return secret, _session(kept, secret)

    async def find(self, secret: str) -> Session | None:
        """Who holds this cookie."""
        if not secret:
            return None
        hashed, now = secret_hash(secret), self._clock.now()
        known = self._known.get(hashed)
        if known is not None and monotonic() - known[1] < LOOK_SECONDS:
            return known[0] if known[0].expires_at > now else None
        kept = await self._database.reading(lambda tx: editors.find(tx, hashed))
        self._known.pop(hashed, None)
        if kept is None or kept.expires_at <= now:
            return None
        if kept.expires_at - now < SESSION_MS // 2:
            await self._database.written(lambda tx: editors.prolong(tx, hashed, now + SESSION_MS))
        session = _session(kept, secret)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[hashed] = session, monotonic()
        return session

    async def end(self, secret: str) -> None:
        """Somebody leaves."""
        hashed = secret_hash(secret)
        self._known.pop(hashed, None)
        await self._database.written(lambda tx: editors.end(tx, hashed))


def _session(kept: KeptSession, secret: str) -> Session:
    # Who does not know the cookie's secret cannot tell the CSRF token, and the other way round.
    return Session(kept.name, role_named(kept.role), secret_hash("csrf:" + secret), kept.expires_at)
