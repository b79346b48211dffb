"""What a database remembers about itself."""

from __future__ import annotations

from offpage.store import settings
from offpage.store.tx import Database


def test_a_text_is_kept_under_its_name(database: Database) -> None:
    database.write_now(lambda tx: settings.put(tx, "colour", "red"))
    database.write_now(lambda tx: settings.put(tx, "colour", "blue"))
    assert database.read(lambda tx: settings.get(tx, "colour")) == "blue"


def test_of_two_texts_that_are_to_be_the_first_the_first_stays(database: Database) -> None:
    assert database.write_now(lambda tx: settings.first(tx, "key", "a")) == "a"
    assert database.write_now(lambda tx: settings.first(tx, "key", "b")) == "a"


def test_what_was_never_put_is_none(database: Database) -> None:
    assert database.read(lambda tx: settings.get(tx, "colour")) is None
