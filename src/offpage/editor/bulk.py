"""A workflow over many things: what that would take, then doing it as a batch."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.thing_asked import things_of, type_of, wanted_of
from offpage.editor.trying import say_ran
from offpage.engine.adding_up import add_up
from offpage.host.bulk import Bulk, Wanted
from offpage.host.bulk_estimate import estimated
from offpage.kernel.errors import AppError, Conflict, InvalidData
from offpage.program.program import Program
from offpage.store.batches import Batch
from offpage.values.types import thing

MOST: Final = 200_000


class BulkAsked(msgspec.Struct):
    """Which workflow over which things: those with these ids, or (None) all that the query finds.

    `parameters` are the workflow's others, as text. `estimate`: only tell what it would take.
    """

    workflow: str
    ids: list[str] | None = None
    parameters: dict[str, str] = {}
    at_once: int = 20
    stop_on_failure: bool = False
    estimate: bool = True


class BulkTold(msgspec.Struct):
    """What it takes, or (`batch_id`) that it has begun. `measured` on so many former runs; 0: guessed by its steps."""

    count: int
    workload: float
    workload_each: float
    seconds: float | None
    measured: int
    batch_id: str = ""


class BulkWorkflow(msgspec.Struct):
    """A workflow that takes a thing of the type, and what else it is given."""

    name: str
    label: str
    parameters: list[dict[str, Any]]


LOOK_SECONDS: Final = 1.0
"""How long is added up what runs have cost, before it is said what more would."""


class BulkWorkflows(msgspec.Struct):
    """The workflows that can run over things of a type."""

    workflows: list[BulkWorkflow]


async def offered(asked: Asked) -> BulkWorkflows:
    """The workflows that can run over things of a type."""
    return BulkWorkflows(_fitting(asked.runner.program, type_of(asked).id))


async def run(asked: Asked, body: BulkAsked) -> BulkTold:
    """Tell what running the workflow over the things would take; or begin it."""
    runner, of, things, wanted = asked.runner, type_of(asked), things_of(asked), wanted_of(asked)
    ids = body.ids
    if ids is None:
        ids = await runner.database.reading(lambda tx: things.ids(tx, of, wanted, MOST + 1))
    if len(ids) > MOST:
        raise InvalidData(f"More than {MOST:,} things. Narrow the search, or use: offpage bulk")
    name = body.workflow
    now = runner.machine.clock.now()
    await asyncio.to_thread(add_up, runner.database, LOOK_SECONDS)
    found = await runner.database.reading(lambda tx: estimated(tx, runner.program, name, now))
    seconds = None if found.ms is None else len(ids) * found.ms / 1000
    told = BulkTold(len(ids), len(ids) * found.workload, found.workload, seconds, found.measured)
    if body.estimate:
        return told
    given = Wanted(name, of.id, "", body.parameters, max(1, body.at_once), body.stop_on_failure, tuple(ids))

    def begin() -> Batch:
        return Bulk(runner, alone=False).begin(given)

    try:
        batch = await asyncio.to_thread(begin)
    except AppError as error:
        raise Conflict(error.message) from error
    runner.engine.wake()
    told.batch_id = batch.id
    say_ran(asked, name, batch=batch.id)
    return told


def _fitting(program: Program, type_id: str) -> list[BulkWorkflow]:
    found = []
    for one in program.workflows.values():
        place = next((at for at, given in enumerate(one.parameters) if given.type == thing(type_id)), None)
        if one.trigger == "api" and place is not None:
            others = [
                {"name": given.name, "type": str(given.type), "optional": given.optional}
                for at, given in enumerate(one.parameters)
                if at != place
            ]
            found.append(BulkWorkflow(one.name, one.label, others))
    return sorted(found, key=lambda one: one.label)


ROUTES = (
    Route("GET", "/{env}/data/{type}/bulk", Role.VIEW, offered),
    Route("POST", "/{env}/data/{type}/bulk", Role.OPERATE, run),
)
