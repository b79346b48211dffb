"""What waits: scheduled runs, why they wait, and what starts next; cancelling, pausing, going on."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.moments import moment
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_views import label_of
from offpage.engine.why_waiting import why_waiting
from offpage.host.coming import HOUR_MS, by_hour
from offpage.host.schedule_view import check_known, run_line, run_view, stopped, waiting_runs
from offpage.kernel.errors import Conflict, InvalidData, NotFound
from offpage.program.program import Program
from offpage.store import pausing, queue, recurring
from offpage.store.pausing import Paused
from offpage.store.tx import Tx
from offpage.values.kinds.date import iso

WEEK_MS: Final = 7 * 24 * HOUR_MS
MOST_STARTS: Final = 20_000
"""So many coming starts are looked at."""


class WaitingRow(msgspec.Struct):
    """A run that waits. `why`: what holds it, None where it begins as soon as there is time."""

    id: str
    workflow: str
    label: str
    due_at: str
    state: str
    why: str | None
    trigger: str
    actor: str
    user_id: str | None
    key: str | None
    depth: int
    parent_id: str | None
    is_current: bool


class PausedShown(msgspec.Struct):
    """What is paused."""

    everything: bool
    workflows: list[str]


class WaitingPage(msgspec.Struct):
    """The runs that wait, those first that are due first; `total`: how many there are in all.

    `stopped`: workflows that recur and start no more, because their next start was cancelled.
    """

    runs: list[WaitingRow]
    total: int
    paused: PausedShown
    stopped: list[str]


class WaitingShown(msgspec.Struct):
    """One waiting run. `parameters` is None where it can run no more."""

    run: WaitingRow
    parameters: dict[str, Any] | None


class Cancelled(msgspec.Struct):
    """How many runs were cancelled."""

    cancelled: int


class Which(msgspec.Struct):
    """A workflow, or "" for everything."""

    workflow: str = ""


class Chosen(msgspec.Struct):
    """Runs by their ids, or all that wait of a workflow."""

    ids: list[str] = []
    workflow: str = ""


class CalendarHour(msgspec.Struct):
    """What starts of a workflow within an hour: when first, when last, how often."""

    first: str
    last: str
    workflow: str
    label: str
    trigger: str
    count: int


class Calendar(msgspec.Struct):
    """What will start, hour by hour. `more`: there are so many that not all were looked at. `zone` is the app's."""

    hours: list[CalendarHour]
    more: bool
    zone: str
    paused: PausedShown


async def listed(asked: Asked) -> WaitingPage:
    """What waits."""
    runner, limit, wanted = asked.runner, asked.number("limit", 200, 2_000), asked.query.get("workflow", "")
    now, program = runner.machine.clock.now(), runner.program

    def read(tx: Tx) -> WaitingPage:
        found, paused = waiting_runs(tx, limit if not wanted else 20_000)
        found = [one for one in found if wanted in ("", one.workflow)][:limit]
        total = queue.count(tx) + queue.count_paused(tx) + queue.count_parked(tx)
        rows = [_row(program, run_line(one, paused, why_waiting(tx, one, now))) for one in found]
        return WaitingPage(rows, total, _paused(paused), stopped(tx, program))

    return await runner.database.reading(read)


async def shown(asked: Asked) -> WaitingShown:
    """One run that waits."""
    runner, run_id = asked.runner, asked.parts["id"]
    now, sealing = runner.machine.clock.now(), runner.around.sealing
    found = await runner.database.reading(lambda tx: run_view(tx, run_id, now, sealing))
    if found is None:
        raise NotFound(f"No run with the id {run_id[:40]} waits in {asked.environment}: it may have run meanwhile.")
    return WaitingShown(_row(runner.program, found), found["parameters"])


async def cancel(asked: Asked) -> Cancelled:
    """Cancel one run that waits. One that has begun is not cancelled."""
    run_id = asked.parts["id"]
    if not await asked.runner.database.written(lambda tx: queue.cancel(tx, run_id)):
        raise NotFound(f"No run with the id {run_id[:40]} waits: it may have begun meanwhile.")
    return Cancelled(1)


