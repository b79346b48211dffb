"""Files in writes of the Data API: sections 1.4, 2.6 and 7.4 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from offpage.accounts import passwords
from offpage.web.reply import to_json
from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import Caller, shape_a, shape_b
from tests.schemas import thing_id
from tests.site import Served

RULES = """
    owner: {when: =this.owner == current_user, find: yes, view: all, files: yes, create: yes, modify: yes}
    everyone: {find: no, view: [photo]}
    """

PRIVATE = {"filename": "a.png", "contents": "YQ==", "private": True}
NO_SUCH = "/fileupload/f1763881200000x00000000000000000000000000000000/a.png"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_private_file_that_says_of_no_thing_is_one_of_the_thing_that_is_written(tmp_path: Path, method: str) -> None:
    """Sections 1.4 and 7.4: `attach_to` has a meaning by itself where the file comes in a thing's own body."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        body = {"photo": PRIVATE, "owner": ada.user_id}
        if method == "POST":
            unit = await ada.create(body)
        else:
            unit = await ada.create({"owner": ada.user_id})
            await ada.change(unit, body, method)
        address = (await ada.get(unit))["photo"]
        for who, status in ((ada, 200), (bob, 401), (Caller(app), 401)):
            assert (await app.ask("GET", address, headers=who.headers)).status == status

    told(tmp_path, RULES, story)


def test_a_field_takes_no_private_file_that_its_writer_may_not_open(tmp_path: Path) -> None:
    """Section 7.4: the answer is the same as for a file that is not there."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        own = await bob.create({"owner": bob.user_id})
        for method, path in (("POST", "rentalunit"), ("PATCH", f"rentalunit/{own}"), ("PUT", f"rentalunit/{own}")):
            for one in (address, NO_SUCH):
                seen = await bob.ask(method, path, {"owner": bob.user_id, "photo": one})
                message = f"Invalid data for field photo: file {one} does not exist"
                assert shape_a(seen) == (400, "INVALID_DATA", message)
        await ada.create({"owner": ada.user_id, "photo": address})  # who may open it may also use it
        assert "photo" not in await everything.get(own)
        await everything.change(own, {"photo": address})
        await bob.change(own, {"photo": address, "rent": 3})  # it stands there already
        public = await bob.create({"owner": bob.user_id, "photo": {"filename": "b.png", "contents": "Yg=="}})
        await ada.create({"owner": ada.user_id, "photo": (await bob.get(public))["photo"]})

    told(tmp_path, RULES, story)


def test_a_bulk_creation_looks_at_the_files_of_each_line(tmp_path: Path) -> None:
    """Section 7.4, for each line: one that names a private file of somebody else's is refused, the others are not."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        for who, expected in (
            (bob, ["error", "success", "error", "success"]),
            (ada, ["success", "success", "error", "success"]),
        ):
            photos = [address, None, NO_SUCH, "https://else.example/a.png"]
            lines = b"\n".join(to_json({"owner": who.user_id, "photo": one}) for one in photos)
            headers = {**who.headers, "content-type": "text/plain"}
            seen = await app.ask("POST", "/api/1.1/obj/rentalunit/bulk", body=lines, headers=headers)
            assert [msgspec.json.decode(line)["status"] for line in seen.body.splitlines()] == expected

    told(tmp_path, RULES, story)


def test_who_uploaded_a_private_file_may_use_its_address(tmp_path: Path) -> None:
    """Section 7.4: also where it was attached to a thing whose files they may not open."""
    rules = RULES.replace("files: yes, ", "")

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        assert (await app.ask("GET", address, headers=ada.headers)).status == 401
        await ada.create({"owner": ada.user_id, "photo": address})
        assert (await bob.ask("POST", "rentalunit", {"owner": bob.user_id, "photo": address})).status == 400

    told(tmp_path, rules, story)


