"""What runs that have not ended have changed, as it was before they did."""

from __future__ import annotations

from typing import Final

from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Row, Tx

_KEEP: Final = prepared(
    "INSERT INTO op_changes (run_id, type_id, thing_id, number, before)"
    " VALUES ({}, {}, {}, {}, {})"
    " ON CONFLICT (run_id, type_id, thing_id) DO NOTHING",
    *[HOLE] * 5,
)
_TAKE: Final = prepared("DELETE FROM op_changes WHERE run_id = {} RETURNING number, type_id, thing_id, before", HOLE)


def keep(tx: Tx, run_id: str, number: int, type_id: str, thing_id: str, before: str | None) -> None:
    """Keep what a thing was like before a run changed it first; what is kept already stays."""
    tx.change(_KEEP.of(tx), (run_id, type_id, thing_id, number, before))


def take(tx: Tx, run_id: str) -> list[Row]:
    """What a run that ends has changed, in order: rows of the type's id, the thing's id and what it was like (JSON text)."""
    rows = tx.rows(_TAKE.of(tx), (run_id,))
    return [row[1:] for row in sorted(rows, key=lambda row: row[0])]
