"""Writes of the Data API: one thing is created, changed, replaced or deleted, if the privacy rules allow it.

Each happens in the transaction of the caller, and is told with the thing as it was before and as it is after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from offpage.data.assignment import Change, Shape
from offpage.data.bodies import Given
from offpage.data.field_names import is_writable
from offpage.data.frozen import FrozenThing, Watched, freeze
from offpage.data.onlooker import Onlooker
from offpage.data.permission import may
from offpage.data.privacy import Privacy
from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.kernel.errors import InvalidData, MissingData, MissingThing, Unauthorized
from offpage.model.schema import USER, DataType, Field
from offpage.store.tx import Tx

MAY_NOT_CREATE: Final = "Permission denied: cannot create this object"
MAY_NOT_MODIFY: Final = "You do not have permission to modify this object"
MAY_NOT_DELETE: Final = "You do not have permission to delete this object"

NEEDS_EMAIL: Final = "Missing data for field email: a user needs one"

MOST_SHAPES: Final = 1024
"""How many sets of fields that were written together are remembered."""

NOT_RESET: Final = frozenset({"slug", "email"})
"""Built-in fields that a replacement leaves as they are when it does not give them."""


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

Create = Callable[[Tx, Shape, list[Any]], ThingRow]
"""Creates the thing itself: `Things.create`, or what makes an account."""


class Writing:
    """Writes to one data type. Serves all callers and threads."""

    def __init__(
        self,
        of: DataType,
        things: Things,
        privacy: Privacy,
        told: Told = lambda tx, changed: None,
        watched: Watched = NOBODY_WATCHES,
    ) -> None:
        self._watched = watched
        self._type = of
        self._things = things
        self._privacy = privacy
        self._told = told
        self._editable = [field for field in of.fields.values() if is_writable(field) and not _is_kept(of, field)]
        self._places = {field_id: place for place, field_id in enumerate(of.fields)}
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def refuse_creation(self, *, sees_all: bool) -> None:
        """Raise Unauthorized if no rule could ever allow a creation: before anything costly is done for it."""
        if not sees_all and not self._privacy.of(self._type.id).policy.allowing("create"):
            raise Unauthorized(MAY_NOT_CREATE)

    def refuse_change(self, tx: Tx, look: Look, thing_id: str) -> None:
        """Raise Unauthorized or MissingThing if the thing may not be changed: before anything costly is done for it."""
        self._permitted(tx, look, thing_id, "modify", MAY_NOT_MODIFY)

    def create(self, tx: Tx, look: Look, given: Given, create: Create) -> str:
        """Create a thing and return its id; fields that are not given take their defaults."""
        self._check_references(tx, given)
        if self._type.id == USER and not given.values.get("email"):
            raise MissingData(NEEDS_EMAIL)
        fields = self._in_order(given.values)
        row = create(tx, self._shape(fields), [given.values[field.id] for field in fields])
        thing_id: str = row[0]
        by = look(tx)
        if not may(by, self._privacy, "create", self._type.id, thing_id):
            raise Unauthorized(MAY_NOT_CREATE)
        self._told(tx, Changed(self._type.id, thing_id, None, row, None, by.current_user, by.sees_all))
        return thing_id

    def change(self, tx: Tx, look: Look, thing_id: str, given: Given, now: int, *, replace: bool = False) -> None:
        """Change the fields given. With `replace` all others are emptied, or take their defaults."""
        before = self._permitted(tx, look, thing_id, "modify", MAY_NOT_MODIFY)
        was = self._as_it_is(tx, thing_id)
        self._check_references(tx, given)
        values = dict(given.values)
        if replace:
            for field in self._editable:
                values.setdefault(field.id, field.default)
        if self._type.id == USER and "email" in values and not values["email"]:
            raise MissingData(NEEDS_EMAIL)
        fields = self._in_order(values)
        shape = self._shape(fields)
        after = self._things.change(tx, thing_id, shape, [values[field.id] for field in fields], now=now)
        by = look(tx)
        if not may(by, self._privacy, "modify", self._type.id, thing_id):
            raise Unauthorized(MAY_NOT_MODIFY)
        self._told(tx, Changed(self._type.id, thing_id, before, after, was, by.current_user, by.sees_all))

    def delete(self, tx: Tx, look: Look, thing_id: str) -> None:
        """Delete a thing and every reference to it."""
        before = self._permitted(tx, look, thing_id, "delete", MAY_NOT_DELETE)
        was = self._as_it_is(tx, thing_id)
        self._things.delete(tx, self._type.id, [thing_id])
        by = look(tx)
        self._told(tx, Changed(self._type.id, thing_id, before, None, was, by.current_user, by.sees_all))

    def _as_it_is(self, tx: Tx, thing_id: str) -> FrozenThing | None:
        return freeze(tx, self._things, self._type.id, [thing_id], self._watched).get(thing_id)

    def _permitted(self, tx: Tx, look: Look, thing_id: str, what: Any, message: str) -> ThingRow:
        """The thing as it is, if there is one and this may be done to it."""
        before = self._things.get(tx, self._type.id, thing_id)
        if before is None:
            raise missing_thing(self._type, thing_id)
        if not may(look(tx), self._privacy, what, self._type.id, thing_id):
            raise Unauthorized(message)
        return before

    def _check_references(self, tx: Tx, given: Given) -> None:
        """Every thing that is named must exist. Raises InvalidData."""
        references = [
            (self._type.fields[field_id].type.of, name, _ids(given.values[field_id]))
            for field_id, name in given.names.items()
            if self._type.fields[field_id].type.kind == "thing"
        ]
        wanted: dict[str, list[str]] = {}
        for type_id, _, ids in references:
            wanted.setdefault(type_id, []).extend(ids)
        there = {type_id: self._things.exists(tx, type_id, ids) for type_id, ids in wanted.items() if ids}
        for type_id, name, ids in references:
            if missing := next((one for one in ids if one not in there[type_id]), None):
                raise InvalidData(f"Invalid data for field {name}: object with id {missing} does not exist")

    def _in_order(self, values: Iterable[str]) -> list[Field]:
        """The fields in the order of the type, so that every order of keys is one shape."""
        return [self._type.fields[one] for one in sorted(values, key=self._places.__getitem__)]

    def _shape(self, fields: list[Field]) -> Shape:
        key = tuple(field.id for field in fields)
        found = self._shapes.get(key)
        if found is None:
            found = Shape(self._type.id, tuple(Change(field, "set") for field in fields))
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            self._shapes[key] = found
        return found


def missing_thing(of: DataType, thing_id: str) -> MissingThing:
    """The error for an id that no thing of a type has, in Bubble's words."""
    return MissingThing(f"Missing object of type {of.id}: object with id {thing_id[:100]} does not exist")


def _is_kept(of: DataType, field: Field) -> bool:
    return field.builtin and field.id in NOT_RESET


def _ids(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
