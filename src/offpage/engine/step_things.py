"""Creating, changing and deleting things in a run: counted, and remembered for the steps that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offpage.actions.kinds import ThingRef, ThingRefs
from offpage.data.assignment import Assignments

if TYPE_CHECKING:
    from offpage.engine.running import Running


class ThingsOfRun:
    """The things of the app, in the transaction of a run. Implements StepThings."""

    __slots__ = ("_running", "_things", "_tx", "_view")

    def __init__(self, running: Running) -> None:
        self._running = running
        self._things = running.run.program.things
        self._tx = running.tx
        self._view = running.view

    def create(self, assignments: Assignments) -> str:
        """Create one thing and return its id."""
        running = self._running
        now = running.now()
        new_id = running.new_id(now)
        shape, values = self._of_things_there(assignments)
        row = self._things.create(self._tx, shape, values, id=new_id, now=now, created_by=running.current_user)
        self._view.remember(shape.type_id, new_id, row)
        running.changes.created(shape.type_id, (new_id,))
        running.workload.written()
        return new_id

    def change(self, thing: ThingRef | None, assignments: Assignments) -> str | None:
        """Change one thing; None, and nothing happens, when there is no such thing."""
        if thing is None:
            return None
        running = self._running
        running.changes.before(thing.type_id, (thing.id,))
        shape, values = self._of_things_there(assignments)
        row = self._things.change(self._tx, thing.id, shape, values, now=running.now())
        if row is None:
            return None
        self._view.remember(thing.type_id, thing.id, row)
        running.workload.written()
        return thing.id

    def change_list(self, things: ThingRefs, assignments: Assignments) -> list[str]:
        """Change many things alike; returns the ids of those that there were."""
        running = self._running
        running.changes.before(things.type_id, things.ids)
        shape, values = self._of_things_there(assignments)
        changed = self._things.change_list(self._tx, things.ids, shape, values, now=running.now())
        self._view.forget_things(things.type_id, changed)
        running.workload.written(len(changed))
        return changed

    def _of_things_there(self, assignments: Assignments) -> Assignments:
        """The assignments without references to things that there are not: deleted before, or never there.

        What is kept never refers to nothing.
        """
        shape, values = assignments
        if not shape.references:
            return assignments
        kept = list(values)
        for at, type_id in shape.references:
            value = kept[at]
            if isinstance(value, str) and value != self._running.current_user:
                kept[at] = value if self._view.existing(type_id, (value,)) else None
            elif isinstance(value, list | tuple) and value:
                there = self._view.existing(type_id, value)
                kept[at] = [one for one in value if one in there]
        return Assignments(shape, kept)

    def load(self, things: ThingRefs) -> None:
        """Read many things at once, before they are asked for one by one."""
        self._running.load(things.type_id, things.ids)

    def delete(self, things: ThingRefs) -> int:
        """Delete things and the references to them; returns how many there were."""
        self._running.changes.before(things.type_id, things.ids)
        count = self._things.delete(self._tx, things.type_id, things.ids)
        self._view.forget()
        self._running.workload.deleted(count)
        return count

    def copy(self, things: ThingRefs) -> list[str]:
        """Copy things with their list fields; returns the new ids in the same order."""
        running = self._running
        now = running.now()
        copies = self._things.copy(
            self._tx, things.type_id, things.ids, new_id=running.new_id, now=now, created_by=running.current_user
        )
        self._view.forget_things(things.type_id, copies)
        running.changes.created(things.type_id, copies)
        running.workload.written(len(copies))
        return copies

    def set_slug(self, thing: ThingRef, text: str) -> str:
        """Give a thing a slug made from `text`; returns what it became."""
        self._running.changes.before(thing.type_id, (thing.id,))
        slug = self._things.set_slug(self._tx, thing.type_id, thing.id, text)
        self._view.forget()
        self._running.workload.written()
        return slug
