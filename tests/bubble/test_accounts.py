"""Accounts as Bubble has them: bubble.md 3.3, 3.7 and 5.1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from offpage.host.sources import read_program
from offpage.sql.sqlite import SQLITE
from tests.engine.accounts import ADA, ADMIN, APP, CREDENTIALS, LINKS, bearer, log_in, mails, sign_up, who
from tests.site import Served, play, write_app

WRONG = {
    "statusCode": 400,
    "reason": "INVALID_LOGIN_CREDENTIALS",
    "message": "We didn’t find an account with those login credentials",
}


def without_code(body: Any) -> Any:
    """An error's body without the code that is another one each time."""
    assert set(body.pop("args")) == {"bubble_code"}
    return body


def link_in(mail: str) -> str:
    """The link of a mail."""
    found = re.search(r"https?://\S+", mail.replace("=\n", "").replace("=3D", "="))
    assert found is not None, mail
    return found[0]


def test_signing_up_answers_with_a_token_the_user_and_when_it_expires(tmp_path: Path) -> None:
    """Section 3.3."""

    async def story(app: Served) -> None:
        seen = (await app.post("sign_up", ADA)).json
        assert seen["status"] == "success"
        assert set(seen["response"]) == {"token", "user_id", "expires"}
        assert seen["response"]["expires"] == 31_536_000
        me = await who(app, seen["response"]["token"])
        assert me == {
            "id": seen["response"]["user_id"],
            "email": "ada@example.com",
            "name": "Ada",
            "confirmed": None,
            "logged_in": True,
        }

    play(tmp_path, APP, story)


@pytest.mark.parametrize(("stay", "seconds"), [(True, 31_536_000), (False, 86_400), (None, 86_400)])
def test_a_log_in_lasts_a_year_or_a_day(tmp_path: Path, stay: bool | None, seconds: int) -> None:
    """Section 3.3: stay logged in = yes 12 months, no 24 hours."""

    async def story(app: Served) -> None:
        await sign_up(app)
        assert (await log_in(app, stay=stay))["response"]["expires"] == seconds

    play(tmp_path, APP, story)


@pytest.mark.parametrize("credentials", [{"password": "wrong horse"}, {"email": "nobody@example.com"}, {"email": "?"}])
def test_wrong_credentials_stop_the_workflow_with_one_answer_for_all(
    tmp_path: Path, credentials: dict[str, str]
) -> None:
    """Sections 1.7 and 5.1."""

    async def story(app: Served) -> None:
        await sign_up(app)
        seen = await app.post("log_in", {"email": "ada@example.com", "password": ADA["password"], **credentials})
        assert seen.status == 400
        assert without_code(seen.json) == WRONG

    play(tmp_path, APP, story)


def test_later_steps_run_as_the_user_who_signed_up_or_logged_in(tmp_path: Path) -> None:
    """Sections 5.1 and 6.4: the current user is changed mid-workflow by login and signup."""
    steps = """
  - {do: create_thing, with: {type: note, set: {text: mine}}}
  - do: return_data
    with: {values: {me: =current_user.email, notes: "=search(note, this.text == 'mine').count"}}
"""
    note = "fields: {text: text}\nprivacy:\n  mine: {when: =this.created_by == current_user, find: yes, view: all}\n"
    more = {
        "types/note.yaml": note,
        "workflows/sign_up_and_on.yaml": APP["workflows/sign_up.yaml"] + steps,
        "workflows/log_in_and_on.yaml": APP["workflows/log_in.yaml"] + steps,
    }

    async def story(app: Served) -> None:
        first = (await app.post("sign_up_and_on", ADA)).json["response"]
        assert (first["me"], first["notes"]) == ("ada@example.com", 1)
        await app.post("sign_up_and_on", ADA | {"email": "eve@example.com"})
        again = (await app.post("log_in_and_on", ADA)).json["response"]
        assert (again["me"], again["notes"]) == ("ada@example.com", 2)
        assert {"token", "user_id", "expires"} <= set(again)

    play(tmp_path, APP | more, story)


def test_logging_out_revokes_the_calling_token_and_no_other(tmp_path: Path) -> None:
    """Section 3.3."""

    async def story(app: Served) -> None:
        first, second = (await sign_up(app))["token"], (await log_in(app))["response"]["token"]
        assert (await app.post("log_out", {}, headers=bearer(first))).status == 200
        assert await who(app, first) is None
        assert (await who(app, second))["logged_in"] is True
        await app.post("log_out", {}, headers=bearer(second))
        assert app.database.read(lambda tx: tx.rows("SELECT logged_in FROM t_user")) == [(0,)]

    play(tmp_path, APP, story)


