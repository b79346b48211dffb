"""A thing as it stands in the Data API's JSON: its fields under their keys, empty ones left out (bubble.md 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from offpage.data.field_names import FieldNames
from offpage.data.shown import Shown
from offpage.data.tables import ThingRow
from offpage.model.schema import USER, DataType
from offpage.values.codec import Forms, to_json
from offpage.values.types import Type

AS_IT_IS: Final = frozenset({"text", "thing", "file", "image", "yes_no"})
"""Kinds whose Python form is their JSON form."""

Lists = Mapping[str, Mapping[str, list[Any]]]
"""The items of list fields: by field id, then by the id of the thing."""


class _Part(NamedTuple):
    """One field: where it stands in a row, its id, its key, and what makes JSON of its value (None: nothing does)."""

    place: int
    field_id: str
    key: str
    write: Callable[[Any], Any] | None


class Wire:
    """Turns rows of one data type into JSON-ready objects. Frozen after it is made."""

    def __init__(self, of: DataType, names: FieldNames, forms: Forms) -> None:
        self._scalars: list[_Part] = []
        self._lists: list[_Part] = []
        for place, field in enumerate(of.fields.values()):
            as_it_is = field.type.kind in AS_IT_IS
            write = None if as_it_is else _writer(field.type, forms)
            part = _Part(place, field.id, names.keys[field.id], write)
            (self._lists if field.type.is_list else self._scalars).append(part)
        self._places = {field_id: place for place, field_id in enumerate(of.fields)}
        self._is_user = of.id == USER

    def thing(self, row: ThingRow, shown: Shown | None, lists: Lists) -> dict[str, Any]:
        """One thing; `shown` says what may be seen of it (None: everything)."""
        seen = None if shown is None or shown.all else shown.fields
        answer: dict[str, Any] = {}
        for place, field_id, key, write in self._scalars:
            value = row[place]
            if value is None or value == "" or (seen is not None and field_id not in seen):
                continue
            answer[key] = value if write is None else write(value)
        for _, field_id, key, write in self._lists:
            if seen is not None and field_id not in seen:
                continue
            items = lists.get(field_id, {}).get(row[0])
            if items:
                answer[key] = items if write is None else write(items)
        if self._is_user:
            self._add_authentication(answer, row, seen)
        return answer

    def _add_authentication(self, answer: dict[str, Any], row: ThingRow, seen: frozenset[str] | None) -> None:
        """What Bubble shows of a user besides the fields."""
        email = row[self._places["email"]]
        if email is None or (seen is not None and "email" not in seen):
            return
        about: dict[str, Any] = {"email": email}
        if seen is None or "email_confirmed" in seen:
            about["email_confirmed"] = bool(row[self._places["email_confirmed"]])
        answer["authentication"] = {"email": about}
        answer["user_signed_up"] = True


def visible_lists(of: DataType, shown: Sequence[Shown | None]) -> list[str]:
    """The list fields that may be seen of at least one thing."""
    return [
        field.id for field in of.fields.values()
        if field.type.is_list and any(one is None or field.id in one.fields for one in shown)
    ]  # fmt: skip


def _writer(of: Type, forms: Forms) -> Callable[[Any], Any]:
    return lambda value: to_json(of, value, forms)
