"""What will start, and when: runs that wait, and the times of what starts again and again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from offpage.engine.recurring import RECURRING
from offpage.program.program import Program
from offpage.store import queue, recurring
from offpage.store.tx import Tx
from offpage.values.calendar import wall
from offpage.values.kinds.date import iso
from offpage.values.recurrence import Recurrence

HOUR_MS: Final = 3_600_000


class Start(NamedTuple):
    """One start: its moment, of which workflow, for which thing ("" for none), and why."""

    at: int
    workflow: str
    thing_id: str
    trigger: str


def coming(tx: Tx, program: Program, now: int, count: int) -> list[Start]:
    """The next starts, the soonest first: so many, or fewer if no more are to come."""
    return list(islice(_starts(tx, program, now, count), count))


class Hour(NamedTuple):
    """The starts of one workflow within one hour: from the first to the last."""

    first: int
    last: int
    workflow: str
    trigger: str
    starts: int


def by_hour(tx: Tx, program: Program, now: int, since: int, until: int, most: int) -> tuple[list[Hour], bool]:
    """What starts in a time, gathered by hour and workflow; and whether there are more than the `most` looked at."""
    found: dict[tuple[int, str, str], Hour] = {}
    seen = 0
    for one in islice(_starts(tx, program, now, most), most):
        if one.at >= until:
            break
        seen += 1
        if one.at >= since:
            key = (one.at // HOUR_MS, one.workflow, one.trigger)
            before = found.get(key, Hour(one.at, one.at, one.workflow, one.trigger, 0))
            found[key] = before._replace(last=max(before.last, one.at), starts=before.starts + 1)
    return sorted(found.values()), seen == most


def _starts(tx: Tx, program: Program, now: int, count: int) -> Iterator[Start]:
    """All starts in their order; of those that wait in the queue only the first ones, for who looks at `count` of them."""
    waiting = (
        Start(one.due_at, one.workflow, "", one.trigger)
        for one in queue.waiting(tx, limit=count + len(program.workflows))
        if one.trigger != RECURRING
    )
    streams: list[Iterator[Start]] = [waiting]
    known = recurring.soonest(tx, count + len(program.workflows))
    for one in known:
        recurrence = Recurrence.from_data(msgspec.json.decode(one.schedule))
        streams.append(_times(one.workflow, one.thing_id, recurrence, one.next_at))
    armed = {name for name, _ in recurring.workflows(tx)}
    for workflow in program.workflows.values():
        plan = workflow.plan
        if plan is None or plan.type_id or not workflow.enabled or workflow.name in armed:
            continue
        recurrence = plan.recurrence(now if plan.starts is None else plan.starts)
        first = plan.starts if plan.starts is not None and plan.starts > now else recurrence.after(now)
        if first is not None:
            streams.append(_times(workflow.name, "", recurrence, first))
    return heapq.merge(*streams)


def start_line(start: Start, program: Program) -> dict[str, Any]:
    """A start as plain data; `local` is its time on the wall of the place where the schedule counts."""
    workflow = program.workflows.get(start.workflow)
    zone = None if workflow is None or workflow.plan is None else workflow.plan.zone
    return {
        "at": iso(start.at),
        "local": _on_the_wall(start.at, zone or program.app.settings.time_zone),
        "workflow": start.workflow,
        "thing": start.thing_id or None,
        "trigger": start.trigger,
    }


def _on_the_wall(moment: int, zone: str) -> str:
    shown = wall(moment, ZoneInfo(zone))
    return "" if shown is None else f"{shown:%a %Y-%m-%d %H:%M:%S} {zone}"


def _times(workflow: str, thing_id: str, recurrence: Recurrence, first: int) -> Iterator[Start]:
    moment: int | None = first
    while moment is not None:
        yield Start(moment, workflow, thing_id, RECURRING)
        moment = recurrence.after(moment)
