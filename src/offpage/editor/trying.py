"""Run a workflow now, with parameters as JSON, as the administrator or as a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from offpage.accounts.actor import ADMIN, Actor, user
from offpage.accounts.users import by_email
from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.engine.calls import ApiCall
from offpage.host.one_run import find_workflow
from offpage.kernel.errors import AppError, InvalidData, MissingData, NotFound
from offpage.model.schema import USER
from offpage.program.program import Program, Workflow
from offpage.store.tx import Tx
from offpage.values.codec import from_json
from offpage.values.email import normal_email


class RunAsked(msgspec.Struct):
    """Parameters by name, as a caller would send them as JSON. `as_user`: an id or an e-mail; "": the administrator."""

    parameters: dict[str, Any] = {}
    as_user: str = ""


class RunBegun(msgspec.Struct):
    """The run that was queued; its record follows."""

    run_id: str


async def run(asked: Asked, body: RunAsked) -> RunBegun:
    """Queue one run."""
    runner = asked.runner
    program = runner.program
    try:
        workflow = find_workflow(program, asked.parts["name"])
    except AppError as error:
        raise InvalidData(error.message)
    values = read_values(program, workflow, body.parameters)
    actor = await runner.database.reading(lambda tx: _actor(tx, program, body.as_user.strip()))
    return RunBegun(await runner.engine.accept(ApiCall(workflow, values, actor, program=program)))


def read_values(program: Program, workflow: Workflow, given: Mapping[str, Any]) -> list[Any]:
    """Parameters in Python form, in their order. Raises one error with every problem, by parameter."""
    known = {one.name for one in workflow.parameters}
    problems = {name: f"There is no parameter {name}." for name in given if name not in known}
    is_missing = False
    values: list[Any] = []
    for one in workflow.parameters:
        value = None
        try:
            raw = given.get(one.name)
            value = None if raw is None or raw == "" else from_json(one.type, raw, program.forms)
        except InvalidData as error:
            reason = error.details.get("reason")
            problems[one.name] = f"{error.message}. {reason}" if reason else error.message
        else:
            if value is None and not one.optional:
                problems[one.name] = f"{one.name} ({one.type}) is missing."
                is_missing = True
        values.append(value)
    if problems:
        kind = MissingData if is_missing else InvalidData
        raise kind("\n".join(problems.values()), problems=problems)
    return values


def _actor(tx: Tx, program: Program, who: str) -> Actor:
    """Whom the run is for. Raises NotFound."""
    if not who:
        return ADMIN
    if "@" in who:
        account = by_email(tx, normal_email(who))
        if account is None:
            raise NotFound(f"There is no user with the e-mail {who[:100]}.")
        return user(account.user_id)
    if not program.things.exists(tx, USER, [who]):
        raise NotFound(f"There is no user with the id {who[:100]}.")
    return user(who)


ROUTES = (Route("POST", "/{env}/workflows/{name}/run", Role.OPERATE, run),)
