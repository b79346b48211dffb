"""Coming in with an account of the editor."""

from __future__ import annotations

import asyncio
from typing import Final

from offpage.accounts.passwords import is_password
from offpage.editor.roles import role_named
from offpage.editor.sessions import Session
from offpage.editor.studio import Studio
from offpage.kernel.errors import Unauthorized
from offpage.store import editors

ATTEMPTS: Final = 10
"""How many wrong passwords one address may try on an account before it has to wait."""

WRONG: Final = "There is no such account with this password."
"""Said of an unknown name, a wrong password and a disabled account alike: it tells nobody who is here."""


async def log_in(studio: Studio, name: str, password: str, ip: str) -> tuple[str, Session]:
    """Let somebody in; returns what the cookie is to hold, and the session. Raises Unauthorized, TooManyAttempts."""
    name = name.strip()[:200]
    studio.throttle.attempt("editor", name, ip, ATTEMPTS)
    account = await studio.host.main_database.reading(lambda tx: editors.get(tx, name))
    password_hash = None if account is None else account.password_hash
    # Equally slow for a name that there is not.
    is_right = await asyncio.to_thread(is_password, password_hash, password)
    if account is None or not is_right or account.disabled:
        # Of a name that there is not nothing is told: somebody may have typed the password there.
        known = "" if account is None else account.name
        studio.host.events.say("editor.refused", account=known, ip=ip)
        raise Unauthorized(WRONG)
    studio.throttle.succeeded("editor", name, ip, ATTEMPTS)
    studio.host.events.say("editor.entered", account=name, role=account.role, ip=ip)
    return await studio.sessions.begin(account.name, role_named(account.role))