def test_logging_out_other_sessions_keeps_the_calling_one(tmp_path: Path) -> None:
    """Sections 3.3 and 5.1."""

    async def story(app: Served) -> None:
        tokens = [(await sign_up(app))["token"], *[(await log_in(app))["response"]["token"] for _ in range(2)]]
        seen = await app.post("others", {}, headers=bearer(tokens[1]))
        assert seen.json["response"] == {"ended": 2}
        assert [bool(await who(app, one)) for one in tokens] == [False, True, False]

    play(tmp_path, APP | CREDENTIALS, story)


def test_an_email_belongs_to_one_user_whatever_its_capitals(tmp_path: Path) -> None:
    """Section 5.1: email unique per app."""

    async def story(app: Served) -> None:
        await sign_up(app)
        for email in ("ada@example.com", "ADA@EXAMPLE.COM", "  Ada@example.com "):
            seen = await app.post("sign_up", ADA | {"email": email})
            assert (seen.status, seen.json["reason"]) == (400, "USED_EMAIL")
        assert app.count("user") == 1

    play(tmp_path, APP, story)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Sh0rt!", "at least 8 characters"),
        ("no capital 1!", "a capital letter"),
        ("No Digit here!", "a digit"),
        ("N0Symbol: here", "a character that is neither a letter nor a digit"),
        ("", "at least 8 characters, a digit, a capital letter and a character that is neither a letter nor a digit"),
    ],
)
def test_the_password_policy_is_enforced_on_sign_up_and_reset(tmp_path: Path, password: str, missing: str) -> None:
    """Section 3.7: minimum length, digit, capital, non-alphanumeric."""
    policy = "name: Test\naccounts: {password: {min_length: 8, digit: yes, capital: yes, symbol: yes}}\n"

    async def story(app: Served) -> None:
        await sign_up(app, password="R1ght horse!")
        token = (await app.post("forgot", {"email": "ada@example.com", "token": True})).json["response"]["token"]
        if password:
            seen = await app.post("sign_up", ADA | {"email": "eve@example.com", "password": password})
            assert (seen.status, seen.json["reason"]) == (400, "INVALID_PASSWORD")
            assert seen.json["message"] == f"This password needs {missing}."
        body = {"token": token, "password": password or " ", "again": password or " "}
        seen = await app.post("reset", body)
        assert (seen.status, seen.json["reason"]) == (400, "INVALID_PASSWORD")
        assert app.count("user") == 1
        assert (await app.post("reset", body | {"password": "N1cer horse!", "again": "N1cer horse!"})).status == 200

    play(tmp_path, {"app.yaml": policy} | APP | LINKS, story)


def test_signing_up_can_require_the_password_twice(tmp_path: Path) -> None:
    """Section 5.1: require confirmation + confirmation value."""
    twice = APP["workflows/sign_up.yaml"].replace("password: =password", "password: =password, confirmation: =again")

    async def story(app: Served) -> None:
        for again in ({}, {"again": "other horse"}):
            seen = await app.post("sign_up", ADA | again)
            assert (seen.status, seen.json["reason"]) == (400, "INVALID_PASSWORD")
        assert app.count("user") == 0
        await sign_up(app, again=ADA["password"])

    play(tmp_path, APP | {"workflows/sign_up.yaml": twice}, story)


def test_signing_up_can_send_a_confirmation_mail(tmp_path: Path) -> None:
    """Section 5.1: send confirmation email + page; the link is PAGE?confirmation_email=TOKEN."""
    more = "password: =password, send_confirmation: yes, page: 'https://shop.test/hello?a=b'"
    asking = APP["workflows/sign_up.yaml"].replace("password: =password", more)

    async def story(app: Served) -> None:
        me = await sign_up(app)
        (mail,) = mails(tmp_path)
        assert "To: ada@example.com" in mail
        page, _, token = link_in(mail).partition("&confirmation_email=")
        assert page == "https://shop.test/hello?a=b"
        assert (await who(app, me["token"]))["confirmed"] is False
        assert (await app.post("confirm", {"token": token})).status == 200
        assert (await who(app, me["token"]))["confirmed"] is True

    play(tmp_path, APP | LINKS | {"workflows/sign_up.yaml": asking}, story)


def test_a_confirmation_mail_makes_the_email_unconfirmed_until_its_link_is_used_once(tmp_path: Path) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        me = bearer((await sign_up(app))["token"])
        token = (await app.post("ask", {"token": True}, headers=me)).json["response"]["token"]
        assert mails(tmp_path) == []
        assert (await app.post("who", {}, headers=me)).json["response"]["confirmed"] is False
        assert [(await app.post("confirm", {"token": token})).status for _ in range(2)] == [200, 400]
        assert (await app.post("who", {}, headers=me)).json["response"]["confirmed"] is True
        assert (await app.post("ask", {}, headers=me)).json["response"] == {"token": None}
        assert "/welcome?confirmation_email=" in link_in(mails(tmp_path)[0])
        assert (await app.post("who", {}, headers=me)).json["response"]["confirmed"] is False

    play(tmp_path, APP | LINKS, story)


