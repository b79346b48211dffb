"""The processes that share a database: each holds a lease, and must not write for its runs once that has run out.

Time is the database's own clock. A lease that has run out is never renewed: others have taken over by then, or are
about to. What a process does for a run names it as the owner, in the very statement that writes the run.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, sql
from offpage.store.failures import LeaseLost
from offpage.store.statement import HOLE, Prepared, prepared
from offpage.store.tx import Tx

Kind = Literal["serve", "worker", "command"]
"""What a process is: it serves requests and runs workflows, it only runs workflows, or it is a command."""


class Holder(NamedTuple):
    """A process that holds a lease: `place` says which it is for people, `serving` which deploy it runs."""

    id: str
    kind: Kind
    place: str
    serving: int | None


def alive(dialect: Dialect, owner: Sql) -> Sql:
    """Whether the process named by a term holds its lease."""
    return sql(
        "EXISTS (SELECT 1 FROM op_leases WHERE op_leases.id = {} AND op_leases.lease_until > {})",
        owner,
        dialect.present,
    )


_JOIN: Final = Prepared(
    lambda dialect: sql(
        "INSERT INTO op_leases (id, kind, place, lease_until) VALUES ({}, {}, {}, {} + {})",
        *[HOLE] * 3,
        dialect.present,
        HOLE,
    )
)
_RENEW: Final = Prepared(
    lambda dialect: sql(
        "UPDATE op_leases SET lease_until = {} + {} WHERE id = {} AND lease_until > {}",
        dialect.present,
        HOLE,
        HOLE,
        dialect.present,
    )
)
_LEAVE: Final = prepared("DELETE FROM op_leases WHERE id = {}", HOLE)
_SERVING: Final = prepared("UPDATE op_leases SET serving = {} WHERE id = {}", HOLE, HOLE)
_LIVING: Final = Prepared(
    lambda dialect: sql(
        "SELECT id, kind, place, serving FROM op_leases WHERE lease_until > {} ORDER BY id", dialect.present
    )
)
_LEAST: Final = Prepared(
    lambda dialect: sql(
        "SELECT min(coalesce(serving, 0)) FROM op_leases WHERE kind <> 'command' AND lease_until > {}",
        dialect.present,
    )
)
_FORGET: Final = Prepared(
    lambda dialect: sql(
        "DELETE FROM op_leases WHERE lease_until <= {}"
        " AND NOT EXISTS (SELECT 1 FROM op_runs WHERE state <> 'finished' AND state IN ('running', 'outside')"
        " AND owner = op_leases.id)"
        " AND NOT EXISTS (SELECT 1 FROM op_queue WHERE state = 'running' AND lease_owner = op_leases.id)",
        dialect.present,
    )
)
_HOLDS: Final = Prepared(lambda dialect: sql("SELECT 1 WHERE {}", alive(dialect, dialect.bound("text", HOLE))))


def join(tx: Tx, holder: Holder, lease_ms: int) -> None:
    """Let a process hold a lease from now on."""
    tx.change(_JOIN.of(tx), (holder.id, holder.kind, holder.place, lease_ms))


def renew(tx: Tx, process_id: str, lease_ms: int) -> bool:
    """Hold the lease for longer. False: it has run out, and is not to be had again."""
    return tx.change(_RENEW.of(tx), (lease_ms, process_id)) == 1


def leave(tx: Tx, process_id: str) -> None:
    """Hold the lease no more: what the process has not ended is free at once."""
    tx.change(_LEAVE.of(tx), (process_id,))


def set_serving(tx: Tx, process_id: str, number: int | None) -> None:
    """Say which deploy a process runs."""
    tx.change(_SERVING.of(tx), (number, process_id))


def serving(tx: Tx) -> int | None:
    """The deploy that all servers and workers run at least; None where there is none of them."""
    row = tx.row(_LEAST.of(tx))
    return int(row[0]) if row and row[0] is not None else None


def living(tx: Tx) -> list[Holder]:
    """The processes that hold their leases."""
    return [Holder._make(row) for row in tx.rows(_LIVING.of(tx))]


def forget(tx: Tx) -> int:
    """Forget the processes whose leases have run out, and that have left nothing behind; returns how many."""
    return tx.change(_FORGET.of(tx))


def check(tx: Tx, process_id: str | None) -> None:
    """The fence: raise LeaseLost if a process must not write any more. None is a process that is alone."""
    if process_id is not None and tx.row(_HOLDS.of(tx), (process_id,)) is None:
        raise LeaseLost
