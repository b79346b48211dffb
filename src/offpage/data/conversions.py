"""Changes of a field's type that keep its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from offpage.data.desired import Place
from offpage.data.statements import HOLE, rendered
from offpage.sql.fragment import ident, join, sql
from offpage.store.tx import Tx
from offpage.values.codec import Forms, decoder, encoder, to_json, to_text
from offpage.values.types import JSON, TEXT, Type

Way = Literal["as it is", "value by value", "into a list"]

AS_TEXT: Final = frozenset({"file", "image", "thing", "option"})
"""Kinds that are kept as text already."""

WRITTEN_OUT: Final = frozenset({"number", "yes_no"})
"""Kinds that can be written as text and read back without loss."""

CHUNK: Final = 1000
"""How many values are converted at a time."""


def way(old: Type, new: Type) -> Way | None:
    """How values of the old type become values of the new one without loss; None where they cannot."""
    if old == new:
        return "as it is"
    if new.is_list:
        if not old.is_list:
            return "into a list" if _kept_alike(old, new.item) else None
        return "as it is" if _kept_alike(old.item, new.item) else None
    if old.is_list:
        return None
    if _kept_alike(old, new):
        return "as it is"
    if (new == TEXT and old.kind in WRITTEN_OUT) or (new == JSON and old.kind in {"text", *WRITTEN_OUT}):
        return "value by value"
    return None


def _kept_alike(old: Type, new: Type) -> bool:
    """Whether the database keeps both in the same columns, and every value of the old is one of the new."""
    return old == new or (new == TEXT and old.kind in AS_TEXT) or {old.kind, new.kind} == {"file", "image"}


def fill(tx: Tx, old: Type, new: Type, source: Place, target: Place) -> None:
    """Fill the new place of a field from its old one."""
    if target.is_list:
        _fill_list(tx, source, target)
    else:
        _fill_column(tx, source, target, _converter(old, new))


def _converter(old: Type, new: Type) -> Callable[[Any], Any]:
    read, write, forms = decoder(old), encoder(new), Forms()
    say = to_text if new == TEXT else to_json
    return lambda stored: write(say(old, read((stored,)), forms))[0]


def _fill_list(tx: Tx, source: Place, target: Place) -> None:
    names = [ident(name) for name in source.names]
    filled = join(" OR ", [sql("{} IS NOT NULL", name) for name in names])
    copy = sql(
        "INSERT INTO {} (owner, {}) SELECT id, {} FROM {} WHERE {} ORDER BY created_date, id",
        ident(target.table),
        join(", ", [ident(name) for name in target.names]),
        join(", ", names),
        ident(source.table),
        filled,
    )
    tx.run(copy)


def _fill_column(tx: Tx, source: Place, target: Place, convert: Callable[[Any], Any]) -> None:
    table, old, new = ident(source.table), ident(source.names[0]), ident(target.names[0])
    read = rendered(
        tx.dialect,
        sql("SELECT id, {} FROM {} WHERE id > {} AND {} IS NOT NULL ORDER BY id LIMIT {}", old, table, HOLE, old, HOLE),
    )
    write = rendered(tx.dialect, sql("UPDATE {} SET {} = {} WHERE id = {}", table, new, HOLE, HOLE))
    last = ""
    while rows := tx.rows(read, (last, CHUNK)):
        for thing_id, value in rows:
            tx.change(write, (convert(value), thing_id))
        last = rows[-1][0]
