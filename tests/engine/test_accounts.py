"""Users in the engine, on both databases: races, crashes, lifetimes, and what no record may show."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher

from offpage.accounts import passwords, users
from offpage.accounts.actor import NOBODY, Actor
from offpage.accounts.tokens import Tokens
from offpage.engine.calls import Outcome
from offpage.kernel.errors import TokenShownOnce
from offpage.services.mail import Message, Sent
from offpage.store import runs, tokens
from offpage.store.tx import Tx
from offpage.values.shapes import DAY_MS
from tests.engine.accounts import ADA, ADMIN, APP, CREDENTIALS, LINKS
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

DAY = DAY_MS
LOG_IN: dict[str, Any] = {"email": "ada@example.com", "password": ADA["password"]}


def call(app: Bench, workflow: str, actor: Actor = NOBODY, **parameters: Any) -> Outcome:
    """Call a workflow as somebody."""
    return asyncio.run(app.engine.call(replace(app.api_call(workflow, parameters), actor=actor)))


def session_of(outcome: Outcome) -> dict[str, Any]:
    """What the answer tells of a log-in."""
    assert outcome.error is None, outcome.error
    assert outcome.answer.session is not None
    return outcome.answer.session


def holder(app: Bench, book: Tokens, token: str) -> Actor | None:
    """Who holds a token."""
    return asyncio.run(book.actor(token))


def everything_kept(app: Bench) -> str:
    """All text in the system tables."""

    def read(tx: Tx) -> str:
        names = ("op_runs", "op_queue", "op_answers", "op_tokens", "op_credentials", "op_links")
        return repr([tx.rows(f'SELECT * FROM "{name}"') for name in names])

    return app.database.read(read)


# --- Crashes and races


def test_a_sign_up_that_a_dead_process_left_half_done_is_taken_up_and_makes_one_user(bench: Make) -> None:
    app = bench(APP)
    gate = threading.Event()

    async def die() -> None:
        for _ in range(2):  # the threads that hash are busy: the run stays between its halves
            app.engine._outside._pool.submit(gate.wait)
        task = asyncio.create_task(app.engine.call(replace(app.api_call("sign_up", ADA), actor=NOBODY)))
        while not app.database.read(runs.unfinished):
            await asyncio.sleep(0)
        for one in [task, *app.engine._outside._tasks]:
            one.cancel()
        gate.set()

    asyncio.run(die())
    assert app.count("user") == 0
    app.restart()

    async def live_again() -> None:
        dispatcher = app.dispatcher()
        await dispatcher.start()
        await asyncio.gather(*app.engine._outside._tasks)
        await dispatcher.stop()

    asyncio.run(live_again())
    assert app.values("user", "email") == ["ada@example.com"]
    assert ADA["password"] not in everything_kept(app)
    assert session_of(call(app, "log_in", **LOG_IN))["user_id"] == app.values("user", "id")[0]


def test_of_many_who_sign_up_with_one_email_at_once_one_gets_it(bench: Make) -> None:
    app = bench(APP)

    async def many() -> list[Outcome]:
        spellings = ["ada@example.com", "ADA@example.com", "Ada@Example.Com", " ada@example.com"] * 2
        calls = [replace(app.api_call("sign_up", ADA | {"email": one}), actor=NOBODY) for one in spellings]
        return await asyncio.gather(*(app.engine.call(one) for one in calls))

    outcomes = asyncio.run(many())
    assert sorted(one.error.code if one.error else "" for one in outcomes) == ["", *["USED_EMAIL"] * 7]
    assert app.values("user", "email") == ["ada@example.com"]


def test_a_log_in_whose_password_is_changed_while_it_is_compared_fails(bench: Make) -> None:
    app = bench(APP)
    user_id = session_of(call(app, "sign_up", **ADA))["user_id"]
    gate = threading.Event()

    async def race() -> Outcome:
        app.engine._outside._pool.submit(gate.wait)
        app.engine._outside._pool.submit(gate.wait)
        logging_in = asyncio.create_task(app.engine.call(replace(app.api_call("log_in", LOG_IN), actor=NOBODY)))
        while not app.database.read(runs.unfinished):
            await asyncio.sleep(0)
        # The credentials are read before the password waits for its thread.
        while not app.engine._outside._pool._work_queue.qsize():
            await asyncio.sleep(0)
        newer = passwords.hash_password("another horse")
        await app.database.written(lambda tx: users.set_password(tx, user_id, newer, now=app.clock.now()))
        gate.set()
        return await logging_in

    outcome = asyncio.run(race())
    assert outcome.error is not None
    assert outcome.error.code == "INVALID_LOGIN_CREDENTIALS"


def test_a_reset_link_that_two_use_at_once_serves_one(bench: Make) -> None:
    app = bench(APP | LINKS)
    call(app, "sign_up", **ADA)
    token = call(app, "forgot", email=ADA["email"], token=True).answer.values["token"]

    async def both() -> list[Outcome]:
        given = [{"token": token, "password": one, "again": one} for one in ("first horse", "second horse")]
        calls = [replace(app.api_call("reset", one), actor=NOBODY) for one in given]
        return await asyncio.gather(*(app.engine.call(one) for one in calls))

    outcomes = asyncio.run(both())
    assert sorted(one.error.code if one.error else "" for one in outcomes) == ["", "INVALID_TOKEN"]


# --- What nobody can tell


def test_a_known_and_an_unknown_email_cost_one_comparison_each(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = bench(APP | ADMIN)
    call(app, "sign_up", **ADA)
    asyncio.run(app.engine.call(app.api_call("create", {"email": "nopassword@example.com"})))
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:
        verified.append(str(hash).rsplit("$", 2)[0])
        return bool(verify(self, hash, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    tried = [
        (ADA["email"], "wrong"),
        ("nobody@example.com", "wrong"),
        ("nopassword@example.com", "wrong"),
        ("not an email", "wrong"),
        (ADA["email"], "x" * 2_000),
        (ADA["email"], None),
    ]
    for email, password in tried:
        verified.clear()
        outcome = call(app, "log_in", email=email, password=password)
        assert outcome.error is not None
        assert (outcome.error.code, str(outcome.error)) == (
            "INVALID_LOGIN_CREDENTIALS",
            "We didn’t find an account with those login credentials",
        )
        assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"]


@pytest.mark.parametrize("workflow", ["forgot", "magic"])
def test_a_mail_to_nobody_takes_as_long_and_leaves_as_much(bench: Make, workflow: str) -> None:
    app = bench(APP | LINKS)
    called: list[str] = []

    class Post:
        async def send(self, message: Message) -> Sent:
            called.extend(message.recipients)
            return Sent(message.id)

    app.restart(services=replace(app.around.services, mail=Post()))
    call(app, "sign_up", **ADA)
    known, unknown = (call(app, workflow, email=email) for email in (ADA["email"], "nobody@example.com"))
    assert called == ["ada@example.com"]
    assert known.answer == unknown.answer
    entries = [app.journal(one.run_id) for one in (known, unknown)]
    assert all(entry[0]["ms"] >= 250 for entry in entries)
    shapes = [entry[0].keys() for entry in entries]
    assert shapes[0] == shapes[1], "not even the operator's records differ"


def test_no_record_shows_a_password_a_token_or_a_link(bench: Make) -> None:
    loud = """
    auth: none
    parameters: {email: text, password: text}
    steps:
      - {do: log_in, with: {email: =email, password: =password}}
      - {do: create_thing, with: {type: order, set: {number: "{{ password }} and more"}}}
      - {do: return_data, with: {values: {again: =password}}}
    """
    skipped = """
    auth: none
    only_when: =password.length > 100
    parameters: {password: text}
    steps:
      - {do: check_password, with: {password: =password}}
    """
    said = """
    auth: none
    parameters: {pin: {type: text, secret: yes}}
    steps:
      - {do: return_data, with: {values: {n: =pin.length}}}
    """
    more = {"workflows/loud.yaml": loud, "workflows/skipped.yaml": skipped, "workflows/said.yaml": said}
    app = bench(APP | ADMIN | CREDENTIALS | LINKS | more)
    first = session_of(call(app, "sign_up", **ADA))
    me = Actor("user", first["user_id"])
    secrets = [ADA["password"], first["token"]]
    secrets.append(session_of(call(app, "log_in", **LOG_IN))["token"])
    assert call(app, "loud", **LOG_IN).answer.values == {"again": ADA["password"]}
    assert call(app, "skipped", password=ADA["password"]).state == "skipped"
    assert call(app, "said", pin="0815-4711").error is None
    assert call(app, "log_in", email=ADA["email"], password="a wrong horse").error is not None
    assert call(app, "change", me, old=ADA["password"], new="better horse").error is None
    secrets += ["0815-4711", "a wrong horse", "better horse"]
    temporary = asyncio.run(app.engine.call(app.api_call("temp", {"who": first["user_id"]})))
    secrets.append(temporary.answer.values["password"])
    secrets.append(call(app, "forgot", email=ADA["email"], token=True).answer.values["token"])
    secrets.append(call(app, "magic", email=ADA["email"], link=True).answer.values["link"])
    secrets.append(secrets[-1].partition("magic_login=")[2].partition("&")[0])
    secrets.append(call(app, "ask", me, token=True).answer.values["token"])
    assert call(app, "reset", token=secrets[-4], password="best of horses", again="best of horses").error is None
    secrets.append("best of horses")
    assert all(len(one) >= 8 for one in secrets)
    kept = everything_kept(app)
    assert [one for one in secrets if one in kept] == []
    assert app.values("order", "number") == [f"{ADA['password']} and more"], "data are the maker's own"


def test_an_answer_with_a_token_is_not_kept_for_a_repeated_request(bench: Make) -> None:
    app = bench(APP)
    call(app, "sign_up", **ADA)

    async def twice() -> str:
        once = replace(app.api_call("log_in", LOG_IN, idempotency=("k", "h")), actor=NOBODY)
        token: str = session_of(await app.engine.call(once))["token"]
        with pytest.raises(TokenShownOnce):
            await app.engine.call(once)
        return token

    token = asyncio.run(twice())
    assert token not in everything_kept(app)


def test_a_log_in_that_nobody_waits_for_makes_no_token(bench: Make) -> None:
    app = bench(APP)
    call(app, "sign_up", **ADA)
    before = app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_tokens"))

    async def later() -> str:
        run_id = await app.engine.accept(replace(app.api_call("log_in", LOG_IN), actor=NOBODY))
        await app.engine.drain(1.0)
        await asyncio.gather(*app.engine._outside._tasks)
        return run_id

    run_id = asyncio.run(later())
    assert app.run(run_id).state == "finished"
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_tokens")) == before
    assert ADA["password"] not in everything_kept(app)


# --- Lifetimes


@pytest.mark.parametrize(("stay", "days"), [(True, 365), (False, 1)])
def test_a_token_in_daily_use_lives_to_its_end_and_not_longer(bench: Make, stay: bool, days: int) -> None:
    app = bench(APP)
    call(app, "sign_up", **ADA)
    token = session_of(call(app, "log_in", stay=stay, **LOG_IN))["token"]
    seconds = [0.0]
    book = Tokens(app.database, app.clock, seconds=lambda: seconds[0])

    def next_day(part: float = 1.0) -> Actor | None:
        app.clock.forward(int(DAY * part))
        seconds[0] += 10
        return holder(app, book, token)

    for _ in range((days - 1) // 20):
        assert next_day(20) is not None
    assert next_day((days - 1) % 20) is not None
    app.clock.forward(DAY - 1)
    seconds[0] += 10
    assert holder(app, book, token) is not None
    app.clock.forward(1)
    seconds[0] += 10
    assert holder(app, book, token) is None


def test_a_token_that_is_not_used_for_30_days_is_dead(bench: Make) -> None:
    app = bench(APP)
    call(app, "sign_up", **ADA)
    used, idle = (session_of(call(app, "log_in", stay=True, **LOG_IN))["token"] for _ in range(2))
    seconds = [0.0]
    book = Tokens(app.database, app.clock, seconds=lambda: seconds[0])
    app.clock.forward(29 * DAY)
    assert holder(app, book, used) is not None
    app.clock.forward(DAY)
    seconds[0] += 10
    assert (holder(app, book, used) is not None, holder(app, book, idle)) == (True, None)


def test_expired_log_ins_are_cleared_away_and_their_users_are_logged_out(bench: Make) -> None:
    app = bench(APP)
    call(app, "sign_up", **ADA)
    app.clock.forward(366 * DAY)
    call(app, "sign_up", **ADA | {"email": "eve@example.com"})
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_tokens")) == [(1,)]
    assert [bool(one) for one in app.values("user", "logged_in")] == [False, True]


@pytest.mark.parametrize(
    ("ask", "use", "hours"), [("forgot", "reset", 24), ("magic", "enter", 1), ("ask", "confirm", 30 * 24)]
)
def test_a_link_works_until_its_hour(bench: Make, ask: str, use: str, hours: int) -> None:
    app = bench(APP | LINKS)
    me = Actor("user", session_of(call(app, "sign_up", **ADA))["user_id"])

    def use_after(ms: int) -> Outcome:
        given = {} if ask == "ask" else {"email": ADA["email"]}
        made = call(app, ask, me, **given, **{"link" if ask == "magic" else "token": True}).answer.values
        token = made.get("token") or made["link"].partition("magic_login=")[2].partition("&")[0]
        app.clock.forward(ms)
        body = {"token": token} | ({"password": "better horse", "again": "better horse"} if use == "reset" else {})
        return call(app, use, **body)

    assert use_after(hours * 3_600_000 - 1).error is None
    late = use_after(hours * 3_600_000)
    assert late.error is not None
    assert late.error.code == "INVALID_TOKEN"


# --- Users who may not, or are gone


def test_a_disabled_user_cannot_log_in_by_any_way_and_is_logged_out(bench: Make) -> None:
    app = bench(APP | LINKS)
    mine = session_of(call(app, "sign_up", **ADA))
    links = [call(app, "magic", email=ADA["email"], link=True).answer.values["link"] for _ in range(2)]
    book = Tokens(app.database, app.clock)
    app.database.write_now(lambda tx: users.disable(tx, mine["user_id"], now=app.clock.now()))
    assert holder(app, book, mine["token"]) is None
    refused = call(app, "log_in", **LOG_IN)
    assert refused.error is not None
    assert refused.error.code == "ACCOUNT_DISABLED"
    wrong = call(app, "log_in", email=ADA["email"], password="wrong horse")
    assert wrong.error is not None
    assert wrong.error.code == "INVALID_LOGIN_CREDENTIALS", "only who knows the password learns that it is disabled"
    assert call(app, "forgot", email=ADA["email"], token=True).answer.values == {"token": None}
    assert call(app, "magic", email=ADA["email"], link=True).answer.values == {"link": None}
    entered = call(app, "enter", token=links[0].partition("magic_login=")[2].partition("&")[0])
    assert entered.error is not None
    app.database.write_now(lambda tx: users.enable(tx, mine["user_id"], now=app.clock.now()))
    assert session_of(call(app, "log_in", **LOG_IN))["user_id"] == mine["user_id"]


def test_a_deleted_user_leaves_no_credentials_tokens_or_links(bench: Make) -> None:
    gone = "parameters: {who: user}\nsteps:\n  - {do: delete_thing, with: {thing: =who}}\n"
    app = bench(APP | LINKS | {"workflows/gone.yaml": gone})
    mine = session_of(call(app, "sign_up", **ADA))
    call(app, "forgot", email=ADA["email"], token=True)
    asyncio.run(app.engine.call(app.api_call("gone", {"who": mine["user_id"]})))
    left = app.database.read(lambda tx: [tx.rows(f"SELECT count(*) FROM {table}") for table in TABLES])
    assert left == [[(0,)]] * 3
    assert holder(app, Tokens(app.database, app.clock), mine["token"]) is None


TABLES = ("op_credentials", "op_tokens", "op_links")


def test_another_password_ends_the_other_log_ins(bench: Make) -> None:
    app = bench(APP | CREDENTIALS)
    first = session_of(call(app, "sign_up", **ADA))["token"]
    second = session_of(call(app, "log_in", **LOG_IN))["token"]
    book = Tokens(app.database, app.clock)
    me = holder(app, book, first)
    assert me is not None
    assert call(app, "change", me, old=ADA["password"], new="better horse").error is None
    fresh = Tokens(app.database, app.clock)
    assert (holder(app, fresh, first), holder(app, fresh, second)) == (me, None)


def test_a_password_hashed_with_other_costs_is_hashed_anew_at_log_in(bench: Make) -> None:
    app = bench(APP)
    user_id = session_of(call(app, "sign_up", **ADA))["user_id"]
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(ADA["password"])
    app.database.write_now(lambda tx: users.set_password(tx, user_id, old, now=app.clock.now()))
    assert call(app, "log_in", **LOG_IN).error is None
    account = app.database.read(lambda tx: users.by_id(tx, user_id))
    assert account is not None
    assert account.password_hash is not None
    assert not passwords.is_outdated(account.password_hash)
    assert call(app, "log_in", **LOG_IN).error is None


def test_an_app_without_users_who_are_asked_for_says_so(bench: Make) -> None:
    app = bench(APP | CREDENTIALS)
    tried: dict[str, dict[str, Any]] = {"others": {}, "check": {"password": "x"}, "change": {"old": "x"}}
    for workflow, given in tried.items():
        outcome = call(app, workflow, **given)
        assert outcome.error is not None
        assert outcome.error.code == "NOT_LOGGED_IN"


def test_logging_in_twice_in_a_run_leaves_one_log_in(bench: Make) -> None:
    twice = APP["workflows/sign_up.yaml"] + "  - {do: log_in, with: {email: =email, password: =password}}\n"
    app = bench(APP | {"workflows/twice.yaml": twice})
    session = session_of(call(app, "twice", **ADA))
    assert session["expires"] == 86_400
    assert len(app.database.read(lambda tx: tx.rows("SELECT id FROM op_tokens"))) == 1
    assert app.database.read(lambda tx: tx.rows("SELECT kind FROM op_tokens")) == [("user",)]
    assert app.database.read(tokens.every) == [], "a user's token is none of the administrator's"


def test_logging_out_in_the_run_that_logged_in_leaves_nothing(bench: Make) -> None:
    out = (
        APP["workflows/sign_up.yaml"]
        + "  - {do: log_out}\n  - do: return_data\n    with: {values: {me: =current_user.id}}\n"
    )
    app = bench(APP | {"workflows/out.yaml": out})
    outcome = call(app, "out", **ADA)
    assert (outcome.answer.session, outcome.answer.values) == (None, {"me": None})
    assert app.database.read(lambda tx: tx.rows("SELECT id FROM op_tokens")) == []


def test_what_follows_a_log_in_goes_on_as_that_user_after_a_crash(bench: Make) -> None:
    steps = "  - {do: check_password, with: {password: =password}}\n  - {do: create_thing, with: {type: order, set: {number: A}}}\n"
    app = bench(APP | {"workflows/on.yaml": APP["workflows/log_in.yaml"] + steps})
    user_id = session_of(call(app, "sign_up", **ADA))["user_id"]
    outcome = call(app, "on", **LOG_IN)
    assert outcome.error is None
    assert app.values("order", "created_by") == [user_id]
    kept = msgspec.json.decode(app.run(outcome.run_id).journal)
    assert [entry["state"] for entry in kept] == ["done"] * 3


def test_whoever_changes_an_email_it_is_kept_in_one_form_and_not_confirmed(bench: Make) -> None:
    change = "parameters: {who: user, email: text}\nsteps:\n  - {do: change_thing, with: {thing: =who, set: {email: =email}}}\n"
    make = "parameters: {email: text}\nsteps:\n  - {do: create_thing, with: {type: user, set: {email: =email}}}\n"
    app = bench(APP | LINKS | {"workflows/rename.yaml": change, "workflows/make.yaml": make})
    me = Actor("user", session_of(call(app, "sign_up", **ADA))["user_id"])
    token = call(app, "ask", me, token=True).answer.values["token"]
    assert call(app, "confirm", token=token).error is None

    def changed(email: str | None) -> tuple[Any, bool]:
        outcome = call(app, "rename", who=me.user_id, email=email)
        assert outcome.error is None
        return app.values("user", "email")[0], bool(app.values("user", "email_confirmed")[0])

    assert changed("ADA@example.com") == ("ada@example.com", True)
    assert changed("Ada@New.example") == ("ada@new.example", False)
    assert changed(None) == (None, False)
    for wrong in ("no email", "a@b"):
        refused = call(app, "rename", who=me.user_id, email=wrong)
        assert refused.error is not None
        assert refused.error.code == "INVALID_EMAIL"
    assert call(app, "make", email="EVE@example.com").error is None
    twin = call(app, "make", email="eve@EXAMPLE.com")
    assert twin.error is not None
    assert twin.error.code == "NOT_UNIQUE"
    assert app.values("user", "email")[1:] == ["eve@example.com"]
