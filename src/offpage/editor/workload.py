"""What the app costs: by workflow, by activity or by step, in days or hours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.moments import moment
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_views import label_of
from offpage.engine.adding_up import RUN, add_up
from offpage.engine.unrecorded import is_of_type
from offpage.kernel.errors import InvalidData
from offpage.program.program import Program
from offpage.store import workload
from offpage.store.workload import HOUR_MS, Cost
from offpage.values.calendar import wall
from offpage.values.kinds.date import iso, moment_of

By = Literal["workflow", "activity", "step"]
MOST_SERIES: Final = 100
LOOK_SECONDS: Final = 1.5
"""How long a request adds up what is new before it answers with what there is."""

DAY_MS: Final = 24 * HOUR_MS


class Series(msgspec.Struct):
    """One line of the chart: its values by bucket, and in all. `workflow` leads on to its steps."""

    key: str
    label: str
    workflow: str
    values: list[float]
    total: float
    count: int
    ms: float


class WorkloadShown(msgspec.Struct):
    """The workload of a time. `buckets` are the beginnings of days or hours; `left`: so many runs are not in it yet."""

    buckets: list[str]
    series: list[Series]
    total: float
    runs: int
    left: int
    zone: str
    prices: dict[str, float]


async def shown(asked: Asked) -> WorkloadShown:
    """The workload of a time: the last 30 days, or, hour by hour, the last 48 hours."""
    runner, query = asked.runner, asked.query
    by, per = query.get("by", "workflow"), query.get("per", "day")
    if by not in ("workflow", "activity", "step") or per not in ("day", "hour"):
        raise InvalidData("`by` is workflow, activity or step; `per` is day or hour.")
    program = runner.program
    zone = ZoneInfo(program.app.settings.time_zone)
    until = moment(query, "to") or runner.machine.clock.now()
    since = moment(query, "from") or until - (29 * DAY_MS if per == "day" else 47 * HOUR_MS)
    if until - since > (400 if per == "day" else 14) * DAY_MS:
        raise InvalidData("That is too long: at most 400 days, or 14 days hour by hour.")
    await runner.engine.unrecorded.write(runner.database)
    left = await asyncio.to_thread(add_up, runner.database, LOOK_SECONDS)
    buckets = _buckets(since, until, per, zone)
    workflow = query.get("workflow", "")
    costs = await runner.database.reading(
        lambda tx: workload.sums(tx, by, buckets[0] // HOUR_MS * HOUR_MS, until + 1, workflow)
    )
    series = _series(costs, buckets, per, zone, cast("By", by), program)
    total = sum(one.total for one in series)
    counted = [one for one in series if not is_of_type(one.workflow)]
    runs = sum(one.count for one in counted if by == "workflow" or one.key.rpartition(" ")[2] == RUN)
    prices: dict[str, float] = msgspec.to_builtins(program.app.settings.workload)
    return WorkloadShown([iso(one) for one in buckets], series[:MOST_SERIES], total, runs, left, str(zone), prices)


def _buckets(since: int, until: int, per: str, zone: ZoneInfo) -> list[int]:
    """The beginnings of the days (in a zone) or hours that a time touches."""
    if per == "hour":
        return list(range(since // HOUR_MS * HOUR_MS, until + 1, HOUR_MS))
    found, day = [], _day(since, zone)
    while day <= until:
        found.append(day)
        day = _day(day + DAY_MS + DAY_MS // 2, zone)
    return found


def _day(at: int, zone: ZoneInfo) -> int:
    """When the day of a moment begins."""
    local = wall(at, zone)
    assert local is not None
    return moment_of(datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(0), zone)


def _series(costs: list[Cost], buckets: list[int], per: str, zone: ZoneInfo, by: By, program: Program) -> list[Series]:
    places = {at: place for place, at in enumerate(buckets)}
    start: Callable[[int], int] = (lambda hour: hour) if per == "hour" else (lambda hour: _day(hour, zone))
    known: dict[int, int] = {}
    found: dict[str, Series] = {}
    for cost in costs:
        if cost.hour not in known:
            known[cost.hour] = places.get(start(cost.hour), -1)
        place = known[cost.hour]
        if place < 0:
            continue
        key, label = _named(cost, by, program)
        one = found.setdefault(key, Series(key, label, cost.workflow, [0.0] * len(buckets), 0.0, 0, 0.0))
        one.values[place] += cost.workload
        one.total += cost.workload
        one.count += cost.times
        one.ms += cost.ms
    return sorted(found.values(), key=lambda one: -one.total)


def _named(cost: Cost, by: By, program: Program) -> tuple[str, str]:
    match by:
        case "workflow":
            return cost.workflow, _label(program, cost.workflow)
        case "activity":
            return cost.do, cost.do
        case "step":
            return f"{cost.workflow} {cost.step} {cost.do}", f"{cost.step} {cost.do}".strip()


def _label(program: Program, name: str) -> str:
    """What a workflow is called, or what the things of a type cost without one."""
    if not is_of_type(name):
        return label_of(program, name)
    type_id = name.partition("/")[2]
    of = program.schema.types.get(type_id)
    return f"Things: {of.label if of is not None and of.label else type_id}"


ROUTES = (Route("GET", "/{env}/workload", Role.VIEW, shown),)
