"""What types, fields and option sets an app has: the resolved form that everything above asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from offpage.values.types import DATE, TEXT, Type, thing

USER: Final = "user"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a data type. `default` is a value in Python form, or None."""

    id: str
    type: Type
    label: str
    default: Any = None
    unique: bool = False
    index: bool = False
    builtin: bool = False


def builtin_fields(type_id: str) -> dict[str, Field]:
    """The fields that every thing of a type has, by id. A list of things' owner columns stand in the same order."""
    fields = [
        Field("id", TEXT, "unique id", unique=True, builtin=True),
        Field("created_date", DATE, "Created Date", builtin=True),
        Field("modified_date", DATE, "Modified Date", builtin=True),
        Field("created_by", thing(USER), "Created By", builtin=True),
        Field("slug", TEXT, "Slug", unique=True, builtin=True),
    ]
    if type_id == USER:
        yes_no = Type("yes_no")
        fields += [
            Field("email", TEXT, "email", unique=True, builtin=True),
            Field("email_confirmed", yes_no, "email confirmed", builtin=True),
            Field("logged_in", yes_no, "logged in", builtin=True),
        ]
    return {one.id: one for one in fields}


@dataclass(frozen=True, slots=True)
class DataType:
    """One data type: its fields by id, the built-in ones first."""

    id: str
    label: str
    fields: Mapping[str, Field]
    api: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its id, its display text and its attributes in Python form."""

    id: str
    label: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionSet:
    """One option set: the types of its attributes and its options, in their order."""

    id: str
    label: str
    attributes: Mapping[str, Type]
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class Held:
    """What the database has for a field where that is not what the app says; `type` None: nothing.

    `unique` False: several things have the same value already.
    """

    type: Type | None
    unique: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """All data types and option sets of an app, by id. `user` is always there."""

    types: Mapping[str, DataType]
    option_sets: Mapping[str, OptionSet]
    unread: frozenset[str] = frozenset()
    """Ids of data types and option sets whose files have a mistake that keeps them from being read at all."""
    doubtful: frozenset[tuple[str, str]] = frozenset()
    """Type and id of the fields that have a mistake ("" for all of a type): what they are to be is not known for sure."""

    def is_doubtful(self, type_id: str, field_id: str) -> bool:
        """Whether a mistake keeps us from knowing what a field is to be."""
        return (type_id, field_id) in self.doubtful or (type_id, "") in self.doubtful

    def field(self, type_id: str, field_id: str) -> Field | None:
        """The field of a type, or None where there is no such type or field."""
        found = self.types.get(type_id)
        return found.fields.get(field_id) if found else None
