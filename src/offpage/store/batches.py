"""Batches and their items: written at once, taken in order, counted exactly.

What a chunk of items did, the counters and the cursor change in one transaction, so that a crash leaves either all
of it or nothing. An item that is done leaves its table; one that failed stays, and can be tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from offpage.store import batch_text as text
from offpage.store import flow
from offpage.store.batch_text import Batch, BatchState
from offpage.store.tx import Row, Tx

__all__ = ["Batch", "BatchState", "Counts", "Item"]


class Item(NamedTuple):
    """One item that waits: its place, and what it is (see `Batch.places`)."""

    seq: int
    item: str


class Counts(NamedTuple):
    """How many items ended in which way, how many went outside, and the workload of them all."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    outside: int = 0
    workload: float = 0.0


def add(tx: Tx, batch: Batch) -> Batch:
    """Keep a new batch, still without items; returns it with its `seq`."""
    row = tx.row(text.INSERT.of(tx), batch[:-1])
    assert row is not None
    return batch._replace(seq=int(row[0]))


def select_items(tx: Tx, batch: Batch, select: str, values: Sequence[Any]) -> int:
    """Give a batch the things that a SELECT of one column finds, with one statement; returns how many."""
    return tx.change(f"WITH chosen(id) AS ({select}) {text.SELECT_INTO.of(tx)}", (*values, batch.seq))


def add_items(tx: Tx, batch: Batch, items: Iterable[str]) -> int:
    """Give a batch these items, with few statements; returns how many."""
    coming = iter(items)
    count = 0
    while some := list(islice(coming, text.ITEM_CHUNKS[0])):
        done = 0
        for size in text.ITEM_CHUNKS:
            insert = text.INSERT_ITEMS[size].of(tx)
            while len(some) - done >= size:
                rows = enumerate(some[done : done + size], count + done + 1)
                tx.change(insert, [one for seq, item in rows for one in (batch.seq, seq, item)])
                done += size
        count += len(some)
    return count


def set_total(tx: Tx, batch: Batch, total: int) -> Batch:
    """Note how many items a new batch has."""
    tx.change(text.SET_TOTAL.of(tx), (total, total, batch.seq))
    return batch._replace(total=total, last_seq=total)


def due(tx: Tx, now: int, only: str | None = None) -> Batch | None:
    """The batch whose turn it is (or the one with the id `only`, if it is its turn), held for this transaction."""
    if only is not None:
        return _batch(tx.row(text.DUE_ONE.of(tx), (now, only)))
    return _batch(tx.row(text.DUE.of(tx), (now,)))


def due_ids(tx: Tx, now: int, limit: int) -> list[str]:
    """The ids of the batches whose turns it is."""
    return [row[0] for row in tx.rows(text.DUE_IDS.of(tx), (now, limit))]


def next_due(tx: Tx) -> int | None:
    """When there is something to do for a batch, or None."""
    row = tx.row(text.NEXT_DUE.of(tx))
    return None if row is None or row[0] is None else int(row[0])


def items(tx: Tx, batch: Batch, limit: int) -> list[Item]:
    """The next items."""
    return [Item._make(row) for row in tx.rows(text.ITEMS.of(tx), (batch.seq, batch.cursor, limit))]


def note(tx: Tx, batch_seq: int, seq: int, state: str, run_id: str) -> None:
    """Note that an item failed or is outside, with the run that has the record of it."""
    tx.change(text.NOTE.of(tx), (state, run_id, batch_seq, seq))


def advance(tx: Tx, batch: Batch, counts: Counts, cursor: int, next_at: int | None, now: int) -> Batch:
    """The items up to `cursor` have been taken, and ended so; returns the batch as it is now."""
    if cursor > batch.cursor:
        tx.change(text.DONE.of(tx), (batch.seq, batch.cursor, cursor))
    return _there(tx.row(text.ADVANCE.of(tx), (*counts, cursor, next_at, now, batch.seq)))


def came_back(tx: Tx, batch_seq: int, seq: int, counts: Counts, now: int) -> Batch | None:
    """An item that was outside has ended; returns the batch as it is now, None if it is there no more."""
    if not counts.failed:
        tx.change(text.DONE_ONE.of(tx), (batch_seq, seq))
    given = (counts.done, counts.failed, counts.skipped, counts.workload, now, batch_seq)
    return _batch(tx.row(text.CAME_BACK.of(tx), given))


def fail_rest(tx: Tx, batch: Batch, run_id: str) -> Batch:
    """None of the items that wait can run; the run has the record of why. Returns the batch as it is now."""
    failed = tx.change(text.FAIL_ITEMS.of(tx), (run_id, batch.seq))
    return _there(tx.row(text.FAIL_REST.of(tx), (failed, batch.seq)))


