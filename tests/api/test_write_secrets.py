"""What a write of the Data API tells about what its writer may not see: the same whether it is there or not.

Neither the answers nor the work (which statements run, and how many) tell a hidden thing from one that is not there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.api.counting import Counting
from tests.bubble.test_data_api_permissions import Person, person
from tests.data_caller import Caller, admin, shape_b
from tests.schemas import thing_id
from tests.site import Served, play

FILES = {
    "app.yaml": "name: Rooms\napi: {data: yes}\n",
    "types/room.yaml": """
        api: yes
        fields: {number: {type: text, unique: yes}, owner: user, next: room, rooms: list of room, admin: yes_no, note: text}
        privacy:
          owner:
            when: =this.owner == current_user
            find: yes
            view: all
            create: [number, owner, next, rooms]
            modify: [number, owner, next, rooms]
            delete: yes
        """,
    "types/user.yaml": """
        api: yes
        fields: {name: text, admin: yes_no}
        privacy:
          self: {when: =this == current_user, find: yes, view: all, modify: [name]}
        """,
    "workflows/log_in.yaml": """
        auth: none
        parameters: {email: text, password: text}
        steps: [{do: log_in, with: {email: =email, password: =password}}]
        """,
}

ABSENT = thing_id(99)


def told(folder: Path, story: Any, database: str = "") -> None:
    """Tell a story about Ada, Bob, and a room of Bob's with the number 1 that Ada may not see."""

    async def begin(app: Served) -> None:
        everything = admin(app)
        ada, bob = [await person(everything, f"{name}@example.com") for name in ("ada", "bob")]
        hidden = await everything.create({"number": "1", "owner": bob.user_id}, of="room")
        own = await ada.create({"number": "2", "owner": ada.user_id}, of="room")
        await story(app, everything, ada, bob, hidden, own)

    play(folder, FILES, begin, database)


async def asked(who: Caller, counting: Counting, method: str, path: str, body: Any = None) -> tuple[Any, ...]:
    """The answer without what differs each time, and the statements that it took."""
    counting.statements.clear()
    seen = await who.ask(method, path, body)
    plain = re.sub(rb'"code":"\w+"|\d{13}x\d{18}', b"", seen.body)
    return seen.status, plain, tuple(counting.statements)


