"""Whether somebody may write what they ask to write through the Data API, asked before anything is written.

The rules look at what the thing would be. So a refusal says the same whatever the database would have refused: that
another thing has a value that must be unique is only told to those who may write. A rule that searches is asked once
more when it is written, for a search may find it then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from offpage.data.bodies import Given
from offpage.data.drafts import Draft, changed_thing, new_thing, same
from offpage.data.field_names import is_writable
from offpage.data.guarded_row import Seen
from offpage.data.policy import Permission
from offpage.data.privacy import Privacy
from offpage.data.references import References, RowsOf
from offpage.data.shown import Marks
from offpage.data.things import Things
from offpage.kernel.errors import Unauthorized
from offpage.model.schema import USER, DataType, Field
from offpage.store.tx import Tx

MAY_NOT: Final[dict[Permission, str]] = {
    "create": "Permission denied: cannot create this object",
    "modify": "You do not have permission to modify this object",
    "delete": "You do not have permission to delete this object",
}
"""What somebody is told who may not; the words are Bubble's."""

BY_TOKEN: Final = f"{MAY_NOT['modify']}: a user's e-mail is changed with an API token, or by a workflow"

NOT_RESET: Final = frozenset({"slug", "email"})
"""Built-in fields that a replacement leaves as they are when it does not give them."""


class New(NamedTuple):
    """What a new thing gets besides its fields."""

    id: str
    now: int
    created_by: str | None


class Allowing:
    """Asks the rules of one data type. `by` is always the Onlooker who writes; one who sees all may do all."""

    def __init__(self, of: DataType, things: Things, privacy: Privacy, rows_of: RowsOf) -> None:
        self._type = of
        self._guarded = privacy.of(of.id)
        self._table = things.table(of.id)
        self._references = References(of, privacy, rows_of)
        self._editable = [field for field in of.fields.values() if is_writable(field) and not _is_kept(field)]

    def creation(self, tx: Tx, by: Any, given: Given, new: New) -> None:
        """Raise Unauthorized, or InvalidData for a reference to what is not there."""
        unknown = self._references.unknown(tx, by, given)
        if not by.sees_all:
            draft = new_thing(self._table, unknown.without(given.values), new.id, new.now, new.created_by)
            self._check_fields("create", self._supposed(by, new.id, draft), given, given.values)
        unknown.refuse()

    def change(self, tx: Tx, by: Any, seen: Seen, given: Given, now: int, *, replace: bool) -> dict[str, Any]:
        """The values that are to be written. Raises Unauthorized, or InvalidData for a reference to what is not there.

        Somebody may give what they see there already, whatever it is: so do clients that put back what they have read.
        """
        unknown = self._references.unknown(tx, by, given)
        values = dict(given.values)
        if seen.marks is None:
            unknown.refuse()
            return values | (self._defaults(values, None) if replace else {})
        self.check("modify", seen.marks)
        allowed = self._writable("modify", seen.marks)
        for field_id in [one for one in values if one not in allowed or one in unknown.values]:
            if self._is_there(by, seen, self._type.fields[field_id], values[field_id]):
                del values[field_id]
                unknown.forget(field_id)
        if replace:
            values |= self._defaults(given.values, allowed)
        self._check_fields("modify", seen.marks, given, values)
        draft = changed_thing(self._table, seen.row, unknown.without(values), now)
        self._check_fields("modify", self._supposed(by, seen.row[0], draft), given, values)
        unknown.refuse()
        return values

    def check(self, permission: Permission, marks: Marks | None) -> None:
        """Raise Unauthorized unless a rule that holds allows it."""
        if marks is not None and not self._guarded.allows(permission, marks):
            raise Unauthorized(MAY_NOT[permission])

    def check_again(self, permission: Permission, by: Any, thing_id: str) -> None:
        """Ask rules that search about what was written. Raises Unauthorized."""
        if not by.sees_all and self._guarded.searches(permission):
            by.view.forget()
            self.check(permission, self._guarded.marks(by, thing_id))

    def _check_fields(self, permission: Permission, marks: Marks, given: Given, fields: Iterable[str]) -> None:
        self.check(permission, marks)
        allowed = self._writable(permission, marks)
        denied = next((one for one in fields if one not in allowed), None)
        if denied is None:
            return
        if permission == "modify" and _is_email(self._type, denied):
            raise Unauthorized(BY_TOKEN)
        name = given.names.get(denied, denied)[:200]
        raise Unauthorized(f"{MAY_NOT[permission]}: no privacy rule lets you write the field {name}")

    def _writable(self, permission: Permission, marks: Marks) -> frozenset[str]:
        """The fields that may be given. A new user needs an e-mail; nobody who is not an administrator changes one."""
        fields = self._guarded.writable(permission, marks)
        if self._type.id != USER:
            return fields
        return fields | {"email"} if permission == "create" else fields - {"email"}

    def _supposed(self, by: Any, thing_id: str, draft: Draft) -> Marks:
        """Which rules would hold."""
        by.view.suppose(self._type.id, thing_id, draft.row, draft.lists)
        return self._guarded.foreseen(by, thing_id)

    def _is_there(self, by: Any, seen: Seen, field: Field, value: Any) -> bool:
        """Whether the thing has this value already, and whoever writes may see that."""
        assert seen.marks is not None
        if field.id not in self._guarded.shown(seen.marks).fields:
            return False
        if field.type.is_list:
            return same(self._table, field, value, by.view.list_field(self._type.id, field.id, seen.row[0]))
        return same(self._table, field, value, seen.row[self._table.places[field.id]])

    def _defaults(self, given: Iterable[str], allowed: frozenset[str] | None) -> dict[str, Any]:
        """What a replacement makes of the fields that it does not give: of those that its writer may write at all."""
        left = [one for one in self._editable if one.id not in given and (allowed is None or one.id in allowed)]
        return {one.id: one.default for one in left}


def _is_kept(field: Field) -> bool:
    return field.builtin and field.id in NOT_RESET


def _is_email(of: DataType, field_id: str) -> bool:
    return of.id == USER and field_id == "email"
