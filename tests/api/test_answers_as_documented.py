"""Real answers are what the app's own OpenAPI document says: of every kind of value, empty or not, and of examples/shop."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from offpage.host.hosting import open_host
from tests.asgi import Seen
from tests.documented import Document
from tests.engine.accounts import bearer
from tests.site import Served, place_of, play

SHOP = Path(__file__).parents[2] / "examples" / "shop"

FIELDS = """
  text: text
  number: number
  yes_no: yes_no
  date: date
  address: address
  file: file
  image: image
  date_range: date_range
  number_range: number_range
  interval: interval
  json: json
  kind: kind
  other: sample
  texts: list of text
  numbers: list of number
  dates: list of date
  addresses: list of address
  kinds: list of kind
  others: list of sample
"""

NAMES = [line.split(":")[0].strip() for line in FIELDS.strip().splitlines()]

VALUES: dict[str, Any] = {
    "text": "a",
    "number": 1.5,
    "yes_no": False,
    "date": "2026-01-02T03:04:05.678Z",
    "address": {"address": "Oslo", "lat": 59.9, "lng": 10.7},
    "file": "/fileupload/a.txt",
    "image": "https://example.com/a.png",
    "date_range": ["2026-01-02T03:04:05.678Z", "2026-01-03T03:04:05.678Z"],
    "number_range": [1, 2],
    "interval": 5000,
    "json": {"a": [1, None]},
    "kind": "Flat",
    "texts": ["a", "b"],
    "numbers": [1, 2.5],
    "dates": ["2026-01-02T03:04:05.678Z"],
    "addresses": [{"address": "Oslo"}, {"lat": 1, "lng": 2}],
    "kinds": ["Flat", "House"],
}

EVERYTHING = {
    "app.yaml": "name: Everything\napi: {data: yes, docs: yes}\n",
    "options/kind.yaml": "options: {flat: Flat, house: House}\n",
    "types/sample.yaml": f"api: yes\nfields:{FIELDS}privacy:\n  everyone: {{find: yes, view: all}}\n",
    "types/hidden.yaml": "fields: {text: text, sample: sample}\n",
    "workflows/tell.yaml": (
        "auth: none\nparameters: {one: {type: sample, optional: yes}}\nsteps:\n"
        "  - do: return_data\n    with:\n      values:\n"
        + "".join(f"        {name}: =one.{name}\n" for name in NAMES)
        + "        thing: =one\n        count: =one.others.count\n        sum: =one.numbers.sum\n"
        "        names: =one.others.each(this.text)\n        each: =search(sample).each(this.date)\n"
        "        all: =search(sample)\n        none: =search(sample, this.text == \"none\")\n"
    ),
    "workflows/secretly.yaml": (
        "auth: none\nignore_privacy: yes\nparameters: {one: {type: sample, optional: yes}}\nsteps:\n"
        "  - {do: create_thing, as: made, with: {type: hidden, set: {text: t, sample: =one}}}\n"
        "  - do: return_data\n    with:\n      values:\n        made: =made\n        every: =search(hidden)\n"
        "        gone: =search(hidden, this.text == \"x\").first\n"
    ),
}  # fmt: skip


async def read_document(app: Served) -> Document:
    """What the app says about itself."""
    return Document((await app.ask("GET", "/api/1.1/meta/openapi.json")).json)


def test_answers_of_every_kind_of_value_are_what_the_document_says(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        document = await read_document(app)
        admin = bearer(app.token()[0])
        path = "/api/1.1/obj/sample"
        first = (await app.post(path, {"text": "first"}, headers=admin)).json["id"]
        body = {**VALUES, "other": first, "others": [first]}
        full = (await app.post(path, body, headers=admin)).json["id"]
        for workflow in ("tell", "secretly"):
            for parameters in ({}, {"one": first}, {"one": full}):
                seen = await app.post(workflow, parameters)
                assert seen.status == 200, seen.body
                assert document.problems("POST", f"/wf/{workflow}", seen) == []
        for one in (first, full):
            seen = await app.ask("GET", f"{path}/{one}", headers=admin)
            assert document.problems("GET", "/obj/sample/{UniqueID}", seen) == []
        assert document.problems("GET", "/obj/sample", await app.ask("GET", path, headers=admin)) == []

    play(tmp_path, EVERYTHING, story)


def test_what_differs_from_the_document_is_noticed(tmp_path: Path) -> None:
    """The tests here could not fail otherwise."""

    async def story(app: Served) -> None:
        document = await read_document(app)
        seen = await app.post("tell", {})
        changed = seen.json
        changed["response"] |= {"number": "many", "thing": "1671702337369x488321592367327900"}
        wrong = Seen(200, seen.headers, json.dumps(changed).encode())
        assert len(document.problems("POST", "/wf/tell", wrong)) == 2
        assert document.problems("POST", "/wf/tell", Seen(418, {}, b"")) != []

    play(tmp_path, EVERYTHING, story)


def test_a_type_that_is_not_on_the_data_api_is_not_described(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        document = (await read_document(app)).document
        assert "hidden" not in document["components"]["schemas"]
        values = document["paths"]["/wf/secretly"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        made = values["properties"]["response"]["properties"]["made"]["anyOf"]
        assert (list(made[0]["properties"]), made[1]) == (["_id"], {"type": "null"})

    play(tmp_path, EVERYTHING, story)


def of_shop(folder: Path, story: Callable[[Served], Awaitable[None]]) -> None:
    """Serve examples/shop with its documents while a story runs."""
    app = folder / "shop"
    shutil.copytree(SHOP, app, ignore=shutil.ignore_patterns(".offpage"))
    settings = app / "app.yaml"
    settings.write_text(settings.read_text("utf-8").replace("\napi:\n", "\napi:\n  docs: yes\n"), "utf-8")

    async def run() -> None:
        host = open_host(place_of(app, folder / "data", url="http://shop.test"), ("development",))
        await host.start()
        try:
            await story(Served(host))
        finally:
            await host.stop()

    asyncio.run(run())


class Shop:
    """Calls of the shop, each compared with the document."""

    def __init__(self, app: Served, document: Document) -> None:
        self.app, self.document = app, document
        self.left = {(method, path) for path, item in document.document["paths"].items()
                     for method in item if method != "parameters"}  # fmt: skip

    async def call(self, method: str, path: str, status: int, body: Any = None, token: str = "", **more: Any) -> Any:
        """One call: `path` is the document's, `one` the id of a thing in it, `query` what follows."""
        self.left.discard((method.lower(), path))
        address = "/api/1.1" + path.replace("{UniqueID}", more.get("one", ""))
        if "query" in more:
            address += "?" + urlencode(more["query"])
        headers = bearer(token) if token else {}
        if isinstance(body, bytes):
            seen = await self.app.ask(method, address, body=body, headers={**headers, "content-type": "text/plain"})
        else:
            seen = await self.app.ask(method, address, json=body, headers=headers)
        assert seen.status == status, (path, seen.body)
        assert self.document.problems(method, path, seen) == []
        if not seen.body or "json" not in seen.headers["content-type"]:
            return None
        return seen.json.get("response", seen.json)


