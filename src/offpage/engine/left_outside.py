"""Runs of which only the record is left, taken up where they stood: after a crash, or for a step's next attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from offpage.engine.batch_end import came_back
from offpage.engine.broken import failure_of
from offpage.engine.calls import Outcome
from offpage.engine.definitions import Definitions
from offpage.engine.items import ItemOfBatch
from offpage.engine.progress import Pause
from offpage.engine.restoring import restored
from offpage.engine.segment import Executor
from offpage.engine.unbegun import failed_once_more
from offpage.kernel.errors import OffpageError
from offpage.store import answers, queue, runs
from offpage.store import flow as limits
from offpage.store.tx import Tx

AT_A_TIME: Final = 200


def left_outside(tx: Tx, executor: Executor, definitions: Definitions) -> list[Pause]:
    """The runs that a former process left in the middle of an outside step, ready to go on.

    For a process that has the database for itself: whoever carried them is gone. So are those who had claimed runs, if
    the database is a copy of one that processes shared: these wait again.
    """
    pauses: list[Pause] = []
    while queue.take_from_the_dead(tx, AT_A_TIME):
        pass
    for row in runs.unfinished(tx):
        if row.owner is not None:
            runs.take_on(tx, row.id, None)
            row = row._replace(owner=None)
        try:
            with tx.savepoint():
                pause = take_up(tx, row, executor, definitions)
                pause.run.left_over = True
                pauses.append(pause)
        except Exception as error:  # noqa: BLE001 - one run that cannot go on must not keep the server from starting
            cannot_go_on(tx, row, error, executor, definitions)
    limits.free_lost_places(tx)
    limits.stir(tx, executor.around.clock.now())
    return pauses


def taken_over(tx: Tx, run_ids: Sequence[str], executor: Executor, definitions: Definitions) -> list[Pause]:
    """Those of some runs that nobody carries any more, ready to go on in this process.

    For one that shares the database: what another carries stays with that one.
    """
    pauses: list[Pause] = []
    owner = executor.around.lease.owner
    assert owner is not None
    failed = False
    for run_id in run_ids:
        row = runs.take_over(tx, run_id, owner)
        if row is None:
            continue
        try:
            with tx.savepoint():
                pause = take_up(tx, row, executor, definitions)
                pause.run.left_over = True
                pauses.append(pause)
        except Exception as error:  # noqa: BLE001 - one run that cannot go on must not keep the others from it
            cannot_go_on(tx, row, error, executor, definitions)
            failed = True
    if failed:
        limits.free_lost_places(tx)
        limits.stir(tx, executor.around.clock.now())
    return pauses


def due_again(tx: Tx, run_id: str, executor: Executor, definitions: Definitions) -> Pause | Outcome | None:
    """A run whose step is to be tried again now, ready to go on; or its failure, which is recorded; None if it has ended."""
    row = runs.get(tx, run_id)
    if row is None or row.state not in ("running", "outside"):
        return None
    owner = executor.around.lease.owner
    if row.owner != owner:
        runs.take_on(tx, run_id, owner)
        row = row._replace(owner=owner)
    try:
        with tx.savepoint():
            return take_up(tx, row, executor, definitions)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the queue
        failure = cannot_go_on(tx, row, error, executor, definitions)
        limits.free_lost_places(tx)
        limits.stir(tx, executor.around.clock.now())
        return Outcome(run_id, "failed", error=failure)


def cannot_go_on(tx: Tx, row: runs.Run, error: Exception, executor: Executor, definitions: Definitions) -> OffpageError:
    """Record that a run has failed of which only the record was left. Raises the error again where it may pass."""
    failure = failure_of(error, executor.events, row.id, row.workflow)
    runs.update(tx, failed_once_more(row, failure, executor.around.clock.now()))
    answers.free_of(tx, row.workflow, row.id)
    executor.count(tx, "failed")
    _count_failed_item(tx, executor, definitions, row)
    return failure


def _count_failed_item(tx: Tx, executor: Executor, definitions: Definitions, row: runs.Run) -> None:
    """An item of a batch that cannot go on has failed."""
    item = msgspec.json.decode(row.resume or "{}").get("item")
    if item is not None:
        came_back(tx, executor.around, definitions.get(tx, row.definition), ItemOfBatch(*item), row.id, "failed", 0.0)


def take_up(tx: Tx, row: runs.Run, executor: Executor, definitions: Definitions) -> Pause:
    """A run of which only the record is left, ready to go on where it stood."""
    run, progress, kept = restored(tx, row, executor.around.sealing, definitions)
    resting, attempt = row.state == "running", kept.get("attempt", 1)
    return executor.resume(tx, run, progress, resting=resting, same=kept.get("same"), attempt=attempt)
