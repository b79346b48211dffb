"""The Data API over HTTP, on both databases: how many statements it needs, which methods it takes, how it bears bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from offpage.data.listing import Order, Shape
from tests.api.counting import Counting
from tests.data_caller import FILES, Caller, admin, by_rules, shape_a
from tests.site import Served, play

RULES = """
    owner: {when: =this.owner == current_user, find: yes, view: all, modify: yes, create: yes}
    named: {when: =this.owner.name == "Public", find: yes, view: [unit_name, tags]}
    """


SEARCHES: list[dict[str, Any]] = [
    {},
    {"constraints": [("unit_name", "text contains", "unit"), ("rent", "greater than", 1)], "sort_field": "rent"},
    {"constraints": [("tags", "contains", "a"), ("place", "is_empty")], "descending": "true"},
    {"constraints": [("unit_name", "in", ["Unit 1", "Unit 2"])], "exclude_remaining": "true"},
]


@pytest.mark.parametrize("asked", SEARCHES)
def test_a_search_is_one_statement_and_one_for_each_list_field(
    tmp_path: Path, database_url: str, asked: dict[str, Any]
) -> None:
    """Whoever asks, however many things are found."""

    async def story(app: Served) -> None:
        everything = admin(app)
        user = await everything.create({"email": "a@example.com", "name": "Public"}, of="user")
        for number in range(7):
            await everything.create({"unit_name": f"Unit {number}", "rent": number, "owner": user, "tags": ["a", "b"]})
        counting = Counting(app)
        asking = {**asked}
        constraints = asking.pop("constraints", [])
        for who, lists in ((everything, 2), (Caller(app), 1)):  # of the two list fields nobody sees one
            for limit in (2, 100):
                counting.statements.clear()
                page = await who.page(*constraints, limit=limit, **asking)
                if page["results"]:
                    assert len(counting.statements) == 1 + lists, counting.statements
                else:
                    assert len(counting.statements) == 1

    play(tmp_path, by_rules(RULES), story, database_url)


def test_a_search_is_compiled_once_for_each_shape(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        environment = app.host.site.development
        assert environment is not None
        assert environment.data is not None
        listing = environment.data.exposed(app.runner.program).type("rentalunit").listing
        for rent in range(5):
            await caller.page(("rent", "equals", rent), ("unit_name", "in", ["a"] * rent))
        assert len(listing._pages) == 1
        for number in range(300):  # callers choose shapes, so their number is bounded
            bits = [(("rent", "equals", 1), ("rent", "not equal", 2))[number >> at & 1] for at in range(9)]
            await caller.page(*bits)
        assert len(listing._pages) <= 256

    play(tmp_path, FILES, story)


def test_reading_and_writing_one_thing_take_few_statements(tmp_path: Path, database_url: str) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        counting = Counting(app)
        thing_id = await caller.create({"unit_name": "A", "tags": ["x", "y"]})
        assert len(counting.statements) == 2  # the thing, its list
        counting.statements.clear()
        await caller.get(thing_id)
        assert len(counting.statements) == 3  # the thing, its two list fields
        counting.statements.clear()
        await caller.change(thing_id, {"rent": 5})
        assert len(counting.statements) == 2  # as it was, the change

    play(tmp_path, FILES, story, database_url)


def test_all_constraints_work_on_both_databases(tmp_path: Path, database_url: str) -> None:
    """What each finds is tested elsewhere; here, that both databases find the same."""
    oslo = {"address": "Oslo", "lat": 59.91, "lng": 10.75}
    constraints: list[tuple[Any, ...]] = [
        ("unit_name", "equals", "Åse’s house"), ("unit_name", "text contains", "houses"), ("rent", "less than", "3.5"),
        ("unit_name", "greater than", "a"), ("furnished", "equals", False), ("available", "equals", "2026-03-01"),
        ("place", "equals", oslo), ("place", "geographic_search", {"range": 5, "origin_address": oslo}),
        ("place", "in", [oslo]), ("rent", "in", [3, "4"]), ("rent", "not in", [4]), ("status", "equals", "For rent"),
        ("tags", "equals", ["b", "a"]), ("tags", "contains", "a"), ("tags", "not contains", "c"), ("tags", "not empty"),
        ("neighbours", "empty"), ("owner", "is_empty"), ("season", "equals", ["2026-01-01", "2026-02-01"]),
        ("season", "not in", [["2026-01-01", "2026-03-01"]]), ("notice", "greater than", 1), ("photo", "is_empty"),
        ("Created Date", "greater than", 0), ("status", "not equal", "Taken"),
    ]  # fmt: skip
    thing = {
        "unit_name": "Åse’s house", "rent": 3, "furnished": False, "available": "2026-03-01", "place": oslo,
        "status": "For rent", "tags": ["a", "b"], "season": ["2026-01-01", "2026-02-01"], "notice": 5000,
    }  # fmt: skip

    async def story(app: Served) -> None:
        caller = admin(app)
        await caller.create(thing)
        for constraint in constraints:
            assert (await caller.page(constraint))["count"] == 1, constraint
        assert (await caller.page(*constraints))["count"] == 1
        for field in ("unit_name", "rent", "furnished", "available", "status", "notice", "owner", "photo", "_id"):
            assert (await caller.page(sort_field=field, descending="true"))["count"] == 1

    play(tmp_path, FILES, story, database_url)


def test_an_empty_json_field_is_found_as_empty(tmp_path: Path, database_url: str) -> None:
    """Null, a text without characters and an empty array are as empty as nothing; an object without keys is a value."""
    rules = by_rules("all: {when: =this.notes.is_not_empty, find: yes, view: all}")
    rules["types/rental_unit.yaml"] = rules["types/rental_unit.yaml"].replace(
        "notice: interval\n", "notice: interval\n  notes: json\n  papers: list of json\n"
    )
    empty: list[dict[str, Any]] = [{}, {"notes": None}, {"notes": ""}, {"notes": []}]
    values: list[Any] = [{}, [None], 0, False, "null", "[]", {"a": []}]
    full: list[dict[str, Any]] = [{"notes": one} for one in values]

    async def story(app: Served) -> None:
        caller = admin(app)
        without = [await caller.create(one) for one in empty]
        with_some = [await caller.create(one) for one in full]

        async def found(*constraint: str) -> list[str]:
            return [one["_id"] for one in (await caller.page(constraint))["results"]]

        assert await found("notes", "is_empty") == without
        assert await found("notes", "is_not_empty") == with_some
        assert len(await found("papers", "is_empty")) == 11
        assert await found("papers", "is_not_empty") == []
        assert [one["_id"] for one in (await Caller(app).page())["results"]] == with_some

    play(tmp_path, rules, story, database_url)


REASONS: list[tuple[str, str, Any, str]] = [
    ("GET", "castle", None, "/api/1.1/meta"),
    ("GET", 'rentalunit?constraints=[{"key":"towers","constraint_type":"equals"}]', None, "/api/1.1/meta"),
    ("GET", 'rentalunit?constraints=[{"key":"rent","constraint_type":"contains"}]', None, "greater than, less than"),
    (
        "GET",
        'rentalunit?constraints=[{"key":"rent","constraint_type":"equals","value":"x"}]',
        None,
        "A number is given",
    ),
    ("GET", "rentalunit?cursor=many", None, "A number is given"),
    ("POST", "rentalunit", {"towers": 1}, "/api/1.1/meta"),
    ("POST", "rentalunit", {"_id": "x"}, "never written"),
    ("POST", "rentalunit", {"rent": "many"}, "A number is given"),
    ("POST", "rentalunit", {"furnished": "perhaps"}, "true or false"),
    ("POST", "rentalunit", {"available": "some day"}, "Write a date as"),
    ("POST", "rentalunit", {"status": "Sold"}, "display text"),
    ("POST", "rentalunit", {"tags": "a"}, "an array"),
    ("POST", "rentalunit", {"season": 7}, "its two ends"),
    ("POST", "rentalunit", {"photo": {"filename": "a"}}, "`contents`"),
]


@pytest.mark.parametrize(("method", "path", "body", "reason"), REASONS)
def test_an_error_says_why_beside_bubbles_words(tmp_path: Path, method: str, path: str, body: Any, reason: str) -> None:
    async def story(app: Served) -> None:
        seen = await admin(app).ask(method, path, body)
        assert seen.status in (400, 404)
        assert set(seen.json["body"]) == {"status", "message", "reason"}
        assert reason in seen.json["body"]["reason"]

    play(tmp_path, FILES, story)


BAD: list[tuple[str, int]] = [
    ("constraints=nonsense", 400),
    ("constraints=7", 400),
    ("constraints=[7]", 400),
    ('constraints=[{"constraint_type":"equals"}]', 400),
    ('constraints=[{"key":"rent"}]', 400),
    ('constraints=[{"key":7,"constraint_type":"equals"}]', 404),
    ('constraints=[{"key":"rent","constraint_type":["equals"]}]', 404),
    ('constraints=[{"key":"unit_name","constraint_type":"equals","value":"\\u0000"}]', 400),
    ('constraints=[{"key":"unit_name","constraint_type":"equals","value":"\\ud800"}]', 400),
    ('constraints=[{"key":"unit_name","constraint_type":"equals","value":"%00"}]', 400),
    ('constraints=[{"key":"rent","constraint_type":"equals","value":1e999}]', 400),
    ('constraints=[{"key":"rent","constraint_type":"equals","value":' + "9" * 500 + "}]", 400),
    ('constraints=[{"key":"rent","constraint_type":"equals","value":NaN}]', 400),
    ('constraints=[{"key":"rent","constraint_type":"equals","value":{"a":[1]}}]', 400),
    ('constraints=[{"key":"available","constraint_type":"equals","value":1e300}]', 400),
    ('constraints=[{"key":"owner","constraint_type":"equals","value":{"a":1}}]', 200),
    ('constraints=[{"key":"owner","constraint_type":"in","value":{"a":1}}]', 200),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":5,"origin_address":"Oslo"}}]', 400),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":"far"}}]', 400),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":1e308,"lat":0,"lng":0}}]', 200),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":1,"lat":99,"lng":0}}]', 400),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":1,"unit":[],"lat":9,"lng":0}}]', 200),
    ('constraints=[{"key":"place","constraint_type":"geographic_search","value":{"range":1,"unit":"yard","lat":9,"lng":0}}]', 400),
    ("constraints=" + "[" * 5000, 400),
    ("constraints=" + json.dumps([{"key": "rent", "constraint_type": "is_empty"}] * 51), 400),
    ('constraints=[{"key":"tags","constraint_type":"equals","value":' + json.dumps(["x"] * 101) + "}]", 400),
    ("constraints=" + json.dumps([{"key": "tags", "constraint_type": "equals", "value": ["x"] * 100}] * 4), 400),
    ("constraints=" + json.dumps([{"key": "tags", "constraint_type": "not equal", "value": ["x"] * 100}] * 3), 200),
    ("constraints=" + json.dumps([{"key": "tags", "constraint_type": "equals", "value": ["x"] * 100}] * 3), 200),
    ("constraints=" + json.dumps([{"key": "place", "constraint_type": "not in", "value": [{"lat": 1, "lng": 1}] * 100}] * 3), 200),
    ("constraints=" + json.dumps([{"key": "unit_name", "constraint_type": "in", "value": ["x"] * 10_000}]), 200),
    ("constraints=" + json.dumps([{"key": "unit_name", "constraint_type": "in", "value": ["x"] * 10_001}]), 400),
    ("constraints=" + json.dumps([{"key": "unit_name", "constraint_type": "text contains", "value": "x" * 100_000}]), 200),
    ("cursor=many", 400),
    ("cursor=-1", 400),
    ("limit=-1", 400),
    ("limit=NaN", 400),
    ("limit=1e999", 400),
    ("cursor=99999999999999999999999999", 200),
    ("cursor=1.9", 200),
    ("descending=perhaps", 400),
    ("exclude_remaining=2", 400),
    ("sort_field=tags", 400),
    ("sort_field=place", 400),
    ("additional_sort_fields={}", 400),
    ("additional_sort_fields=[1]", 400),
    ('additional_sort_fields=[{"sort_field":"rent","descending":"perhaps"}]', 400),
    ('additional_sort_fields=[{"sort_field":"rent"},{"sort_field":"rent","descending":true}]', 200),
    ("sort_field=%ff", 400),
    ("constraints=[" + ",".join(['{"key":"unit_name","constraint_type":"text contains","value":"a"}'] * 10) + "]", 200),
    ("constraints=[" + ",".join(['{"key":"unit_name","constraint_type":"text contains","value":"a"}'] * 11) + "]", 400),
    ("unknown=1&unknown=2", 200),
]  # fmt: skip


def test_a_bad_query_is_answered_in_bubbles_shape(tmp_path: Path, database_url: str) -> None:
    async def story(app: Served) -> None:
        everything = admin(app)
        await everything.create({"unit_name": "A"})
        for query, status in BAD:
            for caller in (everything, Caller(app)):
                seen = await caller.ask("GET", f"rentalunit?{query}")
                assert seen.status == status, (query[:100], seen.body)
                if status != 200:
                    assert shape_a(seen)[0] == status
                    assert len(seen.body) < 2000

    play(tmp_path, by_rules(RULES), story, database_url)


BAD_BODIES: list[tuple[bytes, str]] = [
    (b"", "INVALID_BODY"),
    (b"nonsense", "INVALID_BODY"),
    (b"[]", "INVALID_BODY"),
    (b"null", "INVALID_BODY"),
    (b'{"rent": 1e999}', "INVALID_BODY"),
    (b'{"unit_name": "\\u0000"}', "INVALID_BODY"),
    (b'{"unit_name": "\\ud800"}', "INVALID_BODY"),
    (b'{"unit_name": "\xff"}', "INVALID_BODY"),
    (b'{"rent": {}}', "INVALID_DATA"),
    (b'{"available": 1e300}', "INVALID_DATA"),
    (b'{"tags": [["a"]]}', "INVALID_DATA"),
    (b'{"place": {"lat": 1e9, "lng": 0}}', "INVALID_DATA"),
    (b'{"photo": {"filename": "a.png"}}', "INVALID_DATA"),
    (b'{"photo": [{"contents": "YQ=="}]}', "INVALID_DATA"),
    (b'{"unit_name": "A", "unit_name_text": "B"}', "ERROR"),
    (b'{"\\n": 1}', "ERROR"),
    (b'{"": 1}', "ERROR"),
    (b"{" + b'"x":{' * 3000 + b"}" * 3001, "INVALID_BODY"),
]


def test_a_bad_body_is_answered_in_bubbles_shape_and_writes_nothing(tmp_path: Path, database_url: str) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "A"})
        headers = caller.headers | {"content-type": "application/json"}
        for method, path in (("POST", ""), ("PATCH", f"/{thing_id}"), ("PUT", f"/{thing_id}")):
            for body, code in BAD_BODIES:
                seen = await app.ask(method, f"/api/1.1/obj/rentalunit{path}", body=body, headers=headers)
                assert shape_a(seen)[:2] == (400, code), (method, body[:60])
        assert app.count("rental_unit") == 1
        assert (await caller.get(thing_id))["unit_name"] == "A"

    play(tmp_path, FILES, story, database_url)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"])
def test_a_body_that_is_not_json_is_refused(tmp_path: Path, kind: str) -> None:
    async def story(app: Served) -> None:
        headers = admin(app).headers | {"content-type": kind}
        body = b"--x--" if "boundary" in kind else b"unit_name=A"
        seen = await app.ask("POST", "/api/1.1/obj/rentalunit", body=body, headers=headers)
        assert shape_a(seen)[:2] == (400, "INVALID_BODY")
        assert app.count("rental_unit") == 0

    play(tmp_path, FILES, story)


@pytest.mark.parametrize("thing_id", ["%00", "%ff", "a%2fb", "%F0%9F%98%80", "bulk ", ".."])
def test_an_odd_id_is_missing(tmp_path: Path, database_url: str, thing_id: str) -> None:
    async def story(app: Served) -> None:
        for method in ("GET", "DELETE"):
            assert (await admin(app).ask(method, f"rentalunit/{thing_id}")).status == 404

    play(tmp_path, FILES, story, database_url)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/1700000000000x000000000000000000", "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"),
        ("GET", "/bulk", "POST, OPTIONS"),
    ],
)
def test_another_method_is_refused_with_those_that_work(tmp_path: Path, method: str, path: str, allowed: str) -> None:
    async def story(app: Served) -> None:
        seen = await admin(app).ask(method, "rentalunit" + path)
        assert (shape_a(seen)[0], seen.headers["allow"]) == (405, allowed)

    play(tmp_path, FILES, story)


def test_a_head_is_a_get_without_its_body(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "A"})
        for path in ("rentalunit", f"rentalunit/{thing_id}"):
            got, head = await caller.ask("GET", path), await caller.ask("HEAD", path)
            assert (head.status, head.body) == (200, b"")
            assert head.headers["content-length"] == str(len(got.body))

    play(tmp_path, FILES, story)


def test_pages_of_other_origins_may_call(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        seen = await app.ask("OPTIONS", "/api/1.1/obj/rentalunit", headers={"origin": "https://example.com"})
        assert seen.status == 204
        assert "PATCH" in seen.headers["access-control-allow-methods"]
        caller = admin(app)
        thing_id = await caller.create({})
        for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None), ("GET", None)):
            seen = await caller.ask(method, f"rentalunit/{thing_id}", body)
            assert seen.headers["access-control-allow-origin"] == "*"

    play(tmp_path, FILES, story)


def test_requests_are_counted_against_the_apps_limit(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        statuses = [(await caller.search()).status for _ in range(4)]
        assert statuses == [200, 200, 429, 429]

    limited = FILES | {"app.yaml": "name: T\napi: {data: yes}\nlimits: {requests_per_minute: 2}\n"}
    play(tmp_path, limited, story)


def test_a_body_beyond_the_apps_limit_is_refused(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        assert shape_a(await admin(app).ask("POST", "rentalunit", {"unit_name": "x" * 2000}))[0] == 413

    limited = FILES | {"app.yaml": "name: T\napi: {data: yes}\nlimits: {request_bytes: 1000}\n"}
    play(tmp_path, limited, story)


def test_a_changed_app_is_answered_as_it_is_now(tmp_path: Path) -> None:
    async def story(app: Served) -> None:
        caller = admin(app)
        await caller.create({"unit_name": "A"})
        path = tmp_path / "types" / "rental_unit.yaml"
        path.write_text(path.read_text("utf-8").replace("fields:", "fields:\n  garden: yes_no", 1), "utf-8")
        await app.reload()
        assert (await caller.get(await caller.create({"garden": True})))["garden"] is True

    play(tmp_path, FILES, story)


def test_a_value_that_must_be_unique_is_refused_twice(tmp_path: Path, database_url: str) -> None:
    files = FILES | {
        "types/room.yaml": """
            api: yes
            fields: {number: {type: text, unique: yes}}
            privacy: {own: {when: =this.created_by == current_user, view: all}}
            """
    }

    async def story(app: Served) -> None:
        caller = admin(app)
        first = await caller.create({"number": "1"}, of="room")
        second = await caller.create({"number": "2"}, of="room")
        for method, path in (("POST", "room"), ("PATCH", f"room/{second}")):
            seen = await caller.ask(method, path, {"number": "1"})
            assert (seen.status, seen.json["reason"]) == (400, "NOT_UNIQUE")
        headers = caller.headers | {"content-type": "text/plain"}
        body = b'{"number":"3"}\n{"number":"3"}\n{"number":"4"}'
        lines = (await app.ask("POST", "/api/1.1/obj/room/bulk", body=body, headers=headers)).body.split(b"\n")
        assert [json.loads(line)["status"] for line in lines] == ["success", "error", "success"]
        assert app.count("room") == 4
        assert (await caller.get(first, of="room"))["number"] == "1"

    play(tmp_path, files, story, database_url)


@pytest.mark.on_sqlite("test_order_index.py asks PostgreSQL for its plans.")
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["since", "created_date"])
def test_a_far_page_of_a_sorted_search_is_found_in_an_index_alone(tmp_path: Path, field: str, descending: bool) -> None:
    files = FILES | {
        "types/room.yaml": """
            api: yes
            fields: {since: {type: date, index: yes}, note: text}
            privacy: {own: {when: =this.created_by == current_user, view: all}}
            """
    }

    async def story(app: Served) -> None:
        environment = app.host.site.development
        assert environment is not None
        assert environment.data is not None
        listing = environment.data.exposed(app.runner.program).type("room").listing
        text = listing.page(Shape(order=(Order(field, descending),)))._open.statement.text
        explain = "EXPLAIN QUERY PLAN " + text
        plan = [str(row[-1]) for row in app.database.read(lambda tx: tx.rows(explain, [0] * text.count("?")))]
        assert f"SCAN a1 USING COVERING INDEX i_room__{field}" in plan, plan
        assert not any("TEMP B-TREE" in step for step in plan), plan

    play(tmp_path, files, story)


FORESEEN: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "tags.contains": ("=this.tags.contains('mine')", {"tags": ["mine"]}, {"tags": ["yours"]}),
    "list.where": ("=this.neighbours.where(this.rent > 1).count > 0", {"neighbours": "RICH"}, {"neighbours": "POOR"}),
    "default": ("=this.beds == 2", {}, {"beds": 3}),
    "search": ("=search(rental_unit, this.beds == 7).count < 1", {"rent": 1}, {"beds": 7}),
    "interval": ("=this.notice == days(2)", {"notice": 172800000}, {"notice": 1}),
    "created_by": ("=this.created_by.is_empty and this.rent == 2", {"rent": 2}, {"rent": 1}),
}


@pytest.mark.parametrize("name", FORESEEN)
def test_a_rule_is_asked_about_what_a_thing_would_be(tmp_path: Path, database_url: str, name: str) -> None:
    """List fields that no table holds yet, defaults, what a search finds once the thing is there."""
    when, right, wrong = FORESEEN[name]

    async def story(app: Served) -> None:
        everything, nobody = admin(app), Caller(app)
        ids = {"RICH": await everything.create({"rent": 9}), "POOR": await everything.create({"rent": 0})}

        def filled(body: dict[str, Any]) -> dict[str, Any]:
            return {key: [ids[one]] if one in ("RICH", "POOR") else one for key, one in body.items()}

        assert (await nobody.ask("POST", "rentalunit", filled(wrong))).status == 401
        unit = await nobody.create(filled(right))
        assert (await nobody.ask("PATCH", f"rentalunit/{unit}", filled(wrong))).status == 401
        await nobody.change(unit, filled(right))
        assert app.count("rental_unit") == 3

    rules = f'right: {{when: "{when}", find: yes, view: all, create: yes, modify: yes}}\neveryone: {{view: [beds]}}'
    play(tmp_path, by_rules(rules), story, database_url)
