"""Reading one thing and writing over the Data API: sections 1.4, 2.1 to 2.5 and 15 of the reference of Bubble's behaviour."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from offpage.kernel.ids import is_id
from tests.data_caller import BY_LABEL, FILES, Caller, admin, shape_a
from tests.site import Served, play

NO_SUCH = "1700000000000x000000000000000000"


def test_a_creation_answers_201_with_the_new_id(tmp_path: Path) -> None:
    """Section 2.1."""

    async def story(app: Served) -> None:
        seen = await admin(app).ask("POST", "rentalunit", {"unit_name": "Attic"})
        assert (seen.status, set(seen.json), seen.json["status"]) == (201, {"status", "id"}, "success")
        assert is_id(seen.json["id"])
        assert app.count("rental_unit") == 1

    play(tmp_path, FILES, story)


def test_a_thing_is_read_under_the_key_response(tmp_path: Path) -> None:
    """Sections 2.1 and 2.2."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "Attic"})
        seen = await caller.ask("GET", f"rentalunit/{thing_id}")
        assert (seen.status, set(seen.json)) == (200, {"response"})
        thing = seen.json["response"]
        assert thing["_id"] == thing_id
        assert set(thing) == {"_id", "Created Date", "Modified Date", "unit_name", "beds"}

    play(tmp_path, FILES, story)


def test_changes_and_deletions_answer_204_without_a_body(tmp_path: Path) -> None:
    """Sections 2.1, 12 and 15."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "Attic", "rent": 5})
        for method, body in (("PATCH", {"rent": 6}), ("PUT", {"rent": 7}), ("DELETE", None)):
            seen = await caller.ask(method, f"rentalunit/{thing_id}", body)
            assert (seen.status, seen.body) == (204, b"")
            assert "content-length" not in seen.headers
        assert app.count("rental_unit") == 0

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {}), ("PUT", {}), ("DELETE", None)])
@pytest.mark.parametrize("thing_id", [NO_SUCH, "rubbish", "x" * 500])
def test_an_unknown_id_is_missing(tmp_path: Path, method: str, body: Any, thing_id: str) -> None:
    """Section 1.7."""

    async def story(app: Served) -> None:
        status, code, message = shape_a(await admin(app).ask(method, f"rentalunit/{thing_id}", body))
        assert (status, code) == (404, "MISSING_DATA")
        assert message == f"Missing object of type rental_unit: object with id {thing_id[:100]} does not exist"

    play(tmp_path, FILES, story)


def test_a_thing_of_another_type_is_missing(tmp_path: Path) -> None:
    """Section 1.7."""

    async def story(app: Served) -> None:
        caller = admin(app)
        user = await caller.create({"email": "ada@example.com"}, of="user")
        for method in ("GET", "DELETE"):
            assert (await caller.ask(method, f"rentalunit/{user}")).status == 404
        assert app.count("user") == 1

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    ("field", "given", "shown"),
    [
        ("unit_name", "Åse", "Åse"),
        ("rent", 3, 3),
        ("rent", "3", 3),
        ("rent", 2.5, 2.5),
        ("furnished", False, False),
        ("furnished", "yes", True),
        ("available", "Wed Jan 13 2016", "2016-01-13T00:00:00.000Z"),
        ("available", "01/13/2016", "2016-01-13T00:00:00.000Z"),
        ("available", "Wed Jan 13 2016 16:45:09 GMT-0500 (EST)", "2016-01-13T21:45:09.000Z"),
        ("available", "2016-11-11T19:14:46.517Z", "2016-11-11T19:14:46.517Z"),
        ("available", 1453398788637, "2016-01-21T17:53:08.637Z"),
        ("available", "1453398788637", "2016-01-21T17:53:08.637Z"),
        ("place", {"address": "Oslo", "lat": 59.9, "lng": 10.7}, {"address": "Oslo", "lat": 59.9, "lng": 10.7}),
        ("place", "Oslo", {"address": "Oslo"}),
        ("place", {"lat": 59.9, "lng": 10.7}, {"lat": 59.9, "lng": 10.7}),
        ("photo", "https://example.com/a.png", "https://example.com/a.png"),
        ("status", "For rent", "For rent"),
        ("status", "free", "For rent"),  # Bubble refuses the stored key (15); decided in the guide
        ("tags", ["a", "b", "a"], ["a", "b", "a"]),
        ("tags", [1, "b"], ["1", "b"]),
        ("season", ["2016-01-01", "2016-02-01"], ["2016-01-01T00:00:00.000Z", "2016-02-01T00:00:00.000Z"]),
        ("notice", 86_400_000, 86_400_000),
    ],
)
def test_a_value_is_taken_and_shown_as_documented(tmp_path: Path, field: str, given: Any, shown: Any) -> None:
    """Sections 1.4 and 2.3."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({field: given})
        assert (await caller.get(thing_id))[field] == shown
        other = await caller.create({})
        await caller.change(other, {field: given})
        assert (await caller.get(other))[field] == shown

    play(tmp_path, FILES, story)


