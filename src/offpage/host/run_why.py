"""Why a run did not run, or did nothing, in plain sentences: for whoever looks at its record."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any, Final

from offpage.data.onlooker import Onlooker, SourceOf
from offpage.host.run_values import flat, values_at
from offpage.host.schedule_view import stopped
from offpage.host.why_not import WhyNot
from offpage.kernel.address import Address, join
from offpage.kernel.errors import OffpageError
from offpage.model.snapshot import thaw
from offpage.program.program import Program, Workflow
from offpage.program.reading import Written
from offpage.program.resolve import resolve
from offpage.store import definitions, pausing
from offpage.store.statement import DIALECTS
from offpage.store.tx import Tx
from offpage.values.kinds.date import date_from_text
from offpage.values.types import DATE

MOST_STEPS: Final = 50
"""So many skipped steps are explained."""

NO_LONGER: Final = "With the data as it is now it would hold."


@dataclass(frozen=True, slots=True)
class Explained:
    """The sentence about the whole run ("" where there is nothing to say), and those about steps, by their addresses."""

    why: str
    steps: Mapping[Address, list[str]]


def explain(tx: Tx, record: Mapping[str, Any], source: SourceOf) -> Explained:
    """Explain a run's record (see `record_of`)."""
    known = _definition(tx, record["definition"])
    steps: dict[Address, list[str]] = {}
    for entry in flat(record["journal"]):
        if entry.get("state") == "skipped" and entry.get("condition") is False and len(steps) < MOST_STEPS:
            steps.setdefault(entry["address"], _condition(tx, known, record, entry["address"], source))
    return Explained(_whole(tx, known, record, source), steps)


def why_nothing_runs(tx: Tx, program: Program, name: str) -> list[str]:
    """What keeps a workflow from running, as far as it can be seen without a run; nothing where nothing does."""
    if name in program.broken:
        issues = [one.message for one in program.broken[name]]
        return [
            f"The workflow has issues and cannot run before they are put right. {issues[0] if issues else ''}".strip()
        ]
    workflow = program.workflows.get(name)
    if workflow is None:
        return [f"There is no workflow {name} in this environment."]
    found = []
    if not workflow.enabled:
        found.append("The workflow is disabled: nothing starts it.")
    elif workflow.trigger == "api" and not workflow.expose:
        found.append("The workflow is not exposed: no request starts it, only other workflows and the scheduler do.")
    paused = pausing.paused(tx)
    if paused.everything:
        found.append("Everything that is scheduled is paused.")
    elif name in paused.workflows:
        found.append("The workflow is paused: what is scheduled of it waits.")
    if workflow.change is not None:
        found.append(
            f"It starts when a {workflow.change.type_id} changes and its condition holds; changes for which it does not"
            " hold leave no run."
        )
    if name in stopped(tx, program):
        found.append("Its next start was cancelled, so it starts no more. Let it start again in the Scheduler.")
    if workflow.plan is not None and workflow.plan.type_id:
        found.append(f"It recurs only for each {workflow.plan.type_id} that a `set_recurring` step has armed it for.")
    return found


def _whole(tx: Tx, known: _Definition | None, record: Mapping[str, Any], source: SourceOf) -> str:
    error, journal = record["error"], record["journal"]
    if error is not None:
        return _failure(record, error)
    match record["state"]:
        case "skipped":
            because = _condition(tx, known, record, record["address"], source)
            return " ".join(["The workflow's condition did not hold, so no step ran.", *because])
        case "finished" if journal and all(one.get("state") == "skipped" for one in journal):
            return "It ran, but did nothing: the condition of each of its steps was no."
        case "finished" if not journal:
            return "It ran, but the workflow has no steps."
        case "outside":
            return "It is waiting for something outside: a mail, a call, or its next attempt."
    return ""


def _failure(record: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    if record["state"] == "skipped":
        return str(error["message"])
    failed = [one for one in flat(record["journal"]) if one.get("state") == "failed"]
    if not failed:
        address = str((error.get("details") or {}).get("address", ""))
        where = "The workflow's condition" if address.endswith("/only_when") else "It"
        begun = " before its first step" if not record["journal"] else ""
        return f"{where} failed{begun}: {error['message']}"
    step = failed[-1]
    place = step["address"].removeprefix(f"{record['address']}/")
    return f"The step {place} ({step['do']}) failed: {error['message']}"


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition resolved, with its conditions as they are written."""

    program: Program
    conditions: Mapping[Address, Written]


def _definition(tx: Tx, definition: str) -> _Definition | None:
    content = definitions.get(tx, definition)
    if content is None:
        return None
    try:
        return _resolved(content, definition, tx.dialect.name)
    except OffpageError:
        return None


@lru_cache(maxsize=4)
def _resolved(content: str, definition: str, dialect_name: str) -> _Definition:
    dialect = next(one for one in DIALECTS if one.name == dialect_name)
    conditions: dict[Address, Written] = {}
    program, _ = resolve(thaw(base64.b64decode(content)), definition, dialect, conditions=conditions)
    return _Definition(program, conditions)


def _condition(
    tx: Tx, known: _Definition | None, record: Mapping[str, Any], address: Address, source: SourceOf
) -> list[str]:
    """Why the condition of a workflow or a step did not hold."""
    written = None if known is None else known.conditions.get(join(address, "only_when"))
    if known is None or written is None:
        return []
    workflow = _workflow_at(known.program, address)
    if workflow is None:
        return []
    # In an event the parameters are the caller's values, which the record of the run does not tell.
    own = workflow.name == record["workflow"]
    values = values_at(known.program, workflow, record, address) if own else {}
    slots = [values.get(slot) for slot in range(len(workflow.slot_types))]
    onlooker = Onlooker(
        tx, known.program.things, known.program.privacy, known.program.forms,
        user_id=record["user_id"], sees_all=record["actor"] == "admin" or workflow.ignore_privacy,
        now=_moment(record), source=source, values=slots,
    )  # fmt: skip
    why = WhyNot(known.program, written, onlooker, frozenset(values))
    try:
        return why.sentences() or ([NO_LONGER] if why.holds_now() else [])
    except Exception:  # noqa: BLE001 - a condition that fails by now explains nothing, and the record still stands
        return []


def _moment(record: Mapping[str, Any]) -> int:
    return date_from_text(record["started_at"], DATE, UTC)


def _workflow_at(program: Program, address: Address) -> Workflow | None:
    """The workflow that an address is in."""
    return next((one for one in program.workflows.values() if f"{address}/".startswith(f"{one.address}/")), None)
