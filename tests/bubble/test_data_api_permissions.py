"""Who may do what over the Data API: sections 2.6, 3.1, 7 and 15 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offpage.web.reply import to_json
from tests.data_caller import Caller, admin, by_rules, shape_b
from tests.site import Served, play

LOG_IN = """
auth: none
parameters: {email: text, password: text}
steps:
  - {do: log_in, with: {email: =email, password: =password}}
"""

PASSWORD = "correct horse"


def told(folder: Path, rules: str, story: Any) -> None:
    """Tell a story about Ada and Bob in an app with these privacy rules for rental units."""

    async def begin(app: Served) -> None:
        everything = admin(app)
        people = [await person(everything, f"{name}@example.com") for name in ("ada", "bob")]
        await story(app, everything, *people)

    play(folder, by_rules(rules) | {"workflows/log_in.yaml": LOG_IN}, begin)


class Person(Caller):
    """A user who is logged in."""

    user_id = ""


async def person(everything: Caller, email: str) -> Person:
    """A new user, logged in."""
    user_id = await everything.create({"email": email, "password": PASSWORD}, of="user")
    seen = await everything.app.post("log_in", {"email": email, "password": PASSWORD})
    found = Person(everything.app, seen.json["response"]["token"])
    found.user_id = user_id
    return found


OWN = "owner: {when: =this.owner == current_user, find: yes, view: all}"


def test_a_search_finds_only_what_may_be_found(tmp_path: Path) -> None:
    """Section 2.6: rows simply do not appear."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        for who, name in ((ada, "A"), (bob, "B"), (ada, "C")):
            await everything.create({"unit_name": name, "owner": who.user_id})
        assert await everything.names() == ["A", "B", "C"]
        assert await ada.names() == ["A", "C"]
        assert (await bob.page())["remaining"] == 0
        assert await Caller(app).page() == {"cursor": 0, "results": [], "count": 0, "remaining": 0}

    told(tmp_path, OWN, story)


def test_a_thing_that_may_not_be_seen_is_answered_with_its_id_alone(tmp_path: Path) -> None:
    """Section 15."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"unit_name": "A", "owner": ada.user_id, "tags": ["x"]})
        assert (await ada.get(unit))["tags"] == ["x"]
        for who in (bob, Caller(app)):
            assert await who.get(unit) == {"_id": unit}

    told(tmp_path, OWN, story)


def test_a_field_that_may_not_be_seen_is_left_out(tmp_path: Path) -> None:
    """Section 7.1: what several rules allow adds up."""
    rules = OWN + "\neveryone: {find: yes, view: [unit_name, tags]}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"unit_name": "A", "rent": 7, "owner": ada.user_id, "tags": ["x"]})
        shown = {"_id": unit, "unit_name": "A", "tags": ["x"]}
        assert await bob.get(unit) == shown
        assert (await bob.page())["results"] == [shown]
        assert (await ada.get(unit))["rent"] == 7

    told(tmp_path, rules, story)


def test_a_constraint_on_a_field_that_may_not_be_seen_matches_nothing(tmp_path: Path) -> None:
    """Section 12: the strict reading, unless `hidden_constraints: ignore` asks for Bubble's."""
    rules = OWN + "\neveryone: {find: yes, view: [unit_name]}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create({"unit_name": "A", "rent": 7, "owner": ada.user_id})
        await everything.create({"unit_name": "B", "owner": ada.user_id})
        for constraint in (
            ("rent", "equals", 7),
            ("rent", "not equal", 8),
            ("rent", "is_empty"),
            ("rent", "is_not_empty"),
        ):
            assert await bob.names(constraint) == [], constraint
            assert (await bob.page(constraint))["remaining"] == 0
        assert await ada.names(("rent", "equals", 7)) == ["A"]
        assert await bob.names(("unit_name", "equals", "A")) == ["A"]

    told(tmp_path, rules, story)  # fmt: skip


def test_an_app_may_leave_such_a_constraint_out_as_bubble_does(tmp_path: Path) -> None:
    """Sections 2.4 and 12: silently not applied."""
    rules = OWN + "\neveryone: {find: yes, view: [unit_name]}"
    files = by_rules(rules) | {"app.yaml": "name: T\napi: {data: yes}\nprivacy: {hidden_constraints: ignore}\n"}

    async def story(app: Served) -> None:
        everything = admin(app)
        for name, rent in (("A", 1), ("B", 2)):
            await everything.create({"unit_name": name, "rent": rent})
        assert await Caller(app).names(("rent", "equals", 1)) == ["A", "B"]
        assert await Caller(app).names(("rent", "equals", 1), ("unit_name", "equals", "B")) == ["B"]
        assert await everything.names(("rent", "equals", 1)) == ["A"]

    play(tmp_path, files, story)