def test_an_option_is_looked_for_among_the_texts_first(tmp_path: Path) -> None:
    """Section 15: by its display text. Its id will do here too, but never takes the place of another's text."""
    files = FILES | {
        "options/status.yaml": "options:\n  free: {label: taken}\n  taken: {label: free}\n  gone: {label: Gone}\n"
    }

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"status": "free"})
        for given, shown in [("taken", "taken"), ("free", "free"), ("gone", "Gone")]:
            await caller.change(thing_id, {"status": given})
            assert (await caller.get(thing_id))["status"] == shown
            assert (await caller.page(("status", "equals", given)))["count"] == 1
        seen = await caller.ask("PATCH", f"rentalunit/{thing_id}", {"status": "GONE"})
        assert shape_a(seen)[:2] == (400, "INVALID_DATA")

    play(tmp_path, files, story)


@pytest.mark.parametrize(
    ("field", "given", "type_name"),
    [
        ("rent", "many", "number"),
        ("rent", {}, "number"),
        ("furnished", "perhaps", "yes/no"),
        ("available", "some day", "date"),
        ("place", {"lat": 1}, "geographic address"),
        ("photo", "no address", "image"),
        ("status", "Sold", "status"),
        ("owner", "rubbish", "user"),
        ("tags", "a", "list of text"),
        ("neighbours", ["rubbish"], "list of rental_unit"),
    ],
)
def test_a_value_that_does_not_fit_is_invalid_and_nothing_is_written(
    tmp_path: Path, field: str, given: Any, type_name: str
) -> None:
    """Section 1.7."""
    message = f"Invalid data for field {field}: could not parse this as a {type_name}"

    async def story(app: Served) -> None:
        caller = admin(app)
        assert shape_a(await caller.ask("POST", "rentalunit", {field: given})) == (400, "INVALID_DATA", message)
        assert app.count("rental_unit") == 0
        thing_id = await caller.create({"unit_name": "Attic"})
        for method in ("PATCH", "PUT"):
            body = {"unit_name": "Changed", field: given}
            seen = await caller.ask(method, f"rentalunit/{thing_id}", body)
            assert shape_a(seen) == (400, "INVALID_DATA", message)
        assert (await caller.get(thing_id))["unit_name"] == "Attic"

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    "name", ["nothing", "_id", "Created Date", "Modified Date", "Created By", "Unit name", "UNIT_NAME"]
)
def test_a_field_that_is_unknown_or_not_writable_is_refused(tmp_path: Path, name: str) -> None:
    """Sections 1.7, 2.2 and 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({})
        for method, path in (
            ("POST", "rentalunit"),
            ("PATCH", f"rentalunit/{thing_id}"),
            ("PUT", f"rentalunit/{thing_id}"),
        ):
            seen = await caller.ask(method, path, {"rent": 1, name: "x"})
            assert shape_a(seen) == (400, "ERROR", f"Unrecognized field: {name}")
        assert app.count("rental_unit") == 1
        assert "rent" not in await caller.get(thing_id)

    play(tmp_path, FILES, story)  # fmt: skip


def test_with_keys_as_labels_bodies_and_answers_have_labels(tmp_path: Path) -> None:
    """Section 2.2."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"Unit name": "Attic", "Number of beds": 3})
        thing = await caller.get(thing_id)
        assert (thing["Unit name"], thing["Number of beds"]) == ("Attic", 3)
        seen = await caller.ask("PATCH", f"rentalunit/{thing_id}", {"unit_name_text": "Cellar"})
        assert shape_a(seen) == (400, "ERROR", "Unrecognized field: unit_name_text")

    play(tmp_path, BY_LABEL, story)


