"""Writes of the Data API: one thing is created, changed, replaced or deleted, if the privacy rules allow it.

Each happens in the transaction of the caller, and is told with the thing as it was before and as it is after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from offpage.data.allowing import Allowing, New
from offpage.data.assignment import Shape
from offpage.data.bodies import Given
from offpage.data.frozen import FrozenThing, Watched, freeze_row
from offpage.data.guarded_row import Seen
from offpage.data.onlooker import Onlooker
from offpage.data.privacy import Privacy
from offpage.data.references import RowsOf
from offpage.data.shapes import Shapes
from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.kernel.errors import MissingData, MissingThing
from offpage.model.schema import USER, DataType
from offpage.store.tx import Tx

NEEDS_EMAIL: Final = "Missing data for field email: a user needs one"

NOBODY_WATCHES: Final[Watched] = {}


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a thing; `before` is None for a new one, `after` for one that is gone.

    `was` is the thing as it was with its lists, where that may be asked for. `user_id` and `by_admin` say who did it.
    """

    type_id: str
    thing_id: str
    before: ThingRow | None
    after: ThingRow | None
    was: FrozenThing | None = None
    user_id: str | None = None
    by_admin: bool = False


Told = Callable[[Tx, Changed], None]
"""Is told of every write, in its transaction."""

Look = Callable[[Tx], Onlooker]
"""Makes the onlooker of whoever writes; each sees things as they are when it is made."""

Create = Callable[[Tx, Shape, list[Any], New], ThingRow]
"""Creates the thing itself: `Things.create`, or what makes an account."""


class Writing:
    """Writes to one data type. Serves all callers and threads."""

    def __init__(
        self,
        of: DataType,
        things: Things,
        privacy: Privacy,
        rows_of: RowsOf,
        told: Told = lambda tx, changed: None,
        watched: Watched = NOBODY_WATCHES,
    ) -> None:
        self._type = of
        self._things = things
        self._rows = rows_of(of.id)
        self._allowing = Allowing(of, things, privacy, rows_of)
        self._shapes = Shapes(of)
        self._told = told
        self._watched = watched

    def check_creation(self, tx: Tx, look: Look, given: Given, new: New) -> None:
        """Raise what `create` would for who may not: before anything costly is done for it."""
        self._allowing.creation(tx, look(tx), given, new)

    def check_change(self, tx: Tx, look: Look, thing_id: str, given: Given, now: int, *, replace: bool) -> None:
        """Raise what `change` would for who may not: before anything costly is done for it."""
        by = look(tx)
        self._allowing.change(tx, by, self._seen(tx, by, thing_id), given, now, replace=replace)

    def create(self, tx: Tx, look: Look, given: Given, new: New, create: Create) -> str:
        """Create a thing and return its id; fields that are not given take their defaults."""
        by = look(tx)
        self._allowing.creation(tx, by, given, new)
        if self._type.id == USER and not given.values.get("email"):
            raise MissingData(NEEDS_EMAIL)
        row = create(tx, *self._shapes.of(given.values), new)
        self._allowing.check_again("create", by, new.id)
        self._told(tx, Changed(self._type.id, new.id, None, row, None, by.current_user, by.sees_all))
        return new.id

    def change(self, tx: Tx, look: Look, thing_id: str, given: Given, now: int, *, replace: bool = False) -> None:
        """Change the fields given. With `replace` all others are emptied, or take their defaults."""
        by = look(tx)
        seen = self._seen(tx, by, thing_id)
        values = self._allowing.change(tx, by, seen, given, now, replace=replace)
        if self._type.id == USER and "email" in values and not values["email"]:
            raise MissingData(NEEDS_EMAIL)
        was = self._as_it_is(tx, thing_id, seen.row)
        after = self._things.change(tx, thing_id, *self._shapes.of(values), now=now)
        self._allowing.check_again("modify", by, thing_id)
        self._told(tx, Changed(self._type.id, thing_id, seen.row, after, was, by.current_user, by.sees_all))

    def delete(self, tx: Tx, look: Look, thing_id: str) -> None:
        """Delete a thing and every reference to it."""
        by = look(tx)
        seen = self._seen(tx, by, thing_id)
        self._allowing.check("delete", seen.marks)
        was = self._as_it_is(tx, thing_id, seen.row)
        self._things.delete(tx, self._type.id, [thing_id])
        self._told(tx, Changed(self._type.id, thing_id, seen.row, None, was, by.current_user, by.sees_all))

    def _seen(self, tx: Tx, by: Onlooker, thing_id: str) -> Seen:
        seen = self._rows.read(tx, by, thing_id)
        if seen is None:
            raise missing_thing(self._type, thing_id)
        return seen

    def _as_it_is(self, tx: Tx, thing_id: str, row: ThingRow) -> FrozenThing | None:
        return freeze_row(tx, self._things, self._type.id, thing_id, row, self._watched)


def missing_thing(of: DataType, thing_id: str) -> MissingThing:
    """The error for an id that no thing of a type has, in Bubble's words."""
    return MissingThing(f"Missing object of type {of.id}: object with id {thing_id[:100]} does not exist")