def test_a_file_is_attached_to_no_thing_that_its_sender_may_not_know(tmp_path: Path) -> None:
    """Section 1.4: `attach_to` says of a hidden thing what it says of none."""
    rules = "owner: {when: =this.owner == current_user, find: yes, view: all, create: yes}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        hidden = await ada.create({"owner": ada.user_id})
        answers = []
        for one in (hidden, thing_id(99)):
            photo = {**PRIVATE, "attach_to": one}
            seen = await bob.ask("POST", "rentalunit", {"owner": bob.user_id, "photo": photo})
            answers.append((seen.status, seen.body.replace(one.encode(), b"ID")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 400
        own = await bob.create({"owner": bob.user_id})
        await bob.create({"owner": bob.user_id, "photo": {**PRIVATE, "attach_to": own}})

    told(tmp_path, rules, story)


def test_nothing_is_stored_or_hashed_for_a_caller_who_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 2.6: the rule that depends on the new thing decides before anything costly is done."""
    user = "fields: {name: text}\napi: yes\nprivacy:\n  signs_up: {when: '=this.name == \"me\"', create: [name]}\n"
    hashed: list[str] = []
    kept: list[str] = []

    def hashes(word: str) -> str:
        hashed.append(word)
        return passwords.hash_password(word)

    monkeypatch.setattr("offpage.web.data_api.changes.hash_password", hashes)

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        environment = app.host.site.development
        assert environment is not None
        assert environment.files is not None
        keep: Any = environment.files.keep

        def keeps(*given: Any) -> Any:
            kept.append(given[0])
            return keep(*given)

        monkeypatch.setattr(environment.files, "keep", keeps)
        (tmp_path / "types" / "user.yaml").write_text(user)
        await app.reload()
        hashed.clear()
        nobody = Caller(app)
        other = {"email": "eve@example.com", "name": "other", "password": "correct horse"}
        body = {"photo": PRIVATE, "owner": bob.user_id}
        assert (await nobody.ask("POST", "user", other)).status == 401
        assert (await nobody.ask("POST", "rentalunit", body)).status == 401
        assert (await ada.ask("POST", "rentalunit", body)).status == 401
        unit = await bob.create({"owner": bob.user_id})
        assert (await ada.ask("PATCH", f"rentalunit/{unit}", {"photo": PRIVATE})).status == 401
        assert (await bob.ask("PATCH", f"rentalunit/{unit}", {"photo": PRIVATE, "owner": ada.user_id})).status == 401
        lines = (to_line(other) + b"\n" + to_line(other)).strip()
        seen = await app.ask("POST", "/api/1.1/obj/user/bulk", body=lines, headers={"content-type": "text/plain"})
        assert seen.body.count(b"Permission denied") == 2
        assert (hashed, kept) == ([], [])
        assert (await nobody.ask("POST", "user", {**other, "name": "me"})).status == 201
        assert (await bob.ask("PATCH", f"rentalunit/{unit}", {"photo": PRIVATE})).status == 204
        assert (hashed, kept) == (["correct horse"], ["a.png"])

    told(tmp_path, RULES, story)


def to_line(body: dict[str, Any]) -> bytes:
    """A line of a bulk creation."""
    return to_json(body)


def test_the_address_of_a_private_file_does_not_tell_whether_its_thing_is_still_there(tmp_path: Path) -> None:
    """Section 7.4: who may not open it is answered the same; who might, that there is nothing."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        file = {"filename": "a.png", "contents": "aGk=", "private": True}
        unit = await everything.create({"unit_name": "Hers", "owner": bob.user_id, "photo": file})
        address = (await everything.get(unit))["photo"]
        callers = (ada, Caller(app))
        before = [await app.ask("GET", address, headers=who.headers) for who in callers]
        assert [one.status for one in before] == [401, 401]
        assert (await app.ask("GET", address, headers=bob.headers)).status == 200
        assert (await everything.ask("DELETE", f"rentalunit/{unit}")).status == 204
        after = [await app.ask("GET", address, headers=who.headers) for who in callers]
        assert [shape_b(one) for one in after] == [shape_b(one) for one in before]
        assert (await app.ask("GET", address, headers=everything.headers)).status == 404

    told(tmp_path, RULES, story)
