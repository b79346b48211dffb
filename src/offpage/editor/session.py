"""Who is in, coming in, going out."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from offpage import __version__
from offpage.editor.asked import Asked
from offpage.editor.log_in import log_in
from offpage.editor.replies import NOBODY_IN, answer
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.sessions import Session
from offpage.kernel.errors import InvalidData, Unauthorized
from offpage.web.reply import Header, Reply

DEVELOPER: Final = "developer"
"""Who comes in with the link that `offpage dev` prints."""

LINK_ATTEMPTS: Final = 10
"""How many links one address may try before it has to wait (ten times as many at once, see Throttle)."""


COOKIE_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep one at most: when a session is over, the server says, which prolongs those that are used."""


class WayIn(msgspec.Struct):
    """The one-time token of the printed link, or the name and password of an editor account."""

    token: str = ""
    name: str = ""
    password: str = ""


class AppShown(msgspec.Struct):
    """The app that is edited, and the version of Offpage."""

    name: str
    version: str


class SessionShown(msgspec.Struct):
    """Who is in, and what the page needs to know first."""

    name: str
    role: str
    csrf: str
    environments: list[str]
    app: AppShown
    url: str


async def show(asked: Asked) -> SessionShown:
    """Who is in."""
    if asked.signed_in is None:
        raise Unauthorized(NOBODY_IN)
    return _shown(asked, asked.signed_in)


async def enter(asked: Asked, body: WayIn) -> Reply:
    """Come in with the link of `offpage dev`, or with an account. Raises Unauthorized, TooManyAttempts."""
    if body.token:
        secret, session = await _by_link(asked, body.token)
    elif body.name:
        secret, session = await log_in(asked.studio, body.name, body.password, asked.request.ip)
    else:
        raise InvalidData("Give the name and the password of an editor account.")
    return answer(200, _shown(asked, session), _cookie(asked, secret, COOKIE_SECONDS))


async def leave(asked: Asked) -> Reply:
    """Go out."""
    sessions = asked.studio.sessions
    await sessions.end(asked.cookie(sessions.cookie))
    return answer(200, {}, _cookie(asked, "", 0))


async def _by_link(asked: Asked, token: str) -> tuple[str, Session]:
    studio = asked.studio
    if studio.host.live is not None:
        raise Unauthorized(
            "This server has accounts: log in with name and password (offpage editors create FOLDER NAME --role edit)."
        )
    studio.throttle.attempt("editor link", "", asked.request.ip, LINK_ATTEMPTS)
    if not await asyncio.to_thread(studio.sessions.use_token, token):
        raise Unauthorized("This link was used before or is too old. offpage dev prints a new one each time it starts.")
    return await studio.sessions.begin(DEVELOPER, Role.EDIT)


def _shown(asked: Asked, session: Session) -> SessionShown:
    studio = asked.studio
    app = AppShown(studio.app_name, __version__)
    return SessionShown(session.name, session.role.word, session.csrf, studio.environments, app, studio.place.url)


def _cookie(asked: Asked, secret: str, seconds: int) -> Header:
    secure = "; Secure" if asked.is_https else ""
    text = (
        f"{asked.studio.sessions.cookie}={secret}; Path=/editor; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    )
    return b"set-cookie", text.encode("ascii")


ROUTES = (
    Route("GET", "/session", Role.OPEN, show),
    Route("POST", "/session", Role.OPEN, enter),
    Route("DELETE", "/session", Role.VIEW, leave),
)
