"""Credentials: found by their hash until they expire or are revoked."""

from __future__ import annotations

import pytest

from offpage.store import tokens
from offpage.store.failures import Duplicate
from offpage.store.migrations import current_tables
from offpage.store.tokens import StoredToken
from offpage.store.tx import Database

TOKEN = StoredToken("t1", "CI", "a" * 64, "api", None, 5)


def test_a_token_is_found_by_its_hash(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, TOKEN))
    assert database.read(lambda tx: tokens.find(tx, TOKEN.hash, 10)) == TOKEN
    assert database.read(lambda tx: tokens.find(tx, "b" * 64, 10)) is None


def test_an_expired_token_is_not_found(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, TOKEN._replace(expires=100)))
    assert database.read(lambda tx: tokens.find(tx, TOKEN.hash, 99)) is not None
    assert database.read(lambda tx: tokens.find(tx, TOKEN.hash, 100)) is None


def test_a_revoked_token_is_not_found(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, TOKEN))
    assert database.write_now(lambda tx: tokens.revoke(tx, "t1"))
    assert database.read(lambda tx: tokens.find(tx, TOKEN.hash, 10)) is None
    assert not database.write_now(lambda tx: tokens.revoke(tx, "t1"))


def test_tokens_are_listed_oldest_first(database: Database) -> None:
    younger = TOKEN._replace(id="t0", hash="b" * 64, created_at=6)
    database.write_now(lambda tx: tokens.add(tx, younger))
    database.write_now(lambda tx: tokens.add(tx, TOKEN))
    assert database.read(tokens.every) == [TOKEN, younger]


def test_the_last_use_is_noted(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, TOKEN))
    database.write_now(lambda tx: tokens.touch(tx, "t1", 77, None))
    assert database.read(tokens.every) == [TOKEN._replace(last_used=77)]


def test_two_tokens_cannot_share_a_hash(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, TOKEN))
    with pytest.raises(Duplicate) as caught:
        database.write_now(lambda tx: tokens.add(tx, TOKEN._replace(id="t2")))
    assert (caught.value.table, caught.value.columns) == ("op_tokens", ("hash",))


def test_the_fields_of_a_token_are_the_columns_of_its_table() -> None:
    assert tuple(column.name for column in current_tables()["op_tokens"].columns) == StoredToken._fields
