"""Every letter of Unicode has the same capital and small letter in Python and in PostgreSQL."""

from __future__ import annotations

import sys

import psycopg

from offpage.sql.fragment import sql
from offpage.sql.postgres import POSTGRES
from offpage.values.text_case import lowercase, uppercase


def test_every_character_has_the_same_capital_and_small_letter(postgres_url: str) -> None:
    one = sql("chr(code)")
    statement = POSTGRES.render(
        sql(
            "SELECT code, {}, {} FROM generate_series(1, 1114111) AS code WHERE code NOT BETWEEN 55296 AND 57343",
            POSTGRES.uppercase(one),
            POSTGRES.lowercase(one),
        )
    )
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(statement.text.encode()).fetchall()
    assert len(found) == sys.maxunicode - 2048
    wrong = [
        hex(code) for code, capital, small in found if (capital, small) != (uppercase(chr(code)), lowercase(chr(code)))
    ]
    assert wrong == []
