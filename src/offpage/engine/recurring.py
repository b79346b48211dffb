"""Workflows that start again and again. The next start is queued in the very transaction of the present one.

So there is always exactly one run of a recurrence that waits, and a kill at any moment neither loses nor doubles it.
A recurring workflow runs as it is now, not as it was when its start was queued: that may have been a year ago.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from offpage.engine.packing import pack_all
from offpage.kernel.ids import IdMaker
from offpage.program.program import Plan, Program, Workflow
from offpage.store import queue, recurring
from offpage.store.queue import QueuedRun
from offpage.store.recurring import NO_THING, Recurring
from offpage.store.tx import Tx
from offpage.values.recurrence import Recurrence

if TYPE_CHECKING:
    from offpage.engine.run import Surroundings

RECURRING: Final = "recurring"
"""The trigger of these runs."""

GRACE_MS: Final = 60_000
"""A start that comes no later than this after its time is a late one, not a missed one."""

_decode: Final = msgspec.json.Decoder().decode


def follow(tx: Tx, program: Program, around: Surroundings) -> None:
    """Let the recurrences in the database be those of a program that is in use from now on.

    What is new is armed, what is gone or was changed is armed no more or anew. A workflow that has issues keeps its
    recurrences: the maker is at it. One whose start was cancelled stays so until its schedule changes.
    """
    wanted = {name: one for name, one in program.workflows.items() if one.plan is not None and one.enabled}
    for name, for_things in recurring.workflows(tx):
        plan = wanted[name].plan if name in wanted else None
        stays = plan is not None and bool(plan.type_id) == for_things
        if not stays and name not in program.broken:
            recurring.drop_all(tx, name)
    for workflow in wanted.values():
        if workflow.plan is not None and not workflow.plan.type_id:
            _arm_by_itself(tx, program, workflow, workflow.plan, around)


def _arm_by_itself(tx: Tx, program: Program, workflow: Workflow, plan: Plan, around: Surroundings) -> None:
    now = around.clock.now()
    former = recurring.get(tx, workflow.name)
    starts = plan.starts
    if former is not None:
        was = Recurrence.from_data(_decode(former.schedule))
        anchor = was.anchor if starts is None else starts
        if plan.recurrence(anchor) == was:  # whoever cancelled the start that waited meant it
            return
        queue.cancel(tx, former.run_id)
    anchor = now if starts is None else starts
    recurrence = plan.recurrence(anchor)
    first = starts if starts is not None and starts > now else recurrence.after(now)
    if first is None:
        recurring.drop(tx, workflow.name)
        return
    arm(tx, program, workflow, recurrence, around.new_id, first, now=now)


def arm(
    tx: Tx,
    program: Program,
    workflow: Workflow,
    recurrence: Recurrence,
    new_id: IdMaker,
    first: int,
    *,
    now: int,
    thing_id: str = NO_THING,
    actor: str = "nobody",
    user_id: str | None = None,
    ip: str = "",
) -> None:
    """Let a workflow start at `first`, and then as the recurrence says; a former one of the same thing is replaced."""
    former = recurring.get(tx, workflow.name, thing_id)
    if former is not None:
        queue.cancel(tx, former.run_id)
    schedule = msgspec.json.encode(recurrence.as_data()).decode()
    one = Recurring(workflow.name, thing_id, schedule, new_id(now), first, actor, user_id)
    recurring.put(tx, one)
    # Each start is queued as the one before it was: the address stays.
    queue.add(tx, _row(one, program, workflow, recurrence.zone)._replace(ip=ip or None))


def disarm(tx: Tx, workflow: str, thing_id: str) -> bool:
    """Let a workflow start for a thing no more; whether it would have."""
    former = recurring.get(tx, workflow, thing_id)
    if former is None:
        return False
    queue.cancel(tx, former.run_id)
    recurring.drop(tx, workflow, thing_id)
    return True


def tick(tx: Tx, waiting: QueuedRun, program: Program, around: Surroundings) -> QueuedRun | None:
    """Queue the next start of a recurrence whose run was taken out of the queue.

    Returns the run as it is to be executed now, or None when it is not: nothing recurs here any more, or the start
    was missed and the workflow says `missed: skip`.
    """
    one = recurring.by_run(tx, waiting.id)
    if one is None:
        return None
    now = around.clock.now()
    workflow = program.workflows.get(one.workflow)
    plan = None if workflow is None else workflow.plan
    if one.thing_id and plan is not None and not program.things.exists(tx, plan.type_id, [one.thing_id]):
        recurring.drop(tx, one.workflow, one.thing_id)
        return None
    recurrence = Recurrence.from_data(_decode(one.schedule))
    missed = "once" if plan is None else plan.missed
    following = recurrence.after(one.next_at)
    if following is not None and following <= now and missed != "all":
        following = recurrence.after(now)
    if following is None:
        recurring.drop(tx, one.workflow, one.thing_id)
    else:
        then = one._replace(run_id=around.new_id(now), next_at=following)
        recurring.move(tx, one, then.run_id, following)
        queue.add(tx, waiting._replace(id=then.run_id, due_at=following, definition=program.definition))
    if missed == "skip" and now - one.next_at > GRACE_MS:
        return None
    return waiting if workflow is None else waiting._replace(definition=program.definition)


def _row(one: Recurring, program: Program, workflow: Workflow, zone: str) -> QueuedRun:
    types = [parameter.type for parameter in workflow.parameters]
    values = [one.thing_id] if one.thing_id else []
    return QueuedRun(
        id=one.run_id,
        due_at=one.next_at,
        workflow=workflow.name,
        definition=program.definition,
        parameters=msgspec.json.encode(pack_all(types, values)).decode(),
        trigger=RECURRING,
        actor=one.actor,
        user_id=one.user_id,
        zone=zone,
        priority=workflow.priority,
    )
