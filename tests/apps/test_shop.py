"""examples/shop from end to end: a real process, real HTTP."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.processes import Serving, copy_of, offpage, serving

ID = re.compile(r"[0-9]{13}x[0-9]{18}")
ADA = {"name": " Ada Lovelace ", "email": "Ada@Example.test", "amount": 100}


@pytest.fixture(scope="module")
def shop(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    place = tmp_path_factory.mktemp("shop")
    with serving(copy_of("shop", place), place / "data", *kept_in) as server:
        yield server


@pytest.fixture
def client(shop: Serving) -> Iterator[httpx2.Client]:
    with shop.client() as client:
        yield client


def post(client: httpx2.Client, workflow: str, /, **parameters: Any) -> dict[str, Any]:
    """Call a workflow that is expected to succeed; its values."""
    answer = client.post(workflow, json=parameters)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status"] == "success"
    values: dict[str, Any] = body["response"]
    return values


def get(client: httpx2.Client, workflow: str, /, **parameters: Any) -> dict[str, Any]:
    """Call a GET workflow that is expected to succeed; its values."""
    answer = client.get(workflow, params=parameters)
    assert answer.status_code == 200, answer.text
    values: dict[str, Any] = answer.json()["response"]
    return values


def test_a_created_order_is_paid_and_can_be_looked_up(client: httpx2.Client) -> None:
    order = post(client, "create_order", **ADA)["id"]
    assert ID.fullmatch(order)
    found = get(client, "order_lookup", order=order)
    assert (found["id"], found["name"], found["status"], found["color"]) == (order, "Ada Lovelace", "Paid", "#06c")
    assert found["total"] == 125
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["paid_at"])


def test_every_answer_names_its_run(client: httpx2.Client) -> None:
    answer = client.post("create_order", json=ADA)
    assert ID.fullmatch(answer.headers["Run-Id"])


def test_a_missing_parameter_is_named_in_the_answer(client: httpx2.Client) -> None:
    answer = client.post("create_order", json={"name": "Ada", "amount": 1})
    assert answer.status_code == 400
    assert answer.json()["body"]["status"] == "MISSING_DATA"
    assert "email" in answer.json()["body"]["message"]


def test_an_order_that_does_not_exist_is_refused(client: httpx2.Client) -> None:
    answer = client.get("order_lookup", params={"order": "1671702337369x488321592367327900"})
    assert answer.status_code == 400
    assert answer.json()["body"]["status"] == "INVALID_DATA"


def test_items_are_put_on_an_order_and_summed(client: httpx2.Client) -> None:
    order = post(client, "create_order", **ADA)["id"]
    post(client, "add_item", order=order, name="Pen", price=3)
    last = post(client, "add_item", order=order, name="Book", price=20, quantity=2)
    assert (last["count"], last["sum"]) == (2, 43)
    found = get(client, "order_lookup", order=order)
    assert found["items"] == ["Pen", "Book"]
    assert found["total"] == 125 + 43


def test_a_customer_takes_over_earlier_orders_and_is_added_once(client: httpx2.Client) -> None:
    order = post(client, "create_order", name="Grace", email="grace@example.test", amount=1)["id"]
    added = post(client, "add_customer", name="Grace", email="Grace@Example.test")
    assert added["orders"] == 1
    assert get(client, "order_lookup", order=order)["customer"] == "grace@example.test"
    again = client.post("add_customer", json={"name": "Grace", "email": "grace@example.test"})
    assert again.status_code == 400
    assert again.json()["body"]["status"] == "NOT_RUN"


def test_orders_are_listed_newest_first_and_filtered(client: httpx2.Client) -> None:
    before = get(client, "list_orders", at_least=1_000_000)
    assert before["count"] == 0
    cheap = post(client, "create_order", name="Cheap", email="c@example.test", amount=1_000_000)["id"]
    dear = post(client, "create_order", name="Dear", email="d@example.test", amount=2_000_000)["id"]
    found = get(client, "list_orders", at_least=1_000_000, status="Paid")
    assert (found["count"], found["sum"]) == (2, 3_750_000)
    assert {one["_id"] for one in found["orders"]} == {dear, cheap}
    assert sorted(found["names"]) == ["Cheap", "Dear"]
    dates = [one["Created Date"] for one in found["orders"]]
    assert dates == sorted(dates, reverse=True)
    assert get(client, "list_orders", at_least=1_000_000, status="Open")["count"] == 0


def test_a_workflow_for_users_asks_for_a_token(shop: Serving, client: httpx2.Client) -> None:
    order = post(client, "create_order", **ADA)["id"]
    refused = client.post("paid", json={"order": order, "amount": 1})
    assert refused.status_code == 401
    assert refused.json()["error_class"] == "Unauthorized"
    made = subprocess.run(
        offpage("token", "create", str(shop.folder), "--data", str(shop.data), "--label", "test", "--json", *shop.more),
        capture_output=True,
        text=True,
        check=True,
    )
    token = json.loads(made.stdout.splitlines()[0])["token"]
    # The order is paid already, so its condition does not hold: the token was accepted.
    answer = client.post("paid", json={"order": order, "amount": 1}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 400
    assert answer.json()["body"]["status"] == "NOT_RUN"


def test_a_changed_file_is_served_at_once(tmp_path: Path) -> None:
    folder = copy_of("shop", tmp_path)
    with serving(folder, tmp_path / "data") as server, server.client() as client:
        order = post(client, "create_order", **ADA)["id"]
        file = folder / "workflows" / "orders" / "order_lookup.yaml"
        file.write_text(file.read_text().replace("name: =order.name", "name: =order.name.uppercase"))
        while get(client, "order_lookup", order=order)["name"] != "ADA LOVELACE":
            assert server.process.poll() is None


def test_a_stopped_server_ends_cleanly_and_keeps_what_it_answered(tmp_path: Path) -> None:
    folder = copy_of("shop", tmp_path)
    with serving(folder, tmp_path / "data") as server, server.client() as client:
        order = post(client, "create_order", **ADA)["id"]
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0, server.log.read_text()
    with serving(folder, tmp_path / "data") as server, server.client() as client:
        assert get(client, "order_lookup", order=order)["id"] == order
