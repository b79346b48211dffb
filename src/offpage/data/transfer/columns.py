"""The columns of a file: which field a name means, and a value as the text of a cell."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import msgspec

from offpage.data.field_names import FieldNames
from offpage.kernel.errors import InvalidData
from offpage.model.schema import USER, DataType, Field
from offpage.values.codec import Forms, from_json, from_text, to_json
from offpage.values.email import normal_email
from offpage.values.kinds.json import parse_json
from offpage.values.types import Type

to_text_json = msgspec.json.Encoder().encode


class Columns:
    """The fields of a data type by the names that a file may have for them. Frozen after it is made."""

    __slots__ = ("_names", "type")

    def __init__(self, of: DataType) -> None:
        self.type = of
        self._names = FieldNames(of, "id")

    def find(self, name: str) -> Field:
        """The field that a column's name means: its id, its label, `_id`. Raises InvalidData with a suggestion."""
        field = self._names.asked(name.strip())
        if field is not None:
            return field
        near = difflib.get_close_matches(name, self.type.fields, 1)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(self.type.fields)}."
        raise InvalidData(f"{self.type.label} has no field {name[:100]!r}.{hint}")

    def find_all(self, names: Iterable[str]) -> list[Field]:
        """The fields of a head line. Raises InvalidData for one that is not there or is there twice."""
        found: list[Field] = []
        for name in names:
            field = self.find(name)
            if field in found:
                raise InvalidData(f"Two columns hold the field {field.id}. Leave one of them out.")
            found.append(field)
        return found

    def from_json(self, field: Field, raw: object, forms: Forms) -> Any:
        """A value as JSON has it → Python form. Raises InvalidData."""
        return self._finished(field, from_json(field.type, raw, forms))

    def from_cell(self, field: Field, text: str, forms: Forms) -> Any:
        """The text of a cell → Python form; no text at all is empty. Raises InvalidData."""
        of = field.type
        if of.kind == "json" and text and not of.is_list:
            return from_json(of, parse_json(text, of), forms)
        if of.kind != "text" or of.is_list:
            text = text.strip()
        return self._finished(field, from_text(of, text, forms))

    def _finished(self, field: Field, value: Any) -> Any:
        """An e-mail of a user is kept in one form only."""
        if value is not None and field.id == "email" and self.type.id == USER:
            return normal_email(value)
        return value


def cell(of: Type, value: Any, forms: Forms) -> str:
    """A value as the text of a cell, so that reading it back gives the same; empty is no text at all."""
    if value is None or (of.is_list and not value):
        return ""
    shown = to_json(of, value, forms)
    if isinstance(shown, str) and of.kind != "json":
        return shown
    if isinstance(shown, bool) and of.kind != "json":
        return "yes" if shown else "no"
    return to_text_json(shown).decode()
