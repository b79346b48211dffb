"""Searches over the Data API as Bubble documents them: sections 2.1 to 2.4 and 15 of the reference of its behaviour."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from offpage.kernel.ids import is_id
from tests.data_caller import BY_LABEL, FILES, Caller, admin, shape_a
from tests.site import Served, play

UNITS: list[dict[str, Any]] = [
    {"unit_name": "Sea house", "rent": 30, "furnished": True, "status": "For rent", "tags": ["sea", "quiet"],
     "available": "2026-03-01", "place": {"address": "Oslo", "lat": 59.9139, "lng": 10.7522}},
    {"unit_name": "Town flat", "rent": 10, "furnished": False, "status": "Taken", "tags": ["town"],
     "available": "2026-01-01", "place": {"address": "Bergen", "lat": 60.3913, "lng": 5.3221}},
    {"unit_name": "Attic", "rent": 20, "beds": 1, "tags": ["town", "quiet"]},
]  # fmt: skip

Story = Callable[[Served, Caller], Awaitable[None]]


def with_units(folder: Path, story: Story, files: dict[str, str] = FILES) -> None:
    """Tell a story about three rental units."""

    async def told(app: Served) -> None:
        caller = admin(app)
        for one in UNITS:
            await caller.create(one)
        await story(app, caller)

    play(folder, files, told)


def test_a_search_answers_cursor_results_count_and_remaining(tmp_path: Path) -> None:
    """Sections 2.1 and 15."""

    async def story(app: Served, caller: Caller) -> None:
        page = await caller.page()
        assert set(page) == {"cursor", "results", "count", "remaining"}
        assert (page["cursor"], page["count"], page["remaining"]) == (0, 3, 0)
        assert [one["unit_name"] for one in page["results"]] == ["Sea house", "Town flat", "Attic"]
        assert all(is_id(one["_id"]) for one in page["results"])

    with_units(tmp_path, story)


def test_the_next_page_begins_at_cursor_plus_count(tmp_path: Path) -> None:
    """Section 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        first = await caller.page(limit=2)
        assert (first["count"], first["remaining"]) == (2, 1)
        second = await caller.page(limit=2, cursor=first["cursor"] + first["count"])
        assert (second["cursor"], second["count"], second["remaining"]) == (2, 1, 0)
        assert [one["unit_name"] for one in second["results"]] == ["Attic"]
        beyond = await caller.page(cursor=1000)
        assert beyond == {"cursor": 1000, "results": [], "count": 0, "remaining": 0}

    with_units(tmp_path, story)


def test_a_page_has_at_most_100_things_and_so_many_when_no_limit_is_given(tmp_path: Path) -> None:
    """Sections 2.4 and 12."""

    async def story(app: Served) -> None:
        caller = admin(app)
        lines = "\n".join(json.dumps({"unit_name": f"{at:03}"}) for at in range(101))
        headers = {"content-type": "text/plain"}
        assert (await caller.ask("POST", "rentalunit/bulk", body=None, headers=headers)).status == 400
        seen = await app.ask(
            "POST", "/api/1.1/obj/rentalunit/bulk", body=lines.encode(), headers=caller.headers | headers
        )
        assert seen.status == 200
        for limit in ({}, {"limit": 1000}, {"limit": 10**30}, {"limit": ""}):
            page = await caller.page(**limit)
            assert (page["count"], page["remaining"]) == (100, 1)
        assert (await caller.page(limit=0))["remaining"] == 101

    play(tmp_path, FILES, story)


