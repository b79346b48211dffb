"""By which names a caller of the Data API may mean a field (bubble.md 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from offpage.data.wire_names import database_key, field_key, squeezed
from offpage.model.schema import USER, DataType, Field

NEVER_WRITTEN: Final = frozenset({"id", "created_date", "modified_date", "created_by", "email_confirmed", "logged_in"})
"""Built-in fields that no caller can write."""

AUTHENTICATION: Final = "authentication.email.email"
"""Where Bubble shows a user's e-mail."""


def is_writable(field: Field) -> bool:
    """Whether the Data API may write a field."""
    return not (field.builtin and field.id in NEVER_WRITTEN)


class FieldNames:
    """The names of a type's fields. Frozen after it is made.

    Asking is lenient: label, id, Bubble's database key and their squeezed forms are understood in constraints and
    sort rules. Writing is not: a key must have the style that `api.keys` says, as in Bubble.
    """

    __slots__ = ("_asked", "_written", "keys")

    def __init__(self, of: DataType, keys: str) -> None:
        self.keys = {field.id: field_key(field, keys) for field in of.fields.values()}
        """The JSON key of each field, by its id."""
        self._asked: dict[str, Field] = {}
        for name, field in _asked(of, keys):
            self._asked.setdefault(name, field)
        self._written: dict[str, Field] = {}
        for field in of.fields.values():
            if is_writable(field):
                self._written.setdefault(self.keys[field.id], field)
                if keys == "id":
                    self._written.setdefault(database_key(field), field)

    def asked(self, name: str) -> Field | None:
        """The field that a constraint or a sort rule means."""
        return self._asked.get(name) or self._asked.get(squeezed(name))

    def written(self, name: str) -> Field | None:
        """The field that a key of a body means; None for one that is not there or cannot be written."""
        return self._written.get(name)


def _asked(of: DataType, keys: str) -> Iterator[tuple[str, Field]]:
    """All names with their fields; of two fields with one name the first counts."""
    fields = list(of.fields.values())
    yield from ((field_key(field, keys), field) for field in fields)
    yield from ((field.label, field) for field in fields)
    yield from ((field.id, field) for field in fields)
    yield from ((database_key(field), field) for field in fields)
    if of.id == USER:
        yield AUTHENTICATION, of.fields["email"]
    for field in fields:
        for name in (field_key(field, keys), field.label, field.id, database_key(field)):
            yield squeezed(name), field
