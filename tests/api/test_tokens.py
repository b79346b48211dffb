"""API tokens on a real database (bubble.md 3.2)."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

from offpage.accounts.actor import ADMIN, Actor
from offpage.accounts.hashing import secret_hash
from offpage.accounts.tokens import LENGTH, Tokens, create_api_token, new_secret
from offpage.host.compose import Place
from offpage.host.hosting import open_host
from offpage.kernel.clock import VirtualClock
from offpage.kernel.ids import id_maker
from offpage.store import tokens
from offpage.store.tokens import StoredToken
from offpage.store.tx import Database
from tests.asgi import Seen
from tests.deployed import app, command
from tests.site import Served

NEW_ID = id_maker(random.Random(1))


class Seconds:
    """A clock of seconds that tests move."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def make(database: Database, label: str = "mine") -> tuple[str, StoredToken]:
    """Create a token."""
    return database.write_now(lambda tx: create_api_token(tx, label, now=1_700_000_000_000, new_id=NEW_ID))


def test_a_token_has_32_letters_and_digits_and_none_is_like_another() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(one) == LENGTH == 32 and one.isalnum() and one.isascii() for one in secrets)


def test_only_its_hash_is_kept(database: Database) -> None:
    secret, record = make(database)
    kept = database.read(tokens.every)
    assert kept == [record]
    assert secret not in repr(kept)
    assert record.hash == secret_hash(secret)


def test_its_holder_is_the_administrator_and_another_text_is_nobody(database: Database) -> None:
    secret, _ = make(database)
    book = Tokens(database, VirtualClock())

    async def ask() -> list[Actor | None]:
        return [await book.actor(one) for one in (secret, secret.swapcase(), "", "x" * 300, "\ud800", "a' OR '1'='1")]

    assert asyncio.run(ask()) == [ADMIN, None, None, None, None, None]


def test_a_revoked_token_stops_working_within_a_second(database: Database) -> None:
    secret, record = make(database)
    seconds = Seconds()
    book = Tokens(database, VirtualClock(), seconds=seconds)

    async def story() -> list[Actor | None]:
        before = await book.actor(secret)
        await database.written(lambda tx: tokens.revoke(tx, record.id))
        seconds.at += 1.0
        return [before, await book.actor(secret)]

    assert asyncio.run(story()) == [ADMIN, None]


def test_a_token_in_use_is_looked_up_once_a_second_at_most(database: Database) -> None:
    secret, record = make(database)
    seconds = Seconds()
    book = Tokens(database, VirtualClock(), seconds=seconds)

    async def story() -> Actor | None:
        await book.actor(secret)
        await database.written(lambda tx: tokens.revoke(tx, record.id))
        seconds.at += 0.9
        return await book.actor(secret)

    assert asyncio.run(story()) is ADMIN


def test_when_it_was_last_used_is_noted_once_a_minute(database: Database) -> None:
    secret, _ = make(database)
    seconds, clock = Seconds(), VirtualClock()
    book = Tokens(database, clock, seconds=seconds)

    async def used_after(ms: int) -> int | None:
        seconds.at += 10
        clock.forward(ms)
        await book.actor(secret)
        return database.read(tokens.every)[0].last_used

    start = clock.now()
    assert [asyncio.run(used_after(ms)) for ms in (0, 59_999, 1)] == [start, start, start + 60_000]


def test_a_token_that_has_expired_is_nobodys(database: Database) -> None:
    clock = VirtualClock()
    secret = new_secret()
    record = StoredToken("1x1", "short", secret_hash(secret), "api", None, clock.now(), expires=clock.now() + 1_000)
    database.write_now(lambda tx: tokens.add(tx, record))
    assert asyncio.run(Tokens(database, clock).actor(secret)) is ADMIN
    clock.forward(1_000)
    assert asyncio.run(Tokens(database, clock).actor(secret)) is None


def test_the_log_says_of_a_token_that_it_is_the_other_environments(tmp_path: Path) -> None:
    """The caller learns no more than that it is not valid."""
    folder = app(tmp_path / "app", {"app.yaml": "name: Test\napi: {docs: yes}\n"})
    command("deploy", folder)
    said: list[dict[str, Any]] = []

    async def story() -> list[Seen]:
        host = open_host(Place(folder, folder / ".offpage", "", "http://app.test"), ("live", "development"))
        host.events.listen(lambda name, fields: said.append(fields) if name == "token.elsewhere" else None)
        await host.start()
        try:
            served = Served(host)
            secret, _ = served.token()
            asked = [
                ("/api/1.1/wf/say", secret),
                ("/version-test/api/1.1/wf/say", secret),
                ("/api/1.1/wf/say", "x" * 32),
            ]
            bearers = [(path, {"authorization": f"Bearer {token}"}) for path, token in asked]
            seen = [await served.post(path, {"name": "x"}, headers=headers) for path, headers in bearers]
            return [*seen, await served.ask("GET", "/")]
        finally:
            await host.stop()

    refused, taken, unknown, nowhere = asyncio.run(story())
    assert (refused.status, taken.status, unknown.status) == (401, 200, 401)
    assert refused.json["translation"] == unknown.json["translation"] == "Invalid or expired token"
    (one,) = said
    assert one["path"] == "/api/1.1/wf/say"
    assert one["message"] == (
        "The token belongs to development, and live was called. Call /version-test/api/1.1/…, or make a token for live:"
        " offpage token create --env live."
    )
    assert "/api/1.1/meta/docs" in nowhere.body.decode()
