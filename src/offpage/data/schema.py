"""The database's tables follow the app's data types.

Additions happen by themselves. What would take values away from the app is refused unless allowed, and even
then the values are put aside (`total__old_1`), not dropped. A field or type that the app no longer has keeps
its values, and has them again when it comes back. Only `purge` destroys.
"""

from __future__ import annotations

import re
from typing import Final

from offpage.data.alterations import drop_columns, drop_index, drop_table, indexes_of_field
from offpage.data.catalogue import read_catalogue
from offpage.data.desired import place_of
from offpage.data.plan import Plan, Step, plan
from offpage.kernel.errors import AppError
from offpage.model.schema import Schema
from offpage.sql import ddl
from offpage.store.fields import forget_field
from offpage.store.tx import Tx

__all__ = ["Plan", "Step", "apply", "plan", "purge"]

ASIDE: Final = re.compile(r"__old_[0-9]+\Z")


def apply(tx: Tx, schema: Schema, *, allow_data_loss: bool = False) -> Plan:
    """Do what `plan` says, in this transaction, and return it.

    Raises AppError, before anything is changed, when the data does not allow it, or when values would be lost
    and that is not allowed. `details` of the error holds the sentences: `losses`, `obstacles`; and `refusals`,
    the same by field.
    """
    if lock := ddl.alone(tx.dialect):
        tx.run(lock)
    found = plan(tx, schema)
    refused = [*found.obstacles, *(() if allow_data_loss else found.losses)]
    if refused:
        hint = "" if allow_data_loss or not found.losses else "\nAllow this with --allow-data-loss."
        raise AppError(
            "\n".join(refused) + hint, losses=found.losses, obstacles=found.obstacles, refusals=found.refusals
        )
    for step in found.steps:
        step.do(tx)
    return found


def purge(tx: Tx) -> list[str]:
    """Destroy what the schema that was applied last does not use; returns a sentence for each table or column."""
    if lock := ddl.alone(tx.dialect):
        tx.run(lock)
    catalogue = read_catalogue(tx)
    used = {key: place_of(*key, known.type) for key, known in catalogue.fields.items() if not known.dropped}
    unused = {key: place_of(*key, known.type) for key, known in catalogue.fields.items() if known.dropped}
    tables = {place.table for place in used.values()}
    said = []
    for name, there in sorted(catalogue.tables.items()):
        if name not in tables:
            if ASIDE.search(name) or any(place.table == name for place in unused.values()):
                drop_table(name)(tx)
                said.append(f"Dropped the table {name}.")
            continue
        kept = {one for place in used.values() if place.table == name for one in place.names}
        ours = {one for place in unused.values() if place.table == name for one in place.names}
        for type_id, field_id in (key for key, place in unused.items() if place.table == name):
            for index in indexes_of_field(type_id, field_id):
                if index in catalogue.indexes:
                    drop_index(index)(tx)
        gone = sorted(one for one in there - kept if one in ours or ASIDE.search(one))
        drop_columns(name, gone)(tx)
        said += [f"Dropped the column {one} of {name}." for one in gone]
    for type_id, field_id in unused:
        forget_field(tx, type_id, field_id)
    return said