def test_remaining_is_left_out_only_when_it_is_excluded(tmp_path: Path) -> None:
    """Sections 2.4 and 15."""

    async def story(app: Served, caller: Caller) -> None:
        for said in ("true", "True", "yes"):
            assert "remaining" not in await caller.page(exclude_remaining=said)
        for said in ("false", "False", ""):
            assert (await caller.page(exclude_remaining=said, limit=1))["remaining"] == 2

    with_units(tmp_path, story)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sort_field": "rent"}, ["Town flat", "Attic", "Sea house"]),
        ({"sort_field": "rent", "descending": "true"}, ["Sea house", "Attic", "Town flat"]),
        ({"sort_field": "rent", "descending": "False"}, ["Town flat", "Attic", "Sea house"]),
        ({"sort_field": "unitname"}, ["Attic", "Sea house", "Town flat"]),
        ({"sort_field": "Unit name"}, ["Attic", "Sea house", "Town flat"]),
        ({"sort_field": "unit_name_text"}, ["Attic", "Sea house", "Town flat"]),
        ({"sort_field": "Created Date", "descending": "true"}, ["Attic", "Town flat", "Sea house"]),
        ({"descending": "true"}, ["Attic", "Town flat", "Sea house"]),
        ({"sort_field": ""}, ["Sea house", "Town flat", "Attic"]),
        ({"sort_field": "_random_sorting"}, ["Sea house", "Town flat", "Attic"]),
        ({"geo_reference": ""}, ["Sea house", "Town flat", "Attic"]),
        (
            {"sort_field": "number_of_beds_number", "additional_sort_fields": '[{"sort_field":"rent","descending":"true"}]'},
            ["Attic", "Sea house", "Town flat"],
        ),
        (
            {"sort_field": "beds", "additional_sort_fields": '[{"sort_field":"rent","descending":"false"}]'},
            ["Attic", "Town flat", "Sea house"],
        ),
        ({"additional_sort_fields": '[{"sort_field":"rent","descending":false}]'}, ["Town flat", "Attic", "Sea house"]),
        # Empty values come last, whichever the direction.
        ({"sort_field": "available"}, ["Town flat", "Sea house", "Attic"]),
        ({"sort_field": "available", "descending": "yes"}, ["Sea house", "Town flat", "Attic"]),
    ],
)  # fmt: skip
def test_results_are_sorted_as_asked_else_by_creation(tmp_path: Path, query: dict[str, str], names: list[str]) -> None:
    """Section 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        assert await caller.names(**query) == names

    with_units(tmp_path, story)


def test_only_single_valued_fields_can_be_sorted_by(tmp_path: Path) -> None:
    """Section 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        assert shape_a(await caller.search(sort_field="tags"))[:2] == (400, "INVALID_DATA")

    with_units(tmp_path, story)


SEA, TOWN, ATTIC = "Sea house", "Town flat", "Attic"


@pytest.mark.parametrize(
    ("constraint", "names"),
    [
        (("unit_name", "equals", "Attic"), [ATTIC]),
        (("unit_name", "equals", "attic"), []),
        (("rent", "equals", 10), [TOWN]),
        (("rent", "equals", "10"), [TOWN]),
        (("rent", "equals", "10.0"), [TOWN]),
        (("furnished", "equals", "True"), [SEA]),
        (("furnished", "equals", False), [TOWN]),
        (("status", "equals", "For rent"), [SEA]),
        (("available", "equals", "2026-03-01T00:00:00.000Z"), [SEA]),
        (("tags", "equals", ["quiet", "sea"]), [SEA]),
        (("tags", "not equal", ["quiet", "sea"]), [TOWN, ATTIC]),
        (("place", "equals", {"address": "Oslo", "lat": 59.9139, "lng": 10.7522}), [SEA]),
        (("rent", "not equal", 10), [SEA, ATTIC]),
        (("status", "not equal", "Taken"), [SEA, ATTIC]),
        (("furnished", "is_empty"), [ATTIC]),
        (("furnished", "is_not_empty"), [SEA, TOWN]),
        (("neighbours", "is_empty"), [SEA, TOWN, ATTIC]),
        (("tags", "is_not_empty"), [SEA, TOWN, ATTIC]),
        (("unit_name", "text contains", "houses sea"), [SEA]),
        (("unit_name", "text contains", "the flats"), [TOWN]),
        (("unit_name", "text contains", "hou"), []),
        (("unit_name", "not text contains", "house"), [TOWN, ATTIC]),
        (("rent", "greater than", "10"), [SEA, ATTIC]),
        (("rent", "less than", 20), [TOWN]),
        (("available", "greater than", "2026-02-01"), [SEA]),
        (("available", "less than", 1769900400000), [TOWN]),
        (("unit_name", "greater than", "B"), [SEA, TOWN]),
        (("rent", "in", [10, "20"]), [TOWN, ATTIC]),
        (("rent", "not in", [10, "20"]), [SEA]),
        (("status", "in", ["Taken", "no such option"]), [TOWN]),
        (("status", "not in", ["Taken"]), [SEA]),
        (("unit_name", "in", []), []),
        (("place", "in", [{"address": "Oslo", "lat": 59.9139, "lng": 10.7522}]), [SEA]),
        (("place", "not in", [{"address": "Oslo", "lat": 59.9139, "lng": 10.7522}]), [TOWN]),
        (("tags", "contains", "quiet"), [SEA, ATTIC]),
        (("tags", "not contains", "quiet"), [TOWN]),
        (("neighbours", "empty"), [SEA, TOWN, ATTIC]),
        (("neighbours", "not empty"), []),
        (("place", "geographic_search", {"range": 10, "origin_address": {"lat": 59.92, "lng": 10.75}}), [SEA]),
        (("place", "geographic_search", {"range": "10", "origin_address": "59.92, 10.75"}), [SEA]),
        (("place", "geographic_search", {"range": 300, "unit": "km", "lat": 59.92, "lng": 10.75}), [SEA]),
        (("place", "geographic_search", {"range": 300, "address": {"lat": 59.92, "lng": 10.75}}), [SEA, TOWN]),
    ],
)  # fmt: skip
def test_each_constraint_type_finds_what_it_says(tmp_path: Path, constraint: Any, names: list[str]) -> None:
    """Section 2.4, the table of constraint types; numbers and booleans may come as text (section 15)."""

    async def story(app: Served, caller: Caller) -> None:
        assert await caller.names(constraint) == names

    with_units(tmp_path, story)


