"""Batches: how far they are, what failed in them, and what people do to them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_views import label_of
from offpage.host.batch_steering import STEERING
from offpage.host.schedule_view import batch_detail, batch_view
from offpage.kernel.errors import Conflict, NotFound
from offpage.program.program import Program
from offpage.store import batches, pausing
from offpage.store.tx import Tx

MOST_FAILED: Final = 200


class BatchShown(msgspec.Struct):
    """A batch. `progress` from 0 to 1; `rate` in items a second, None before it began; `seconds_left` while it runs."""

    id: str
    workflow: str
    label: str
    state: str
    total: int
    done: int
    failed: int
    skipped: int
    left: int
    outside: int
    progress: float
    rate: float | None
    seconds_left: float | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    interval_ms: int | None
    at_once: int
    on_item_failed: str
    actor: str
    user_id: str | None
    parent_id: str | None
    workload: float


class BatchPage(msgspec.Struct):
    """Batches, the newest first. `cursor`: give it as `before` to go on."""

    batches: list[BatchShown]
    cursor: int | None


class FailedItem(msgspec.Struct):
    """An item that failed: the thing's id, None for what is no thing, the run that has the record of it, and its error."""

    item: str | None
    run: str
    why: str


class BatchDetail(msgspec.Struct):
    """A batch with the first of its failed items."""

    batch: BatchShown
    failed_items: list[FailedItem]


class Steered(msgspec.Struct):
    """What became of a batch, in words."""

    said: str
    batch: BatchShown


async def listed(asked: Asked) -> BatchPage:
    """The latest batches."""
    runner, limit = asked.runner, asked.number("limit", 50, 200)
    before = asked.number("before", 2**62, 2**62)
    program, now = runner.program, runner.machine.clock.now()

    def read(tx: Tx) -> BatchPage:
        found, paused = batches.latest(tx, limit=limit, before=before), pausing.paused(tx)
        rows = [_shown(program, batch_view(one, paused, now)) for one in found]
        return BatchPage(rows, found[-1].seq if len(found) == limit else None)

    return await runner.database.reading(read)


async def shown(asked: Asked) -> BatchDetail:
    """One batch."""
    runner, batch_id = asked.runner, asked.parts["id"]
    program, now = runner.program, runner.machine.clock.now()
    found = await runner.database.reading(lambda tx: batch_detail(tx, batch_id, now, MOST_FAILED))
    if found is None:
        raise _unknown(asked)
    return BatchDetail(_shown(program, found), msgspec.convert(found["failed_items"], list[FailedItem]))


async def steer(asked: Asked) -> Steered:
    """Pause a batch, go on with it, cancel it, or try its failed items again."""
    runner, batch_id, act = asked.runner, asked.parts["id"], asked.parts["act"]
    if act not in STEERING:
        raise NotFound(f"A batch can be told to {', '.join(STEERING)}; not to {act[:20]}.")
    now, program = runner.machine.clock.now(), runner.program

    def segment(tx: Tx) -> tuple[str, dict[str, Any] | None]:
        return STEERING[act](tx, batch_id, now), batch_detail(tx, batch_id, now, 0)

    said, found = await runner.database.written(segment)
    if found is None:
        raise _unknown(asked)
    if not said:
        raise Conflict(f"The batch is {found['state']}: there is nothing to {act}.")
    runner.engine.wake()
    return Steered(said, _shown(program, found))


def _shown(program: Program, view: dict[str, Any]) -> BatchShown:
    return msgspec.convert(view | {"label": label_of(program, view["workflow"])}, BatchShown)


def _unknown(asked: Asked) -> NotFound:
    return NotFound(f"There is no batch {asked.parts['id'][:40]} in {asked.environment}; old ones are forgotten.")


ROUTES = (
    Route("GET", "/{env}/batches", Role.VIEW, listed),
    Route("GET", "/{env}/batches/{id}", Role.VIEW, shown),
    Route("POST", "/{env}/batches/{id}/{act}", Role.OPERATE, steer),
)
