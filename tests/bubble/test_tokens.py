"""Credentials: sections 3.2 to 3.7 of the reference of Bubble's behaviour."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from offpage.accounts.tokens import Tokens, create_api_token
from offpage.store import tokens
from offpage.store.tx import Database
from offpage.values.shapes import DAY_MS
from tests.data_caller import FILES, Caller, shape_a, shape_b
from tests.engine.accounts import ADA, APP, bearer, sign_up
from tests.engine.conftest import Bench
from tests.site import Served, play

NOBODY_AT_ALL = dict.fromkeys(("id", "email", "name", "confirmed", "logged_in"))
"""What the workflow `who` says where there is no current user."""


def test_an_api_token_has_32_letters_and_digits_and_there_are_several_each_with_a_label(tmp_path: Path) -> None:
    """Section 3.2."""

    async def story(app: Served) -> None:
        made = [app.token(label)[0] for label in ("Shop", "Books")]
        assert all(len(one) == 32 and one.isalnum() for one in made)
        assert {one.label for one in app.database.read(tokens.every)} == {"Shop", "Books"}
        for one in made:
            assert (await Caller(app, one).search()).status == 200

    play(tmp_path, FILES, story)


def test_an_api_token_never_expires(database: Database) -> None:
    """Section 3.2."""
    app = Bench(database, {"app.yaml": "name: Test"}, {})
    secret, _ = database.write_now(
        lambda tx: create_api_token(tx, "mine", now=app.clock.now(), new_id=app.around.new_id)
    )
    app.clock.forward(20 * 365 * DAY_MS)
    actor = asyncio.run(Tokens(database, app.clock).actor(secret))
    assert actor is not None
    assert actor.kind == "admin"


def test_a_deleted_api_token_is_refused_and_the_others_are_not(tmp_path: Path) -> None:
    """Section 3.2: another one takes its place under the same label; so is a token regenerated."""

    async def story(app: Served) -> None:
        (old, token_id), (other, _) = app.token("Shop"), app.token("Books")
        app.database.write_now(lambda tx: tokens.revoke(tx, token_id))
        new, _ = app.token("Shop")
        assert shape_b(await Caller(app, old).search()) == (401, "Invalid or expired token")
        assert (await Caller(app, other).search()).status == (await Caller(app, new).search()).status == 200

    play(tmp_path, FILES, story)


def test_under_an_api_token_there_is_no_current_user(tmp_path: Path) -> None:
    """Section 3.2, as inferred there."""

    async def story(app: Served) -> None:
        seen = await app.post("who", headers=bearer(app.token()[0]))
        assert seen.json["response"] == NOBODY_AT_ALL

    play(tmp_path, APP, story)


def test_a_users_token_that_is_not_used_for_30_days_is_dead_and_each_use_gives_30_more(database: Database) -> None:
    """Section 3.3."""
    app = Bench(database, {"app.yaml": "name: Test", **APP}, {})
    outcome = asyncio.run(app.engine.call(app.api_call("sign_up", ADA)))
    assert outcome.answer.session is not None
    token, seconds = str(outcome.answer.session["token"]), [0.0]
    book = Tokens(database, app.clock, seconds=lambda: seconds[0])

    def alive_after(days: int) -> bool:
        app.clock.forward(days * DAY_MS)
        seconds[0] += 10  # what was found out before is not remembered
        return asyncio.run(book.actor(token)) is not None

    assert [alive_after(29), alive_after(29), alive_after(31)] == [True, True, False]


def test_a_caller_without_a_token_is_nobody_and_no_temporary_user_is_made(tmp_path: Path) -> None:
    """Section 3.4 does not say whether API callers get a temporary user; here they do not (decision 28)."""

    async def story(app: Served) -> None:
        assert (await app.post("who")).json["response"] == NOBODY_AT_ALL
        assert app.count("user") == 0
        await sign_up(app)
        assert app.count("user") == 1

    play(tmp_path, APP, story)


def test_a_cookie_is_no_credential(tmp_path: Path) -> None:
    """Section 3.1: Bubble takes the session cookie of its own pages; here there are no pages (decision 28)."""

    async def story(app: Served) -> None:
        token = (await sign_up(app))["token"]
        seen = await app.post("who", headers={"cookie": f"session={token}; token={token}"})
        assert seen.json["response"] == NOBODY_AT_ALL
        assert (await app.post("who", headers=bearer(token))).json["response"]["email"] == ADA["email"].lower()

    play(tmp_path, APP, story)


@pytest.mark.parametrize("address", ["/api/1.1/oauth/authorize?client_id=x", "/api/1.1/oauth/access_token"])
def test_the_app_is_no_oauth_provider(tmp_path: Path, address: str) -> None:
    """Section 3.5: not offered (decision 28); the addresses answer as any other that is not there."""

    async def story(app: Served) -> None:
        for method in ("GET", "POST"):
            assert shape_a(await app.ask(method, address))[:2] == (404, "NOT_FOUND")

    play(tmp_path, APP, story)


def test_an_app_password_is_the_proxys_business(tmp_path: Path) -> None:
    """Section 3.6: not offered (decision 28). What a browser sends for one is no token, and refused as such."""

    async def story(app: Served) -> None:
        seen = await app.ask("GET", "/api/1.1/obj/rentalunit", headers={"authorization": "Basic dXNlcjpwYXNz"})
        assert shape_b(seen)[0] == 401

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    ("policy", "password", "status"),
    [
        ("{min_length: 12}", "eleven char", 400),
        ("{min_length: 12}", "twelve chars", 200),
        ("{digit: yes}", "no digit here", 400),
        ("{digit: yes}", "1 digit here", 200),
        ("{capital: yes}", "no capital", 400),
        ("{capital: yes}", "A capital", 200),
        ("{symbol: yes}", "no symbol", 400),
        ("{symbol: yes}", "colon and :blank", 400),
        ("{symbol: yes}", "a symbol!", 200),
    ],
)
def test_the_password_policy_is_what_the_app_says(tmp_path: Path, policy: str, password: str, status: int) -> None:
    r"""Section 3.7: minimum length, digit, capital, and a character of `[^a-zA-Z\d\s:]`."""
    files: dict[str, Any] = {**APP, "app.yaml": f"name: Test\naccounts: {{password: {policy}}}\n"}

    async def story(app: Served) -> None:
        seen = await app.post("sign_up", {"email": "ada@example.com", "password": password})
        assert seen.status == status, seen.body
        if status == 400:
            assert seen.json["reason"] == "INVALID_PASSWORD"

    play(tmp_path, files, story)


def test_no_step_asks_for_a_second_factor(tmp_path: Path) -> None:
    """Sections 3.3 and 3.7: two-factor log-in is not offered (decision 28): every lasting log-in lasts 12 months."""

    async def story(app: Served) -> None:
        await sign_up(app)
        seen = await app.post("log_in", {"email": ADA["email"], "password": ADA["password"], "stay": True})
        assert seen.json["response"]["expires"] == 31_536_000

    play(tmp_path, APP, story)
