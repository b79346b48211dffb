"""Copying from one database to another keeps every value, every order, what the app no longer uses, and all indexes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from offpage.data.catalogue import read_catalogue
from offpage.data.moving import read_tables
from offpage.data.schema import apply
from offpage.host.copying import Moving
from offpage.kernel.errors import AppError
from offpage.model.schema import Field
from offpage.sql.fragment import ident, join, sql, value
from offpage.sql.sqlite_functions import register_functions
from offpage.store import settings
from offpage.store.contents import LARGEST_PAGE, Contents, Kept, summed
from offpage.store.copying import marked, system_tables
from offpage.store.postgres import PostgresDatabase
from offpage.store.sqlite import SqliteDatabase
from offpage.store.tx import Database, Row, Tx
from offpage.values.types import ADDRESS, DATE, NUMBER, TEXT, YES_NO, Type, thing
from tests.schemas import schema, thing_id

FIELDS: dict[str, Type | Field] = {
    "name": Field("name", TEXT, "name", unique=True),
    "total": Field("total", NUMBER, "total", index=True),
    "paid": YES_NO,
    "when": DATE,
    "place": ADDRESS,
    "tags": TEXT.listed,
    "next": thing("order"),
}
FIRST = schema(order={**FIELDS, "gone": TEXT, "moved": TEXT})
SECOND = schema(order={**FIELDS, "moved": NUMBER})
TEXTS = ("", "a\nb\tc\\d", "\\N", "ß 🦊 \U0010ffff", '"quoted", {}', "x" * 100_000, "\x01\x1f\x7f", "é", "é", None)
NUMBERS = (0.0, -0.0, 0.1 + 0.2, 1e308, -5e-324, 9_007_199_254_740_993.0, 1.0, -1.5, None, 123456789.125)


@pytest.fixture(params=["sqlite to postgres", "postgres to sqlite", "postgres to postgres"])
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str, postgres_schema: str
) -> Iterator[tuple[Database, Database]]:
    """A source and an empty target."""
    kinds = request.param.split(" to ")
    opened: list[Database] = []
    for number, kind in enumerate(kinds):
        if kind == "sqlite":
            opened.append(SqliteDatabase(tmp_path / f"{number}.db", functions=register_functions))
        else:
            opened.append(PostgresDatabase(postgres_url, f"{postgres_schema}_{number}", threads=1, shared=True))
    yield opened[0], opened[1]
    for number, (kind, database) in enumerate(zip(kinds, opened, strict=True)):
        if kind == "postgres":
            database.write_now(partial(drop_schema, name=f"{postgres_schema}_{number}"))
        database.close()


def insert(tx: Tx, table: str, **values: Any) -> None:
    names, places = join(", ", map(ident, values)), join(", ", map(value, values.values()))
    tx.run(sql("INSERT INTO {} ({}) VALUES ({})", ident(table), names, places))


def fill(tx: Tx) -> None:
    """Things with all the values that a database may make something else of; some fields go out of use, one is put aside."""
    apply(tx, FIRST)
    for number, (text, figure) in enumerate(zip(TEXTS, NUMBERS, strict=True)):
        insert(
            tx, "t_order", id=thing_id(number), created_date=number - 5, modified_date=2**53, name=None if text is None else f"{number}{text[:50]}",
            total=figure, paid=(True, False, None)[number % 3], when=-number * 10**12, place=text, place__lat=figure,
            place__lng=1.25, next=thing_id(0), gone=text, moved=text,
        )  # fmt: skip
        for tag in (text, "b", "a", text):
            insert(tx, "l_order__tags", owner=thing_id(number), value=tag)
    tx.run(sql("DELETE FROM {} WHERE owner = {}", ident("l_order__tags"), value(thing_id(len(TEXTS) - 1))))
    apply(tx, SECOND, allow_data_loss=True)
    settings.put(tx, "colour", "red")


def rows(tx: Tx, kept: Kept) -> list[Row]:
    return [row for page in Contents(tx, kept) for row in page]


def drop_schema(tx: Tx, name: str) -> None:
    tx.run(sql("DROP SCHEMA {} CASCADE", ident(name)))


def copied(source: Database, target: Database) -> Moving:
    one = Moving("live", source, target)
    one.begin(again=False)
    one.copy(lambda done: None)
    one.end()
    return one


def test_everything_is_there_and_sums_up_to_the_same(pair: tuple[Database, Database]) -> None:
    source, target = pair
    source.write_now(fill)
    moved = copied(source, target)
    names = {kept.name for kept in moved.kept}
    assert {"t_order", "l_order__tags", "op_fields", "op_settings", "op_runs"} <= names
    for kept in moved.kept:
        assert target.read(partial(rows, kept=kept)) == source.read(partial(rows, kept=kept))
        assert target.read(partial(summed, kept=kept)) == source.read(partial(summed, kept=kept))
    (orders,) = [kept for kept in moved.kept if kept.name == "t_order"]
    assert {"gone", "moved__old_1", "place__lat"} <= set(orders.names)
    assert target.read(read_tables) == source.read(read_tables)


def test_the_target_follows_the_app_with_nothing_left_to_do(pair: tuple[Database, Database]) -> None:
    source, target = pair
    source.write_now(fill)
    copied(source, target)
    before = target.read(read_catalogue)
    assert target.write_now(lambda tx: apply(tx, SECOND)).steps == ()
    assert target.read(read_catalogue) == before
    assert {"u_order__name", "i_order__total", "r_order__next", "o_order__tags"} <= set(before.indexes)


def test_numbers_that_were_given_are_not_given_again(pair: tuple[Database, Database]) -> None:
    source, target = pair
    source.write_now(fill)
    last = 4 * len(TEXTS)
    copied(source, target)

    def position(tx: Tx) -> int:
        insert(tx, "l_order__tags", owner=thing_id(0), value="new")
        return int(tx.rows("SELECT max(position) FROM l_order__tags")[0][0])

    assert target.write_now(position) == last + 1


def test_a_long_table_is_read_in_pages(pair: tuple[Database, Database]) -> None:
    source, target = pair

    def segment(tx: Tx) -> None:
        for number in range(300):
            insert(tx, "op_loops", run_id=f"r{number % 3}", depth=number, items="x" * (1 + number * 300))

    source.write_now(segment)
    moved = copied(source, target)
    (loops,) = [kept for kept in moved.kept if kept.name == "op_loops"]

    def pages(tx: Tx) -> list[int]:
        return [len(page) for page in Contents(tx, loops)]

    assert len(target.read(pages)) > 2
    assert sum(target.read(pages)) == 300


def test_however_long_some_rows_are_a_page_is_not_larger_than_it_may_be(pair: tuple[Database, Database]) -> None:
    source, _ = pair

    def segment(tx: Tx) -> None:
        for number in range(40):  # short ones first: what was learnt from them does not hold
            insert(tx, "op_loops", run_id=f"r{number:03d}", depth=0, items="x" if number < 20 else "x" * 9_000_000)

    source.write_now(segment)
    (loops,) = [kept for kept in system_tables() if kept.name == "op_loops"]
    pages = source.read(lambda tx: [sum(len(row[2]) for row in page) for page in Contents(tx, loops)])
    assert max(pages) <= LARGEST_PAGE
    assert sum(pages) == 20 + 20 * 9_000_000


def test_what_the_target_refuses_is_named_and_leaves_it_marked(
    tmp_path: Path, postgres_url: str, postgres_schema: str
) -> None:
    source = SqliteDatabase(tmp_path / "app.db", functions=register_functions)
    target = PostgresDatabase(postgres_url, postgres_schema, threads=1, shared=True)

    def segment(tx: Tx) -> None:
        apply(tx, FIRST)
        long = "".join(chr(33 + number * 7919 % 20_000) for number in range(9_000))  # packed it is still too long
        insert(tx, "t_order", id=thing_id(1), created_date=1, name=long)

    try:
        source.write_now(segment)
        one = Moving("live", source, target)
        one.begin(again=False)
        with pytest.raises(AppError, match=r"The target refused what the source has in t_order \(name\): .* too long"):
            one.copy(lambda done: None)
        assert target.read(marked) is not None
        with pytest.raises(AppError, match="Repeat it with --again"):
            one.check(again=False)
    finally:
        source.close()
        target.close()
