"""Clients that were written for Bubble, unmodified from the package index, against examples/shop."""

from __future__ import annotations

import asyncio
import json
import subprocess
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from tests.processes import Serving, copy_of, offpage, serving

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what they warn of is theirs
    import bubble_client
    from bubble_api import BubbleClient, Field
    from bubble_api.asyncio import BubbleClient as AsyncBubbleClient
    from bubble_api.client import requests
    from bubbleRL.bubble_class import Bubble

T = TypeVar("T")


@pytest.fixture(scope="module")
def shop(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    place = tmp_path_factory.mktemp("clients")
    with serving(copy_of("shop", place), place / "data", *kept_in) as server:
        yield server


@pytest.fixture(scope="module")
def token(shop: Serving) -> str:
    """An API token, made while the server runs."""
    command = offpage(
        "token", "create", str(shop.folder), "--data", str(shop.data), "--label", "clients", "--json", *shop.more
    )
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return str(json.loads(said.stdout)["token"])


@pytest.fixture
def root(shop: Serving) -> str:
    """Where the server is."""
    return shop.url.removesuffix("/api/1.1/wf/")


def quietly(what: Callable[[], T]) -> T:
    """Call a client; the warnings of its libraries are not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return what()


@pytest.mark.parametrize("version", ["live", "test"])
def test_bubble_api_creates_finds_changes_and_deletes(root: str, token: str, version: str) -> None:
    client = BubbleClient(root, token, bubble_version=version)
    order = client.create("Order", {"name": f"Ada {version}", "amount": "100", "status": "Open", "paid": False})
    found = client.get("Order", order)
    assert (found["name"], found["amount"], found["paid"], found["status"]) == (f"Ada {version}", 100, False, "Open")
    client.update_object("Order", order, {"amount": 80, "status": None})
    assert "status" not in client.get("order", order)
    client.replace_object("Order", order, {"name": f"Grace {version}"})
    replaced = client.get("order", order)
    assert "amount" not in replaced
    assert replaced["status"] == "Open"
    assert client.get("Order", f"Grace {version}", column_name="Name")["_id"] == order
    client.delete("Order", order)
    with pytest.raises(requests.HTTPError):
        client.get("Order", order)


def test_bubble_api_creates_many_counts_pages_and_sorts(root: str, token: str) -> None:
    client = BubbleClient(root, token, bubble_version="live")
    client.delete_all("item")
    items = [{"name": f"Item {number:03}", "price": number} for number in range(250)]
    answers = client.create("item", items)
    assert {one["status"] for one in answers} == {"success"}
    assert client.count_objects("item") == 250
    assert client.count_objects("Item", Field("Price") > 199) == 50
    found = client.get("Item", constraints=[Field("Price") > 99, Field("price") < 230], sort_field=Field("Price"))
    assert [one["price"] for one in found] == list(range(100, 230))
    last = client.get_objects("item", sort_field="Created Date", descending=True, max_objects=2)
    assert [one["name"] for one in last] == ["Item 249", "Item 248"]
    assert [one["price"] for one in client.get("item", constraints=[Field("price").is_in([3, 5])])] == [3, 5]
    client.delete("item", constraints=Field("price") < 10)
    assert client.count_objects("item") == 240


def test_bubble_api_runs_a_workflow(root: str, token: str) -> None:
    client = BubbleClient(root, token, bubble_version="live")
    made = client.run_workflow("create_order", {"name": "Ada", "email": "ada@example.com", "amount": 100})
    assert client.get("order", made["id"])["total"] == 125


def test_the_asynchronous_bubble_api_does_the_same(root: str, token: str) -> None:
    async def story() -> None:
        client = AsyncBubbleClient(root, token, bubble_version="live")
        order = await client.create("Order", {"name": "Asynchronous"})
        assert (await client.get("order", order))["name"] == "Asynchronous"
        await client.delete("Order", order)

    quietly(lambda: asyncio.run(story()))


class Customer(bubble_client.BubbleThing):  # type: ignore[misc]
    """The type `customer`, as bubble-client wants it."""


def test_bubble_client_keeps_things_as_objects(root: str, token: str) -> None:
    async def story() -> None:
        bubble_client.configure(root, token)
        for number in range(3):
            await Customer({"name": f"Customer {number}", "email": f"{number}@example.com"}).post()
        constraints = [{"key": "name", "constraint_type": "equals", "value": "Customer 1"}]
        one = await Customer.get_one(constraints=constraints)
        assert one.email == "1@example.com"
        assert await Customer.count() == 3
        assert [each.name async for each in Customer.get(limit=2)] == ["Customer 0", "Customer 1"]
        one.name = "Changed"
        await one.put()
        again = await Customer.get_one(one._id)
        assert (again.name, again.email) == ("Changed", "1@example.com")
        assert await Customer.get_one(constraints=[{**constraints[0], "value": "nobody"}]) is None

    quietly(lambda: asyncio.run(story()))


def test_bubblerl_reads_a_whole_table_page_by_page(root: str, token: str) -> None:
    client: Any = Bubble(f"{root}/api/1.1/obj", token)
    client.newObject("order", {"name": "First"})
    order = client.newData
    client.updateObject("order", order, {"note": "later"})
    assert client.updatedObject == 204
    client.getObjet("order", order)
    assert client.object["note"] == "later"
    client.replaceObject("order", order, {"name": "Second"})
    assert client.replacedObject == 204
    client.getTable("order", [{"key": "name", "constraint_type": "equals", "value": "Second"}])
    assert [one["_id"] for one in client.table] == [order]
    client.deleteObject("order", order)
    client.getObjet("order", order)
    assert client.object["statusCode"] == 404


def test_a_refusal_reaches_the_client_in_bubbles_words(root: str) -> None:
    client = BubbleClient(root, None, bubble_version="live")
    with pytest.raises(requests.HTTPError) as refused:
        client.create("order", {"name": "Nobody"})
    assert refused.value.response.json()["translation"] == "Permission denied: cannot create this object"