def test_all_constraints_must_hold(tmp_path: Path) -> None:
    """Section 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        assert await caller.names(("tags", "contains", "quiet"), ("rent", "greater than", 25)) == [SEA]
        assert await caller.names(("tags", "contains", "quiet"), ("rent", "greater than", 35)) == []

    with_units(tmp_path, story)


@pytest.mark.parametrize("text", ["[]", "", "null", " "])
def test_no_constraints_may_be_said_in_several_ways(tmp_path: Path, text: str) -> None:
    """Section 15."""

    async def story(app: Served, caller: Caller) -> None:
        assert len((await caller.page(constraints=text))["results"]) == 3

    with_units(tmp_path, story)


@pytest.mark.parametrize("key", ["Unit name", "unitname", "unit_name_text", "unit_name", "UNITNAME"])
@pytest.mark.parametrize("files", [FILES, BY_LABEL], ids=["id", "label"])
def test_a_constraint_knows_a_field_by_all_its_names(tmp_path: Path, key: str, files: dict[str, str]) -> None:
    """Section 2.2."""

    async def story(app: Served) -> None:
        caller = admin(app)
        name = "unit_name" if files is FILES else "Unit name"
        await caller.create({name: "Attic"})
        assert await caller.names((key, "equals", "Attic"), key=name) == ["Attic"]

    play(tmp_path, files, story)


def test_built_in_fields_can_be_searched(tmp_path: Path) -> None:
    """Sections 2.2 and 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        one = (await caller.page(limit=1))["results"][0]
        assert await caller.names(("_id", "equals", one["_id"])) == [SEA]
        assert await caller.names(("_id", "in", [one["_id"], "no id"])) == [SEA]
        assert len(await caller.names(("Created Date", "greater than", "2020-01-01"))) == 3
        assert await caller.names(("Modified Date", "less than", "2020-01-01")) == []
        assert await caller.names(("created_by", "is_not_empty")) == []

    with_units(tmp_path, story)


@pytest.mark.parametrize(
    "constraint_type", ["equals", "in", "not equal", "greater than", "contains", "geographic_search"]
)
def test_a_constraint_whose_value_is_empty_matches_nothing(tmp_path: Path, constraint_type: str) -> None:
    """Section 15."""
    key = {"contains": "tags", "geographic_search": "place"}.get(constraint_type, "rent")

    async def story(app: Served, caller: Caller) -> None:
        assert await caller.names((key, constraint_type, None)) == []
        assert await caller.names((key, constraint_type)) == []
        assert await caller.names((key, constraint_type, "")) == []

    with_units(tmp_path, story)


def test_a_malformed_id_in_a_constraint_does_not_match(tmp_path: Path) -> None:
    """Section 15."""

    async def story(app: Served, caller: Caller) -> None:
        owner = await caller.create({"email": "owner@example.com"}, of="user")
        await caller.create({"unit_name": "Owned", "owner": owner})
        assert await caller.names(("owner", "in", ["rubbish", owner])) == ["Owned"]
        assert await caller.names(("owner", "in", ["rubbish", 7, None])) == []
        assert await caller.names(("owner", "equals", "rubbish")) == []
        assert await caller.names(("owner", "not in", ["rubbish"])) == ["Owned"]
        assert await caller.names(("owner", "equals", owner)) == ["Owned"]

    with_units(tmp_path, story)


