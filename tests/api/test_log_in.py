"""Logging in over HTTP: tokens at work, attempts that are too many, what leaks nowhere."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from offpage.accounts import users
from offpage.accounts.mails import EVEN_SECONDS
from tests.asgi import Seen
from tests.engine.accounts import ADA, APP, CREDENTIALS, LINKS, bearer, log_in, sign_up, who
from tests.site import Served, play

LOG_IN = {"email": ADA["email"], "password": ADA["password"]}

AUTHS = {
    f"workflows/for_{auth}.yaml": f"auth: {auth}\nsteps:\n  - {{do: return_data, with: {{values: {{ok: yes}}}}}}\n"
    for auth in ("none", "user", "admin")
}


@pytest.mark.parametrize(
    ("workflow", "statuses"),
    [
        ("for_none", {"nobody": 200, "user": 200, "admin": 200, "wrong": 401}),
        ("for_user", {"nobody": 401, "user": 200, "admin": 200, "wrong": 401}),
        ("for_admin", {"nobody": 401, "user": 401, "admin": 200, "wrong": 401}),
    ],
)
def test_three_ways_in_against_three_kinds_of_workflow(tmp_path: Path, workflow: str, statuses: dict[str, int]) -> None:
    """bubble.md 3.1 and 1.2; a refusal has shape B of 1.7 and never the credential."""

    async def story(app: Served) -> None:
        user = (await sign_up(app))["token"]
        shown = {
            "nobody": {},
            "user": bearer(user),
            "admin": bearer(app.token()[0]),
            "wrong": bearer("usr_" + "x" * 43),
        }
        for one, headers in shown.items():
            seen = await app.post(workflow, {}, headers=headers)
            assert (one, seen.status) == (one, statuses[one])
            if seen.status == 401:
                assert set(seen.json) == {"error_class", "args", "message", "translation"}
                assert headers.get("authorization", "Bearer ?")[7:] not in seen.body.decode()

    play(tmp_path, APP | AUTHS, story)


def test_a_users_token_is_taken_from_the_query_too(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        token = (await sign_up(app))["token"]
        assert (await app.post(f"for_user?api_token={token}")).status == 200

    play(tmp_path, APP | AUTHS, story)


def test_a_log_out_counts_at_once_however_often_the_token_was_just_used(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        for _ in range(20):
            token = (await log_in(app))["response"]["token"]
            assert await who(app, token)
            asked = [asyncio.create_task(who(app, token)) for _ in range(5)]
            assert (await app.post("log_out", {}, headers=bearer(token))).status == 200
            assert await who(app, token) is None
            await asyncio.gather(*asked)
            assert await who(app, token) is None

    async def begin(app: Served) -> None:
        await sign_up(app)
        await story(app)

    play(tmp_path, APP, begin)


def test_too_many_wrong_passwords_are_answered_with_429_and_when_to_try_again(tmp_path: Path) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 3}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        assert [(await log_in(app, "wrong horse"))["reason"] for _ in range(3)] == ["INVALID_LOGIN_CREDENTIALS"] * 3
        seen = await app.post("log_in", {"email": ADA["email"], "password": ADA["password"]})
        assert (seen.status, seen.json["reason"]) == (429, "TOO_MANY_ATTEMPTS")
        assert 1 <= int(seen.headers["retry-after"]) <= 30
        assert seen.json["message"] == f"Too many attempts. Wait {seen.headers['retry-after']} s and try again."
        unknown = [await log_in(app, "wrong horse", "nobody@example.com") for _ in range(4)]
        assert [one["reason"] for one in unknown] == ["INVALID_LOGIN_CREDENTIALS"] * 3 + ["TOO_MANY_ATTEMPTS"]

    play(tmp_path, {"app.yaml": settings} | APP, story)


def test_many_attempts_at_once_are_no_more_than_one_after_the_other(tmp_path: Path) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 3}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        answers = await asyncio.gather(*(log_in(app, f"wrong {n}") for n in range(20)))
        assert sum(one["reason"] == "INVALID_LOGIN_CREDENTIALS" for one in answers) == 3

    play(tmp_path, {"app.yaml": settings} | APP, story)


def test_a_server_of_the_apps_own_is_not_counted_by_its_address(tmp_path: Path) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 1}\n"

    async def story(app: Served) -> None:
        still(app)
        admin = bearer(app.token()[0])
        body = {"password": "wrong horse"}
        seen = [await app.post("log_in", body | {"email": f"u{n}@example.com"}, headers=admin) for n in range(30)]
        assert {one.status for one in seen} == {400}
        others = [await app.post("log_in", body | {"email": f"v{n}@example.com"}) for n in range(30)]
        assert sum(one.status == 429 for one in others) == 20

    play(tmp_path, {"app.yaml": settings} | APP, story)


def test_attempts_that_are_answered_later_are_counted_like_those_at_once(tmp_path: Path) -> None:
    """With a limit of 1, one address has 10 attempts on any accounts; a run that is scheduled is its caller's too."""
    settings = "name: Test\naccounts: {log_in_attempts: 1}\n"
    scheduling = """
        auth: none
        parameters: {email: text, password: text}
        steps:
          - {do: schedule_workflow, as: planned, with: {workflow: log_in, parameters: {email: =email, password: =password}}}
        """

    async def story(app: Served) -> None:
        still(app)
        bodies = [{"email": f"u{n}@example.com", "password": "wrong horse"} for n in range(13)]
        at_once = [await app.post("log_in", body) for body in bodies[:8]]
        assert {one.json["reason"] for one in at_once} == {"INVALID_LOGIN_CREDENTIALS"}
        later = {"Prefer": "respond-async"}
        reasons = [await reason_later(app, await app.post("log_in", body, headers=later)) for body in bodies[8:11]]
        assert reasons == ["INVALID_LOGIN_CREDENTIALS"] * 2 + ["TOO_MANY_ATTEMPTS"]
        assert (await app.post("log_in", bodies[11])).json["reason"] == "TOO_MANY_ATTEMPTS"
        assert (await app.post("log_in_soon", bodies[12])).status == 200
        assert "TOO_MANY_ATTEMPTS" in await error_of_scheduled(app)

    play(tmp_path, {"app.yaml": settings, "workflows/log_in_soon.yaml": scheduling} | APP, story)


