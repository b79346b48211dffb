"""Failed runs, tried again: first what that would repeat, then (`confirm`) doing it."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.runs import filter_of
from offpage.engine.rerunning import Plan
from offpage.host.failed_runs import FailedRuns, Retried

MOST_SHOWN = 50


class RetryAsked(msgspec.Struct, rename={"origin": "from"}):
    """From where: the step that failed, as the app was then, or the start, as it is now. `confirm`: do it."""

    origin: Literal["failed", "start"] = "failed"
    confirm: bool = False


class RetryMany(RetryAsked):
    """The failed runs that a filter means, or those with these ids."""

    ids: list[str] = []
    workflow: str = ""
    user: str = ""
    since: str = ""
    until: str = ""
    limit: int = 1_000


class RepeatedShown(msgspec.Struct):
    """A step that would be done once more: a mail, a call, a file, a workflow that starts, or changes of data."""

    address: str
    do: str
    kind: str
    what: dict[str, Any]
    certain: bool
    times: int
    or_more: bool
    same_key: bool


class PlanShown(msgspec.Struct, rename={"origin": "from"}):
    """What trying one run again would be. `why_not`: why it cannot be."""

    id: str
    workflow: str
    origin: str
    why_not: str | None
    repeats: list[RepeatedShown]


class RetriedShown(msgspec.Struct):
    """What became of one: the run that waits now ("" for an item of a batch), or why none does."""

    run_id: str
    workflow: str
    new_id: str
    error: str


class RetryTold(msgspec.Struct):
    """What would happen (`plans`, the first of them; `count` in all), or what has (`retried`)."""

    count: int
    plans: list[PlanShown]
    retried: list[RetriedShown]


async def one(asked: Asked, body: RetryAsked) -> RetryTold:
    """Try one run again."""
    runs, run_id = FailedRuns(asked.runner), asked.parts["id"]
    return await asyncio.to_thread(_told, runs, lambda: [runs.one(run_id, body.origin)], body.confirm)


async def many(asked: Asked, body: RetryMany) -> RetryTold:
    """Try several runs again."""
    runs = FailedRuns(asked.runner)
    query = {"workflow": body.workflow, "user": body.user, "since": body.since, "until": body.until}
    which = await asked.runner.database.reading(lambda tx: filter_of(tx, query))

    def plans() -> list[Plan]:
        if body.ids:
            return [runs.one(run_id, body.origin) for run_id in body.ids]
        return runs.some(which, body.origin, max(1, min(body.limit, 10_000)))

    return await asyncio.to_thread(_told, runs, plans, body.confirm)


def _told(runs: FailedRuns, plans: Any, confirm: bool) -> RetryTold:
    found: list[Plan] = plans()
    shown = [msgspec.convert(runs.view(one), PlanShown) for one in found[:MOST_SHOWN]]
    told: list[Retried] = runs.retry(found) if confirm else []
    done = [RetriedShown(one.run_id, one.workflow, one.new_id, one.error) for one in told]
    return RetryTold(len(found), shown, done)


ROUTES = (
    Route("POST", "/{env}/runs/{id}/retry", Role.OPERATE, one),
    Route("POST", "/{env}/runs/retry", Role.OPERATE, many),
)
