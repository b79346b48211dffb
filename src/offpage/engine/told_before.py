"""What a failed run was told, for the run that begins anew in its place, perhaps of another version of the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from offpage.engine.calls import RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.due_run import check_frozen, definition_of
from offpage.engine.packing import unpack_all
from offpage.engine.record import opened_resume
from offpage.engine.restoring import restored
from offpage.kernel.errors import StepError
from offpage.program.program import Parameter, Workflow
from offpage.services.sealing import Sealing
from offpage.store import runs
from offpage.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Told:
    """What a run is told when it begins."""

    parameters: list[Any]
    request: RequestData | None
    zone: tzinfo | None
    ip: str
    ignore_privacy: bool
    delivery: tuple[str, str] | None = None
    """The key by which a delivery that comes again is known, and what it was sent with."""


def told_before(tx: Tx, row: runs.Run, workflow: Workflow, definitions: Definitions, sealing: Sealing) -> Told:
    """What a failed run was told, as the workflow takes it now. Raises StepError where it cannot, KeyLost."""
    kept = opened_resume(row.resume or "{}", sealing)
    program, former = definition_of(tx, definitions, row.definition, row.workflow)
    if "queued" not in kept:
        run, _, _ = restored(tx, row, sealing, definitions)
        values = _as_now(former.parameters, run.parameters, workflow)
        delivery = run.idempotency if former.dedupe is not None else None
        return Told(values, run.request, run.zone, run.ip, run.ignore_privacy, delivery)
    waited = kept["queued"]
    types = [one.type for one in former.parameters]
    given = unpack_all(types, msgspec.json.decode(sealing.open(waited["parameters"])))
    check_frozen(program, types, given)
    request = msgspec.json.decode(sealing.open(waited["request"])) if waited["request"] else None
    again = waited.get("delivery")
    return Told(
        _as_now(former.parameters, given, workflow),
        None if request is None else RequestData.from_data(request),
        ZoneInfo(waited["zone"]) if waited["zone"] else None,
        waited["ip"] or "",
        bool(waited["ignore_privacy"]),
        msgspec.json.decode(again, type=tuple[str, str]) if again else None,
    )


def _as_now(parameters: Sequence[Parameter], values: Sequence[Any], workflow: Workflow) -> list[Any]:
    """The values in the order of the workflow as it is now. Raises StepError for what it takes and they do not give."""
    given = {one.name: (one.type, value) for one, value in zip(parameters, values, strict=True)}
    found: list[Any] = []
    for one in workflow.parameters:
        of, value = given.get(one.name, (one.type, None))
        if value is not None and of != one.type:
            raise StepError(
                f"The parameter {one.name} of {workflow.name} is a {one.type} now; this run was given a {of}."
            )
        if value is None and not one.optional and one.name not in given:
            raise StepError(
                f"The workflow {workflow.name} has a new parameter {one.name}, which this run was not given."
            )
        found.append(value)
    return found
