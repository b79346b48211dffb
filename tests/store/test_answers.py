"""Answers kept for repeated requests."""

from __future__ import annotations

from offpage.store import answers
from offpage.store.answers import StoredAnswer
from offpage.store.migrations import current_tables
from offpage.store.tx import Database

PLACE = StoredAnswer("orders/paid", "key-1", "h1", "r1", None, None, None, 5)
ANSWER = PLACE._replace(status=200, headers='{"a": "b"}', body='{"total": 1}')


def test_the_first_request_with_a_key_gets_the_place(database: Database) -> None:
    assert database.write_now(lambda tx: answers.keep(tx, PLACE)) is None
    assert database.read(lambda tx: answers.get(tx, "orders/paid", "key-1")) == PLACE


def test_a_second_request_is_shown_what_is_there(database: Database) -> None:
    database.write_now(lambda tx: answers.keep(tx, ANSWER))
    other = PLACE._replace(body_hash="h2", run_id="r2")
    assert database.write_now(lambda tx: answers.keep(tx, other)) == ANSWER


def test_the_same_key_of_another_workflow_is_another_key(database: Database) -> None:
    database.write_now(lambda tx: answers.keep(tx, PLACE))
    assert database.write_now(lambda tx: answers.keep(tx, PLACE._replace(workflow="other"))) is None


def test_a_place_is_filled_with_the_answer(database: Database) -> None:
    database.write_now(lambda tx: answers.keep(tx, PLACE))
    database.write_now(
        lambda tx: answers.complete(tx, "orders/paid", "key-1", status=200, headers='{"a": "b"}', body='{"total": 1}')
    )
    assert database.read(lambda tx: answers.get(tx, "orders/paid", "key-1")) == ANSWER


def test_a_place_without_an_answer_can_be_given_up_an_answer_not(database: Database) -> None:
    database.write_now(lambda tx: answers.keep(tx, PLACE))
    database.write_now(lambda tx: answers.keep(tx, ANSWER._replace(key="key-2")))
    database.write_now(lambda tx: answers.free(tx, "orders/paid", "key-1"))
    database.write_now(lambda tx: answers.free(tx, "orders/paid", "key-2"))
    assert database.read(lambda tx: answers.get(tx, "orders/paid", "key-1")) is None
    assert database.read(lambda tx: answers.get(tx, "orders/paid", "key-2")) is not None


def test_old_answers_are_swept_away(database: Database) -> None:
    database.write_now(lambda tx: answers.keep(tx, ANSWER))
    database.write_now(lambda tx: answers.keep(tx, ANSWER._replace(key="key-2", created_at=6)))
    assert database.write_now(lambda tx: answers.sweep(tx, 6)) == 1
    assert database.read(lambda tx: answers.get(tx, "orders/paid", "key-1")) is None


def test_the_fields_of_an_answer_are_the_columns_of_its_table() -> None:
    assert tuple(column.name for column in current_tables()["op_answers"].columns) == StoredAnswer._fields