CHECK = "parameters: {password: text}\nsteps:\n  - {do: check_password, with: {password: =password}}\n"


def test_an_account_has_one_count_of_attempts_whichever_way_it_is_named(tmp_path: Path) -> None:
    """By its e-mail when somebody logs in, by its id when the current user's password is checked."""
    settings = "name: Test\naccounts: {log_in_attempts: 4}\n"

    async def story(app: Served) -> None:
        still(app)
        me = bearer((await sign_up(app))["token"])
        seen = [(await log_in(app, "wrong horse"))["reason"] for _ in range(2)]
        checks = [await app.post("check", {"password": "wrong"}, headers=me) for _ in range(3)]
        seen += [one.json["reason"] for one in checks]
        assert seen == ["INVALID_LOGIN_CREDENTIALS"] * 4 + ["TOO_MANY_ATTEMPTS"]
        assert (await log_in(app, "wrong horse"))["reason"] == "TOO_MANY_ATTEMPTS"

    play(tmp_path, {"app.yaml": settings, "workflows/check.yaml": CHECK} | APP, story)


def test_emails_that_are_taken_are_counted_for_the_callers_address(tmp_path: Path) -> None:
    """Whichever action tells; one that was free is given back."""
    settings = "name: Test\naccounts: {log_in_attempts: 1}\n"
    change = "parameters: {email: text}\nsteps:\n  - {do: change_email, with: {user: =current_user, email: =email}}\n"
    create = "auth: none\nparameters: {email: text}\nsteps:\n  - {do: create_account, with: {email: =email}}\n"

    async def story(app: Served) -> None:
        still(app)
        me = bearer((await sign_up(app))["token"])
        for n in range(12):
            assert (await app.post("create", {"email": f"u{n}@example.com"})).status == 200
            assert (await app.post("change", {"email": f"v{n}@example.com"}, headers=me)).status == 200
        seen = []
        for _ in range(5):
            seen.append((await app.post("create", {"email": "u1@example.com"})).json["reason"])
            seen.append((await app.post("change", {"email": "u1@example.com"}, headers=me)).json["reason"])
        assert seen == ["USED_EMAIL"] * 9 + ["TOO_MANY_ATTEMPTS"]  # the sign-up took one
        for name, email in (("create", "free@example.com"), ("change", "other@example.com")):
            assert (await app.post(name, {"email": email}, headers=me)).json["reason"] == "TOO_MANY_ATTEMPTS"

    more = {"workflows/change.yaml": change, "workflows/create.yaml": create}
    play(tmp_path, {"app.yaml": settings} | more | APP, story)