def test_the_order_of_a_field_that_may_not_be_seen_tells_nothing(tmp_path: Path) -> None:
    """Section 7.3: unreadable is empty."""
    rules = OWN + "\neveryone: {find: yes, view: [unit_name]}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        for name, rent in (("A", 3), ("B", 1), ("C", 2)):
            await everything.create({"unit_name": name, "rent": rent, "owner": ada.user_id})
        assert await ada.names(sort_field="rent") == ["B", "C", "A"]
        assert await bob.names(sort_field="rent") == ["A", "B", "C"]
        assert await bob.names(sort_field="rent", descending="true") == ["C", "B", "A"]

    told(tmp_path, rules, story)


def test_creating_needs_a_rule_that_holds_for_the_new_thing(tmp_path: Path) -> None:
    """Section 2.6."""
    rules = "owner: {when: =this.owner == current_user, view: all, create: yes}"
    refusal = (401, "Permission denied: cannot create this object")

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        assert shape_b(await ada.ask("POST", "rentalunit", {"owner": bob.user_id})) == refusal
        assert shape_b(await ada.ask("POST", "rentalunit", {})) == refusal
        assert shape_b(await Caller(app).ask("POST", "rentalunit", {"owner": ada.user_id})) == refusal
        assert app.count("rental_unit") == 0
        unit = await ada.create({"owner": ada.user_id})
        assert (await ada.get(unit))["Created By"] == ada.user_id

    told(tmp_path, rules, story)


def test_changing_needs_a_rule_that_holds_before_and_after(tmp_path: Path) -> None:
    """Section 2.6: nobody gives away the right to change."""
    rules = "owner: {when: =this.owner == current_user, view: all, modify: yes}"
    refusal = (401, "You do not have permission to modify this object")

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"unit_name": "A", "owner": ada.user_id})
        for method in ("PATCH", "PUT"):
            body = {"owner": bob.user_id}
            assert shape_b(await bob.ask(method, f"rentalunit/{unit}", body)) == refusal
            assert shape_b(await ada.ask(method, f"rentalunit/{unit}", body)) == refusal
        assert (await everything.get(unit))["owner"] == ada.user_id
        await ada.change(unit, {"unit_name": "Mine"})
        assert (await everything.get(unit))["unit_name"] == "Mine"
        assert shape_b(await ada.ask("PUT", f"rentalunit/{unit}", {"unit_name": "Nobody's"})) == refusal
        await everything.change(unit, {"owner": bob.user_id})

    told(tmp_path, rules, story)


def test_deleting_needs_a_rule(tmp_path: Path) -> None:
    """Section 2.6."""
    rules = "owner: {when: =this.owner == current_user, view: all, modify: yes, delete: yes}"
    refusal = (401, "You do not have permission to delete this object")

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"owner": ada.user_id})
        assert shape_b(await bob.ask("DELETE", f"rentalunit/{unit}")) == refusal
        assert shape_b(await Caller(app).ask("DELETE", f"rentalunit/{unit}")) == refusal
        assert (await ada.ask("DELETE", f"rentalunit/{unit}")).status == 204
        assert app.count("rental_unit") == 0

    told(tmp_path, rules, story)


@pytest.mark.parametrize(
    "rules", [OWN, "owner: {when: =this.owner == current_user, find: yes, view: all, create: yes}"]
)
def test_api_permissions_are_off_unless_a_rule_gives_them(tmp_path: Path, rules: str) -> None:
    """Section 2.6: all three default to off."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"owner": ada.user_id})
        assert (await ada.ask("PATCH", f"rentalunit/{unit}", {})).status == 401
        assert (await ada.ask("DELETE", f"rentalunit/{unit}")).status == 401
        may_create = "create" in rules
        assert (await ada.ask("POST", "rentalunit", {"owner": ada.user_id})).status == (201 if may_create else 401)

    told(tmp_path, rules, story)


def test_bulk_creation_asks_the_rules_for_each_line(tmp_path: Path) -> None:
    """Sections 2.5 and 2.6."""
    rules = "owner: {when: =this.owner == current_user, view: all, create: yes}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        lines = "\n".join(f'{{"owner": "{who.user_id}"}}' for who in (ada, bob, ada))
        headers = ada.headers | {"content-type": "text/plain"}
        seen = await app.ask("POST", "/api/1.1/obj/rentalunit/bulk", body=lines.encode(), headers=headers)
        assert [line.split(b'"')[3] for line in seen.body.split(b"\n")] == [b"success", b"error", b"success"]
        assert app.count("rental_unit") == 2

    told(tmp_path, rules, story)


def test_a_token_that_is_not_valid_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """Sections 1.7 and 3.1, with the documented difference: the credential is never echoed."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        seen = await Caller(app, "not-a-token").search()
        assert shape_b(seen) == (401, "Invalid or expired token")
        assert b"not-a-token" not in seen.body

    told(tmp_path, OWN, story)


