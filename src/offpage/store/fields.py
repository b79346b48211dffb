"""The maker's fields as they were last applied to the tables (`op_fields`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx


class KnownField(NamedTuple):
    """One field: its type as text, and whether the app no longer has it (its values are kept until purged)."""

    type_id: str
    field_id: str
    type: str
    dropped: bool


_ALL: Final = prepared("SELECT type_id, field_id, type, dropped FROM op_fields ORDER BY type_id, field_id")
_KEEP: Final = prepared(
    "INSERT INTO op_fields (type_id, field_id, type, dropped) VALUES ({}, {}, {}, {}) "
    "ON CONFLICT (type_id, field_id) DO UPDATE SET type = excluded.type, dropped = excluded.dropped",
    HOLE,
    HOLE,
    HOLE,
    HOLE,
)
_FORGET: Final = prepared("DELETE FROM op_fields WHERE type_id = {} AND field_id = {}", HOLE, HOLE)


def known_fields(tx: Tx) -> list[KnownField]:
    """Every field that the tables have or keep."""
    return [KnownField(type_id, field_id, of, bool(dropped)) for type_id, field_id, of, dropped in tx.rows(_ALL.of(tx))]


def keep_fields(tx: Tx, fields: Iterable[KnownField]) -> None:
    """Note fields as they are now."""
    for field in fields:
        tx.change(_KEEP.of(tx), field)


def forget_field(tx: Tx, type_id: str, field_id: str) -> None:
    """Forget a field whose values are gone."""
    tx.change(_FORGET.of(tx), (type_id, field_id))
