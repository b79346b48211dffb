"""What tables, columns and indexes a schema asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from offpage.kernel.errors import AppError
from offpage.model.schema import DataType, Field, Schema
from offpage.sql import ddl
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.sql.layout import (
    columns,
    descending_index_name,
    index_name,
    list_index_names,
    list_table_name,
    reference_index_name,
    table_name,
    unique_index_name,
)
from offpage.values.types import Type

KEY: Final = "id"
LONG_KINDS: Final = frozenset({"text", "file", "image", "json"})
"""Kinds whose values may be too long for an ordinary index of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the values of a field live: columns of its type's table, or a side table that is all its own."""

    table: str
    columns: tuple[tuple[str, str], ...]
    is_list: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that hold the values."""
        return tuple(name for name, _ in self.columns)


def place_of(type_id: str, field_id: str, of: Type) -> Place:
    """The place of a field of this type."""
    if of.is_list:
        return Place(list_table_name(type_id, field_id), columns("value", of.item), is_list=True)
    return Place(table_name(type_id), columns(field_id, of), is_list=False)


@dataclass(frozen=True, slots=True)
class Index:
    """An index. `filled`: a column whose empty rows are left out. See `ddl.index` for `any_length` and `descending`."""

    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool = False
    filled: str = ""
    any_length: bool = False
    descending: bool = False

    def is_needed(self, dialect: Dialect) -> bool:
        """Whether this database has use for it."""
        return not (self.descending and ddl.reads_empties_last_both_ways(dialect))

    def create(self, dialect: Dialect) -> Sql:
        """CREATE INDEX."""
        return ddl.index(
            dialect,
            self.name,
            self.table,
            self.columns,
            unique=self.unique,
            filled=self.filled,
            any_length=self.any_length,
            descending=self.descending,
        )


def create_table(of: DataType, dialect: Dialect) -> Sql:
    """CREATE TABLE for a type, with all columns of its fields. It has a hidden row number in SQLite, which
    measured better than WITHOUT ROWID once things are longer than a few hundred bytes.
    """
    lines = [ddl.key_column(dialect, KEY)]
    for field in of.fields.values():
        if not field.type.is_list and field.id != KEY:
            lines += [ddl.column(dialect, name, storage) for name, storage in columns(field.id, field.type)]
    return sql("CREATE TABLE {} ({})", ident(table_name(of.id)), join(", ", lines))


def create_list_table(place: Place, dialect: Dialect) -> Sql:
    """CREATE TABLE for a list field."""
    lines = [ddl.position_column(dialect), sql("{} NOT NULL", ddl.column(dialect, "owner", "text"))]
    lines += [ddl.column(dialect, name, storage) for name, storage in place.columns]
    return sql("CREATE TABLE {} ({})", ident(place.table), join(", ", lines))


def indexes_of(of: DataType) -> Iterator[Index]:
    """The indexes that a type asks for."""
    table = table_name(of.id)
    # Serves the order in which searches answer when they name none.
    yield Index(index_name(of.id, "created_date"), table, ("created_date", KEY))
    for field in of.fields.values():
        if field.type.is_list:
            yield from _list_indexes(of, field)
        elif field.id not in (KEY, "created_date"):
            yield from _field_indexes(of, field, table)


def _list_indexes(of: DataType, field: Field) -> Iterator[Index]:
    place = place_of(of.id, field.id, field.type)
    by_owner, by_value = list_index_names(of.id, field.id)
    yield Index(by_owner, place.table, ("owner", "position"))
    long = field.type.kind in LONG_KINDS
    yield Index(by_value, place.table, (place.names[0], "owner"), any_length=long)


def _field_indexes(of: DataType, field: Field, table: str) -> Iterator[Index]:
    names = tuple(name for name, _ in columns(field.id, field.type))
    if field.unique:
        yield Index(unique_index_name(of.id, field.id), table, names, unique=True, filled=names[0])
    elif field.type.kind == "thing":
        # Most references are asked for by value (or not set at all): empty ones need no place in the index. What it finds
        # stands in the order in which searches answer when they name none (but for things of one and the same moment).
        yield Index(reference_index_name(of.id, field.id), table, (names[0], "created_date"), filled=names[0])
    elif field.index:
        # With what decides between equals, a far page of a sorted search is found in the index alone.
        order = (names[0], "created_date", KEY)
        yield Index(index_name(of.id, field.id), table, order)
        yield Index(descending_index_name(of.id, field.id), table, order, descending=True)


def check_names(schema: Schema) -> None:
    """Raise AppError where two fields would live in one place, as `place__lat` beside an address `place`."""
    taken: dict[str, str] = {}
    clashes: list[str] = []
    for name, owner in _names(schema):
        other = taken.setdefault(name, owner)
        if other != owner:
            clashes.append(f"{other} and {owner} need the same name in the database ({name}). Rename one of them.")
    if clashes:
        raise AppError("\n".join(clashes), clashes=clashes)


def _names(schema: Schema) -> Iterator[tuple[str, str]]:
    for of in schema.types.values():
        yield table_name(of.id), f"The type {of.id}"
        for field in of.fields.values():
            place = place_of(of.id, field.id, field.type)
            owner = f"{of.id}.{field.id}"
            if place.is_list:
                yield place.table, owner
            else:
                yield from ((f"{place.table}.{name}", owner) for name in place.names)
        yield from ((index.name, f"An index of {of.id}: {', '.join(index.columns)}") for index in indexes_of(of))
