"""kill -9 while users are signing up: each is there once, whole, and can log in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from tests.engine.accounts import APP
from tests.killing import rows
from tests.processes import Serving, serving
from tests.site import place_of, write_app

USERS = 60
KILL_AFTER = 5
PASSWORD = "correct horse"


def body(number: int) -> dict[str, str]:
    """What a user signs up with."""
    return {"email": f"User{number}@Example.com", "password": PASSWORD}


async def sign_up_and_kill(server: Serving) -> set[str]:
    """Let all sign up at once, kill the server on the way; returns whose sign-up was answered."""
    answered: set[str] = set()

    async def one(client: httpx2.AsyncClient, number: int) -> None:
        try:
            seen = await client.post("sign_up", json=body(number))
        except httpx2.TransportError:
            return
        if seen.status_code == 200:
            answered.add(body(number)["email"].lower())
            if len(answered) == KILL_AFTER:
                server.process.kill()

    limits = httpx2.Limits(max_connections=USERS)
    async with httpx2.AsyncClient(base_url=server.url, timeout=30, limits=limits) as client:
        await asyncio.gather(*(one(client, number) for number in range(USERS)))
    return answered


@pytest.mark.timeout(180)
def test_each_user_who_was_signing_up_is_there_once_and_can_log_in(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", APP), tmp_path / "data"
    place = place_of(folder, data)
    with serving(folder, data) as server:
        answered = asyncio.run(sign_up_and_kill(server))
    left = rows(place, "SELECT count(*) FROM op_runs WHERE state = 'outside'")[0][0]
    assert left > 0, "the kill came when nothing was half done"

    with serving(folder, data) as server, server.client() as client:
        # It answers once it has taken up what was left; a server that stops lets that come to its end.
        assert client.post("who").status_code == 200
    emails = [row[0] for row in rows(place, "SELECT email FROM t_user")]
    assert len(emails) == len(set(emails))
    assert answered <= set(emails)
    assert rows(place, "SELECT state, count(*) FROM op_runs WHERE workflow = 'sign_up' GROUP BY state") == [
        ("finished", len(emails))
    ]
    assert len(emails) >= len(answered) + left
    assert rows(place, "SELECT count(*) FROM op_credentials WHERE password_hash IS NOT NULL")[0][0] == len(emails)
    assert rows(place, "SELECT count(*) FROM op_runs WHERE parameters LIKE '%horse%' OR resume LIKE '%horse%'") == [
        (0,)
    ]

    with serving(folder, data) as server, server.client() as client:
        for email in sorted(emails)[:5]:
            seen = client.post("log_in", json={"email": email, "password": PASSWORD})
            assert seen.status_code == 200, seen.text
            assert set(seen.json()["response"]) == {"token", "user_id", "expires"}
