"""Waiting runs: added, claimed when they are due, and gone when they have finished.

A process that shares its database claims runs before it executes them. If it dies, its lease runs out (`leases`), and
`take_from_the_dead` lets them wait again; what the dead (or merely paused) process still tries with them is refused, because
every statement names the owner.
"""

from __future__ import annotations

from collections.abc import Sequence

from offpage.store import answers
from offpage.store import queue_text as text
from offpage.store.queue_text import AGAIN, CLAIMED, HIGH, LOW, NORMAL, RETRY, QueuedRun
from offpage.store.tx import Row, Tx

__all__ = [
    "AGAIN",
    "CLAIMED",
    "HIGH",
    "LOW",
    "NORMAL",
    "RETRY",
    "QueuedRun",
    "add",
    "add_many",
    "cancel",
    "cancel_all",
    "cancel_tied",
    "claim",
    "count",
    "count_due",
    "count_parked",
    "count_paused",
    "get",
    "let_go",
    "next_due",
    "next_in_line",
    "parked",
    "paused",
    "put_keyed",
    "remove",
    "settling",
    "take",
    "take_claimed",
    "take_from_the_dead",
    "unpause",
    "waiting",
]


def add(tx: Tx, run: QueuedRun) -> None:
    """Let a run wait. It may be added as `running`, with a lease, if this process is about to do it itself."""
    tx.change(text.INSERTS[1].of(tx), run[: text.WIDTH])


def add_many(tx: Tx, runs: Sequence[QueuedRun]) -> None:
    """Let many runs wait, with few statements."""
    done = 0
    for size in text.CHUNKS:
        insert = text.INSERTS[size].of(tx)
        while len(runs) - done >= size:
            tx.change(insert, [item for run in runs[done : done + size] for item in run[: text.WIDTH]])
            done += size


def put_keyed(tx: Tx, run: QueuedRun, *, replace: bool) -> QueuedRun | None:
    """Let a run with a key wait, in place of the one that waits under it; or, without `replace`, only if none does.

    Returns the run that waits there already and stays, None if it is this one that waits now.
    """
    if replace:
        tx.change(text.DROP_KEYED.of(tx), (run.workflow, run.key))
    if tx.change(text.KEEP.of(tx), run[: text.WIDTH]) == 1:
        return None
    row = tx.row(text.KEYED.of(tx), (run.workflow, run.key))
    return _queued(row) if row else None


def claim(tx: Tx, now: int, limit: int, owner: str, lease_ms: int, first: int = HIGH) -> list[QueuedRun]:
    """Take up to `limit` due runs, those of the priority `first` and the longest due first: one statement."""
    rows = tx.rows(text.CLAIM[first].of(tx), (*(now, limit) * 3, limit, now + lease_ms, owner))
    claimed = [_queued(row) for row in rows]
    claimed.sort(key=lambda run: (run.priority != first, *_order(run)))
    return claimed


def take_claimed(tx: Tx, claimed: Sequence[QueuedRun], owner: str) -> list[QueuedRun]:
    """Take claimed runs (a few, see `CLAIMED`) out of the queue, to be executed in this very transaction: the fence.

    Those are missing that are not this owner's any more; all are, where its lease has run out.
    """
    ours: set[str] = set()
    if placed := [one for one in claimed if one.row_place is not None]:
        which = [item for one in _filled(placed) for item in (one.row_place, one.id)]
        ours.update(row[0] for row in tx.rows(text.TAKE_WHERE_THEY_STAND.of(tx), (*which, owner)))
    if left := [one for one in claimed if one.id not in ours]:  # moved meanwhile (VACUUM FULL), or not ours any more
        ours.update(row[0] for row in tx.rows(text.TAKE_CLAIMED.of(tx), (*_ids(left), owner)))
    return [_untied(tx, one._replace(state="waiting")) for one in claimed if one.id in ours]


def let_go(tx: Tx, claimed: Sequence[QueuedRun], owner: str) -> None:
    """Let claimed runs wait again that were not executed."""
    for place in range(0, len(claimed), text.CLAIMED):
        tx.change(text.LET_GO.of(tx), (*_ids(claimed[place : place + text.CLAIMED]), owner))


def take_from_the_dead(tx: Tx, limit: int) -> int:
    """Let the runs wait again that were claimed by processes whose leases have run out; returns how many."""
    return tx.change(text.TAKE_FROM_THE_DEAD.of(tx), (limit,))


def take(tx: Tx, now: int, limit: int, first: int = HIGH) -> list[QueuedRun]:
    """Take up to `limit` due runs out of the queue, to be executed in this very transaction.

    Those of the priority `first` come before the others, which come in their order. Needs no lease: if the transaction does not commit, they wait as before.
    """
    taken = [_queued(row) for row in tx.rows(text.TAKE[first].of(tx), (now, limit, now, limit, now, limit, limit))]
    taken.sort(key=lambda run: (run.priority != first, *_order(run)))
    return taken


def cancel(tx: Tx, run_id: str) -> bool:
    """Remove a run that still waits. False: there is none, it has begun, or it is an item of a batch."""
    row = tx.row(text.CANCEL.of(tx), (run_id,))
    if row is None:
        return False
    if row[1] is not None:  # the delivery that it begins anew is its sender's to repeat
        answers.free_of(tx, row[0], run_id)
    return True