async def call_workflows(shop: Shop, admin: str) -> None:
    """Call every workflow of the shop, so that it works and so that it does not."""
    ada = {"name": "Ada", "email": "ada@example.com", "amount": 100}
    order = (await shop.call("POST", "/wf/create_order", 200, ada))["id"]
    await shop.call("POST", "/wf/create_order", 400, {"name": "Ada"})
    await shop.call("POST", "/wf/add_item", 200, {"order": order, "name": "Pen", "price": 3})
    await shop.call("POST", "/wf/add_customer", 200, {"name": "Ada", "email": "ada@example.com"})
    await shop.call("POST", "/wf/add_customer", 400, {"name": "Ada", "email": "ada@example.com"})
    await shop.call("GET", "/wf/order_lookup", 200, query={"order": order})
    await shop.call("GET", "/wf/order_lookup", 400, query={"order": "rubbish"})
    assert (await shop.call("GET", "/wf/list_orders", 200))["orders"][0]["_id"] == order
    await shop.call("GET", "/wf/list_orders", 200, query={"status": "Open"})
    await shop.call("POST", "/wf/paid", 401, {"order": order, "amount": 1})
    await shop.call("POST", "/wf/paid", 400, {"order": order, "amount": 1}, admin)
    unpaid = (await shop.call("POST", "/obj/order", 201, {"name": "Grace"}, admin))["id"]
    await shop.call("POST", "/wf/paid", 200, {"order": unpaid, "amount": 1}, admin)
    event = (await shop.call("POST", "/wf/create_event", 200, {"name": "Fair", "seats": 1}))["id"]
    await shop.call("POST", "/wf/book_seat", 200, {"event": event, "name": "Ada"})
    await shop.call("POST", "/wf/book_seat", 400, {"event": event, "name": "Bob"})
    known = {"email": "ada@example.com", "password": "correct horse"}
    await shop.call("POST", "/wf/sign_up", 200, known)
    await shop.call("POST", "/wf/sign_up", 400, known)
    await shop.call("POST", "/wf/log_in", 400, {**known, "password": "wrong"})
    token = (await shop.call("POST", "/wf/log_in", 200, known))["token"]
    await shop.call("GET", "/wf/my_orders", 200, None, token)
    await shop.call("GET", "/wf/my_orders", 401, None, "rubbish")
    await shop.call("POST", "/wf/forgot_password", 200, {"email": "ada@example.com"})
    await shop.call("POST", "/wf/new_password", 400, {"token": "rubbish", "password": "correct horse"})
    await shop.call("POST", "/wf/confirm_email", 400, {"token": "rubbish"})
    await shop.call("POST", "/wf/log_out", 200, None, token)