def test_the_items_of_a_batch_and_what_recurs_are_their_callers(tmp_path: Path) -> None:
    """What a caller begins is counted for the caller's address, whenever it runs."""
    more = {
        "types/note.yaml": "fields: {text: text}\n",
        "workflows/item.yaml": "parameters: {note: note}\nsteps: []\n",
        "workflows/again.yaml": "trigger: recurring\ntype: note\nsteps: []\n",
        "workflows/go.yaml": """
            auth: none
            ignore_privacy: yes
            steps:
              - {do: create_thing, as: made, with: {type: note, set: {text: x}}}
              - {do: set_recurring, with: {workflow: again, thing: =made, every: 1 day}}
              - do: schedule_on_list
                with: {list: =search(note), workflow: item, at: =now + days(1), parameters: {note: =this}}
            """,
    }

    async def story(app: Served) -> None:
        assert (await app.post("go")).status == 200
        read = "SELECT ip FROM op_batches UNION ALL SELECT ip FROM op_queue"
        assert app.database.read(lambda tx: tx.rows(read)) == [("203.0.113.7",)] * 2

    play(tmp_path, APP | more, story)


HASHES = "SELECT body_hash FROM op_answers WHERE substr(key, 1, 9) <> 'accepted '"
"""Of requests. On PostgreSQL whoever waits in another process is answered from what is kept of the run, too."""


def still(app: Served) -> None:
    """Let no time pass for who counts attempts, however slow this machine is."""
    app.runner.around.services.throttle._seconds = lambda: 0.0


async def error_of_scheduled(app: Served) -> str:
    """The error in the record of the one run that was scheduled, once it has ended."""
    ended = "SELECT error FROM op_runs WHERE trigger = 'schedule' AND finished_at IS NOT NULL"
    async with asyncio.timeout(20):
        while True:
            if found := await app.database.reading(lambda tx: tx.rows(ended)):
                return str(found[0][0])


async def reason_later(app: Served, accepted: Seen) -> str:
    """Why an accepted run failed; asked for until it has ended."""
    assert accepted.status == 202
    async with asyncio.timeout(20):
        while True:
            shown = (await app.ask("GET", accepted.headers["location"])).json["response"]
            if shown["state"] not in ("waiting", "running"):
                return str(shown["error"]["reason"])
            await asyncio.sleep(0)


def test_the_state_of_a_users_run_is_shown_to_that_user_and_to_api_tokens_only(tmp_path: Path) -> None:
    mine = "auth: user\nsteps:\n  - {do: return_data, with: {values: {me: =current_user.email}}}\n"
    open_to_all = mine.replace("auth: user", "auth: none")

    async def story(app: Served) -> None:
        ada = bearer((await sign_up(app))["token"])
        eve = bearer((await sign_up(app, email="eve@example.com"))["token"])
        admin = bearer(app.token()[0])
        askers: dict[str, dict[str, str]] = {"ada": ada, "eve": eve, "admin": admin, "nobody": {}}

        async def seen_by(workflow: str, headers: dict[str, str]) -> dict[str, int]:
            accepted = await app.post(workflow, {}, headers=headers | {"Prefer": "respond-async"})
            place = accepted.headers["location"]
            statuses = {name: (await app.ask("GET", place, headers=one)).status for name, one in askers.items()}
            async with asyncio.timeout(20):
                while (await app.ask("GET", place, headers=admin)).json["response"]["state"] != "finished":
                    await asyncio.sleep(0)
            assert statuses == {name: (await app.ask("GET", place, headers=one)).status for name, one in askers.items()}
            return statuses

        assert await seen_by("mine", ada) == {"ada": 200, "eve": 404, "admin": 200, "nobody": 401}
        assert await seen_by("open", ada) == {"ada": 200, "eve": 404, "admin": 200, "nobody": 404}
        assert await seen_by("open", admin) == {"ada": 404, "eve": 404, "admin": 200, "nobody": 404}
        assert await seen_by("open", {}) == dict.fromkeys(("ada", "eve", "admin", "nobody"), 200)

    play(tmp_path, APP | {"workflows/mine.yaml": mine, "workflows/open.yaml": open_to_all}, story)


@pytest.mark.parametrize("workflow", ["enter", "confirm"])
def test_wrong_links_are_counted_by_the_callers_address(tmp_path: Path, workflow: str) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 1}\n"

    async def story(app: Served) -> None:
        still(app)
        seen = [await app.post(workflow, {"token": f"wrong {n}"}) for n in range(12)]
        assert [one.json["reason"] for one in seen] == ["INVALID_TOKEN"] * 10 + ["TOO_MANY_ATTEMPTS"] * 2

    play(tmp_path, {"app.yaml": settings} | APP | LINKS, story)