def test_with_keys_as_ids_bodies_may_have_the_database_key(tmp_path: Path) -> None:
    """Section 2.2."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name_text": "Attic", "tags_list_text": ["a"]})
        assert (await caller.get(thing_id))["unit_name"] == "Attic"

    play(tmp_path, FILES, story)


def test_a_creation_applies_defaults_to_missing_keys_only(tmp_path: Path) -> None:
    """Section 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        assert (await caller.get(await caller.create({})))["beds"] == 2
        assert (await caller.get(await caller.create({"beds": 5})))["beds"] == 5
        assert "beds" not in await caller.get(await caller.create({"beds": None}))

    play(tmp_path, FILES, story)


def test_a_patch_touches_only_what_is_given_and_null_clears(tmp_path: Path) -> None:
    """Sections 2.5 and 15."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "Attic", "rent": 5, "furnished": True, "tags": ["a"]})
        await caller.change(thing_id, {"rent": None, "furnished": False, "tags": []})
        thing = await caller.get(thing_id)
        assert thing["furnished"] is False
        assert thing["unit_name"] == "Attic"
        assert {"rent", "tags"}.isdisjoint(thing)

    play(tmp_path, FILES, story)


def test_a_put_empties_or_resets_what_is_not_given(tmp_path: Path) -> None:
    """Section 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "Attic", "rent": 5, "beds": 7, "tags": ["a"], "place": "Oslo"})
        await caller.change(thing_id, {"rent": 6}, method="PUT")
        thing = await caller.get(thing_id)
        del thing["Created Date"], thing["Modified Date"]
        assert thing == {"_id": thing_id, "rent": 6, "beds": 2}

    play(tmp_path, FILES, story)


def test_a_change_moves_the_modified_date_alone(tmp_path: Path) -> None:
    """Section 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"unit_name": "Attic"})
        before = await caller.get(thing_id)
        while (await caller.get(thing_id))["Modified Date"] == before["Modified Date"]:
            await caller.change(thing_id, {"rent": 1})
        after = await caller.get(thing_id)
        assert after["Created Date"] == before["Created Date"] < after["Modified Date"]

    play(tmp_path, FILES, story)


def test_a_thing_that_is_named_must_exist_and_be_of_the_type(tmp_path: Path) -> None:
    """Section 1.4."""

    async def story(app: Served) -> None:
        caller = admin(app)
        unit = await caller.create({})
        user = await caller.create({"email": "ada@example.com"}, of="user")
        other = await caller.create({"owner": user, "neighbours": [unit]})
        thing = await caller.get(other)
        assert (thing["owner"], thing["neighbours"]) == (user, [unit])
        for wrong in (NO_SUCH, unit):
            message = f"Invalid data for field owner: object with id {wrong} does not exist"
            assert shape_a(await caller.ask("POST", "rentalunit", {"owner": wrong})) == (400, "INVALID_DATA", message)
        seen = await caller.ask("PATCH", f"rentalunit/{other}", {"neighbours": [unit, user]})
        assert shape_a(seen)[:2] == (400, "INVALID_DATA")
        assert app.count("rental_unit") == 2

    play(tmp_path, FILES, story)


def test_a_deletion_cleans_the_references_to_the_thing(tmp_path: Path) -> None:
    """Section 2.1, with the cleaning of references in section 10."""

    async def story(app: Served) -> None:
        caller = admin(app)
        first, second = await caller.create({}), await caller.create({})
        third = await caller.create({"neighbours": [first, second]})
        assert (await caller.ask("DELETE", f"rentalunit/{first}")).status == 204
        assert (await caller.get(third))["neighbours"] == [second]

    play(tmp_path, FILES, story)


def test_a_user_needs_an_email_and_gets_no_token(tmp_path: Path) -> None:
    """Section 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        assert shape_a(await caller.ask("POST", "user", {"name": "Ada"}))[:2] == (400, "MISSING_DATA")
        seen = await caller.ask("POST", "user", {"email": "Ada@Example.com", "password": "correct horse"})
        assert (seen.status, set(seen.json)) == (201, {"status", "id"})
        user = await caller.get(seen.json["id"], of="user")
        assert user["authentication"]["email"] == {"email": "ada@example.com", "email_confirmed": False}
        assert user["user_signed_up"] is True
        assert "password" not in json.dumps(user)
        assert (await caller.ask("POST", "user", {"email": "ada@example.COM"})).status == 400
        assert app.count("user") == 1

    play(tmp_path, FILES, story)