def test_updating_credentials_verifies_the_old_password_first(tmp_path: Path) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        me = bearer((await sign_up(app))["token"])
        seen = await app.post("change", {"old": "wrong horse", "new": "better horse"}, headers=me)
        assert (seen.status, seen.json["reason"]) == (400, "INVALID_LOGIN_CREDENTIALS")
        right = {"old": ADA["password"], "new": "better horse", "email": "Ada@New.example"}
        assert (await app.post("change", right, headers=me)).status == 200
        assert (await log_in(app))["reason"] == "INVALID_LOGIN_CREDENTIALS"
        assert (await log_in(app, "better horse", "ada@new.example"))["status"] == "success"
        assert (await app.post("who", {}, headers=me)).json["response"]["confirmed"] is False

    play(tmp_path, APP | CREDENTIALS, story)


def test_checking_a_wrong_password_stops_the_workflow(tmp_path: Path) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        me = bearer((await sign_up(app))["token"])
        wrong = await app.post("check", {"password": "wrong horse"}, headers=me)
        assert (wrong.status, wrong.json["message"]) == (400, "The password is wrong.")
        right = await app.post("check", {"password": ADA["password"]}, headers=me)
        assert right.json["response"] == {"right": True}

    play(tmp_path, APP | CREDENTIALS, story)


def test_a_reset_token_works_once(tmp_path: Path) -> None:
    """Section 5.1: the result is the token with "just make token"; single use."""

    async def story(app: Served) -> None:
        await sign_up(app)
        token = (await app.post("forgot", {"email": "ADA@example.com", "token": True})).json["response"]["token"]
        body = {"token": token, "password": "better horse", "again": "better horse"}
        assert (await app.post("reset", body)).status == 200
        again = await app.post("reset", body)
        assert (again.status, again.json["reason"]) == (400, "INVALID_TOKEN")
        assert (await log_in(app, "better horse"))["status"] == "success"
        assert mails(tmp_path) == []

    play(tmp_path, APP | LINKS, story)


def test_a_reset_mail_has_the_link_below_its_body_and_an_unknown_email_gets_nothing(tmp_path: Path) -> None:
    """Section 5.1: subject, body (link appended), link /reset_pw?reset=TOKEN; unknown email: nothing to reset."""

    async def story(app: Served) -> None:
        await sign_up(app)
        known = await app.post("forgot", {"email": "ada@example.com"})
        unknown = await app.post("forgot", {"email": "nobody@example.com"})
        assert (known.status, known.json) == (unknown.status, unknown.json)
        (mail,) = mails(tmp_path)
        assert "Subject: New password" in mail
        assert mail.index("Here you are.") < mail.index("/reset_pw?reset=")
        token = link_in(mail).partition("reset=")[2]
        body = {"token": token, "password": "better horse", "again": "better horse"}
        assert (await app.post("reset", body)).status == 200
        none = (await app.post("forgot", {"email": "nobody@example.com", "token": True})).json["response"]
        assert none == {"token": None}

    play(tmp_path, APP | LINKS, story)


def test_a_magic_link_logs_in_once_for_a_year(tmp_path: Path) -> None:
    """Section 5.1: single use; session 365 d; data in the query; just create link."""

    async def story(app: Served) -> None:
        me = await sign_up(app)
        link = (await app.post("magic", {"email": "Ada@example.com", "link": True})).json["response"]["link"]
        page, _, query = link.partition("?")
        assert page == "https://shop.test/enter"
        pairs = dict(one.split("=") for one in query.split("&"))
        assert (pairs["from"], pairs["next"]) == ("mail", "%2Fcart")
        seen = (await app.post("enter", {"token": pairs["magic_login"]})).json["response"]
        assert (seen["user_id"], seen["expires"]) == (me["user_id"], 31_536_000)
        assert await who(app, seen["token"])
        again = await app.post("enter", {"token": pairs["magic_login"]})
        assert (again.status, again.json["reason"]) == (400, "INVALID_TOKEN")

    play(tmp_path, APP | LINKS, story)


def test_a_magic_link_for_an_unknown_email_is_silently_nothing(tmp_path: Path) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        await sign_up(app)
        known = await app.post("magic", {"email": "ada@example.com"})
        unknown = await app.post("magic", {"email": "nobody@example.com"})
        assert (known.status, known.json) == (unknown.status, unknown.json)
        (mail,) = mails(tmp_path)
        assert link_in(mail).startswith("https://shop.test/enter?from=mail&magic_login=")

    play(tmp_path, APP | LINKS, story)


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (24, 200), (25, 400), (-1, 400)])
def test_a_magic_link_lasts_from_0_to_24_hours(tmp_path: Path, hours: float, status: int) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        await sign_up(app)
        seen = await app.post("magic", {"email": "ada@example.com", "link": True, "hours": hours})
        assert seen.status == status

    play(tmp_path, APP | LINKS, story)


