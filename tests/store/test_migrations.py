"""The system tables: the sum of all migrations, whatever version a database starts from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offpage.kernel.errors import StoreError
from offpage.store import settings
from offpage.store.ddl import AddColumn, AddIndex, Column, CreateTable, DropIndex, Index, Table
from offpage.store.migrations import HAD, MIGRATIONS, Migration, current_tables, finish, migrate, version
from offpage.store.tx import Database, Tx

LATER = Migration(
    MIGRATIONS[-1].number + 1,
    "A later version",
    (
        AddColumn("op_settings", Column("note", "text")),
        AddIndex("op_settings", Index("op_settings_note", ("note", "key"), unique=True, where="note <> ''")),
        CreateTable(Table("op_extra", (Column("seq", "identity"), Column("size", "number", required=True)))),
    ),
    (DropIndex("op_settings", "op_settings_note"),),
)

Shape = dict[str, tuple[list[tuple[str, str, bool]], set[str]]]
"""Table → its columns (name, type, required) and the names of its indexes."""


def declared(tx: Tx, tables: dict[str, Table]) -> Shape:
    """The shape that declarations promise."""
    shape: Shape = {}
    for table in (*tables.values(), HAD):
        columns = [
            (
                column.name,
                tx.dialect.column_type(column.storage).split(" ")[0],
                column.required or column.storage == "identity",
            )
            for column in table.columns
        ]
        shape[table.name] = columns, {index.name for index in table.indexes}
    return shape


def found(tx: Tx) -> Shape:
    """The shape that the database's own catalog tells."""
    return _found_sqlite(tx) if tx.dialect.name == "sqlite" else _found_postgres(tx)


def _found_sqlite(tx: Tx) -> Shape:
    shape: Shape = {}
    for (table,) in tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = [
            (name, kind, bool(required or (kind == "INTEGER" and key)))
            for _, name, kind, required, _, key in tx.rows(f'PRAGMA table_info("{table}")')
        ]
        indexes = tx.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql > ''", (table,))
        shape[table] = columns, {name for (name,) in indexes}
    return shape


def _found_postgres(tx: Tx) -> Shape:
    shape: Shape = {}
    rows = tx.rows(
        "SELECT table_name, column_name, upper(data_type), is_nullable = 'NO' FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )
    for table, name, kind, required in rows:
        columns, _ = shape.setdefault(table, ([], set()))
        columns.append((name, kind.split(" ")[0], required))
    for table, index in tx.rows(
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%%_pkey'"
    ):
        shape[table][1].add(index)
    return shape


def test_the_tables_are_the_sum_of_the_migrations(database: Database) -> None:
    assert database.read(found) == database.read(lambda tx: declared(tx, current_tables()))


def test_migrations_are_numbered_without_gaps() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_an_older_database_is_brought_up_to_date_and_keeps_its_rows(database: Database) -> None:
    database.write_now(lambda tx: settings.put(tx, "colour", "red"))
    assert database.write_now(lambda tx: migrate(tx, [*MIGRATIONS, LATER])) == 1
    assert database.write_now(lambda tx: finish(tx, [*MIGRATIONS, LATER])) == 1
    assert database.read(version) == LATER.number
    assert database.read(found) == database.read(lambda tx: declared(tx, current_tables([*MIGRATIONS, LATER])))
    assert database.read(lambda tx: tx.rows("SELECT key, value, note FROM op_settings")) == [("colour", "red", None)]


def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    assert database.write_now(migrate) == 0


def test_opening_again_finds_everything_as_it_was(open_database: Callable[[], Database]) -> None:
    first = open_database()
    first.write_now(lambda tx: settings.put(tx, "colour", "red"))
    first.close()
    second = open_database()
    assert second.read(lambda tx: settings.get(tx, "colour")) == "red"


def test_a_database_of_a_newer_offpage_is_refused(open_database: Callable[[], Database]) -> None:
    first = open_database()
    first.write_now(lambda tx: migrate(tx, [*MIGRATIONS, LATER]))
    first.write_now(lambda tx: finish(tx, [*MIGRATIONS, LATER]))
    first.close()
    with pytest.raises(StoreError, match="newer Offpage"):
        open_database()


def test_a_migration_that_fails_leaves_nothing_behind(database: Database) -> None:
    broken = Migration(LATER.number, "Broken", (*LATER.before, CreateTable(current_tables()["op_settings"])))
    before = database.read(found)
    with pytest.raises(StoreError):
        database.write_now(lambda tx: migrate(tx, [*MIGRATIONS, broken]))
    assert database.read(found) == before
    assert database.read(version) == MIGRATIONS[-1].number
