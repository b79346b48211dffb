"""Statements that PostgreSQL has prepared, when the columns that they speak of become others."""

from __future__ import annotations

from typing import Any

from offpage.store.postgres import PostgresDatabase
from offpage.store.tx import Tx

FROM_TEXT = ('CREATE TABLE "plan" (a text)', "INSERT INTO \"plan\" VALUES ('7')")
TO_NUMBER = ('ALTER TABLE "plan" ALTER COLUMN a TYPE double precision USING a::double precision',)


def look(tx: Tx) -> list[tuple[Any, ...]]:
    return tx.rows('SELECT a FROM "plan"')


def look_within(tx: Tx) -> list[tuple[Any, ...]]:
    with tx.savepoint():
        return look(tx)


def test_a_prepared_statement_whose_columns_have_changed_is_prepared_again(
    postgres_url: str, postgres_schema: str
) -> None:
    server = PostgresDatabase(postgres_url, postgres_schema, threads=1)
    command = PostgresDatabase(postgres_url, postgres_schema, threads=1)

    def all_of(texts: tuple[str, ...]) -> None:
        def segment(tx: Tx) -> None:
            for text in texts:
                tx.rows(text)

        command.write_now(segment)

    try:
        all_of(FROM_TEXT)
        for _ in range(3):
            assert server.write_now(look) == server.write_now(look_within) == server.read(look) == [("7",)]
        all_of(TO_NUMBER)
        assert server.write_now(look) == [(7.0,)]
        assert server.read(look) == [(7.0,)]
        all_of(('ALTER TABLE "plan" ALTER COLUMN a TYPE text',))
        assert server.write_now(look_within) == [("7",)]
    finally:
        server.close()
        command.close()
