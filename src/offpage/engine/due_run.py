"""A row of the queue as the run that it is: its program, its workflow, its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from offpage.accounts.actor import Actor
from offpage.data.frozen import FrozenThing
from offpage.engine.calls import RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.packing import unpack_all
from offpage.engine.run import Run
from offpage.kernel.errors import LimitReached, StepError
from offpage.program.program import Program, Workflow
from offpage.services.sealing import Sealing
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx
from offpage.values.types import Type


def definition_of(tx: Tx, definitions: Definitions, definition: str, name: str) -> tuple[Program, Workflow]:
    """The program of a snapshot, and a workflow of it. Raises StepError where they are not there any more."""
    program = definitions.get(tx, definition)
    workflow = program.workflows.get(name) if program else None
    if program is not None and name in program.broken:
        raise StepError(
            f"This run belongs to a former version of the app, and {name} cannot run as it was then: "
            f"{program.broken[name][0].message}"
        )
    if program is None or workflow is None:
        raise StepError(f"The workflow {name} of the definition that this run belongs to is not there any more.")
    return program, workflow


def run_of(tx: Tx, waiting: QueuedRun, definitions: Definitions, sealing: Sealing) -> Run:
    """The run that waits.

    Raises StepError where it cannot run any more, LimitReached where it is too deep, KeyLost where it is sealed.
    """
    program, workflow = definition_of(tx, definitions, waiting.definition, waiting.workflow)
    check_depth(program, waiting.depth)
    types = [parameter.type for parameter in workflow.parameters]
    request = msgspec.json.decode(sealing.open(waiting.request)) if waiting.request else None
    parameters = unpack_all(types, msgspec.json.decode(sealing.open(waiting.parameters)))
    check_frozen(program, types, parameters)
    delivery = msgspec.json.decode(waiting.delivery, type=tuple[str, str]) if waiting.delivery else None
    return Run(
        id=waiting.id,
        program=program,
        workflow=workflow,
        parameters=parameters,
        actor=Actor(waiting.actor, waiting.user_id),  # type: ignore[arg-type]  # one of the three words
        request=None if request is None else RequestData.from_data(request),
        trigger=waiting.trigger,
        depth=waiting.depth,
        parent_id=waiting.parent_id,
        queued_at=waiting.due_at,
        zone=ZoneInfo(waiting.zone) if waiting.zone else None,
        ip=waiting.ip or "",
        accepted=waiting.trigger == "api",
        idempotency=delivery,
        ignore_privacy=bool(waiting.ignore_privacy),
    )


def check_frozen(program: Program, types: Sequence[Type], values: Sequence[Any]) -> None:
    """Raise StepError for a thing as it was when its type had other fields."""
    for of, value in zip(types, values, strict=True):
        if isinstance(value, FrozenThing):
            fields = program.schema.types[of.of].fields.values()
            if [field.type for field in fields] != list(value.types):
                raise StepError(
                    f"This run belongs to a former version of the app, and the fields of {of.of} have changed since, so"
                    " that `before` cannot be read any more."
                )


def check_depth(program: Program, depth: int) -> None:
    """Raise LimitReached for a run that is scheduled deeper than the app allows."""
    limit = program.app.settings.limits.recursion_depth
    if limit and depth > limit:
        raise LimitReached(
            f"Not run: it is number {depth} in a chain of workflows that schedule one another, and"
            f" limits.recursion_depth in app.yaml allows {limit}. Raise it, or set 0 for no limit, if this is wanted."
        )