@pytest.mark.parametrize("name", ["id", "debug_mode", "resume"])
def test_some_names_are_reserved_in_a_magic_link(tmp_path: Path, name: str) -> None:
    """Section 5.1: parameter names `id`, `debug_mode`, `resume` reserved."""
    bad = LINKS["workflows/magic.yaml"].replace("next: /cart", f"{name}: /cart")

    folder = write_app(tmp_path, APP | {"workflows/magic.yaml": bad})
    _, _, issues = read_program(folder, SQLITE)
    (issue,) = issues
    assert issue.message == f"`{name}` has a meaning of its own in a link. Use another name."
    assert issue.address == "workflows/magic/steps/0/with/parameters"


def test_creating_an_account_for_somebody_else_logs_nobody_in(tmp_path: Path) -> None:
    """Section 5.1: result = user, no login; existing email without the box is an error."""

    async def story(app: Served) -> None:
        admin = bearer(app.token()[0])
        made = await app.post("create", {"email": "Eve@example.com", "name": "Eve"}, headers=admin)
        assert made.json["response"]["me"] is None
        assert set(made.json["response"]) == {"id", "me"}
        assert app.database.read(lambda tx: tx.rows("SELECT email, name FROM t_user")) == [("eve@example.com", "Eve")]
        again = await app.post("create", {"email": "eve@EXAMPLE.com", "name": "Other"}, headers=admin)
        assert (again.status, again.json["reason"]) == (400, "USED_EMAIL")
        body = {"email": "eve@EXAMPLE.com", "name": "Other", "existing": True}
        found = await app.post("create", body, headers=admin)
        assert found.json["response"]["id"] == made.json["response"]["id"]
        assert app.database.read(lambda tx: tx.rows("SELECT name FROM t_user")) == [("Eve",)]
        assert (await log_in(app, "", "eve@example.com"))["reason"] == "INVALID_LOGIN_CREDENTIALS"

    play(tmp_path, APP | ADMIN, story)


def test_a_temporary_password_takes_the_place_of_the_old_one_and_is_told_at_log_in(tmp_path: Path) -> None:
    """Section 5.1: old password deleted; result = text; section 3.7: users with one are led to change it."""

    async def story(app: Served) -> None:
        me = await sign_up(app)
        made = await app.post("temp", {"who": me["user_id"]}, headers=bearer(app.token()[0]))
        password = made.json["response"]["password"]
        assert (await log_in(app))["reason"] == "INVALID_LOGIN_CREDENTIALS"
        assert await who(app, me["token"]) is None
        first = (await log_in(app, password))["response"]
        assert first["temporary_password"] is True
        body = {"old": password, "new": "better horse"}
        assert (await app.post("change", body, headers=bearer(first["token"]))).status == 200
        assert "temporary_password" not in (await log_in(app, "better horse"))["response"]

    play(tmp_path, APP | ADMIN | CREDENTIALS, story)


def test_an_administrator_changes_the_email_of_another_user(tmp_path: Path) -> None:
    """Section 5.1."""

    async def story(app: Served) -> None:
        me = await sign_up(app)
        admin = bearer(app.token()[0])
        assert (await app.post("move", {"who": me["user_id"], "email": "New@x.example"}, headers=admin)).status == 200
        assert (await who(app, me["token"]))["email"] == "new@x.example"
        await sign_up(app, email="eve@example.com")
        taken = await app.post("move", {"who": me["user_id"], "email": "Eve@example.com"}, headers=admin)
        assert (taken.status, taken.json["reason"]) == (400, "USED_EMAIL")
        assert (await log_in(app, email="new@x.example"))["status"] == "success"

    play(tmp_path, APP | ADMIN, story)


def test_changing_an_email_voids_the_links_sent_to_the_old_one(tmp_path: Path) -> None:
    """Section 5.1: a link proves that somebody reads the mail of the address it was sent to."""

    async def story(app: Served) -> None:
        me = await sign_up(app)
        link = (await app.post("magic", {"email": "ada@example.com", "link": True})).json["response"]["link"]
        token = (await app.post("ask", {"token": True}, headers=bearer(me["token"]))).json["response"]["token"]
        admin = bearer(app.token()[0])
        await app.post("move", {"who": me["user_id"], "email": "new@x.example"}, headers=admin)
        entered = await app.post("enter", {"token": link.partition("magic_login=")[2].partition("&")[0]})
        assert entered.json["reason"] == "INVALID_TOKEN"
        assert (await app.post("confirm", {"token": token})).json["reason"] == "INVALID_TOKEN"

    play(tmp_path, APP | ADMIN | LINKS, story)
