"""Runs: the list with its filters, one of them with all it did, and why something did not run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast, get_args

from offpage.accounts.users import by_email
from offpage.editor.asked import Asked
from offpage.editor.moments import moment
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_shapes import RunOutline, RunPage, RunShown, WhyNothing
from offpage.editor.run_views import of_record, of_waiting, row
from offpage.host.one_run import record_of
from offpage.host.run_why import why_nothing_runs
from offpage.host.schedule_view import run_view
from offpage.kernel.errors import InvalidData, NotFound
from offpage.store import run_pages
from offpage.store.run_lists import RunFilter
from offpage.store.runs import RunState
from offpage.store.tx import Tx
from offpage.values.email import normal_email

PAGE: Final = 100


async def listed(asked: Asked) -> RunPage:
    """A page of runs, newest first."""
    runner, query = asked.runner, asked.query
    limit, before = asked.number("limit", PAGE, 500), asked.number("before", 0, 2**53)
    after = asked.number("after", 0, 2**53)

    def read(tx: Tx) -> run_pages.Found:
        which = filter_of(tx, query)
        return run_pages.page(tx, which, limit=limit, before=before or None, at_least=after + 1 if after else None)

    found = await runner.database.reading(read)
    return RunPage([row(runner.program, line) for line in found.lines], found.cursor)


async def outlined(asked: Asked) -> RunOutline:
    """How many runs a list has, and where its pages begin. A list that looks for words has no outline."""
    query, every = asked.query, asked.number("every", PAGE, 500)
    if query.get("text"):
        raise InvalidData("A list that looks for words is read page by page: there is no outline of it.")
    return RunOutline(
        *await asked.runner.database.reading(lambda tx: run_pages.outline(tx, filter_of(tx, query), every))
    )


async def shown(asked: Asked) -> RunShown:
    """One run, or one that waits."""
    runner, run_id = asked.runner, asked.parts["id"]
    now, around = runner.machine.clock.now(), runner.around

    def read(tx: Tx) -> RunShown | None:
        record = record_of(tx, run_id)
        if record is not None:
            return of_record(tx, runner, record)
        waiting = run_view(tx, run_id, now, around.sealing)
        return None if waiting is None else of_waiting(tx, runner, waiting)

    found = await runner.database.reading(read)
    if found is None:
        raise NotFound(f"There is no run {run_id[:40]} in {asked.environment}; old ones are forgotten.")
    return found


async def why_nothing(asked: Asked) -> WhyNothing:
    """What keeps a workflow from running."""
    program, name = asked.runner.program, asked.parts["name"]
    return WhyNothing(await asked.runner.database.reading(lambda tx: why_nothing_runs(tx, program, name)))


def filter_of(tx: Tx, query: Mapping[str, str]) -> RunFilter:
    """What the query asks for. Raises InvalidData."""
    state = query.get("state") or None
    if state is not None and state not in get_args(RunState):
        raise InvalidData(f"There is no state {state[:40]!r}. There are: {', '.join(get_args(RunState))}.")
    return RunFilter(
        workflow=query.get("workflow") or None,
        state=cast("RunState | None", state),
        parent_id=query.get("parent") or None,
        since=moment(query, "since"),
        until=moment(query, "until"),
        user_id=_user(tx, query.get("user", "")),
        text=query.get("text") or None,
    )


def _user(tx: Tx, text: str) -> str | None:
    """A user's id; that of an e-mail address. Somebody who is not there has no runs."""
    if "@" not in text:
        return text.strip() or None
    account = by_email(tx, normal_email(text))
    return text if account is None else account.user_id


ROUTES = (
    Route("GET", "/{env}/runs", Role.VIEW, listed),
    Route("GET", "/{env}/runs/outline", Role.VIEW, outlined),
    Route("GET", "/{env}/runs/{id}", Role.VIEW, shown),
    Route("GET", "/{env}/workflows/{name}/why", Role.VIEW, why_nothing),
)
