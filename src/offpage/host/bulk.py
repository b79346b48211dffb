"""A workflow over all things of a type, or some of them, from outside a server.

Where a server has the database open, it does the work and this process looks on; otherwise this process does it.
Either way the batch is in the database: whoever is interrupted, it can be resumed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from offpage.accounts.actor import ADMIN
from offpage.actions.action import Prop
from offpage.actions.kinds import LISTED
from offpage.actions.scheduling import ItemArguments, Listed, Pace
from offpage.engine.run import Run
from offpage.engine.running import Running
from offpage.engine.waiting import new_batch
from offpage.expr.scope import Scope
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Name, Place, app_runner, command_lease, open_database
from offpage.host.one_run import find_workflow, read_parameters
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import AppError, NotFound
from offpage.kernel.events import Events
from offpage.kernel.issues import Issues
from offpage.model.node import Scalar
from offpage.program.listing import read_list
from offpage.program.program import BoundProp, Program, Workflow
from offpage.program.reading import Reader
from offpage.store import batches
from offpage.store.batches import Batch
from offpage.store.failures import Taken
from offpage.store.tx import Tx
from offpage.values.types import thing

TURN_SECONDS: Final = 0.02
"""How long one transaction of this process goes on."""
LOOK_SECONDS: Final = 0.2

Told = Callable[[Batch], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which workflow is to run over which things: an expression over `this`, or "" for all; parameters as text."""

    workflow: str
    type_id: str
    where: str
    texts: Mapping[str, str]
    at_once: int
    stops: bool
    ids: tuple[str, ...] | None = None
    """These things, instead of those that `where` finds."""


class Bulk:
    """An app whose database this process works on (`alone`), or looks into beside a server."""

    def __init__(self, runner: AppRunner, *, alone: bool) -> None:
        self._runner = runner
        self.alone = alone

    def begin(self, wanted: Wanted) -> Batch:
        """Keep the batch with its items. Raises NotFound, AppError and the like before anything is written."""
        runner = self._runner
        workflow = find_workflow(runner.program, wanted.workflow)
        place = _place(workflow, wanted.type_id, runner.program)
        others = tuple(one for at, one in enumerate(workflow.parameters) if at != place)
        given = read_parameters(runner.program, replace(workflow, parameters=others), wanted.texts)
        shared = [*given[:place], None, *given[place:]]
        listed = None if wanted.ids is not None else _listed(runner.program, wanted)
        pace = Pace(None, wanted.at_once, "stop" if wanted.stops else "continue")

        def segment(tx: Tx) -> Batch:
            now = runner.machine.clock.now()
            running = Running(tx, Run("", runner.program, workflow, [], ADMIN), runner.around, runner.program.forms)
            tx.deadline = None
            arguments = ItemArguments(shared, (place,), lambda item: [])
            batch = new_batch(running, workflow, False, arguments, pace, now, now)._replace(parent_id=None)
            batch = batches.add(tx, batch)
            if listed is None:
                return batches.set_total(tx, batch, batches.add_items(tx, batch, wanted.ids or ()))
            found: Listed = listed.read(running)
            select = found.statement()
            count = batches.select_items(tx, batch, *select) if select else batches.add_items(tx, batch, found.items())
            return batches.set_total(tx, batch, count)

        return runner.database.write_now(segment)

    def resume(self, batch_id: str) -> Batch:
        """Go on with a batch that was interrupted. Raises NotFound."""
        database, now = self._runner.database, self._runner.machine.clock.now()
        database.write_now(lambda tx: batches.resume(tx, batch_id, now))
        return self._now(batch_id)

    def pause(self, batch_id: str) -> None:
        """Let no further item begin, until somebody resumes it."""
        self._runner.database.write_now(lambda tx: batches.pause(tx, batch_id))

    async def follow(self, batch_id: str, told: Told) -> Batch:
        """Do the work, or look on, until the batch has ended or is paused; `told` hears how far it is."""
        try:
            while True:
                count = await self._work(batch_id)
                batch = self._now(batch_id)
                told(batch)
                if batch.has_ended or batch.state == "paused":
                    return batch
                if not count:
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._runner.engine.stop()

    async def _work(self, batch_id: str) -> int:
        return await self._runner.engine.drain_batch(batch_id, TURN_SECONDS) if self.alone else 0

    def _now(self, batch_id: str) -> Batch:
        found = self._runner.database.read(lambda tx: batches.get(tx, batch_id))
        if found is None:
            raise NotFound(f"There is no batch {batch_id}. See them with: offpage batches list")
        return found


@contextmanager
def open_bulk(place: Place, name: Name, events: Events) -> Iterator[Bulk]:
    """An app ready for work on many of its things."""
    try:
        database, alone = open_database(place, name, events), True
    except Taken:
        database, alone = open_database(place, name, events, shared=True), False
    try:
        machine = this_machine(SystemClock(), events)
        with command_lease(database, events) as lease:
            yield Bulk(app_runner(place, name, database, machine, lease=lease), alone=alone)
    finally:
        database.close()


def _place(workflow: Workflow, type_id: str, program: Program) -> int:
    """Which parameter takes the thing. Raises AppError."""
    if type_id not in program.schema.types:
        raise NotFound(f"There is no data type {type_id}. There are: {', '.join(program.schema.types)}.")
    if workflow.trigger != "api":
        raise AppError(f"The workflow {workflow.name} does not have `trigger: api`: nothing schedules it.")
    for at, parameter in enumerate(workflow.parameters):
        if parameter.type == thing(type_id):
            return at
    raise AppError(f"The workflow {workflow.name} takes no {type_id}: give it a parameter of this type.")


def _listed(program: Program, wanted: Wanted) -> BoundProp:
    """The search. Raises AppError with what is wrong in the expression."""
    issues = Issues()
    reader = Reader(program.schema, program.dialect, program.forms, issues)
    reader.access = program.privacy
    condition = wanted.where.strip().removeprefix("=")
    text = f'=search("{wanted.type_id}", {condition})' if condition else f'=search("{wanted.type_id}")'
    prop: Prop[Any] = Prop(LISTED, "List")
    found = read_list(reader, prop, Scalar(text, text, plain=False), Scope(program.schema), "--where")
    if found is None or issues.errors:
        raise AppError("\n".join(f"--where: {issue.message}" for issue in issues) or "--where cannot be understood.")
    return found[0]
