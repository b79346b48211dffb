"""How things are deleted: their rows, the items of their lists, and every reference to them."""

from __future__ import annotations

from collections.abc import Sequence

from offpage.data.statements import Sized, paced, padded
from offpage.data.tables import ThingTable
from offpage.model.schema import DataType, Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, sql
from offpage.sql.layout import columns, list_table, table
from offpage.store import credentials, links, tokens
from offpage.store.tx import Tx


class Deletion:
    """Deletes things of one type."""

    __slots__ = ("_clean", "_delete", "_lists")

    def __init__(self, of: ThingTable, schema: Schema, dialect: Dialect) -> None:
        self._delete = Sized(dialect, lambda ids: sql("DELETE FROM {} WHERE id IN ({})", of.name, ids))
        self._lists = tuple(of.lists.values())
        self._clean = tuple(
            statement for other in schema.types.values() for statement in references(other, of.type.id, dialect)
        )

    def run(self, tx: Tx, ids: Sequence[str]) -> int:
        """Delete them and clean every reference to them; returns how many there were."""
        deleted = 0
        for some in paced(tx, ids):
            many = padded(some)
            deleted += tx.change(self._delete.text(len(many)), many)
            for table_of_list in self._lists:
                table_of_list.clear(tx, some)
            for statement in self._clean:
                tx.change(statement.text(len(many)), many)
        return deleted


def forget_accounts(tx: Tx, user_ids: Sequence[str]) -> None:
    """Users who are deleted cannot come back: their credentials, their tokens and their links go with them."""
    for user_id in user_ids:
        credentials.remove(tx, user_id)
        tokens.revoke_of_user(tx, user_id)
        links.drop(tx, user_id)


def references(of: DataType, type_id: str, dialect: Dialect) -> list[Sized]:
    """Statements that clean the references from things of one type to things of another (or the same)."""
    found = []
    for field in of.fields.values():
        if (field.type.kind, field.type.of) != ("thing", type_id):
            continue
        if field.type.is_list:
            found.append(_unlist(dialect, list_table(of.id, field.id), columns("value", field.type.item)[0][0]))
        else:
            found.append(_unset(dialect, table(of.id), columns(field.id, field.type)[0][0]))
    return found


def _unset(dialect: Dialect, owner: Sql, column: str) -> Sized:
    name = ident(column)
    return Sized(dialect, lambda ids: sql("UPDATE {} SET {} = NULL WHERE {} IN ({})", owner, name, name, ids))


def _unlist(dialect: Dialect, items: Sql, column: str) -> Sized:
    return Sized(dialect, lambda ids: sql("DELETE FROM {} WHERE {} IN ({})", items, ident(column), ids))