async def cancel_many(asked: Asked, body: Chosen) -> Cancelled:
    """Cancel several runs, or all that wait of a workflow."""
    if bool(body.ids) == bool(body.workflow):
        raise InvalidData("Give the ids of the runs, or a workflow.")

    def segment(tx: Tx) -> int:
        return sum(queue.cancel(tx, one) for one in body.ids) if body.ids else queue.cancel_all(tx, body.workflow)

    return Cancelled(await asked.runner.database.written(segment))


async def pause(asked: Asked, body: Which) -> PausedShown:
    """Start nothing more that is scheduled, or nothing more of a workflow."""
    runner = asked.runner

    def segment(tx: Tx) -> None:
        _check(tx, runner.program, body.workflow)
        pausing.pause(tx, body.workflow or None)

    await runner.database.written(segment)
    return await _now_paused(asked)


async def resume(asked: Asked, body: Which) -> PausedShown:
    """Go on; what has come due meanwhile runs at once."""
    runner = asked.runner
    now = runner.machine.clock.now()

    def segment(tx: Tx) -> None:
        _check(tx, runner.program, body.workflow)
        pausing.resume(tx, now, body.workflow or None)

    await runner.database.written(segment)
    runner.engine.wake()
    return await _now_paused(asked)


async def start_again(asked: Asked, body: Which) -> WaitingPage:
    """Let a workflow recur again whose next start was cancelled."""
    runner = asked.runner
    program = runner.program

    def segment(tx: Tx) -> bool:
        found = body.workflow in stopped(tx, program)
        if found:
            recurring.drop(tx, body.workflow)
        return found

    if not await runner.database.written(segment):
        raise Conflict(f"The workflow {body.workflow[:60]} recurs as it is: nothing has stopped it.")
    await asyncio.to_thread(runner.engine.follow)
    runner.engine.wake()
    return await listed(asked)


async def calendar(asked: Asked) -> Calendar:
    """What will start within a time: a week from now unless the query says otherwise."""
    runner = asked.runner
    program, now = runner.program, runner.machine.clock.now()
    since = moment(asked.query, "from") or now
    until = moment(asked.query, "to") or since + WEEK_MS

    def read(tx: Tx) -> Calendar:
        hours, more = by_hour(tx, program, now, since, until, MOST_STARTS)
        shown = [
            CalendarHour(iso(one.first), iso(one.last), one.workflow, label_of(program, one.workflow), one.trigger, one.starts)
            for one in hours
        ]  # fmt: skip
        return Calendar(shown, more, program.app.settings.time_zone, _paused(pausing.paused(tx)))

    return await runner.database.reading(read)


async def _now_paused(asked: Asked) -> PausedShown:
    return _paused(await asked.runner.database.reading(pausing.paused))


def _check(tx: Tx, program: Program, workflow: str) -> None:
    """Raise NotFound for a workflow that there is not; "" means everything."""
    if workflow:
        check_known(tx, program, workflow)


def _paused(paused: Paused) -> PausedShown:
    return PausedShown(paused.everything, sorted(paused.workflows))


def _row(program: Any, line: dict[str, Any]) -> WaitingRow:
    more = {"label": label_of(program, line["workflow"]), "is_current": line["definition"] == program.definition}
    return msgspec.convert(line | more, WaitingRow)


ROUTES = (
    Route("GET", "/{env}/scheduled", Role.VIEW, listed),
    Route("GET", "/{env}/scheduled/{id}", Role.VIEW, shown),
    Route("GET", "/{env}/calendar", Role.VIEW, calendar),
    Route("POST", "/{env}/scheduled/cancel", Role.OPERATE, cancel_many),
    Route("POST", "/{env}/scheduled/pause", Role.OPERATE, pause),
    Route("POST", "/{env}/scheduled/resume", Role.OPERATE, resume),
    Route("POST", "/{env}/scheduled/again", Role.OPERATE, start_again),
    Route("POST", "/{env}/scheduled/{id}/cancel", Role.OPERATE, cancel),
)
