"""What the values of a write refer to: other things, and files. What the writer may not know of is as if it were not there.

A reference to a thing that is hidden answers, word for word and statement for statement, as one to a thing that is not
there; so does the address of a private file that the writer may not open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offpage.data.bodies import Given
from offpage.data.guarded_row import GuardedRows
from offpage.data.permission import opens
from offpage.data.privacy import Privacy
from offpage.kernel.errors import InvalidData
from offpage.model.schema import DataType
from offpage.store.tx import Tx
from offpage.values.types import FILE_KINDS

RowsOf = Callable[[str], GuardedRows]
"""The things of each data type with what their rules say."""


@dataclass(slots=True)
class Unknown:
    """What a write refers to that is not there for its writer: by field, a sentence and the values that are meant."""

    messages: dict[str, str] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)

    def refuse(self) -> None:
        """Raise InvalidData for the first of them."""
        for message in self.messages.values():
            raise InvalidData(message)

    def forget(self, field_id: str) -> None:
        """Let a field be: the thing holds the value already, and the writer sees it there."""
        self.messages.pop(field_id, None)
        self.values.pop(field_id, None)

    def without(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as if nothing in them referred to what is not there."""
        left = dict(values)
        for field_id, missing in self.values.items():
            value = left[field_id]
            left[field_id] = [one for one in value if one not in missing] if isinstance(value, list) else None
        return left


class References:
    """Looks up what the values of writes to one data type refer to."""

    def __init__(self, of: DataType, privacy: Privacy, rows_of: RowsOf) -> None:
        self._type = of
        self._privacy = privacy
        self._rows_of = rows_of

    def unknown(self, tx: Tx, by: Any, given: Given) -> Unknown:
        """What `by` (an Onlooker) cannot refer to. One statement for each type referred to, whatever is there."""
        unknown = Unknown()
        wanted: dict[str, list[str]] = {}
        for type_id, _, ids in (references := self._references(given)):
            wanted.setdefault(type_id, []).extend(ids)
        there = {type_id: self._rows_of(type_id).known(tx, by, ids) for type_id, ids in wanted.items() if ids}
        for type_id, field_id, ids in references:
            self._note(unknown, given, field_id, [one for one in ids if one not in there[type_id]], "object with id {}")
        for field_id in given.names:
            if self._type.fields[field_id].type.kind in FILE_KINDS:
                addresses = given.addresses(field_id)
                private = [one for one in addresses if one in given.private]
                closed = [one for one in private if not opens(by, self._privacy, given.private[one])]
                self._note(unknown, given, field_id, closed, "file {}")
        return unknown

    def _references(self, given: Given) -> list[tuple[str, str, Sequence[str]]]:
        types = {field_id: self._type.fields[field_id].type for field_id in given.names}
        return [(of.of, field_id, _ids(given.values[field_id])) for field_id, of in types.items() if of.kind == "thing"]

    def _note(self, unknown: Unknown, given: Given, field_id: str, missing: Sequence[str], what: str) -> None:
        if missing:
            said = f"{what.format(missing[0][:200])} does not exist"
            unknown.messages[field_id] = f"Invalid data for field {given.names[field_id][:200]}: {said}"
            unknown.values[field_id] = set(missing)


def _ids(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
