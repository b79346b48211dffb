"""What webhooks were sent, as it came: to be looked at, and to be run again."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx


class KeptDelivery(NamedTuple):
    """One delivery. `id` is also that of its run, if it began one; `content` is JSON text, sealed; `bytes` the body's length."""

    id: str
    workflow: str
    received_at: int
    bytes: int
    content: str


class DeliveryLine(NamedTuple):
    """What a list shows. `state` is that of the run, `waiting` before it; "" where there is none, or no more."""

    id: str
    workflow: str
    received_at: int
    bytes: int
    state: str


_COLUMNS: Final = names(KeptDelivery._fields)
_INSERT: Final = prepared("INSERT INTO op_deliveries ({}) VALUES ({})", _COLUMNS, holes(len(KeptDelivery._fields)))
_GET: Final = prepared("SELECT {} FROM op_deliveries WHERE id = {}", _COLUMNS, HOLE)
_LINES: Final = prepared(
    "SELECT d.id, d.workflow, d.received_at, d.bytes, coalesce((SELECT r.state FROM op_runs r WHERE r.id = d.id),"
    " (SELECT 'waiting' FROM op_queue q WHERE q.id = d.id), '') FROM op_deliveries d"
    " WHERE d.received_at >= {} AND d.received_at < {} AND (d.workflow = {} OR {} = '')"
    " ORDER BY d.received_at DESC, d.id DESC LIMIT {}",
    *[HOLE] * 5,
)
_FORGET: Final = prepared(
    "DELETE FROM op_deliveries WHERE id IN"
    " (SELECT id FROM op_deliveries WHERE received_at < {} ORDER BY received_at LIMIT {})",
    HOLE,
    HOLE,
)


def keep(tx: Tx, delivery: KeptDelivery) -> None:
    """Keep a delivery."""
    tx.change(_INSERT.of(tx), delivery)


def get(tx: Tx, delivery_id: str) -> KeptDelivery | None:
    """The delivery with this id, or None."""
    row = tx.row(_GET.of(tx), (delivery_id,))
    return KeptDelivery._make(row) if row else None


def lines(tx: Tx, *, workflow: str, since: int, before: int, limit: int) -> list[DeliveryLine]:
    """Deliveries (of a workflow; "": of all) that came in a time, the latest first."""
    return [DeliveryLine._make(row) for row in tx.rows(_LINES.of(tx), (since, before, workflow, workflow, limit))]


def forget(tx: Tx, received_before: int, limit: int) -> int:
    """Delete up to `limit` deliveries that came before a moment; returns how many."""
    return tx.change(_FORGET.of(tx), (received_before, limit))
