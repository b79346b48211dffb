"""The accounts of examples/shop from end to end: a real process, real HTTP, mails in files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.processes import Serving, copy_of, serving

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def shop(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    place = tmp_path_factory.mktemp("shop")
    with serving(copy_of("shop", place), place / "data", *kept_in) as server:
        yield server


def sign_up(client: httpx2.Client, name: str) -> dict[str, str]:
    """A user's header after signing up."""
    answer = client.post("sign_up", json={"email": f"{name}@example.test", "password": PASSWORD, "name": name})
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['response']['token']}"}


def mails_to(data: Path, email: str) -> list[str]:
    """The links in the mails that went to somebody, oldest first."""
    texts = [one.read_text("utf-8") for one in sorted((data / "mail" / "development").glob("*.eml"))]
    joined = [text.replace("=\n", "").replace("=3D", "=") for text in texts if f"To: {email}" in text]
    return [found[0] for text in joined if (found := re.search(r"https?://\S+", text))]


def names(client: httpx2.Client, headers: dict[str, str]) -> list[dict[str, Any]]:
    """What somebody sees of the orders."""
    found: list[dict[str, Any]] = client.get("my_orders", headers=headers).json()["response"]["orders"]
    return found


def test_users_see_their_own_orders_and_nobody_elses(shop: Serving) -> None:
    with shop.client() as client:
        ada, eve = sign_up(client, "ada"), sign_up(client, "eve")
        order = {"name": "Ada", "email": "ada@example.test", "amount": 100}
        made = client.post("create_order", json=order, headers=ada).json()["response"]["id"]
        assert [one["_id"] for one in names(client, ada)] == [made]
        assert names(client, ada)[0]["email"] == "ada@example.test"
        assert names(client, eve) == []
        assert client.get("my_orders").status_code == 401


def test_confirming_an_email_by_the_link_of_the_mail(shop: Serving) -> None:
    with shop.client() as client:
        sign_up(client, "mia")
        (link,) = mails_to(shop.data, "mia@example.test")
        page, _, token = link.partition("?confirmation_email=")
        assert page == f"http://127.0.0.1:{shop.port}/confirm"
        assert client.post("confirm_email", json={"token": token}).status_code == 200
        assert client.post("confirm_email", json={"token": token}).json()["reason"] == "INVALID_TOKEN"


def test_a_forgotten_password_is_replaced_by_the_link_of_the_mail(shop: Serving) -> None:
    with shop.client() as client:
        bob = sign_up(client, "bob")
        answers = [client.post("forgot_password", json={"email": f"{one}@example.test"}) for one in ("bob", "nobody")]
        assert [one.json() for one in answers] == [{"status": "success", "response": {}}] * 2
        assert mails_to(shop.data, "nobody@example.test") == []
        token = mails_to(shop.data, "bob@example.test")[-1].partition("?reset=")[2]
        assert client.post("new_password", json={"token": token, "password": "better horse"}).status_code == 200
        assert client.get("my_orders", headers=bob).status_code == 401
        old, new = (
            client.post("log_in", json={"email": "bob@example.test", "password": one})
            for one in (PASSWORD, "better horse")
        )
        assert (old.json()["reason"], new.status_code) == ("INVALID_LOGIN_CREDENTIALS", 200)


def test_nothing_secret_stands_in_the_log_of_the_server(shop: Serving) -> None:
    with shop.client() as client:
        token = sign_up(client, "zoe")["authorization"][7:]
        client.post("log_in", json={"email": "zoe@example.test", "password": "a wrong horse"})
        client.post("log_out", headers={"authorization": f"Bearer {token}"})
    log = shop.log.read_text("utf-8")
    assert [one for one in (PASSWORD, "a wrong horse", token) if one in log] == []
