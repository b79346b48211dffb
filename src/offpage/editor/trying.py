"""Run a workflow now, with parameters as JSON, as the administrator or as a user; or an earlier run from one of its steps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.accounts.users import by_email
from offpage.editor.asked import Asked
from offpage.editor.retrying import RepeatedShown
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.engine.calls import ApiCall
from offpage.host.app_runner import AppRunner
from offpage.host.failed_runs import FailedRuns
from offpage.host.one_run import NOBODY_SAID, find_workflow
from offpage.host.sources import LIVE
from offpage.kernel.errors import AppError, InvalidData, KeyLost, MissingData, NotFound, StepError
from offpage.model.schema import USER
from offpage.program.program import Program, Workflow
from offpage.store.tx import Tx
from offpage.values.codec import from_json
from offpage.values.email import normal_email


class RunAsked(msgspec.Struct):
    """Parameters by name, as a caller would send them as JSON. `as_user`: an id or an e-mail, or
    `nobody`; "": the administrator.

    `from_run`, `from_step`: go on from a step of an earlier run instead (its number in the file, from 0), with that run's
    parameters and user. Without `confirm`, that only says what would be repeated.
    """

    parameters: dict[str, Any] = {}
    as_user: str = ""
    from_run: str = ""
    from_step: int = 0
    confirm: bool = True


class RunBegun(msgspec.Struct):
    """The run that was queued; its record follows. "": none was asked for.

    Of a run from a step: `why_not` says why it cannot be, `repeats` what it does once more.
    """

    run_id: str
    why_not: str = ""
    repeats: list[RepeatedShown] = []


async def run(asked: Asked, body: RunAsked) -> RunBegun:
    """Queue one run."""
    runner = asked.runner
    if body.from_run:
        return await asyncio.to_thread(_from_step, runner, asked.parts["name"], body)
    program = runner.program
    try:
        workflow = find_workflow(program, asked.parts["name"])
    except AppError as error:
        raise InvalidData(error.message)
    values = read_values(program, workflow, body.parameters)
    actor = await runner.database.reading(lambda tx: _actor(tx, program, body.as_user.strip()))
    run_id = await runner.engine.accept(ApiCall(workflow, values, actor, program=program))
    say_ran(asked, workflow.name, run=run_id, as_user=body.as_user)
    return RunBegun(run_id)


def _from_step(runner: AppRunner, name: str, body: RunAsked) -> RunBegun:
    """What running an earlier run again from a step would be, or that it was queued. Blocks."""
    if runner.name == LIVE:
        raise InvalidData("Live runs are not run again from a step: of them only failed ones can be tried again.")
    again, run_id, step = runner.engine.from_steps, body.from_run, body.from_step
    plan = runner.database.read(lambda tx: again.plan(tx, run_id, step))
    if plan is None or plan.run.workflow != name:
        raise NotFound(f"There is no run {run_id[:100]} of {name[:100]}.")
    repeats = [msgspec.convert(one, RepeatedShown) for one in FailedRuns(runner).repeated(plan.run, plan.repeats)]
    if not body.confirm:
        return RunBegun("", plan.why_not, repeats)
    try:
        new_id = runner.database.write_now(lambda tx: again.queue(tx, run_id, step))
    except (StepError, KeyLost) as error:
        raise InvalidData(error.message)
    runner.engine.wake()
    return RunBegun(new_id, "", repeats)


def say_ran(asked: Asked, workflow: str, **more: object) -> None:
    """Say who of the editor's accounts ran a workflow: its runs know only whom they are for."""
    account = asked.signed_in.name if asked.signed_in else ""
    environment = asked.runner.name
    asked.studio.host.events.say("editor.ran", account=account, workflow=workflow, environment=environment, **more)


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
    if who == NOBODY_SAID:
        return NOBODY
    if "@" in who:
        account = by_email(tx, normal_email(who))
        if account is None:
            raise NotFound(f"There is no user with the e-mail {who[:100]}.")
        return user(account.user_id)
    if not program.things.exists(tx, USER, [who]):
        raise NotFound(f"There is no user with the id {who[:100]}.")
    return user(who)


ROUTES = (Route("POST", "/{env}/workflows/{name}/run", Role.OPERATE, run),)
