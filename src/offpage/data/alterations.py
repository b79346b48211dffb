"""The changes of tables that a plan consists of, and the questions that it asks of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from offpage.data.desired import Index, Place, place_of
from offpage.data.refusals import shown
from offpage.kernel.errors import AppError
from offpage.model.schema import DataType, Field
from offpage.sql import ddl
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.sql.layout import (
    descending_index_name,
    index_name,
    list_index_names,
    reference_index_name,
    table,
    unique_index_name,
)
from offpage.store.failures import Duplicate
from offpage.store.tx import Tx
from offpage.values.codec import decode

Do = Callable[[Tx], None]

OUR_INDEXES: Final = frozenset({"i_", "d_", "r_", "u_", "o_", "v_"})
"""Beginnings of the names of indexes that follow the schema; any other index is left alone."""

EXAMPLES: Final = 3
"""How many repeated values a sentence names."""


def all_of(actions: Iterable[Do]) -> Do:
    """Several changes, one after the other."""
    in_order = tuple(actions)

    def do(tx: Tx) -> None:
        for action in in_order:
            action(tx)

    return do


def statement(fragment: Sql) -> Do:
    """One statement."""

    def do(tx: Tx) -> None:
        tx.run(fragment)

    return do


def add_columns(dialect: Dialect, place: Place) -> list[Do]:
    """Add a field's columns, empty in the things that there are."""
    target = ident(place.table)
    return [
        statement(sql("ALTER TABLE {} ADD COLUMN {}", target, ddl.column(dialect, name, storage)))
        for name, storage in place.columns
    ]


def rename_table(old: str, new: str) -> Do:
    """Give a table another name."""
    return statement(sql("ALTER TABLE {} RENAME TO {}", ident(old), ident(new)))


def rename_columns(table_name: str, names: Mapping[str, str]) -> Do:
    """Give columns other names."""
    return all_of(
        statement(sql("ALTER TABLE {} RENAME COLUMN {} TO {}", ident(table_name), ident(old), ident(new)))
        for old, new in names.items()
    )


def drop_table(name: str) -> Do:
    """Drop a table with its indexes."""
    return statement(sql("DROP TABLE {}", ident(name)))


def drop_columns(table_name: str, names: Iterable[str]) -> Do:
    """Drop columns, which must have no index any more."""
    return all_of(statement(sql("ALTER TABLE {} DROP COLUMN {}", ident(table_name), ident(name))) for name in names)


def indexes_of_field(type_id: str, field_id: str) -> tuple[str, ...]:
    """The names of all indexes that a field may have."""
    own = (index_name, descending_index_name, reference_index_name, unique_index_name)
    return (*(name(type_id, field_id) for name in own), *list_index_names(type_id, field_id))


def drop_index(name: str) -> Do:
    """Drop an index."""
    return statement(sql("DROP INDEX {}", ident(name)))


def without_dangling(type_id: str, field: Field) -> Do:
    """Clean what a field that was out of use may still hold: references to things deleted meanwhile."""
    place = place_of(type_id, field.id, field.type)
    here = ident(place.table)
    actions = []
    if place.is_list:
        owners = sql("DELETE FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} AS o WHERE o.id = owner)", here, table(type_id))
        actions.append(statement(owners))
    if field.type.kind == "thing":
        name = ident(place.names[0])
        change = sql("DELETE FROM {}", here) if place.is_list else sql("UPDATE {} SET {} = NULL", here, name)
        there = sql("SELECT 1 FROM {} AS o WHERE o.id = {}.{}", table(field.type.of), here, name)
        actions.append(statement(sql("{} WHERE {} IS NOT NULL AND NOT EXISTS ({})", change, name, there)))
    return all_of(actions)


def filled(tx: Tx, place: Place) -> bool:
    """Whether any value is in a place."""
    some = join(" OR ", [sql("{} IS NOT NULL", ident(name)) for name in place.names])
    return bool(tx.run(sql("SELECT 1 FROM {} WHERE {} LIMIT 1", ident(place.table), some)))


def repeated(tx: Tx, of: DataType, field: Field) -> list[str]:
    """A sentence about values that several things have in a field that is to be unique; none if there are none."""
    place = place_of(of.id, field.id, field.type)
    names = join(", ", [ident(name) for name in place.names])
    rows = tx.run(
        sql(
            "SELECT {}, count(*) FROM {} WHERE {} IS NOT NULL GROUP BY {} HAVING count(*) > 1 ORDER BY {} LIMIT 3",
            names,
            ident(place.table),
            ident(place.names[0]),
            names,
            names,
        )
    )
    if not rows:
        return []
    examples = ", ".join(f"{shown(field, decode(field.type, row[:-1]))} ({row[-1]} times)" for row in rows[:EXAMPLES])
    sentence = (
        f"{of.label}: the field {field.id} cannot be unique, because several things have the same value: {examples}. "
        "Change those things first, or leave out `unique`."
    )
    return [sentence]


def make_unique(of: DataType, field: Field, index: Index) -> Do:
    """Create a unique index. Raises AppError that names values which stand in its way."""

    def do(tx: Tx) -> None:
        try:
            with tx.savepoint():
                tx.run(index.create(tx.dialect))
        except Duplicate as refused:
            sentences = repeated(tx, of, field)
            raise AppError("\n".join(sentences), obstacles=sentences) from refused

    return do
