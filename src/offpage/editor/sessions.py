"""Who is in the editor, and the one-time tokens that let a developer in.

A one-time token is a file in the data folder, named by the token's hash: whoever may write there may let somebody in,
and taking the file away is what uses the token up.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offpage.accounts.hashing import secret_hash
from offpage.editor.roles import Role
from offpage.kernel.clock import Clock

TOKEN_MS: Final = 15 * 60_000
"""How long a one-time token can be used."""
SESSION_MS: Final = 14 * 24 * 3_600_000
"""How long somebody stays in without coming back."""
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is in. `csrf` is sent back with every change, so that no other site can make one."""

    name: str
    role: Role
    csrf: str = field(repr=False)
    expires_at: int

    def is_confirmed(self, csrf: str) -> bool:
        """Whether a change comes from a page of ours."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


class Sessions:
    """The sessions of one server, by the hash of what the cookie holds."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """`folder` is the data folder."""
        self._folder = folder / "editor-tokens"
        self._clock = clock
        self._known: dict[str, Session] = {}
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

    def begin(self, name: str, role: Role) -> tuple[str, Session]:
        """Let somebody in; returns what the cookie is to hold, and the session."""
        secret = secrets.token_urlsafe(_BYTES)
        session = Session(name, role, secrets.token_urlsafe(_BYTES), self._clock.now() + SESSION_MS)
        self._known[secret_hash(secret)] = session
        return secret, session

    def find(self, secret: str) -> Session | None:
        """Who holds this cookie."""
        found = self._known.get(secret_hash(secret))
        return found if found is not None and found.expires_at > self._clock.now() else None

    def end(self, secret: str) -> None:
        """Somebody leaves."""
        self._known.pop(secret_hash(secret), None)
