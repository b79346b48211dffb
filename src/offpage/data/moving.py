"""The tables of things and lists as a database has them, made anew in another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from offpage.data.catalogue import Catalogue, read_catalogue
from offpage.data.desired import KEY, Index, indexes_of, place_of
from offpage.model.schema import DataType, Field
from offpage.sql import ddl
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql
from offpage.sql.layout import index_name, table_name, unique_index_name
from offpage.store.contents import Kept
from offpage.store.tx import Tx

POSITION: Final = "position"


class Tables(NamedTuple):
    """Tables with what is in them, also what the app no longer uses, and the fields that their indexes are made for."""

    kept: tuple[Kept, ...]
    types: tuple[DataType, ...]


def read_tables(tx: Tx) -> Tables:
    """Look at what there is."""
    catalogue = read_catalogue(tx)
    storages = {
        (place.table, name): storage
        for (type_id, field_id), known in catalogue.fields.items()
        for place in [place_of(type_id, field_id, known.type)]
        for name, storage in place.columns
    }
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, name, declared in tx.run(ddl.declared_types(tx.dialect)):
        storage = storages.get((table, name)) or ddl.declared_storage(tx.dialect, declared)
        columns.setdefault(table, []).append((name, storage))
    kept = tuple(Kept(name, (_key(name),), tuple(sorted(found))) for name, found in sorted(columns.items()))
    return Tables(kept, tuple(_types(catalogue)))


def create(dialect: Dialect, kept: Kept) -> Sql:
    """CREATE TABLE for what another database has; without indexes."""
    lines = [_column(dialect, kept, name, storage) for name, storage in kept.columns]
    return sql("CREATE TABLE {} ({})", ident(kept.name), join(", ", lines))


def indexes(dialect: Dialect, tables: Tables) -> Iterator[Index]:
    """The indexes of the fields that the app uses, as this database needs them."""
    columns = {one.name: set(one.names) for one in tables.kept}
    for of in tables.types:
        for index in indexes_of(of):
            if index.is_needed(dialect) and columns.get(index.table, set()).issuperset(index.columns):
                yield index


def _key(table: str) -> str:
    return KEY if table.startswith(table_name("")) else POSITION


def _column(dialect: Dialect, kept: Kept, name: str, storage: str) -> Sql:
    if (name,) != kept.key:
        return sql("{}{}", ddl.column(dialect, name, storage), sql(" NOT NULL") if _is_owner(kept, name) else sql(""))
    return ddl.position_column(dialect) if name == POSITION else ddl.key_column(dialect, name)


def _is_owner(kept: Kept, name: str) -> bool:
    return kept.key == (POSITION,) and name == "owner"


def _types(catalogue: Catalogue) -> Iterator[DataType]:
    fields: dict[str, dict[str, Field]] = {}
    for (type_id, field_id), known in catalogue.fields.items():
        if known.dropped:
            continue
        fields.setdefault(type_id, {})[field_id] = Field(
            field_id,
            known.type,
            field_id,
            unique=unique_index_name(type_id, field_id) in catalogue.indexes,
            index=index_name(type_id, field_id) in catalogue.indexes,
        )
    for type_id, found in fields.items():
        yield DataType(type_id, type_id, found)