async def read_and_write(shop: Shop, admin: str, of: str, body: dict[str, Any]) -> None:
    """Do everything with one data type."""
    of_type, of_thing = f"/obj/{of}", f"/obj/{of}/{{UniqueID}}"
    one = (await shop.call("POST", of_type, 201, body, admin))["id"]
    await shop.call("POST", of_type, 401, body)
    await shop.call("POST", of_type, 400, {"rubbish": 1}, admin)
    await shop.call("POST", f"{of_type}/bulk", 200, b'{"rubbish": 1}\n{', admin)
    await shop.call("POST", f"{of_type}/bulk", 400, b"", admin)
    await shop.call("GET", of_thing, 200, None, admin, one=one)
    await shop.call("GET", of_thing, 200, one=one)
    await shop.call("GET", of_thing, 404, one="rubbish")
    await shop.call("GET", of_type, 200, None, admin)
    await shop.call("GET", of_type, 200, None, admin, query={"exclude_remaining": "true", "limit": 1})
    await shop.call("GET", of_type, 404, None, admin, query={"sort_field": "rubbish"})
    for method in ("PATCH", "PUT"):
        await shop.call(method, of_thing, 204, body, admin, one=one)
        await shop.call(method, of_thing, 401, body, one=one)
    await shop.call("DELETE", of_thing, 401, one=one)
    await shop.call("DELETE", of_thing, 204, None, admin, one=one)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_answer_of_the_shop_is_what_its_document_says(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        shop = Shop(app, await read_document(app))
        admin = app.token()[0]
        await call_workflows(shop, admin)
        for of in sorted(path.split("/")[2] for path in shop.document.document["paths"] if path.endswith("/bulk")):
            body = {"email": "new@example.com"} if of == "user" else {"name": "Ada"}
            await read_and_write(shop, admin, of, body)
        assert shop.left == set()

    of_shop(tmp_path, story)
