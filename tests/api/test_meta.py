"""What an app says about itself: /meta, Swagger, OpenAPI, the page for people."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from offpage.host.sources import read_program
from offpage.sql.sqlite import SQLITE
from offpage.web.meta.openapi import Where, openapi
from offpage.web.meta.page import page
from offpage.web.meta.swagger import swagger
from tests.asgi import Seen
from tests.site import Served, play

RENTALS = {
    "app.yaml": """
        name: Rentals <b>&
        api: {data: yes, docs: yes}
        """,
    "types/rental_unit.yaml": """
        label: Rental Unit
        api: yes
        fields:
          unit_name: {type: text, label: Unit name}
          price: number
          furnished: yes_no
          free_from: date
          place: address
          photo: image
          photos: list of image
          kind: kind
          owner: user
          neighbours: list of rental_unit
          season: date_range
          sizes: number_range
          notice: interval
          extra: json
        privacy:
          everyone: {find: yes, view: all}
        """,
    "types/secret_note.yaml": """
        fields: {text: text}
        """,
    "types/user.yaml": """
        api: yes
        fields: {nickname: text}
        privacy:
          oneself: {when: =this == current_user, find: yes, view: all}
        """,
    "options/kind.yaml": """
        options: {flat: Flat, house: "House & <garden>"}
        """,
    "workflows/book.yaml": """
        label: Book <script>alert(1)</script>
        note: Only for the maker's eyes
        auth: none
        ignore_privacy: yes
        return_200_if_skipped: yes
        parameters:
          unit: rental_unit
          from: {type: date, optional: yes}
          tags: {type: list of text, optional: yes, in: query}
          photo: {type: image, optional: yes}
          kind: {type: kind, optional: yes}
        only_when: =unit.price > 0
        steps:
          - do: return_data
            with: {values: {price: =unit.price, when: =from, all: =search(rental_unit).take(3)}}
        """,
    "workflows/prices.yaml": """
        method: GET
        auth: user
        parameters: {kind: kind, near: {type: address, optional: yes}}
        steps:
          - do: return_data
            with: {text: cheap}
        """,
    "workflows/clear.yaml": """
        auth: admin
        steps: []
        """,
    "workflows/inner.yaml": """
        expose: no
        steps: []
        """,
    "workflows/hook.yaml": """
        auth: none
        request_data: {headers: yes}
        steps:
          - do: return_data
            with: {values: {}, status: 201}
        """,
}

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/app.yaml"))

DOCUMENTS = ("meta/swagger.json", "meta/openapi.json", "meta/docs")


def asked(tmp_path: Path, address: str, files: Mapping[str, str] = RENTALS, method: str = "GET", **more: Any) -> Seen:
    async def story(served: Served) -> Seen:
        return await served.ask(method, address, **more)

    return play(tmp_path, files, story)


def without_docs() -> dict[str, str]:
    return RENTALS | {"app.yaml": "name: Rentals\napi: {data: yes}\n"}


def test_meta_answers_without_a_token_in_bubbles_shape(tmp_path: Path) -> None:
    """Sections 1.9 and 15."""
    seen = asked(tmp_path, "/version-test/api/1.1/meta", headers={"host": "rentals.test:8080"})
    assert (seen.status, seen.headers["content-type"]) == (200, "application/json")
    meta = seen.json
    assert list(meta) == ["get", "post", "types", "app_data"]
    assert meta["get"] == ["rental_unit", "user"]
    assert meta["app_data"] == {
        "appname": "Rentals <b>&",
        "favicon": None,
        "app_version": "test",
        "use_captions_for_get": False,
        "domain": "rentals.test:8080",
    }
    assert [(one["endpoint"], one["method"], one["auth_unecessary"]) for one in meta["post"]] == [
        ("book", "post", True),
        ("clear", "post", "admin_only"),
        ("hook", "post", True),
        ("prices", "get", False),
    ]
    assert meta["post"][0]["parameters"] == [
        {"key": "unit", "value": "custom.rental_unit", "optional": False, "param_in": "body"},
        {"key": "from", "value": "date", "optional": True, "param_in": "body"},
        {"key": "tags", "value": "list.text", "optional": True, "param_in": "query"},
        {"key": "photo", "value": "image", "optional": True, "param_in": "body"},
        {"key": "kind", "value": "option.kind", "optional": True, "param_in": "body"},
    ]
    assert meta["post"][0]["return_btype"] == {"price": "number", "when": "date", "all": "list.custom.rental_unit"}
    assert meta["post"][1]["return_btype"] == {}


def test_meta_names_the_fields_of_a_type_with_the_built_in_ones(tmp_path: Path) -> None:
    """Section 15: `Created Date`, `Modified Date`, `_id` "unique ID", `Slug`; section 1.9: the type ids."""
    types = asked(tmp_path, "/api/1.1/meta").json["types"]
    assert list(types) == ["rental_unit", "user"]
    unit = types["rental_unit"]
    assert unit["display"] == "Rental Unit"
    assert unit["fields"][:6] == [
        {"id": "_id", "display": "unique ID", "type": "text"},
        {"id": "Created Date", "display": "Created Date", "type": "date"},
        {"id": "Modified Date", "display": "Modified Date", "type": "date"},
        {"id": "Created By", "display": "Created By", "type": "user"},
        {"id": "Slug", "display": "Slug", "type": "text"},
        {"id": "unit_name", "display": "Unit name", "type": "text"},
    ]
    assert {one["id"]: one["type"] for one in unit["fields"][6:]} == {
        "price": "number",
        "furnished": "boolean",
        "free_from": "date",
        "place": "geographic_address",
        "photo": "image",
        "photos": "list.image",
        "kind": "option.kind",
        "owner": "user",
        "neighbours": "list.custom.rental_unit",
        "season": "date_range",
        "sizes": "number_range",
        "notice": "dateinterval",
        "extra": "json",
    }


def test_what_is_not_exposed_is_not_named(tmp_path: Path) -> None:
    for address in ("meta", *DOCUMENTS):
        body = asked(tmp_path, f"/api/1.1/{address}").body.decode()
        for hidden in ("secret_note", "inner", "maker's eyes"):
            assert hidden not in body, address


def test_closed_apis_leave_meta_empty(tmp_path: Path) -> None:
    closed = RENTALS | {"app.yaml": "api: {data: no, workflows: no}\n"}
    meta = asked(tmp_path, "/api/1.1/meta", closed).json
    assert (meta["get"], meta["post"], meta["types"]) == ([], [], {})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_are_hidden_unless_the_app_shows_them(tmp_path: Path, document: str) -> None:
    """Section 12: the setting, default hidden."""
    seen = asked(tmp_path, f"/api/1.1/{document}", without_docs())
    assert seen.status == 404
    assert seen.json["body"]["status"] == "NOT_FOUND"
    assert "docs: yes" in seen.json["body"]["message"]


@pytest.mark.parametrize("document", ["meta", *DOCUMENTS])
def test_documents_are_read_with_get_and_head_alone(tmp_path: Path, document: str) -> None:
    seen = asked(tmp_path, f"/api/1.1/{document}", method="POST", json={})
    assert (seen.status, seen.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    seen = asked(tmp_path, f"/api/1.1/{document}", method="HEAD")
    assert (seen.status, seen.body) == (200, b"")


def test_an_unknown_document_is_not_found(tmp_path: Path) -> None:
    assert asked(tmp_path, "/api/1.1/meta/secrets").status == 404


def test_the_openapi_document_is_valid_and_describes_every_operation(tmp_path: Path) -> None:
    document = asked(tmp_path, "/version-test/api/1.1/meta/openapi.json", headers={"host": "rentals.test"}).json
    OpenAPIV31SpecValidator(document).validate()
    assert document["servers"] == [{"url": "http://rentals.test/version-test/api/1.1"}]
    assert {path: sorted(set(item) - {"parameters"}) for path, item in document["paths"].items()} == {
        "/wf/book": ["post"],
        "/wf/clear": ["post"],
        "/wf/hook": ["post"],
        "/wf/prices": ["get"],
        "/obj/rental_unit": ["get", "post"],
        "/obj/rental_unit/bulk": ["post"],
        "/obj/rental_unit/{UniqueID}": ["delete", "get", "patch", "put"],
        "/obj/user": ["get", "post"],
        "/obj/user/bulk": ["post"],
        "/obj/user/{UniqueID}": ["delete", "get", "patch", "put"],
    }
    book = document["paths"]["/wf/book"]["post"]
    assert book["requestBody"]["content"]["application/json"]["schema"]["required"] == ["unit"]
    assert book["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]["photo"]["type"] == "string"
    assert [one["name"] for one in book["parameters"] if "name" in one] == ["tags"]
    assert document["paths"]["/wf/clear"]["post"]["security"] == [{"bearer": []}, {"api_token": []}]
    body = document["components"]["schemas"]["rental_unitBody"]
    assert body["properties"]["kind"]["enum"] == ["Flat", "House & <garden>", None]
    assert {"_id", "Created Date", "Modified Date"}.isdisjoint(body["properties"])
    assert document["paths"]["/obj/user"]["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "allOf": [{"$ref": "#/components/schemas/userBody"}, {"required": ["email"]}]
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_documents_of_every_example_are_valid(tmp_path: Path, example: Path) -> None:
    app = tmp_path / example.name
    shutil.copytree(example, app, ignore=shutil.ignore_patterns(".offpage"))
    program = read_program(app, SQLITE)[0]
    where = Where("https", "example.test", "/api/1.1")
    document = msgspec.json.decode(msgspec.json.encode(openapi(program, where)))
    assert document["paths"]
    OpenAPIV31SpecValidator(document).validate()
    OpenAPIV2SpecValidator(msgspec.json.decode(msgspec.json.encode(swagger(document, where)))).validate()
    assert Tags(page(document, where)).open == []


def test_a_password_is_asked_for_where_a_user_is_created_and_nowhere_else(tmp_path: Path) -> None:
    document = asked(tmp_path, "/api/1.1/meta/openapi.json").json
    schemas, one = document["components"]["schemas"], document["paths"]["/obj/user/{UniqueID}"]
    assert "password" in schemas["userBody"]["properties"]
    for method in ("patch", "put"):
        named = one[method]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert "password" not in schemas[named]["properties"]


def test_the_swagger_document_is_valid_and_has_bubbles_layout(tmp_path: Path) -> None:
    """Section 1.9: the skeleton of swagger.json."""
    document = asked(tmp_path, "/version-test/api/1.1/meta/swagger.json", headers={"host": "rentals.test"}).json
    OpenAPIV2SpecValidator(document).validate()
    assert document["swagger"] == "2.0"
    assert (document["info"]["title"], document["info"]["version"]) == ("Rentals <b>&", "1.0.0")
    assert (document["host"], document["basePath"]) == ("rentals.test", "/version-test/api/1.1")
    assert (document["schemes"], document["consumes"]) == (["http"], ["application/json"])
    find = document["paths"]["/obj/rental_unit"]["get"]
    asked_for = {one["name"]: one for one in find["parameters"]}
    assert {"constraints", "cursor", "limit", "sort_field", "descending"} <= set(asked_for)
    assert (asked_for["limit"]["type"], asked_for["limit"]["maximum"]) == ("integer", 100)
    assert find["tags"] == ["Data"]
    assert document["paths"]["/wf/book"]["post"]["tags"] == ["Workflow"]
    assert {"rental_unit", "rental_unitBody"} <= set(document["definitions"])
    unit = document["definitions"]["rental_unit"]["properties"]
    assert unit["Created Date"]["format"] == "date-time"
    assert unit["_id"]["type"] == unit["Created By"]["type"] == unit["Slug"]["type"] == "string"
    assert document["securityDefinitions"]["api_token"] == {"type": "apiKey", "in": "query", "name": "api_token"}


def test_fields_are_keyed_as_the_app_says(tmp_path: Path) -> None:
    labels = RENTALS | {"app.yaml": "api: {data: yes, docs: yes, keys: label}\n"}
    document = asked(tmp_path, "/api/1.1/meta/openapi.json", labels).json
    assert "Unit name" in document["components"]["schemas"]["rental_unitBody"]["properties"]
    meta = asked(tmp_path, "/api/1.1/meta", labels).json
    assert meta["app_data"]["use_captions_for_get"] is True


def test_a_host_that_is_none_is_not_repeated(tmp_path: Path) -> None:
    for host in ("evil.test/<script>", "a b", "x" * 300, '"><img>'):
        seen = asked(tmp_path, "/api/1.1/meta/openapi.json", headers={"host": host})
        assert seen.json["servers"] == [{"url": "/api/1.1"}]


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_is_whole_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    seen = asked(tmp_path, "/api/1.1/meta/docs", headers={"host": "rentals.test"})
    assert (seen.status, seen.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = seen.body.decode()
    parsed = Tags(page)
    assert parsed.open == []
    assert not {"script", "img", "link", "iframe", "b", "garden"} & set(parsed.tags)
    assert not [name for name, _ in parsed.attributes if name.startswith("on") or name in ("src", "style")]
    assert "House & <garden>" in "".join(parsed.text)
    assert "Book <script>alert(1)</script>" in "".join(parsed.text)
    policy = seen.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert "prefers-color-scheme:dark" in style[1]


def test_the_page_has_a_command_for_every_operation_that_a_shell_understands(tmp_path: Path) -> None:
    seen = asked(tmp_path, "/api/1.1/meta/docs", headers={"host": "rentals.test"})
    document = asked(tmp_path, "/api/1.1/meta/openapi.json", headers={"host": "rentals.test"}).json
    text = "".join(Tags(seen.body.decode()).text)
    commands = [
        shlex.split(one.replace("\\\n", " ")) for one in re.findall(r"^curl (?:[^\n]*\\\n)*[^\n]*", text, re.MULTILINE)
    ]
    operations = [
        (method, path)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    ]  # fmt: skip
    assert len(commands) == len(operations)
    addresses = [next(word for word in command if word.startswith("http")) for command in commands]
    assert "http://rentals.test/api/1.1/wf/prices?kind=Flat" in addresses
    assert all(one.startswith("http://rentals.test/api/1.1/") for one in addresses)


def test_the_documents_follow_the_app(tmp_path: Path) -> None:
    async def story(served: Served) -> list[list[str]]:
        found = []
        for _ in range(2):
            meta = (await served.ask("GET", "/api/1.1/meta")).json
            found.append([one["endpoint"] for one in meta["post"]])
            (tmp_path / "workflows" / "later.yaml").write_text("auth: none\nsteps: []\n", "utf-8")
            await served.reload()
        return found

    before, after = play(tmp_path, RENTALS, story)
    assert set(after) - set(before) == {"later"}


def test_requests_for_documents_count_against_the_apps_limit(tmp_path: Path) -> None:
    async def story(served: Served) -> list[int]:
        return [(await served.ask("GET", "/api/1.1/meta")).status for _ in range(3)]

    files = RENTALS | {"app.yaml": "limits: {requests_per_minute: 2}\n"}
    assert play(tmp_path, files, story) == [200, 200, 429]


def test_meta_answers_without_a_token_while_the_documents_are_hidden(tmp_path: Path) -> None:
    """Section 15: clients ask it before they have a token."""
    seen = asked(tmp_path, "/api/1.1/meta", without_docs())
    assert seen.status == 200
    assert set(seen.json) >= {"get", "post", "types", "app_data"}
    assert seen.json["post"]
