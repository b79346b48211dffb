"""The items of loops that runs are in the middle of."""

from __future__ import annotations

from typing import Final

from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx

_PUT: Final = prepared(
    "INSERT INTO op_loops (run_id, depth, items) VALUES ({}, {}, {})"
    " ON CONFLICT (run_id, depth) DO UPDATE SET items = excluded.items",
    *[HOLE] * 3,
)
_GET: Final = prepared("SELECT items FROM op_loops WHERE run_id = {} AND depth = {}", HOLE, HOLE)
_DROP: Final = prepared("DELETE FROM op_loops WHERE run_id = {}", HOLE)


def put(tx: Tx, run_id: str, depth: int, items: str) -> None:
    """Keep the items (JSON text) of the loop at a depth of a run, instead of those of a former loop there."""
    tx.change(_PUT.of(tx), (run_id, depth, items))


def get(tx: Tx, run_id: str, depth: int) -> str | None:
    """The items of the loop at a depth of a run, as JSON text."""
    row = tx.row(_GET.of(tx), (run_id, depth))
    return None if row is None else row[0]


def drop(tx: Tx, run_id: str) -> None:
    """Forget the loops of a run that has ended."""
    tx.change(_DROP.of(tx), (run_id,))