LOG_IN = """
auth: none
parameters: {email: text, password: text}
steps:
  - {do: log_in, with: {email: =email, password: =password}}
"""


def test_a_user_who_was_created_with_a_password_can_log_in(tmp_path: Path) -> None:
    """Section 2.5; one created without a password cannot."""

    async def story(app: Served) -> None:
        caller = admin(app)
        await caller.create({"email": "ada@example.com", "password": "correct horse"}, of="user")
        await caller.create({"email": "bob@example.com"}, of="user")
        seen = await app.post("log_in", {"email": "ada@example.com", "password": "correct horse"})
        assert seen.status == 200
        assert (await app.post("log_in", {"email": "bob@example.com", "password": ""})).status == 400

    play(tmp_path, FILES | {"workflows/log_in.yaml": LOG_IN}, story)


def test_a_password_must_be_one_that_the_app_accepts(tmp_path: Path) -> None:
    """Section 3.7."""

    async def story(app: Served) -> None:
        seen = await admin(app).ask("POST", "user", {"email": "ada@example.com", "password": "short"})
        assert (seen.status, seen.json["reason"]) == (400, "INVALID_PASSWORD")
        assert app.count("user") == 0

    play(tmp_path, FILES, story)


def test_another_email_is_not_confirmed_and_none_is_refused(tmp_path: Path) -> None:
    """Section 5.1: a changed e-mail has to be confirmed again."""

    async def story(app: Served) -> None:
        caller = admin(app)
        user = await caller.create({"email": "ada@example.com"}, of="user")
        app.database.write_now(lambda tx: tx.change("UPDATE t_user SET email_confirmed = TRUE"))
        await caller.change(user, {"email": "ADA@example.com", "name": "Ada"}, of="user")
        assert (await caller.get(user, of="user"))["authentication"]["email"]["email_confirmed"] is True
        await caller.change(user, {"email": "countess@example.com"}, of="user")
        assert (await caller.get(user, of="user"))["authentication"]["email"] == {
            "email": "countess@example.com",
            "email_confirmed": False,
        }
        assert (await caller.ask("PATCH", f"user/{user}", {"email": None})).status == 400
        await caller.change(user, {}, method="PUT", of="user")
        assert (await caller.get(user, of="user"))["email"] == "countess@example.com"

    play(tmp_path, FILES, story)


def test_a_slug_that_is_written_is_fit_for_an_address(tmp_path: Path) -> None:
    """Section 2.5 does not say whether the API may set it; clients that put back what they read do."""

    async def story(app: Served) -> None:
        caller = admin(app)
        thing_id = await caller.create({"Slug": "Crème brûlée, twice"})
        assert (await caller.get(thing_id))["Slug"] == "creme-brulee-twice"
        await caller.change(thing_id, {"unit_name": "Attic"}, method="PUT")
        assert (await caller.get(thing_id))["Slug"] == "creme-brulee-twice"
        assert (await caller.ask("POST", "rentalunit", {"Slug": "creme-brulee-twice"})).json["reason"] == "NOT_UNIQUE"

    play(tmp_path, FILES, story)