def test_a_value_that_is_taken_is_only_told_to_who_may_write(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        counting = Counting(app)
        for who in (ada, Caller(app)):
            taken, free = [
                await asked(who, counting, "POST", "room", {"number": number, "owner": bob.user_id})
                for number in ("1", "9")
            ]
            assert taken == free
            assert taken[0] == 401
        taken, free = [
            await asked(ada, counting, "PATCH", f"room/{own}", {"number": number, "owner": bob.user_id})
            for number in ("1", "9")
        ]
        assert taken == free
        assert taken[0] == 401
        seen = await ada.ask("POST", "room", {"number": "1", "owner": ada.user_id})
        assert (seen.status, seen.json["reason"]) == (400, "NOT_UNIQUE")
        assert app.count("room") == 2

    told(tmp_path, story)


@pytest.mark.parametrize("field", ["next", "rooms"])
def test_a_reference_to_what_is_hidden_is_one_to_nothing(tmp_path: Path, field: str) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        counting = Counting(app)
        for method, path in (("POST", "room"), ("PATCH", f"room/{own}"), ("PUT", f"room/{own}")):
            answers = []
            for one in (hidden, ABSENT):
                body = {"owner": ada.user_id, field: [one] if field == "rooms" else one}
                answers.append(await asked(ada, counting, method, path, body))
            assert answers[0] == answers[1]
            assert answers[0][0] == 400
            assert f"Invalid data for field {field}: object with id  does not exist".encode() in answers[0][1]
        await ada.change(own, {field: [own] if field == "rooms" else own}, of="room")
        await everything.change(own, {field: [hidden] if field == "rooms" else hidden}, of="room")
        shown = await ada.get(own, of="room")
        body = {key: value for key, value in shown.items() if key in ("number", "owner", field)}
        await ada.change(own, body, "PUT", of="room")  # what stands there already may be put back
        assert (await ada.get(own, of="room"))[field] == shown[field]

    told(tmp_path, story)


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"note": "x"}), ("PUT", {}), ("DELETE", None), ("GET", None)])
def test_a_hidden_thing_takes_the_statements_of_one_that_is_not_there(tmp_path: Path, method: str, body: Any) -> None:
    """The timing class, counted instead of measured."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        counting = Counting(app)
        other = await everything.create({"owner": bob.user_id, "number": "7", "rooms": [hidden]}, of="room")
        work = [(await asked(ada, counting, method, f"room/{one}", body))[2] for one in (hidden, other, ABSENT)]
        assert work[0] == work[1] == work[2]
        assert len(work[0]) == 1

    told(tmp_path, story)


def test_one_thing_is_read_by_one_statement_and_one_for_each_list_field(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        counting = Counting(app)
        for who in (ada, everything):
            assert len((await asked(who, counting, "GET", f"room/{own}"))[2]) == 2
            assert len((await asked(who, counting, "PATCH", f"room/{own}", {"number": "5"}))[2]) == 2
        assert len((await asked(ada, counting, "POST", "room", {"number": "6", "owner": ada.user_id}))[2]) == 1

    told(tmp_path, story)


def test_a_field_that_no_rule_lets_somebody_write_is_refused_with_a_reason(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        no = "no privacy rule lets you write the field admin"
        for method, path in (("PATCH", f"room/{own}"), ("PUT", f"room/{own}")):
            seen = await ada.ask(method, path, {"owner": ada.user_id, "admin": True})
            assert shape_b(seen) == (401, f"You do not have permission to modify this object: {no}")
        seen = await ada.ask("POST", "room", {"owner": ada.user_id, "admin": True})
        assert shape_b(seen) == (401, f"Permission denied: cannot create this object: {no}")
        await everything.change(own, {"admin": True, "note": "kept"}, of="room")
        await ada.change(own, {"owner": ada.user_id, "admin": True}, "PUT", of="room")
        thing = await everything.get(own, of="room")
        assert (thing["admin"], thing["note"]) == (True, "kept")
        assert "number" not in thing  # a replacement empties what its writer may write, and nothing else

    told(tmp_path, story)


def test_a_user_changes_neither_email_nor_password_nor_rights_over_the_data_api(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        path = f"user/{ada.user_id}"
        for body in ({"email": "eve@example.com"}, {"admin": True}):
            for method in ("PATCH", "PUT"):
                assert (await ada.ask(method, path, body)).status == 401
        for who in (ada, everything):
            assert (await who.ask("PATCH", path, {"password": "another word"})).status == 400
        await ada.change(ada.user_id, {"name": "Ada", "email": "ADA@example.com"}, of="user")
        await ada.change(ada.user_id, {"name": "Countess"}, "PUT", of="user")
        user = await everything.get(ada.user_id, of="user")
        assert (user["name"], user["email"]) == ("Countess", "ada@example.com")
        assert "admin" not in user
        await everything.change(ada.user_id, {"email": "countess@example.com"}, of="user")

    told(tmp_path, story)


def test_attempts_at_emails_of_new_users_are_counted_for_the_callers_address(tmp_path: Path) -> None:
    user = "api: yes\nfields: {name: text}\nprivacy: {unnamed: {when: =this.name.is_empty, create: [name]}}\n"
    files = {"app.yaml": "name: T\napi: {data: yes}\naccounts: {log_in_attempts: 1}\n", "types/user.yaml": user}

    async def story(app: Served) -> None:
        nobody = Caller(app)
        assert (await nobody.ask("POST", "user", {"email": "a@example.com"})).status == 201
        statuses = [(await nobody.ask("POST", "user", {"email": "a@example.com"})).status for _ in range(12)]
        assert statuses[:10] == [400] * 10
        assert statuses[-1] == 429
        assert (await nobody.ask("POST", "user", {"email": "free@example.com"})).status == 429
        assert (await admin(app).ask("POST", "user", {"email": "b@example.com"})).status == 201

    play(tmp_path, files, story)


def test_a_database_that_fails_is_told_in_a_sentence_in_each_line_of_a_bulk_creation(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person, hidden: str, own: str) -> None:
        app.database.write_now(lambda tx: tx.change('ALTER TABLE "t_room" RENAME TO "gone"'))
        headers = everything.headers | {"content-type": "text/plain"}
        seen = await app.ask("POST", "/api/1.1/obj/room/bulk", body=b'{"number": "8"}\n{', headers=headers)
        first, second = seen.body.split(b"\n")
        assert b"Something went wrong in the server" in first
        assert b"t_room" not in first
        assert b"Could not parse" in second

    told(tmp_path, story)
