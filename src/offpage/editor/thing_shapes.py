"""What a browser is told of things, and tells of them."""

from __future__ import annotations

from typing import Any

import msgspec


class ColumnShown(msgspec.Struct):
    """A field as a column. `operators`: how it can be asked for; `options`: what it may be, where that is a fixed list."""

    id: str
    label: str
    type: str
    builtin: bool
    writable: bool
    sortable: bool
    operators: list[str]
    options: list[list[str]] = []


class RowShown(msgspec.Struct, omit_defaults=True):
    """A thing. Through somebody's eyes: whether they find it, which fields they do not see, which rules hold for it."""

    id: str
    values: dict[str, Any]
    found: bool = True
    hidden: list[str] = []
    rules: list[str] = []


class TableShown(msgspec.Struct):
    """A page of a table. `labels`: what the things are called that it refers to, by type, by id."""

    columns: list[ColumnShown]
    rows: list[RowShown]
    total: int
    cursor: int
    labels: dict[str, dict[str, str]]
    label_field: str | None
    viewer: str


class ConditionAsked(msgspec.Struct):
    """A condition on a field, as the Data API has them."""

    key: str
    constraint_type: str
    value: Any = None


class Values(msgspec.Struct):
    """Fields with their values as JSON has them; null empties one."""

    values: dict[str, Any]


class ValuesInstead(Values):
    """The same in place of what somebody has seen there: `was`, by field; a field that is another by now is not written over."""

    was: dict[str, Any] = {}


class Ids(msgspec.Struct):
    """Things by their ids."""

    ids: list[str]


class Deleted(msgspec.Struct):
    """How many things were deleted."""

    deleted: int


class RuleTold(msgspec.Struct):
    """What a privacy rule says of one thing. `why_not` is empty where it holds."""

    name: str
    holds: bool
    condition: str
    allows: list[str]
    why_not: list[str]


class PrivacyTold(msgspec.Struct):
    """What somebody sees of one thing, and which rules let them."""

    viewer: str
    found: bool
    shown: list[str]
    hidden: list[str]
    rules: list[RuleTold]


class UserFound(msgspec.Struct):
    """A user, to look through the eyes of."""

    id: str
    email: str


class UsersFound(msgspec.Struct):
    """Users whose e-mail has the words in it, the latest first."""

    users: list[UserFound]
