"""One run of a workflow from outside a server: parameters as text in, the run's record out."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.accounts.users import by_email
from offpage.engine.calls import ApiCall, Outcome
from offpage.host.addresses import addressed
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Name, Place, app_runner, command_lease, open_database
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import AppError, InvalidData, MissingData, NotFound, OffpageError
from offpage.kernel.events import Events
from offpage.model.schema import USER
from offpage.model.snapshot import thaw
from offpage.program.program import Program, Workflow
from offpage.store import definitions, runs
from offpage.store.tx import Database, Tx
from offpage.values.codec import from_text
from offpage.values.email import normal_email
from offpage.values.kinds.date import iso

NOBODY_SAID: Final = "nobody"
"""What is said for a caller who is not known."""


@contextlib.contextmanager
def beside(place: Place, name: Name, events: Events | None = None) -> Iterator[Database]:
    """One environment's database, perhaps beside a server that has it open."""
    database = open_database(place, name, events, shared=True)
    try:
        yield database
    finally:
        database.close()


def run_once(
    place: Place, name: Name, workflow: str, texts: Mapping[str, str], *, who: str = "", events: Events
) -> dict[str, Any]:
    """Run a workflow now, as the administrator or as `who` (see `user_named`), and return its record (see `record_of`).

    Raises NotFound, MissingData, InvalidData or AppError before anything has run; a failed run is a record.
    """
    with beside(place, name, events) as database, command_lease(database, events) as lease:
        machine = this_machine(SystemClock(), events)
        runner = app_runner(place, name, database, machine, lease=lease)
        found = find_workflow(runner.program, workflow)
        actor = database.read(lambda tx: _actor(tx, runner.program, who))
        call = ApiCall(found, read_parameters(runner.program, found, texts), actor)
        outcome = asyncio.run(_done(runner, call))
        record = database.read(lambda tx: record_of(tx, outcome.run_id))
    if record is None:
        raise NotFound(f"The record of the run {outcome.run_id} is gone.")
    return record


async def _done(runner: AppRunner, call: ApiCall) -> Outcome:
    try:
        return await runner.engine.call(call)
    finally:
        await runner.around.services.http.close()


def _actor(tx: Tx, program: Program, who: str) -> Actor:
    if not who:
        return ADMIN
    user_id = user_named(tx, program, who)
    return NOBODY if user_id is None else user(user_id)


def user_named(tx: Tx, program: Program, who: str) -> str | None:
    """The id of a user by their id or e-mail address; None for `nobody`. Raises NotFound."""
    if who == NOBODY_SAID:
        return None
    if program.things.exists(tx, USER, [who]):
        return who
    account = by_email(tx, normal_email(who)) if "@" in who else None
    if account is None:
        raise NotFound(f"There is no user {who[:100]}. Give a user's id or e-mail address, or {NOBODY_SAID}.")
    return account.user_id


def find_workflow(program: Program, name: str) -> Workflow:
    """A workflow by its name. Raises NotFound with a suggestion, or AppError if it has issues."""
    if name in program.broken:
        told = "\n".join(f"  {issue}" for issue in program.broken[name])
        raise AppError(f"The workflow {name} cannot run before its issues are mended:\n{told}")
    found = program.workflows.get(name)
    if found is None:
        near = difflib.get_close_matches(name, program.workflows, 1)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sorted(program.workflows)) or 'none'}."
        raise NotFound(f"There is no workflow {name}.{hint}")
    return found


def read_parameters(program: Program, workflow: Workflow, texts: Mapping[str, str]) -> list[Any]:
    """Parameters in Python form, in their order. Raises one error that names every problem."""
    known = {parameter.name: parameter for parameter in workflow.parameters}
    problems: list[OffpageError] = [
        InvalidData(f"There is no parameter {name}. There are: {', '.join(known) or 'none'}.")
        for name in texts
        if name not in known
    ]
    values: list[Any] = []
    for name, parameter in known.items():
        try:
            value = from_text(parameter.type, texts.get(name, ""), program.forms)
        except InvalidData as error:
            problems.append(
                InvalidData(" ".join([f"Invalid data for field {name}: {error.message}.", *_reason(error)]))
            )
            continue
        if value is None and not parameter.optional:
            problems.append(MissingData(f"The parameter {name} ({parameter.type}) is missing: --param {name}=…"))
        values.append(value)
    if problems:
        raise type(problems[0])("\n".join(problem.message for problem in problems))
    return values


def _reason(error: InvalidData) -> list[str]:
    reason = error.details.get("reason")
    return [str(reason)] if reason else []


def record_of(tx: Tx, run_id: str) -> dict[str, Any] | None:
    """A run's record as plain data: `journal` has an entry for each step, with its `address`. None: no such run."""
    row = runs.get(tx, run_id)
    if row is None:
        return None
    journal = msgspec.json.decode(row.journal)
    address = address_of(tx, row.definition, row.workflow)
    return {
        "id": row.id,
        "workflow": row.workflow,
        "address": address,
        "state": row.state,
        "trigger": row.trigger,
        "definition": row.definition,
        "actor": row.actor,
        "user_id": row.user_id,
        "depth": row.depth,
        "parent_id": row.parent_id,
        "retry_of": row.parent_id if row.parent_id and runs.again_as(tx, row.parent_id) == row.id else None,
        "retried_as": runs.again_as(tx, row.id),
        "due_at": None if row.due_at is None else iso(row.due_at),
        "started_at": iso(row.started_at),
        "finished_at": None if row.finished_at is None else iso(row.finished_at),
        "workload": row.workload,
        "parameters": _json(row.parameters),
        "journal": addressed(journal, address, lambda name: address_of(tx, row.definition, name)),
        "answer": _json(row.answer),
        "error": _json(row.error),
    }


def _json(text: str | None) -> Any:
    return msgspec.json.decode(text) if text else None


def address_of(tx: Tx, definition: str, workflow: str) -> str:
    """Where the workflow stood in the app that the run belongs to."""
    content = definitions.get(tx, definition)
    if content is not None:
        with contextlib.suppress(OffpageError):
            doc = thaw(base64.b64decode(content)).workflows.get(workflow)
            if doc is not None:
                return doc.address
    return str(Path("workflows", workflow))
