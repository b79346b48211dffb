"""Tables as data, the changes that migrations make to them, and their DDL in both dialects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import LiteralString, TypeAlias

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import NOTHING, Sql, ident, join, sql


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its storage class (see `Dialect.column_type`). An `identity` column is its table's key."""

    name: str
    storage: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `where` makes it a partial one."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: LiteralString = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `key` names the columns of its primary key, unless an identity column is the key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A new table with its indexes; with `if_absent`, only where there is none yet (then without indexes)."""

    table: Table
    if_absent: bool = False


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A new column, empty in the rows that exist."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class AddIndex:
    """A new index."""

    table: str
    index: Index


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column less, with what it held. No index may use it any more."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index less."""

    table: str
    index: str


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table less, with all that it held."""

    table: str


Operation: TypeAlias = CreateTable | AddColumn | AddIndex | DropColumn | DropIndex | DropTable


def statements(operation: Operation, dialect: Dialect) -> list[Sql]:
    """The DDL of an operation."""
    match operation:
        case CreateTable(table, if_absent=True):
            return [_create_table(table, dialect, "CREATE TABLE IF NOT EXISTS {} ({})")]
        case CreateTable(table):
            return [_create_table(table, dialect), *(_create_index(table.name, index) for index in table.indexes)]
        case AddColumn(table_name, column):
            return [sql("ALTER TABLE {} ADD COLUMN {}", ident(table_name), _column(column, dialect))]
        case AddIndex(table_name, index):
            return [_create_index(table_name, index)]
        case DropColumn(table_name, name):
            return [sql("ALTER TABLE {} DROP COLUMN {}", ident(table_name), ident(name))]
        case DropIndex(_, name):
            return [sql("DROP INDEX {}", ident(name))]
        case DropTable(table_name):
            return [sql("DROP TABLE {}", ident(table_name))]


def after(tables: Mapping[str, Table], operations: Iterable[Operation]) -> dict[str, Table]:
    """What the tables look like after operations: the same sum that a database goes through."""
    result = dict(tables)
    for operation in operations:
        match operation:
            case CreateTable(table):
                result[table.name] = table
            case AddColumn(name, column):
                result[name] = replace(result[name], columns=(*result[name].columns, column))
            case AddIndex(name, index):
                result[name] = replace(result[name], indexes=(*result[name].indexes, index))
            case DropColumn(name, gone):
                left = tuple(one for one in result[name].columns if one.name != gone)
                result[name] = replace(result[name], columns=left)
            case DropIndex(name, gone):
                result[name] = replace(
                    result[name], indexes=tuple(one for one in result[name].indexes if one.name != gone)
                )
            case DropTable(name):
                del result[name]
    return result


def _create_table(table: Table, dialect: Dialect, template: LiteralString = "CREATE TABLE {} ({})") -> Sql:
    lines = [_column(column, dialect) for column in table.columns]
    if table.key:
        lines.append(sql("PRIMARY KEY ({})", _names(table.key)))
    return sql(template, ident(table.name), join(", ", lines))


def _column(column: Column, dialect: Dialect) -> Sql:
    kind = Sql((dialect.column_type(column.storage),))
    return sql("{} {}{}", ident(column.name), kind, sql(" NOT NULL") if column.required else NOTHING)


def _create_index(table: str, index: Index) -> Sql:
    return sql(
        "CREATE {}INDEX {} ON {} ({}){}",
        sql("UNIQUE ") if index.unique else NOTHING,
        ident(index.name),
        ident(table),
        _names(index.columns),
        sql(" WHERE ") + sql(index.where) if index.where else NOTHING,
    )


def _names(columns: Iterable[str]) -> Sql:
    return join(", ", (ident(column) for column in columns))
