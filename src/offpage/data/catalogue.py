"""What the database holds: its tables of things and lists, and the fields as they were last applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offpage.sql import ddl
from offpage.store.fields import known_fields
from offpage.store.tx import Tx
from offpage.values.types import Type

LIST: Final = "list of "


@dataclass(frozen=True, slots=True)
class Known:
    """A field as last applied. `dropped`: the app no longer has it, its values are kept."""

    type: Type
    dropped: bool


@dataclass(slots=True)
class Catalogue:
    """Tables with their columns, indexes with their table, and fields. A plan changes its copy as it goes along."""

    tables: dict[str, set[str]]
    indexes: dict[str, str]
    fields: dict[tuple[str, str], Known]


def read_catalogue(tx: Tx) -> Catalogue:
    """Look at what there is."""
    tables: dict[str, set[str]] = {}
    for table, column in tx.run(ddl.table_columns(tx.dialect)):
        tables.setdefault(table, set()).add(column)
    indexes = {str(row[0]): str(row[1]) for row in tx.run(ddl.table_indexes(tx.dialect))}
    fields = {(one.type_id, one.field_id): Known(type_of(one.type), one.dropped) for one in known_fields(tx)}
    return Catalogue(tables, indexes, fields)


def type_text(of: Type) -> str:
    """A type as the database remembers it: `text`, `list of thing:order`, `option:status`."""
    one = f"{of.kind}:{of.of}" if of.of else of.kind
    return LIST + one if of.is_list else one


def type_of(text: str) -> Type:
    """The type that the text says."""
    kind, _, of = text.removeprefix(LIST).partition(":")
    return Type(kind, of, text.startswith(LIST))