def remove(tx: Tx, run_id: str) -> bool:
    """Take a run that still waits out of the queue; it may be an item of a batch."""
    return tx.change(text.REMOVE.of(tx), (run_id,)) == 1


def cancel_all(tx: Tx, workflow: str | None = None) -> int:
    """Remove every run that waits, or every one of a workflow; returns how many."""
    for name, run_id in tx.rows(text.DELIVERED.of(tx)):
        if workflow in (None, name):
            answers.free_of(tx, name, run_id)
    return tx.change(text.CANCEL_ALL.of(tx)) if workflow is None else tx.change(text.CANCEL_OF.of(tx), (workflow,))


def cancel_tied(tx: Tx, thing_ids: Sequence[str]) -> int:
    """Remove the waiting runs that end with these things; returns how many."""
    gone = done = 0
    for size, statement in sorted(text.DROP_TIED.items(), reverse=True):
        while len(thing_ids) - done >= size:
            gone += tx.change(statement.of(tx), thing_ids[done : done + size])
            done += size
    return gone


def unpause(tx: Tx, workflow: str) -> int:
    """Let the runs of a workflow wait for their moments again; returns how many."""
    return tx.change(text.UNPAUSE.of(tx), (workflow,))


def paused(tx: Tx, *, limit: int = 50, after: tuple[int, str] = (-(2**63), "")) -> list[QueuedRun]:
    """Runs of paused workflows that came due, the longest due first; as `waiting`."""
    return [_queued(row) for row in tx.rows(text.PAUSED.of(tx), (*after, limit))]


def parked(tx: Tx, *, limit: int = 50, after: tuple[int, str] = (-(2**63), "")) -> list[QueuedRun]:
    """Runs that are due and wait for their turns, the longest due first; as `waiting`."""
    return [_queued(row) for row in tx.rows(text.PARKED.of(tx), (*after, limit))]


def next_in_line(tx: Tx, workflow: str, line: str) -> QueuedRun | None:
    """The run whose turn it is in a line, or None."""
    row = tx.row(text.NEXT_IN_LINE.of(tx), (workflow, line))
    return _queued(row) if row else None


def settling(tx: Tx, workflow: str, line: str) -> QueuedRun | None:
    """The run that waits until nobody asks for one any more, or None."""
    row = tx.row(text.SETTLING.of(tx), (workflow, line))
    return _queued(row) if row else None


def next_due(tx: Tx) -> int | None:
    """When the next waiting run is due, or None if none waits."""
    found = [moment for moment in tx.row(text.NEXT_DUE.of(tx)) or () if moment is not None]
    return min(found, default=None)


def get(tx: Tx, run_id: str) -> QueuedRun | None:
    """The waiting or claimed run with this id, or None."""
    row = tx.row(text.GET.of(tx), (run_id,))
    return _queued(row) if row else None


def waiting(tx: Tx, *, limit: int = 50, after: tuple[int, str] = (-(2**63), "")) -> list[QueuedRun]:
    """Waiting runs, the soonest first. To go on, pass (due_at, id) of the last one as `after`."""
    return [_queued(row) for row in tx.rows(text.WAITING.of(tx), (*(*after, limit) * 3, limit))]


def any_of(tx: Tx, workflow: str) -> bool:
    """Whether any run of a workflow waits or runs."""
    return tx.row(text.ANY_OF.of(tx), (workflow,)) is not None


def count(tx: Tx) -> int:
    """How many runs wait."""
    row = tx.row(text.COUNT.of(tx))
    return int(row[0]) if row else 0


def count_due(tx: Tx, now: int) -> int:
    """How many runs wait whose time has come."""
    row = tx.row(text.COUNT_DUE.of(tx), (now,))
    return int(row[0]) if row else 0


def count_paused(tx: Tx) -> int:
    """How many runs of paused workflows have come due."""
    row = tx.row(text.COUNT_PAUSED.of(tx))
    return int(row[0]) if row else 0


def count_parked(tx: Tx) -> int:
    """How many runs wait for their turns."""
    row = tx.row(text.COUNT_PARKED.of(tx))
    return int(row[0]) if row else 0


def _filled(claimed: Sequence[QueuedRun]) -> list[QueuedRun]:
    return [*claimed, *[claimed[-1]] * (text.CLAIMED - len(claimed))]


def _ids(claimed: Sequence[QueuedRun]) -> list[str]:
    return [one.id for one in _filled(claimed)]


def _untied(tx: Tx, run: QueuedRun) -> QueuedRun:
    """A claimed run as it may be added again: what came meanwhile under its key has that for itself."""
    if run.key is not None and tx.row(text.KEYED.of(tx), (run.workflow, run.key)) is not None:
        run = run._replace(key=None)
    if run.settle_by is not None and settling(tx, run.workflow, run.line or "") is not None:
        run = run._replace(settle_by=None)
    return run


def _queued(row: Row) -> QueuedRun:
    place = row[text.WIDTH] if len(row) > text.WIDTH else None
    return QueuedRun._make((*row[: text.WIDTH - 1], bool(row[text.WIDTH - 1]), place))  # SQLite has 1 and 0


def _order(run: QueuedRun) -> tuple[int, int, str]:
    return run.priority, run.due_at, run.id