async def bulk(caller: Caller, body: str | bytes, kind: str = "text/plain", of: str = "rentalunit") -> Any:
    """A bulk creation."""
    raw = body.encode() if isinstance(body, str) else body
    headers = caller.headers | {"content-type": kind}
    return await caller.app.ask("POST", f"{caller.prefix}{of}/bulk", body=raw, headers=headers)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_bulk_creation_answers_a_line_for_each_line(tmp_path: Path, end: str) -> None:
    """Sections 2.5 and 15."""

    async def story(app: Served) -> None:
        caller = admin(app)
        lines = ['{"unit_name": "A"}', "{rubbish", '{"rent": "many"}', '{"nothing": 1}', "", "7", '{"unit_name": "B"}']
        seen = await bulk(caller, "\n".join(lines) + end)
        assert (seen.status, seen.headers["content-type"]) == (200, "text/plain")
        assert not seen.body.endswith(b"\n")
        answers = [json.loads(line) for line in seen.body.split(b"\n")]
        assert [one["status"] for one in answers] == ["success", "error", "error", "error", "error", "error", "success"]
        assert answers[1]["message"] == "Could not parse as JSON: {rubbish"
        assert answers[2]["message"] == "Invalid data for field rent: could not parse this as a number"
        assert answers[3]["message"] == "Unrecognized field: nothing"
        assert await caller.names(("unit_name", "in", ["A", "B"])) == ["A", "B"]
        assert (await caller.get(answers[6]["id"]))["unit_name"] == "B"
        assert app.count("rental_unit") == 2

    play(tmp_path, FILES, story)


def test_bulk_creation_takes_a_thousand_lines_and_no_more(tmp_path: Path) -> None:
    """Section 2.5."""

    async def story(app: Served) -> None:
        caller = admin(app)
        seen = await bulk(caller, "\n".join(['{"rent": 1}'] * 1001))
        assert shape_a(seen)[:2] == (400, "ERROR")
        assert app.count("rental_unit") == 0
        seen = await bulk(caller, "\n".join(['{"rent": 1}'] * 1000))
        assert len(seen.body.split(b"\n")) == 1000
        assert app.count("rental_unit") == 1000

    play(tmp_path, FILES, story)


@pytest.mark.parametrize("kind", ["application/json", "", "text/html"])
def test_bulk_creation_wants_plain_text(tmp_path: Path, kind: str) -> None:
    """Section 2.5; the wording is Bubble's."""
    message = "Expecting a newline-seperated list of JSON objects.  Make sure the Content-Type header is text/plain"

    async def story(app: Served) -> None:
        assert shape_a(await bulk(admin(app), '{"rent": 1}', kind)) == (400, "ERROR", message)
        assert app.count("rental_unit") == 0

    play(tmp_path, FILES, story)


def test_a_file_in_a_body_is_stored_and_its_address_answered(tmp_path: Path) -> None:
    """Section 1.4."""

    async def story(app: Served) -> None:
        caller = admin(app)
        contents = base64.b64encode(b"\x89PNG").decode()
        thing_id = await caller.create({"photo": {"filename": "sea view.png", "contents": contents}})
        address = (await caller.get(thing_id))["photo"]
        seen = await app.ask("GET", address)
        assert (seen.status, seen.body, seen.headers["content-type"]) == (200, b"\x89PNG", "image/png")

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    "more", [{"private": True, "attach_to": 7}, {"private": True, "attach_to": NO_SUCH}, {"private": "perhaps"}]
)
def test_a_private_file_needs_a_thing_that_it_is_attached_to(tmp_path: Path, more: dict[str, Any]) -> None:
    """Section 1.4."""

    async def story(app: Served) -> None:
        body = {"photo": {"filename": "a.png", "contents": "YQ==", **more}}
        assert shape_a(await admin(app).ask("POST", "rentalunit", body))[:2] == (400, "INVALID_DATA")
        assert app.count("rental_unit") == 0

    play(tmp_path, FILES, story)