def end(tx: Tx, batch: Batch, state: BatchState, now: int) -> Batch:
    """End a batch; the items that wait are skipped. Its `on_complete` is taken away, so that it runs but once."""
    skipped = tx.change(text.DROP_REST.of(tx), (batch.seq,)) if batch.left else 0
    if batch.state == "paused":
        flow.open_gate(tx, batch.workflow, flow.gate_of_batch(batch.seq), now)
    return _there(tx.row(text.END.of(tx), (state, skipped, now, batch.seq)))


def rest(tx: Tx, batch: Batch) -> None:
    """Leave a batch alone until it is stirred: its workflow is paused."""
    tx.change(text.REST.of(tx), (batch.seq,))


def stir(tx: Tx, workflow: str, now: int) -> None:
    """The workflow is paused no more: go on with its batches."""
    tx.change(text.STIR.of(tx), (now, workflow))


def pause(tx: Tx, batch_id: str) -> bool:
    """Take no more items of a running batch. False: there is none with this id that runs."""
    return tx.change(text.PAUSE.of(tx), (batch_id,)) == 1


def resume(tx: Tx, batch_id: str, now: int) -> bool:
    """Go on with a paused batch; its interval begins anew. False: there is none with this id that is paused."""
    if tx.change(text.RESUME.of(tx), (now, now, now, now, batch_id)) == 0:
        return False
    batch = get(tx, batch_id)
    assert batch is not None
    flow.open_gate(tx, batch.workflow, flow.gate_of_batch(batch.seq), now)
    return True


def cancel(tx: Tx, batch_id: str, now: int) -> int | None:
    """Skip what waits of a batch that has not ended; returns how many items that was, None if there is no such batch.

    Items that are outside end as they would; the workflow for the end of the batch does not run.
    """
    batch = get(tx, batch_id)
    if batch is None or batch.has_ended:
        return None
    return end(tx, batch, "cancelled", now).skipped - batch.skipped


def forget(tx: Tx, ended_before: int, *, limit: int = 500) -> int:
    """Delete the oldest batches, as far as they ended before a moment, and their failed items; returns how many rows.

    Looks at the oldest `limit` batches only, so that one call is short; call again while it deletes any.
    """
    given = (limit, ended_before)
    items_gone = tx.change(text.FORGET_ITEMS.of(tx), (*given, limit))
    return items_gone + tx.change(text.FORGET.of(tx), given)


def has_failed_of(tx: Tx, batch_id: str, run_id: str) -> bool:
    """Whether items of a batch have failed whose record is this run, and have not been tried again since."""
    batch = get(tx, batch_id)
    row = None if batch is None else tx.row(text.FAILED_OF.of(tx), (batch.seq, run_id))
    return row is not None and int(row[0]) > 0


def retry(tx: Tx, batch_id: str, now: int, run_id: str | None = None) -> int:
    """Let the items that failed (or those whose record is a run) wait again, behind all others; returns how many."""
    batch = get(tx, batch_id)
    if batch is None:
        return 0
    if run_id is None:
        again = tx.change(text.RETRY_ITEMS.of(tx), (batch.last_seq, batch.seq, batch.seq))
    else:
        again = tx.change(text.RETRY_ITEMS_OF.of(tx), (batch.last_seq, batch.seq, run_id, batch.seq))
    if again and batch.has_ended:
        tx.change(text.RETRY.of(tx), (again, again, now, now, batch.seq))
    elif again:
        tx.change(text.RETRY_BESIDE.of(tx), (again, again, now, batch.seq))
    return again


def get(tx: Tx, batch_id: str) -> Batch | None:
    """The batch with this id, or None."""
    return _batch(tx.row(text.GET.of(tx), (batch_id,)))


def by_seq(tx: Tx, seq: int) -> Batch | None:
    """The batch with this number, or None."""
    return _batch(tx.row(text.GET_SEQ.of(tx), (seq,)))


def latest(tx: Tx, *, limit: int = 50, before: int = 2**62) -> list[Batch]:
    """Batches, the newest first. To go on, pass the `seq` of the last one as `before`."""
    return [_there(row) for row in tx.rows(text.LATEST.of(tx), (before, limit))]


def failed_items(tx: Tx, batch: Batch, limit: int = 50) -> list[tuple[int, str, str]]:
    """Items that failed, as (place, what it is, id of the run with the record)."""
    return [(seq, item, run_id) for seq, item, run_id in tx.rows(text.FAILED_ITEMS.of(tx), (batch.seq, limit))]


def _batch(row: Row | None) -> Batch | None:
    return None if row is None else _there(row)


def _there(row: Row | None) -> Batch:
    assert row is not None, "a batch that was there a moment ago"
    batch = Batch._make(row)
    return batch._replace(ignore_privacy=bool(batch.ignore_privacy))  # SQLite has 1 and 0