@pytest.mark.parametrize(
    ("key", "constraint_type", "field"),
    [
        ("rent", "greater_than", "rent_number"),
        ("rent", "text contains", "rent_number"),
        ("furnished", "greater than", "furnished_boolean"),
        ("unit_name", "contains", "unit_name_text"),
        ("unit_name", "empty", "unit_name_text"),
        ("tags", "greater than", "tags_list_text"),
        ("tags", "in", "tags_list_text"),
        ("status", "less than", "status_option_status"),
        ("rent", "geographic_search", "rent_number"),
        ("rent", "", "rent_number"),
    ],
)
def test_a_misspelt_or_incompatible_constraint_type_is_not_found(
    tmp_path: Path, key: str, constraint_type: str, field: str
) -> None:
    """Sections 1.7 and 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        assert shape_a(await caller.search((key, constraint_type, 1))) == (
            404,
            "NOT_FOUND",
            f"Constraint type not found {constraint_type} for field {field} and type rental_unit",
        )

    with_units(tmp_path, story)


@pytest.mark.parametrize("nonsense", [["rent"], {"rent": 1}, 7, True, "no such field"])
def test_a_sort_field_that_is_no_field_is_not_found(tmp_path: Path, nonsense: Any) -> None:
    """Section 1.7, for whatever JSON stands in its place."""

    async def story(app: Served, caller: Caller) -> None:
        text = json.dumps([{"sort_field": nonsense}])
        assert shape_a(await caller.search(additional_sort_fields=text))[:2] == (404, "NOT_FOUND")
        constraints = json.dumps([{"key": nonsense, "constraint_type": "equals", "value": 1}])
        assert shape_a(await caller.search(constraints=constraints))[:2] == (404, "NOT_FOUND")
        kinds = json.dumps([{"key": "rent", "constraint_type": nonsense, "value": 1}])
        assert shape_a(await caller.search(constraints=kinds))[:2] == (404, "NOT_FOUND")

    with_units(tmp_path, story)


def test_a_value_that_cannot_be_read_is_invalid(tmp_path: Path) -> None:
    """Sections 1.7 and 2.4."""

    async def story(app: Served, caller: Caller) -> None:
        message = "Invalid data for field rent: could not parse this as a number"
        assert shape_a(await caller.search(("rent", "equals", "many"))) == (400, "INVALID_DATA", message)
        assert shape_a(await caller.search(("status", "equals", "Gone")))[:2] == (400, "INVALID_DATA")
        assert shape_a(await caller.search(("nothing", "equals", 1)))[:2] == (404, "NOT_FOUND")
        assert shape_a(await caller.search(sort_field="nothing"))[:2] == (404, "NOT_FOUND")

    with_units(tmp_path, story)


@pytest.mark.parametrize(
    "path",
    [
        "/api/1.1/obj/rentalunit",
        "/api/1.1/obj/RentalUnit",
        "/api/1.1/obj/Rental%20Unit",
        "/api/1.1/obj/rental_unit",
        "//api/1.1//obj/rentalunit",
        "/api/1.1/obj/rentalunit/",
        "/version-test/api/1.1/obj/rentalunit",
        "/version-live/api/1.1/obj/rentalunit",
    ],
)
def test_a_type_is_found_however_its_address_is_written(tmp_path: Path, path: str) -> None:
    """Sections 2.2 and 15."""

    async def story(app: Served, caller: Caller) -> None:
        seen = await app.ask("GET", path, headers=caller.headers)
        assert seen.json["response"]["count"] == 3

    with_units(tmp_path, story)


def test_a_type_that_is_not_offered_is_not_found(tmp_path: Path) -> None:
    """Section 1.7."""

    async def story(app: Served, caller: Caller) -> None:
        assert shape_a(await caller.search(of="secret")) == (404, "NOT_FOUND", "Type not found secret")
        assert shape_a(await caller.search(of="nothing")) == (404, "NOT_FOUND", "Type not found nothing")

    with_units(tmp_path, story)


def test_an_app_whose_data_api_is_closed_says_so(tmp_path: Path) -> None:
    """Sections 1.7 and 2.1: off by default."""

    async def story(app: Served) -> None:
        seen = await admin(app).search()
        assert shape_a(seen) == (404, "NOT_FOUND", "This application does not expose a Data API")

    play(tmp_path, FILES | {"app.yaml": "name: Rentals\n"}, story)
