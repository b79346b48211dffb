"""Coming in, staying in, going out; and who is kept out."""

from __future__ import annotations

import pytest

from tests.asgi import Seen
from tests.editor.browser import Browser, edit


def test_a_link_lets_one_browser_in_once() -> None:
    async def story(browser: Browser) -> tuple[Seen, Seen, Seen]:
        token = browser.editor.studio.sessions.one_time_token()
        first = await browser.ask("POST", "/session", {"token": token})
        again = await browser.ask("POST", "/session", {"token": token})
        guess = await browser.ask("POST", "/session", {"token": "guess"})
        return first, again, guess

    first, again, guess = edit(story)
    assert (first.status, again.status, guess.status) == (200, 401, 401)
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/editor" in cookie
    assert "Max-Age=34560000" in cookie  # the server ends a session that is not used, not the cookie one that is
    assert first.json["role"] == "edit"
    assert first.json["environments"] == ["development"]
    assert first.json["app"]["name"] == "Test"
    assert first.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in first.headers


def test_who_is_in_is_known_until_they_leave() -> None:
    async def story(browser: Browser) -> list[int]:
        seen = [(await browser.ask("GET", "/session")).status]
        seen.append((await browser.ask("DELETE", "/session")).status)
        seen.append((await browser.ask("GET", "/session")).status)
        return seen

    assert edit(story) == [200, 200, 401]


def test_a_change_needs_the_csrf_token_and_a_page_of_ours() -> None:
    async def story(browser: Browser) -> list[Seen]:
        without = await browser.ask("DELETE", "/session", x_offpage_csrf="")
        other = await browser.ask("DELETE", "/session", origin="https://evil.example")
        null = await browser.ask("DELETE", "/session", origin="null")
        return [without, other, null, await browser.ask("DELETE", "/session", origin="http://app.test")]

    assert [seen.status for seen in edit(story)] == [403, 403, 403, 200]


def test_pages_of_other_sites_are_told_nothing_by_a_preflight() -> None:
    async def story(browser: Browser) -> Seen:
        return await browser.ask("OPTIONS", "/session", origin="https://evil.example")

    seen = edit(story)
    assert seen.status == 405
    assert not [name for name in seen.headers if name.startswith("access-control-allow")]


def test_an_address_that_is_none_is_not_found() -> None:
    async def story(browser: Browser) -> Seen:
        return await browser.ask("GET", "/nothing")

    seen = edit(story)
    assert seen.status == 404
    assert seen.json["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("other", ['prefs={"a": "b, c"}', "a b=1", "x[y]=1", "alone", 'a="b; c', "=x"])
def test_a_cookie_of_another_app_on_the_same_machine_keeps_nobody_out(other: str) -> None:
    async def story(browser: Browser) -> list[int]:
        before = await browser.ask("GET", "/session", cookie=f"{other}; {browser.cookie}")
        after = await browser.ask("GET", "/session", cookie=f"{browser.cookie}; {other}")
        return [before.status, after.status]

    assert edit(story) == [200, 200]


def test_who_is_not_in_cannot_send_much() -> None:
    async def story(browser: Browser) -> list[int]:
        large = await browser.ask("POST", "/session", {"name": "a" * 100_000, "password": "x"})
        small = await browser.ask("POST", "/session", {"name": "a" * 1_000, "password": "x"})
        return [large.status, small.status]

    assert edit(story) == [413, 401]
