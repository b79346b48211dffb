"""What a database has to remember about itself: small texts by name."""

from __future__ import annotations

from typing import Final

from offpage.store.statement import HOLE, holes, prepared
from offpage.store.tx import Tx

_PUT: Final = prepared(
    "INSERT INTO op_settings (key, value) VALUES ({}) ON CONFLICT (key) DO UPDATE SET value = excluded.value", holes(2)
)
_ADD: Final = prepared("INSERT INTO op_settings (key, value) VALUES ({}) ON CONFLICT (key) DO NOTHING", holes(2))
_DROP: Final = prepared("DELETE FROM op_settings WHERE key = {}", HOLE)
_GET: Final = prepared("SELECT value FROM op_settings WHERE key = {}", HOLE)


def put(tx: Tx, key: str, value: str) -> None:
    """Remember a text under a name, in place of what was there."""
    tx.change(_PUT.of(tx), (key, value))


def get(tx: Tx, key: str) -> str | None:
    """The text under a name, or None."""
    row = tx.row(_GET.of(tx), (key,))
    return str(row[0]) if row else None


def first(tx: Tx, key: str, value: str) -> str:
    """Remember a text under a name, unless there is one already; returns the one that stays."""
    tx.change(_ADD.of(tx), (key, value))
    return get(tx, key) or value


def drop(tx: Tx, key: str) -> bool:
    """Forget the text under a name; whether there was one."""
    return tx.change(_DROP.of(tx), (key,)) == 1
