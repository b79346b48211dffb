"""Credentials and links that work once, on both databases."""

from __future__ import annotations

from offpage.store import credentials, links, tokens
from offpage.store.credentials import NONE, Credentials
from offpage.store.links import StoredLink
from offpage.store.tokens import StoredToken
from offpage.store.tx import Database, Tx


def link(hash: str, *, purpose: str = "reset", user: str = "u1", expires: int = 100) -> StoredLink:
    return StoredLink(hash, purpose, user, "ada@example.com", 1, expires)


def token(id: str, *, user: str | None = "u1", expires: int | None = 100) -> StoredToken:
    return StoredToken(id, "", f"hash of {id}", "user" if user else "api", user, 1, None, expires, expires)


def keep_links(database: Database, *many: StoredLink) -> None:
    def segment(tx: Tx) -> None:
        for one in many:
            links.add(tx, one)

    database.write_now(segment)


def keep_tokens(database: Database, *many: StoredToken) -> None:
    def segment(tx: Tx) -> None:
        for one in many:
            tokens.add(tx, one)

    database.write_now(segment)


def test_a_user_without_credentials_has_none(database: Database) -> None:
    assert database.read(lambda tx: credentials.get(tx, "u1")) is NONE


def test_a_password_is_put_in_the_place_of_the_former(database: Database) -> None:
    database.write_now(lambda tx: credentials.put_password(tx, "u1", "h1", temporary=True, now=1))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials("h1", temporary=True)
    database.write_now(lambda tx: credentials.put_password(tx, "u1", "h2", temporary=False, now=2))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials("h2")
    database.write_now(lambda tx: credentials.put_password(tx, "u1", None, temporary=False, now=3))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials()


def test_disabling_keeps_the_password_and_a_password_does_not_enable(database: Database) -> None:
    database.write_now(lambda tx: credentials.put_password(tx, "u1", "h1", temporary=True, now=1))
    database.write_now(lambda tx: credentials.put_disabled(tx, "u1", True, now=2))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials("h1", temporary=True, disabled=True)
    database.write_now(lambda tx: credentials.put_password(tx, "u1", "h2", temporary=False, now=3))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials("h2", disabled=True)
    database.write_now(lambda tx: credentials.put_disabled(tx, "u1", False, now=4))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials("h2")


def test_a_user_without_a_password_can_be_disabled(database: Database) -> None:
    database.write_now(lambda tx: credentials.put_disabled(tx, "u1", True, now=2))
    assert database.read(lambda tx: credentials.get(tx, "u1")) == Credentials(disabled=True)
    database.write_now(lambda tx: credentials.remove(tx, "u1"))
    assert database.read(lambda tx: credentials.get(tx, "u1")) is NONE


def test_a_link_is_used_once_for_its_purpose_and_before_it_expires(database: Database) -> None:
    database.write_now(lambda tx: links.add(tx, link("h1")))
    assert database.write_now(lambda tx: links.use(tx, "h1", "magic", 50)) is None
    assert database.write_now(lambda tx: links.use(tx, "h1", "reset", 100)) is None
    assert database.read(lambda tx: links.find(tx, "h1", "reset", 99)) == link("h1")
    assert database.write_now(lambda tx: links.use(tx, "h1", "reset", 99)) == link("h1")
    assert database.write_now(lambda tx: links.use(tx, "h1", "reset", 99)) is None


def test_the_links_of_a_user_are_dropped_by_purpose_or_all(database: Database) -> None:
    def fill() -> None:
        keep_links(database, link("r"), link("m", purpose="magic"), link("o", user="u2"))

    def left() -> list[str]:
        return sorted(row[0] for row in database.read(lambda tx: tx.rows("SELECT hash FROM op_links")))

    fill()
    database.write_now(lambda tx: links.drop(tx, "u1", "reset"))
    assert left() == ["m", "o"]
    database.write_now(lambda tx: links.drop(tx, "u1"))
    assert left() == ["o"]


def test_expired_links_are_swept_a_few_at_a_time(database: Database) -> None:
    keep_links(database, *(link(f"h{n}", expires=10 + n) for n in range(5)))
    assert database.write_now(lambda tx: links.sweep(tx, 13, 3)) == 3
    assert database.write_now(lambda tx: links.sweep(tx, 13, 3)) == 1
    assert database.read(lambda tx: tx.rows("SELECT hash FROM op_links")) == [("h4",)]


def test_the_tokens_of_a_user_are_revoked_but_one(database: Database) -> None:
    keep_tokens(database, token("a"), token("b"), token("c", user="u2"), token("d", user=None))
    assert database.write_now(lambda tx: tokens.revoke_of_user(tx, "u1", but="b")) == 1
    assert database.write_now(lambda tx: tokens.revoke_of_user(tx, "u1")) == 1
    kept = database.read(lambda tx: tx.rows("SELECT id FROM op_tokens ORDER BY id"))
    assert kept == [("c",), ("d",)]
    assert [one.id for one in database.read(tokens.every)] == ["d"]


def test_expired_tokens_of_users_are_swept_and_others_stay(database: Database) -> None:
    keep_tokens(
        database, token("a", expires=5), token("b", expires=6), token("c", expires=7), token("d", user=None, expires=1)
    )
    assert database.write_now(lambda tx: tokens.sweep(tx, 6, 1)) == ["u1"]
    assert database.write_now(lambda tx: tokens.sweep(tx, 6, 10)) == ["u1"]
    assert database.write_now(lambda tx: tokens.sweep(tx, 6, 10)) == []
    assert database.read(lambda tx: tx.rows("SELECT id FROM op_tokens ORDER BY id")) == [("c",), ("d",)]


def test_a_touched_token_lives_longer(database: Database) -> None:
    database.write_now(lambda tx: tokens.add(tx, token("a", expires=5)))
    database.write_now(lambda tx: tokens.touch(tx, "a", 4, 9))
    found = database.read(lambda tx: tokens.find(tx, "hash of a", 8))
    assert found is not None
    assert (found.last_used, found.expires, found.ends) == (4, 9, 5)
    assert database.read(lambda tx: tokens.find(tx, "hash of a", 9)) is None