def test_an_idempotency_key_does_not_replay_an_answer_for_another_secret(tmp_path: Path) -> None:
    check = """
        auth: none
        parameters: {email: text, password: text}
        steps:
          - {do: log_in, with: {email: =email, password: =password}}
          - {do: log_out}
          - {do: return_data, with: {values: {in: yes}}}
        """
    key = {"Idempotency-Key": "k"}

    async def first(app: Served) -> None:
        await sign_up(app)
        assert (await app.post("check", LOG_IN, headers=key)).status == 200

    async def after_a_restart(app: Served) -> None:
        again = await app.post("check", LOG_IN, headers=key)
        assert (again.status, again.json["response"]) == (200, {"in": True})
        assert again.headers["idempotent-replayed"] == "true"
        other = await app.post("check", LOG_IN | {"password": "wrong horse"}, headers=key)
        assert (other.status, other.json["body"]["status"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        hashes = app.database.read(lambda tx: tx.rows(HASHES))
        plain = hashlib.sha256(hashlib.sha256(msgspec.json.encode(LOG_IN)).digest()).hexdigest()
        assert len(hashes) == 1
        assert hashes[0][0] not in ("", plain)

    files = APP | {"workflows/check.yaml": check}
    play(tmp_path, files, first)
    play(tmp_path, files, after_a_restart)


def test_asking_for_mails_is_counted_whether_somebody_has_the_email_or_not(tmp_path: Path) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 2}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        for email in ("ada@example.com", "nobody@example.com"):
            statuses = [(await app.post("forgot", {"email": email, "token": True})).status for _ in range(3)]
            assert statuses == [200, 200, 429]

    play(tmp_path, {"app.yaml": settings} | APP | LINKS, story)


def test_an_api_token_that_logs_in_a_user_sees_what_the_user_sees(tmp_path: Path) -> None:
    """Everything after the log-in runs as the user, under the user's privacy rules."""
    note = "fields: {text: text}\nprivacy:\n  mine: {when: =this.created_by == current_user, find: yes, view: all}\n"
    count = "\n  - {do: return_data, with: {values: {BEFORE: =search(note).count}}}"
    steps = APP["workflows/log_in.yaml"].replace("steps:", "steps:" + count.replace("BEFORE", "before"))
    more = {
        "types/note.yaml": note,
        "workflows/note.yaml": "auth: none\nsteps:\n  - {do: create_thing, with: {type: note, set: {text: x}}}\n",
        "workflows/both.yaml": steps.rstrip() + count.replace("BEFORE", "after") + "\n",
    }

    async def story(app: Served) -> None:
        me = await sign_up(app)
        await app.post("note", {})
        await app.post("note", {}, headers=bearer(me["token"]))
        body = {"email": ADA["email"], "password": ADA["password"]}
        seen = await app.post("both", body, headers=bearer(app.token()[0]))
        assert (seen.json["response"]["before"], seen.json["response"]["after"]) == (2, 1)
        assert (await app.post("both", body)).json["response"]["before"] == 0

    play(tmp_path, APP | more, story)


def test_the_answer_of_a_redirect_has_no_token_in_its_address(tmp_path: Path) -> None:
    redirect = "response: redirect\nredirect: {success: 'https://shop.test/in', error: 'https://shop.test/sorry'}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        body = {"email": ADA["email"], "password": ADA["password"]}
        seen = await app.post("enter_page", body)
        assert (seen.status, seen.headers["location"]) == (302, "https://shop.test/in")
        wrong = await app.post("enter_page", body | {"password": "wrong horse"})
        assert wrong.headers["location"].startswith("https://shop.test/sorry?statusCode=400&message=")

    play(tmp_path, APP | {"workflows/enter_page.yaml": redirect + APP["workflows/log_in.yaml"]}, story)


def test_a_plain_text_answer_stays_as_it_is(tmp_path: Path) -> None:
    text = APP["workflows/log_in.yaml"] + "  - {do: return_data, with: {text: welcome}}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        body = {"email": ADA["email"], "password": ADA["password"]}
        assert (await app.post("text", body)).body == b"welcome"

    play(tmp_path, APP | {"workflows/text.yaml": text}, story)


def test_a_repeated_log_in_with_one_idempotency_key_is_told_to_log_in_again(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        await sign_up(app)
        body = {"email": ADA["email"], "password": ADA["password"]}
        first, second = [await app.post("log_in", body, headers={"idempotency-key": "k1"}) for _ in range(2)]
        assert first.status == 200
        assert (second.status, second.json["body"]["status"]) == (409, "TOKEN_SHOWN_ONCE")
        assert first.json["response"]["token"] not in second.body.decode()
        wrong = body | {"password": "wrong horse"}
        await app.post("log_in", wrong, headers={"idempotency-key": "k2"})
        kept = app.database.read(lambda tx: tx.rows(HASHES))
        plain = [hashlib.sha256(hashlib.sha256(msgspec.json.encode(one)).digest()).hexdigest() for one in (body, wrong)]
        assert len(kept) == 2
        assert not {one for (one,) in kept} & {"", *plain}, "a hash without a key would undo the slow one"

    play(tmp_path, APP, story)


def test_a_user_disabled_by_another_process_is_out_within_a_second(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        me = await sign_up(app)
        assert await who(app, me["token"])
        await app.database.written(lambda tx: users.disable(tx, me["user_id"], now=1))
        app.runner.tokens._seconds = lambda: time.monotonic() + 1.0
        assert await who(app, me["token"]) is None
        assert (await log_in(app))["reason"] == "ACCOUNT_DISABLED"

    play(tmp_path, APP, story)


@pytest.mark.parametrize(
    ("workflow", "body"),
    [
        ("log_in", {"email": "\x00", "password": "\x00"}),
        ("log_in", {"email": "x" * 100_000, "password": "y" * 100_000}),
        ("log_in", {"email": "' OR 1=1 --@example.com", "password": "' OR '1'='1"}),
        ("sign_up", {"email": "a@b", "password": "correct horse"}),
        ("sign_up", {"email": "a@b.example\r\nBcc: c@d.example", "password": "correct horse"}),
        ("sign_up", {"email": "a@b.example", "password": "z" * 1_001}),
        ("enter", {"token": "\ufffd" * 300}),
        ("enter", {"token": "' OR 1=1 --"}),
        ("confirm", {"token": "x" * 10_000}),
        ("reset", {"token": "x", "password": "correct horse", "again": "correct horse"}),
        ("magic", {"email": "ada@example.com", "hours": 1e308, "link": True}),
    ],
)
def test_nonsense_is_refused_with_a_sentence(tmp_path: Path, workflow: str, body: dict[str, object]) -> None:
    async def story(app: Served) -> None:
        await sign_up(app)
        seen = await app.post(workflow, body)
        assert seen.status == 400, seen.body
        assert len(seen.body) < 1_000
        assert app.count("user") == 1

    play(tmp_path, APP | LINKS | CREDENTIALS, story)


KNOWN, UNKNOWN = ADA["email"], "nobody@example.com"


async def took(
    app: Served, workflow: str, body: dict[str, str], status: int, clock: Callable[[], float]
) -> tuple[float, bytes]:
    """How long an answer takes by a clock, and its body without what differs each time."""
    began = clock()
    seen = await app.post(workflow, body)
    assert seen.status == status, seen.body
    return clock() - began, re.sub(rb'"bubble_code":"\w+"', b"", seen.body)


def test_a_wrong_password_takes_as_long_whether_somebody_has_the_email_or_not(tmp_path: Path) -> None:
    settings = "name: Test\naccounts: {log_in_attempts: 0}\n"

    async def story(app: Served) -> None:
        await sign_up(app)
        times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
        bodies = set()
        for _ in range(8):
            for email, all_times in times.items():
                given = {"email": email, "password": "wrong password"}
                # By the processor's time, which a busy machine does not change much.
                seconds, body = await took(app, "log_in", given, 400, time.process_time)
                all_times.append(seconds)
                bodies.add(body)
        assert len(bodies) == 1
        known, unknown = (min(one) for one in times.values())
        assert 0.6 < known / unknown < 1.7, times  # a hash is most of it

    play(tmp_path, {"app.yaml": settings} | APP, story)


@pytest.mark.parametrize("workflow", ["forgot", "magic"])
def test_asking_for_a_mail_takes_as_long_whether_somebody_has_the_email_or_not(tmp_path: Path, workflow: str) -> None:
    async def story(app: Served) -> None:
        await sign_up(app)
        (known, first), (unknown, second) = [
            await took(app, workflow, {"email": email}, 200, time.perf_counter) for email in (KNOWN, UNKNOWN)
        ]
        assert first == second
        assert min(known, unknown) >= EVEN_SECONDS

    play(tmp_path, APP | LINKS, story)
