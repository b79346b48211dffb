"""Who reaches what: sections 2.2, 2.5, 3.1–3.3, 7.3 and 7.4 of the reference of Bubble's behaviour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import FILES, OBJ, Caller, admin, shape_a
from tests.engine.accounts import ADA, APP, bearer, sign_up
from tests.site import Served, play

OPEN = """
    members: {when: =current_user.is_not_empty, find: yes, view: all, create: yes, modify: yes}
    """


def test_of_two_types_whose_names_collapse_the_first_answers(tmp_path: Path) -> None:
    """Section 2.2."""
    rules = "api: yes\nfields: {name: text}\nprivacy: {own: {when: =this.created_by == current_user, view: all}}\n"
    files = {
        "app.yaml": "name: Test\napi: {data: yes}\n",
        "types/first.yaml": "label: Row House\n" + rules,
        "types/second.yaml": "label: rowhouse\n" + rules,
    }

    async def story(app: Served) -> None:
        await admin(app).create({"name": "A"}, of="rowhouse")
        assert app.counts("first", "second") == {"first": 1, "second": 0}
        await admin(app).create({"name": "B"}, of="second")
        assert app.counts("first", "second") == {"first": 1, "second": 1}

    play(tmp_path, files, story)


def test_what_is_empty_has_no_key_and_an_api_token_is_no_creator(tmp_path: Path) -> None:
    """Sections 2.2 and 2.3."""

    async def story(app: Served) -> None:
        caller = admin(app)
        found = await caller.get(await caller.create({"unit_name": "", "rent": 0, "furnished": False, "tags": []}))
        assert set(found) == {"_id", "Created Date", "Modified Date", "rent", "beds", "furnished"}

    play(tmp_path, FILES, story)


def test_lines_that_are_left_after_four_minutes_come_back_as_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 2.5."""
    moments = iter([0.0, 1.0, 241.0])
    monkeypatch.setattr("offpage.web.data_api.bulk.time", type("Time", (), {"monotonic": lambda: next(moments)}))

    async def story(app: Served) -> None:
        caller = admin(app)
        lines = "\n".join(json.dumps({"unit_name": str(at)}) for at in range(60))
        headers = caller.headers | {"content-type": "text/plain"}
        seen = await app.ask("POST", f"{OBJ}rentalunit/bulk", body=lines.encode(), headers=headers)
        answers = [json.loads(line) for line in seen.body.split(b"\n")]
        assert [one["status"] for one in answers] == ["success"] * 50 + ["error"] * 10
        assert "longer than 4 minutes" in answers[-1]["message"]
        assert app.count("rental_unit") == 50

    play(tmp_path, FILES, story)


@pytest.mark.parametrize(
    ("auth", "nobody", "user", "administrator"),
    [("none", 200, 200, 200), ("user", 401, 200, 200), ("admin", 401, 401, 200)],
)
def test_each_authentication_lets_in_whom_it_names(
    tmp_path: Path, auth: str, nobody: int, user: int, administrator: int
) -> None:
    """Section 3.1."""
    files = APP | {"workflows/go.yaml": f"auth: {auth}\nsteps: []\n"}

    async def story(app: Served) -> None:
        token = (await sign_up(app))["token"]
        assert (await app.post("go")).status == nobody
        assert (await app.post("go", headers=bearer(token))).status == user
        assert (await app.post("go", headers=bearer(app.token()[0]))).status == administrator

    play(tmp_path, files, story)


def test_an_api_token_reaches_only_what_is_exposed(tmp_path: Path) -> None:
    """Section 3.2."""
    files = FILES | {"workflows/hidden.yaml": "expose: no\nsteps: []\n"}

    async def story(app: Served) -> None:
        caller = admin(app)
        for seen in (
            await caller.ask("GET", "secret"),
            await caller.ask("POST", "secret", {"name": "A"}),
            await app.post("hidden", headers=caller.headers),
        ):
            assert shape_a(seen)[:2] == (404, "NOT_FOUND")
        assert app.count("secret") == 0

    play(tmp_path, files, story)


def test_what_is_returned_stands_beside_the_token(tmp_path: Path) -> None:
    """Sections 1.6 and 3.3."""
    files = APP | {
        "workflows/enter.yaml": """
            auth: none
            parameters: {email: text, password: text}
            steps:
              - {do: log_in, with: {email: =email, password: =password}}
              - {do: return_data, with: {values: {name: =current_user.name}}}
            """
    }

    async def story(app: Served) -> None:
        await sign_up(app)
        seen = await app.post("enter", {"email": ADA["email"], "password": ADA["password"]})
        assert set(seen.json["response"]) == {"name", "token", "user_id", "expires"}
        assert seen.json["response"]["name"] == "Ada"

    play(tmp_path, files, story)


def test_a_workflow_changes_the_current_user(tmp_path: Path) -> None:
    """Section 5.1, make changes to current user."""
    files = APP | {
        "workflows/rename.yaml": """
            auth: user
            parameters: {name: text}
            steps:
              - {do: change_thing, with: {thing: =current_user, set: {name: =name}}}
              - {do: return_data, with: {values: {name: =current_user.name}}}
            """
    }

    async def story(app: Served) -> None:
        token = (await sign_up(app))["token"]
        seen = await app.post("rename", {"name": "Countess"}, headers=bearer(token))
        assert seen.json["response"] == {"name": "Countess"}

    play(tmp_path, files, story)


def test_a_trigger_sees_what_the_one_who_started_it_may_not(tmp_path: Path) -> None:
    """Section 7.3: triggers always run as admin."""
    rules = "owner: {when: =this.owner == current_user, find: no, view: [beds], modify: [beds]}"
    watching = """
trigger: data_change
type: rental_unit
only_when: =before.is_not_empty
steps:
  - {do: create_thing, with: {type: log, set: {what: "=after.unit_name + ' ' + search(rental_unit).count.as_text"}}}
"""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create({"unit_name": "Attic", "owner": ada.user_id})
        (tmp_path / "types" / "log.yaml").write_text("fields: {what: text}\n")
        (tmp_path / "workflows" / "changed.yaml").write_text(watching)
        await app.reload()
        await ada.change(unit, {"beds": 3})
        assert set(await ada.get(unit)) == {"_id", "beds"}
        assert app.database.read(lambda tx: tx.rows("SELECT what FROM t_log")) == [("Attic 1",)]

    told(tmp_path, rules, story)


def test_a_public_file_is_anybodys_and_stays_when_its_field_is_cleared(tmp_path: Path) -> None:
    """Section 7.4."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"photo": {"filename": "a.png", "contents": "YQ=="}})
        address = (await ada.get(unit))["photo"]
        await ada.change(unit, {"photo": None})
        assert "photo" not in await ada.get(unit)
        seen = await app.ask("GET", address)
        assert (seen.status, seen.body) == (200, b"a")

    told(tmp_path, OPEN, story)
