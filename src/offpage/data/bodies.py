"""The body of a Data API write → which fields get which values (bubble.md 1.4, 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from offpage.data.field_names import FieldNames
from offpage.data.slugs import slug_of
from offpage.kernel.errors import InvalidData, RequestError
from offpage.model.schema import Field
from offpage.services.files import ROUTE, Attached
from offpage.values.codec import Forms, from_json
from offpage.values.kind import spoken
from offpage.values.types import FILE_KINDS, Type

NO_FIELD: Final = "The fields of a type stand in /api/1.1/meta. Its unique id, dates and creator are never written."

COMING: Final = f"{ROUTE}/coming"
"""Stands for the address of a file that came and is stored only when it is known that the write is allowed."""


@dataclass(slots=True)
class Given:
    """The fields that a body gives, with their values in Python form, by the ids of the fields.

    `names`: what the body calls them. `files`: what came for a field where files came: objects still to be stored,
    and addresses; `stored`: the addresses of those that have been. `private`: of the addresses given, those that not
    everybody may use, with the thing that each is attached to (None: there is no such file).
    """

    values: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    private: dict[str, Attached | None] = field(default_factory=dict)

    def addresses(self, field_id: str) -> list[str]:
        """The addresses that were given for a field of files."""
        value = self.files.get(field_id) or self.values[field_id]
        items = value if isinstance(value, list) else [value]
        return [one for one in items if isinstance(one, str)]


def read_body(body: object, names: FieldNames, forms: Forms) -> Given:
    """Read a JSON object. Raises RequestError for a field that is not there, InvalidData for a value that does not fit."""
    if not isinstance(body, Mapping):
        raise InvalidData('The body must be a JSON object such as {"name": "value"}.')
    given = Given()
    for name, raw in body.items():
        one = names.written(name)
        if one is None:
            raise RequestError(f"Unrecognized field: {name[:200]}", reason=NO_FIELD)
        if one.id in given.values:
            raise RequestError(f"The field {name[:200]} is given twice")
        given.names[one.id] = name
        given.values[one.id] = _value(name, one, raw, forms, given)
    return given


def invalid(name: str, of: Type, error: InvalidData) -> InvalidData:
    """The error for a value that cannot be read, in Bubble's words."""
    message = f"Invalid data for field {name[:200]}: could not parse this as a {spoken(of)}"
    return InvalidData(message, **error.details)


def _value(name: str, one: Field, raw: Any, forms: Forms, given: Given) -> Any:
    of = one.type
    if raw == "" and of.kind != "json":
        return None  # a text without characters is empty, and so clients clear other fields too
    try:
        if of.kind in FILE_KINDS and _holds_files(of, raw):
            items = raw if of.is_list else [raw]
            given.files[one.id] = [
                item if isinstance(item, dict) else from_json(of.item, item, forms)
                for item in items
                if item is not None
            ]
            coming = [item if isinstance(item, str) else COMING for item in given.files[one.id]]
            return coming if of.is_list else coming[0]
        value = from_json(of, raw, forms)
    except InvalidData as error:
        raise invalid(name, of, error) from error
    if one.builtin and one.id == "slug" and value is not None:
        return slug_of(value) or None
    return value


def _holds_files(of: Type, raw: Any) -> bool:
    if of.is_list:
        return isinstance(raw, list) and any(isinstance(item, dict) for item in raw)
    return isinstance(raw, dict)
