"""What whoever runs an app does to its accounts, on both databases."""

from __future__ import annotations

import random

import pytest

from offpage.accounts import sessions, users
from offpage.accounts.administration import Administration
from offpage.accounts.passwords import is_password
from offpage.accounts.user_lines import UserLine, user_lines
from offpage.data.schema import apply
from offpage.data.things import Things
from offpage.kernel.clock import VirtualClock
from offpage.kernel.errors import EmailTaken, InvalidData, InvalidEmail, NotFound, WeakPassword
from offpage.kernel.ids import id_maker
from offpage.model.documents import PasswordPolicy
from offpage.store.tx import Database
from offpage.values.codec import Forms
from offpage.values.types import NUMBER, TEXT
from tests.schemas import schema

APP = schema(user={"nickname": TEXT, "age": NUMBER})
START = 1_700_000_000_000
PASSWORD = "correct horse"


@pytest.fixture
def accounts(database: Database) -> Administration:
    database.write_now(lambda tx: apply(tx, APP))
    things, clock = Things(APP, database.dialect), VirtualClock(START)
    return Administration(database, things, Forms(), PasswordPolicy(min_length=8), clock, id_maker(random.Random(1)))


def lines(accounts: Administration, containing: str = "") -> list[UserLine]:
    return accounts.database.read(lambda tx: user_lines(tx, limit=10, containing=containing))


def test_users_are_listed_newest_first_with_what_matters_about_them(accounts: Administration) -> None:
    ada = accounts.create("Ada@Example.com", PASSWORD, {"nickname": "Ada", "age": "36"}, confirmed=True)
    assert isinstance(accounts.clock, VirtualClock)
    accounts.clock.forward(1)
    bob = accounts.create("bob@example.com", None, {})
    accounts.disable(accounts.find("bob@example.com"))
    accounts.database.write_now(
        lambda tx: sessions.start(tx, ada, stay=True, now=START, new_id=accounts.new_id)
    )  # fmt: skip
    assert lines(accounts) == [
        UserLine(bob, "bob@example.com", False, False, False, False, True, START + 1, None),
        UserLine(ada, "ada@example.com", True, True, True, False, False, START, None),
    ]
    row = accounts.database.read(lambda tx: accounts.things.get(tx, "user", ada))
    assert row is not None
    assert list(row)[-2:] == ["Ada", 36.0]


def test_a_part_of_an_email_is_taken_as_it_is(accounts: Administration) -> None:
    for email in ("a_b@example.com", "axb@example.com", "a%b@example.com"):
        accounts.create(email, None, {})
    assert [one.email for one in lines(accounts, "A_B")] == ["a_b@example.com"]
    assert [one.email for one in lines(accounts, "%")] == ["a%b@example.com"]
    assert lines(accounts, "'; --") == []


def test_a_new_password_replaces_the_old_one_and_ends_log_ins(accounts: Administration) -> None:
    user_id = accounts.create("ada@example.com", PASSWORD, {})
    accounts.database.write_now(lambda tx: sessions.start(tx, user_id, stay=False, now=START, new_id=accounts.new_id))
    accounts.set_password(accounts.find(user_id), "battery staple", temporary=True)
    account = accounts.find("ADA@example.com")
    assert account.temporary
    assert is_password(account.password_hash, "battery staple")
    assert not is_password(account.password_hash, PASSWORD)
    assert [one.logged_in for one in lines(accounts)] == [False]


def test_what_cannot_be_is_refused_and_leaves_nothing(accounts: Administration) -> None:
    accounts.create("ada@example.com", None, {})
    with pytest.raises(EmailTaken):
        accounts.create(" ADA@example.com", None, {})
    with pytest.raises(InvalidEmail):
        accounts.create("ada", None, {})
    with pytest.raises(WeakPassword):
        accounts.create("bob@example.com", "short", {})
    for field in ("id", "email", "logged_in", "shoe"):
        with pytest.raises(InvalidData):
            accounts.create("bob@example.com", None, {field: "1"})
    with pytest.raises(NotFound):
        accounts.find("bob@example.com")
    assert len(lines(accounts)) == 1


def test_a_disabled_user_is_enabled_again(accounts: Administration) -> None:
    user_id = accounts.create("ada@example.com", PASSWORD, {})
    accounts.disable(accounts.find(user_id))
    assert accounts.find(user_id).disabled
    accounts.enable(accounts.find(user_id))
    account = accounts.database.read(lambda tx: users.by_id(tx, user_id))
    assert account is not None
    assert not account.disabled
    assert account.password_hash is not None
