"""A caller of the Data API, and an app whose types stand for what Bubble's manual writes about."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from tests.asgi import Seen
from tests.site import Served

RENTAL_UNIT = """
label: Rental Unit
api: yes
fields:
  unit_name: {type: text, label: Unit name}
  rent: number
  beds: {type: number, label: Number of beds, default: 2}
  furnished: yes_no
  available: date
  place: address
  photo: image
  status: status
  owner: user
  tags: list of text
  neighbours: {type: list of rental_unit, label: Neighbours}
  season: date_range
  notice: interval
"""

USER = """
api: yes
fields:
  name: text
privacy:
  self: {when: =this == current_user, find: yes, view: all}
"""

STATUS = """
options:
  free: {label: For rent}
  taken: {label: Taken}
"""

FILES = {
    "app.yaml": "name: Rentals\napi: {data: yes}\n",
    "types/rental_unit.yaml": RENTAL_UNIT
    + "privacy:\n  own: {when: =this.created_by == current_user, find: yes, view: all}\n",
    "types/user.yaml": USER,
    "types/secret.yaml": "label: Secret\nfields: {name: text}\n",
    "options/status.yaml": STATUS,
}
"""An app in which everybody sees their own things, and an API token all of them."""

BY_LABEL = FILES | {"app.yaml": "name: Rentals\napi: {data: yes, keys: label}\n"}
"""The same with labels as JSON keys."""

OBJ = "/api/1.1/obj/"


def by_rules(rules: str) -> dict[str, str]:
    """The app with privacy rules for rental units, one a line."""
    lines = "".join(f"  {line.strip()}\n" for line in rules.strip().splitlines())
    return FILES | {"types/rental_unit.yaml": RENTAL_UNIT + "privacy:\n" + lines}


class Caller:
    """Somebody who calls the Data API with a token, or without one."""

    def __init__(self, app: Served, token: str | None = None, prefix: str = OBJ) -> None:
        self.app = app
        self.prefix = prefix
        self.headers = {} if token is None else {"authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Seen:
        """One request; `path` follows `obj/`."""
        return await self.app.ask(
            method, self.prefix + path, json=body, headers=self.headers | more.pop("headers", {}), **more
        )

    async def create(self, body: Any, of: str = "rentalunit") -> str:
        """Create a thing and return its id."""
        seen = await self.ask("POST", of, body)
        assert seen.status == 201, seen.body
        return str(seen.json["id"])

    async def get(self, thing_id: str, of: str = "rentalunit") -> dict[str, Any]:
        """One thing."""
        seen = await self.ask("GET", f"{of}/{thing_id}")
        assert seen.status == 200, seen.body
        return dict(seen.json["response"])

    async def change(self, thing_id: str, body: Any, method: str = "PATCH", of: str = "rentalunit") -> None:
        """Change or replace a thing."""
        seen = await self.ask(method, f"{of}/{thing_id}", body)
        assert (seen.status, seen.body) == (204, b""), seen.body

    async def search(self, *constraints: Any, of: str = "rentalunit", **query: Any) -> Seen:
        """A search; each constraint is a key, a type and (unless it takes none) a value."""
        if constraints:
            keys = ("key", "constraint_type", "value")
            query["constraints"] = json.dumps([dict(zip(keys, one, strict=False)) for one in constraints])
        return await self.ask("GET", f"{of}?{urlencode(query)}")

    async def page(self, *constraints: Any, of: str = "rentalunit", **query: Any) -> dict[str, Any]:
        """The response of a search that is answered."""
        seen = await self.search(*constraints, of=of, **query)
        assert seen.status == 200, seen.body
        return dict(seen.json["response"])

    async def names(self, *constraints: Any, key: str = "unit_name", **query: Any) -> list[Any]:
        """The names of the units that a search finds, in order."""
        return [one.get(key) for one in (await self.page(*constraints, **query))["results"]]


def admin(app: Served, prefix: str = OBJ) -> Caller:
    """A caller with an API token."""
    return Caller(app, app.token()[0], prefix)


def shape_a(seen: Seen) -> tuple[int, str, str]:
    """Status, code and message of an error of shape A."""
    body = seen.json
    assert set(body) == {"statusCode", "body"}
    assert body["statusCode"] == seen.status
    return seen.status, body["body"]["status"], body["body"]["message"]


def shape_b(seen: Seen) -> tuple[int, str]:
    """Status and text of an error of shape B."""
    body = seen.json
    assert set(body) == {"error_class", "args", "message", "translation"}
    assert body["error_class"] == "Unauthorized"
    assert set(body["args"]) == {"code"}
    assert body["message"] is None
    return seen.status, body["translation"]
