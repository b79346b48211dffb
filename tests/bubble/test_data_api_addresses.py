"""Addresses, methods and keys of the Data API: sections 2.1, 2.2 and 15 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.data.wire_names import database_key
from tests.data_caller import BY_LABEL, FILES, OBJ, Caller, admin, shape_a
from tests.engine.accounts import APP, sign_up
from tests.site import Served, play


@pytest.mark.parametrize("path", ["rentalunit", "rentalunit/bulk"])
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_nothing_changes_or_deletes_many_things_at_once(tmp_path: Path, method: str, path: str) -> None:
    """Section 2.1: there is no bulk modify or bulk delete."""

    async def story(app: Served) -> None:
        caller = admin(app)
        await caller.create({"unit_name": "Attic"})
        seen = await caller.ask(method, path, {"unit_name": "Changed"})
        if path == "rentalunit":
            assert (seen.status, seen.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
        else:  # `bulk` is an address of its own, not a thing's id
            assert (seen.status, seen.headers["allow"]) == (405, "POST, OPTIONS")
        assert await caller.names() == ["Attic"]

    play(tmp_path, FILES, story)


@pytest.mark.parametrize("environment", ["/version-test", "/version-live"])
def test_things_are_written_under_the_prefixes_of_environments(tmp_path: Path, environment: str) -> None:
    """Section 2.1: the same prefixes as workflows have. (A test serves one environment; `offpage deploy` makes the other.)"""

    async def story(app: Served) -> None:
        caller = Caller(app, app.token()[0], f"{environment}{OBJ}")
        unit = await caller.create({"unit_name": "Attic"})
        await caller.change(unit, {"rent": 3})
        await caller.change(unit, {"unit_name": "Barn"}, "PUT")
        assert (await caller.get(unit))["unit_name"] == "Barn"
        assert (await caller.ask("DELETE", f"rentalunit/{unit}")).status == 204

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("unit_name", "unit_name_text"),
        ("rent", "rent_number"),
        ("furnished", "furnished_boolean"),
        ("available", "available_date"),
        ("place", "place_geographic_address"),
        ("photo", "photo_image"),
        ("status", "status_option_status"),
        ("owner", "owner_user"),
        ("tags", "tags_list_text"),
        ("neighbours", "neighbours_list_custom_rental_unit"),
        ("season", "season_date_range"),
        ("notice", "notice_dateinterval"),
    ],
)
def test_the_database_key_of_a_field_is_its_name_and_its_type(tmp_path: Path, field: str, key: str) -> None:
    """Section 2.2: `name_type`, with `list`, `custom`, `option`, `boolean` where they belong; constraints know it."""

    async def story(app: Served) -> None:
        of = app.host.runners["development"].engine.program.schema.types["rental_unit"]
        assert database_key(of.fields[field]) == key
        assert (await admin(app).search((key, "is_empty"))).status == 200

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    ("files", "wrong"), [(FILES, "Unit name"), (BY_LABEL, "unit_name"), (BY_LABEL, "unit_name_text")]
)
def test_a_key_of_the_other_style_is_not_recognized_in_a_write(
    tmp_path: Path, files: dict[str, str], wrong: str
) -> None:
    """Section 2.2."""

    async def story(app: Served) -> None:
        seen = await admin(app).ask("POST", "rentalunit", {wrong: "Attic"})
        assert shape_a(seen) == (400, "ERROR", f"Unrecognized field: {wrong}")

    play(tmp_path, files, story)


def test_a_creator_is_the_id_of_the_user_who_created(tmp_path: Path) -> None:
    """Section 2.2."""
    note = (
        "api: yes\nfields: {name: text}\nprivacy: {all: {when: =current_user.is_not_empty, view: all, create: yes}}\n"
    )
    files = {**APP, "app.yaml": "name: T\napi: {data: yes}\n", "types/note.yaml": note}

    async def story(app: Served) -> None:
        user = await sign_up(app)
        ada = Caller(app, user["token"])
        assert (await ada.get(await ada.create({"name": "A"}, of="note"), of="note"))["Created By"] == user["user_id"]

    play(tmp_path, files, story)


def test_a_field_that_was_deleted_is_not_shown_but_its_data_stays(tmp_path: Path) -> None:
    """Section 2.2: deleted fields keep their data (Bubble may still answer them; here they are left out, see decision 28)."""

    async def story(app: Served) -> None:
        caller = admin(app)
        unit = await caller.create({"unit_name": "Attic", "rent": 7})
        file = tmp_path / "types/rental_unit.yaml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("  rent: number\n", ""), "utf-8")
        await app.reload()
        assert set(await caller.get(unit)) == {"_id", "Created Date", "Modified Date", "unit_name", "beds"}
        assert shape_a(await caller.ask("PATCH", f"rentalunit/{unit}", {"rent": 8}))[2] == "Unrecognized field: rent"
        assert shape_a(await caller.search(("rent", "equals", 7)))[:2] == (404, "NOT_FOUND")
        file.write_text(text, "utf-8")
        await app.reload()
        assert (await caller.get(unit))["rent"] == 7

    play(tmp_path, FILES, story)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_requests_without_a_body_may_still_say_that_they_send_json(tmp_path: Path, method: str) -> None:
    """Section 15."""

    async def story(app: Served) -> None:
        caller = admin(app)
        unit = await caller.create({"unit_name": "Attic"})
        seen = await caller.ask(method, f"rentalunit/{unit}", headers={"content-type": "application/json"})
        assert seen.status == (200 if method == "GET" else 204)

    play(tmp_path, FILES, story)


def test_far_pages_are_reached_however_far(tmp_path: Path) -> None:
    """Section 2.4, with the documented difference: no end at 50,000. (The rows are put there past the API.)"""

    async def story(app: Served) -> None:
        caller = admin(app)
        now = 1_700_000_000_000
        columns = ("id", "created_date", "modified_date", "unit_name")
        units = [(f"{now}x{at:018}", now, now, f"Unit {at}") for at in range(50_005)]
        app.database.write_now(lambda tx: tx.load("t_rental_unit", columns, units))
        page = await caller.page(cursor=50_001, limit=2)
        assert [one["unit_name"] for one in page["results"]] == ["Unit 50001", "Unit 50002"]
        assert (page["cursor"], page["count"], page["remaining"]) == (50_001, 2, 2)

    play(tmp_path, FILES, story)
