"""Every address of the editor's API asks who is there, and what they may do."""

from __future__ import annotations

import re

import pytest

from offpage.editor.roles import Role
from offpage.editor.routing import routes
from tests.editor.browser import Browser, edit

PARTS = {"env": "development", "path*": "app.yaml", "n": "1"}


def address(pattern: str) -> str:
    """An address that a pattern takes."""
    return re.sub(r"\{([a-z_]+\*?)\}", lambda found: PARTS.get(found[1], "x"), pattern)


def test_without_a_session_every_address_answers_401() -> None:
    async def story(browser: Browser) -> dict[str, int]:
        browser.cookie = ""
        return {
            f"{one.method} {one.pattern}": (await browser.ask(one.method, address(one.pattern), {})).status
            for one in routes()
            if one.role is not Role.OPEN
        }

    seen = edit(story)
    assert len(seen) > 40
    assert {name: status for name, status in seen.items() if status != 401} == {}


@pytest.mark.parametrize("has", [Role.VIEW, Role.OPERATE])
def test_with_too_small_a_role_an_address_answers_403(has: Role) -> None:
    async def story(browser: Browser) -> dict[str, int]:
        sessions = browser.editor.studio.sessions
        secret, session = await sessions.begin("somebody", has)
        browser.cookie, browser.csrf = f"{sessions.cookie}={secret}", session.csrf
        return {
            f"{one.method} {one.pattern}": (await browser.ask(one.method, address(one.pattern), {})).status
            for one in routes()
            if one.role > has
        }

    seen = edit(story)
    assert len(seen) > 5
    assert {name: status for name, status in seen.items() if status != 403} == {}


def test_every_change_needs_the_csrf_token() -> None:
    async def story(browser: Browser) -> dict[str, int]:
        browser.csrf = ""
        return {
            f"{one.method} {one.pattern}": (await browser.ask(one.method, address(one.pattern), {})).status
            for one in routes()
            if one.role is not Role.OPEN and one.method != "GET"
        }

    assert {name: status for name, status in edit(story).items() if status != 403} == {}


def test_what_changes_something_is_never_a_get_and_needs_more_than_a_look() -> None:
    looks = {"/expressions/check", "/expressions/complete", "/expressions/preview", "/session", "/steps/renamed"}
    wrong = [f"{one.method} {one.pattern}" for one in routes() if one.method != "GET" and one.role < Role.OPERATE]
    assert [one for one in wrong if one.split()[1] not in looks] == []
