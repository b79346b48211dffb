"""Things as JSON lines: an object for each, its keys the fields' ids. Empty fields are null, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import msgspec

from offpage.data.transfer.columns import Columns, to_text_json
from offpage.data.transfer.entry import Entry, about_field, lines_of
from offpage.data.transfer.exporting import Text
from offpage.kernel.errors import InvalidData, InvalidEmail
from offpage.model.schema import Field
from offpage.values.codec import Forms, to_json


class JsonOut:
    """Writes things to a text file."""

    def __init__(self, file: Text, fields: Sequence[Field], forms: Forms) -> None:
        self._file = file
        self._fields = fields
        self._forms = forms

    def write(self, values: Mapping[str, Any]) -> None:
        """Write one thing; its values by field id in Python form."""
        shown = {field.id: to_json(field.type, values.get(field.id), self._forms) for field in self._fields}
        self._file.write(to_text_json(shown).decode() + "\n")


def read_json_lines(file: IO[bytes], columns: Columns, forms: Forms) -> Iterator[Entry]:
    """The entries of a file; blank lines are read over. Raises InvalidData for a line without an end."""
    for number, line in enumerate(lines_of(file), 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if text.strip():
            yield _entry(number, text, columns, forms)


def _entry(number: int, line: bytes, columns: Columns, forms: Forms) -> Entry:
    try:
        given = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Entry(number, problem=f"This line is not JSON: {error}.")
    if not isinstance(given, dict):
        return Entry(number, problem='This line must be a JSON object such as {"name": "value"}.')
    entry = Entry(number)
    for name, raw in given.items():
        try:
            field = columns.find(name)
        except InvalidData as error:
            return Entry(number, problem=error.message)
        if field.id in entry.values:
            return Entry(number, problem=f"The field {field.id} is given twice.")
        try:
            entry.values[field.id] = columns.from_json(field, raw, forms)
        except InvalidData as error:
            return Entry(number, problem=about_field(field, error))
        except InvalidEmail as error:
            return Entry(number, problem=f"{field.id}: {error.message}")
    return entry