@pytest.mark.parametrize("name", ["api_token", "api_key"])
def test_a_token_may_come_in_the_query(tmp_path: Path, name: str) -> None:
    """Sections 1.9 and 15."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create({"unit_name": "A"})
        secret = everything.headers["authorization"].removeprefix("Bearer ")
        assert await Caller(app).names(**{name: secret}) == ["A"]

    told(tmp_path, OWN, story)


def test_a_private_file_opens_for_those_who_may_see_the_files_of_its_thing(tmp_path: Path) -> None:
    """Section 7.4."""
    rules = """
        owner: {when: =this.owner == current_user, find: yes, view: all, files: yes}
        everyone: {find: yes, view: all}
        """

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"owner": ada.user_id})
        photo = {"filename": "a.png", "contents": "YQ==", "private": True, "attach_to": unit}
        await everything.change(unit, {"photo": photo})
        address = (await bob.get(unit))["photo"]
        for who, status in ((everything, 200), (ada, 200), (bob, 401), (Caller(app), 401)):
            seen = await app.ask("GET", address, headers=who.headers)
            assert (seen.status, seen.body == b"a") == (status, status == 200)
        assert "no-store" in (await app.ask("GET", address, headers=ada.headers)).headers["cache-control"]
        assert (await everything.ask("DELETE", f"rentalunit/{unit}")).status == 204
        assert (await app.ask("GET", address, headers=everything.headers)).status == 404

    told(tmp_path, rules, story)


def test_a_users_email_is_shown_to_those_who_may_see_it(tmp_path: Path) -> None:
    """Sections 2.3 and 7.1."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        own = await ada.get(ada.user_id, of="user")
        assert own["authentication"] == {"email": {"email": "ada@example.com", "email_confirmed": False}}
        assert await bob.get(ada.user_id, of="user") == {"_id": ada.user_id}
        assert [one["email"] for one in (await bob.page(of="user"))["results"]] == ["bob@example.com"]
        assert (await bob.page(("email", "equals", "ada@example.com"), of="user"))["count"] == 0

    told(tmp_path, OWN, story)


def test_a_write_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    """Section 2.6: whoever may not write uses up no disk either."""
    rules = "owner: {when: =this.owner == current_user, find: yes, view: all, create: yes, modify: yes}"
    photo = {"filename": "a.png", "contents": "YQ=="}

    def files() -> list[str]:
        return [path.name for path in (tmp_path / ".offpage" / "files").rglob("*.png")]

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"owner": ada.user_id})
        body = {"photo": photo, "owner": bob.user_id}
        for who in (ada, Caller(app)):
            assert (await who.ask("POST", "rentalunit", body)).status == 401
        for who in (ada, bob, Caller(app)):
            assert (await who.ask("PATCH", f"rentalunit/{unit}", body)).status == 401
        headers = ada.headers | {"content-type": "text/plain"}
        seen = await app.ask("POST", "/api/1.1/obj/rentalunit/bulk", body=to_json(body), headers=headers)
        assert b"error" in seen.body
        assert files() == []
        await ada.change(unit, {"photo": photo})
        assert files() == ["a.png"]

    told(tmp_path, rules, story)


@pytest.mark.parametrize("header", ["Bearer", "bearer  ", "Basic YTpi", "usr_123"])
def test_an_authorization_that_is_no_token_is_refused(tmp_path: Path, header: str) -> None:
    """Section 3.1: a bearer token; whoever tries to say who they are is not taken for nobody."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        nobody = Caller(app, "")
        nobody.headers = {"authorization": header}
        seen = await nobody.ask("GET", "rental_unit")
        status, message = shape_b(seen)
        assert (status, "Authorization: Bearer TOKEN" in message) == (401, True)
        assert (await everything.ask("GET", "rental_unit")).status == 200

    told(tmp_path, OWN, story)
