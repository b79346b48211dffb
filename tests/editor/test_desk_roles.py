"""Who may do what at the editor's desk."""

from __future__ import annotations

from offpage.editor.roles import Role
from offpage.editor.routing import routes
from tests.asgi import Seen
from tests.editor.browser import Browser, edit

OPEN = {"/session"}
QUESTIONS = {"/expressions/check", "/expressions/complete", "/expressions/preview", "/steps/renamed"}
"""What is asked with POST, because the question is long, and changes nothing."""


def test_whatever_changes_something_needs_more_than_a_look() -> None:
    changing = [one for one in routes() if one.method != "GET" and one.pattern not in OPEN | QUESTIONS]
    assert [one.pattern for one in changing if one.role < Role.OPERATE] == []
    runs = [
        one for one in changing if one.pattern.endswith("/bulk")
    ]  # runs a workflow, as the button of a workflow does
    assert [one.role for one in runs] == [Role.OPERATE]
    writes = [
        one for one in changing if one not in runs and ("/data/" in one.pattern or one.pattern.startswith("/deploy"))
    ]
    assert {one.role for one in writes} == {Role.EDIT}


def test_who_may_only_look_is_told_so() -> None:
    async def story(browser: Browser) -> list[Seen]:
        sessions = browser.editor.studio.sessions
        found = await sessions.find(browser.cookie.partition("=")[2])
        assert found is not None
        begun = await sessions.begin("looker", Role.VIEW)
        secret, session = begun
        browser.cookie = f"{sessions.cookie}={secret}"
        browser.csrf = session.csrf
        paths = ("/development/scheduled/pause", "/development/runs/retry", "/deploy")
        return [await browser.ask("GET", "/development/runs"), *[await browser.ask("POST", one, {}) for one in paths]]

    seen = edit(story)
    assert [one.status for one in seen] == [200, 403, 403, 403]
    assert "needs the role operate" in seen[1].json["error"]["message"]
