"""Things as CSV (RFC 4180): a head line with the fields' ids, a line for each thing.

Text, numbers, dates (ISO 8601), options and unique ids stand as they are, yes/no as `yes` and `no`, lists and compound
values as JSON. CSV cannot tell an empty text from no text: an empty cell is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from offpage.data.transfer.columns import Columns, cell
from offpage.data.transfer.entry import LONGEST_LINE, Entry, about_field, lines_of
from offpage.data.transfer.exporting import Text
from offpage.kernel.errors import InvalidData, InvalidEmail
from offpage.model.schema import Field
from offpage.values.codec import Forms
from offpage.values.types import Type

SEPARATORS: Final = (",", ";", "\t", "|")
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a formula of a cell in a spreadsheet."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, Excel takes UTF-8 for something else."""

_WORDS: Final = {"tab": "\t", "comma": ",", "semicolon": ";"}

# The library's own limit of 128 kB is for all of a process; a text of a thing may have ten million characters.
csv.field_size_limit(LONGEST_LINE)


def separator_of(text: str) -> str | None:
    """The separator that a text means: a character, or a word such as `tab`; None where it means none."""
    found = _WORDS.get(text, text)
    return found if len(found) == 1 and found not in '"\r\n' else None


class CsvOut:
    """Writes things to a text file opened with `newline=""`."""

    def __init__(
        self,
        file: Text,
        fields: Sequence[Field],
        forms: Forms,
        separator: str = ",",
        *,
        for_spreadsheets: bool = False,
    ) -> None:
        """`for_spreadsheets`: no text is a formula to those who open the file with one. Read again, such texts differ."""
        self._fields = fields
        self._forms = forms
        self._harmless = {field.id for field in fields if _is_harmless(field.type) or not for_spreadsheets}
        self._writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
        if for_spreadsheets:
            file.write(BYTE_ORDER_MARK)
        self._writer.writerow([field.id for field in fields])

    def write(self, values: Mapping[str, Any]) -> None:
        """Write one thing; its values by field id in Python form."""
        self._writer.writerow([self._cell(field, values.get(field.id)) for field in self._fields])

    def _cell(self, field: Field, value: Any) -> str:
        text = cell(field.type, value, self._forms)
        return f"'{text}" if text.startswith(FORMULAS) and field.id not in self._harmless else text


def _is_harmless(of: Type) -> bool:
    """Whether what a cell begins with is known: a number may begin with a minus."""
    return of.kind in ("number", "date", "yes_no") and not of.is_list


def read_csv(file: IO[bytes], columns: Columns, forms: Forms, separator: str = ",") -> Iterator[Entry]:
    """The entries of a file. Raises InvalidData for a head line that makes no sense; other lines tell it themselves."""
    # Bytes that are no UTF-8 pass as lone surrogates, which no value takes: so the line is told, not only the file.
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(lines_of(text), delimiter=separator, strict=True)
    try:
        fields = _head(reader, columns, separator)
        yield from _entries(reader, fields, columns, forms)
    finally:
        text.detach()  # the file is the caller's to close


def _head(reader: Any, columns: Columns, separator: str) -> list[Field]:
    try:
        names = next(reader, None)
    except csv.Error as error:
        raise InvalidData(f"Line 1 cannot be read: {error}.") from error
    if names and any("\udc80" <= sign <= "\udcff" for name in names for sign in name):
        raise InvalidData("The first line is not UTF-8 text. Save the file with that encoding (in Excel: CSV UTF-8).")
    if not names:
        raise InvalidData("The file is empty. Its first line names the fields, such as id,name,total")
    other = next((one for one in SEPARATORS if one != separator and one in names[0]), None)
    if len(names) == 1 and other is not None:
        shown = "tab" if other == "\t" else repr(other)
        raise InvalidData(f"The first line has one column, {names[0][:100]!r}. Is the separator {shown}?")
    return columns.find_all(names)


def _entries(reader: Any, fields: Sequence[Field], columns: Columns, forms: Forms) -> Iterator[Entry]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Entry(line, problem=f"This line cannot be read: {error}.")
            continue
        if cells:
            yield _entry(line, cells, fields, columns, forms)


def _entry(line: int, cells: Sequence[str], fields: Sequence[Field], columns: Columns, forms: Forms) -> Entry:
    if len(cells) != len(fields):
        return Entry(line, problem=f"This line has {len(cells)} cells; the first line has {len(fields)}.")
    entry = Entry(line)
    for field, text in zip(fields, cells, strict=True):
        try:
            entry.values[field.id] = columns.from_cell(field, text, forms)
        except InvalidData as error:
            entry.problem = about_field(field, error)
            return entry
        except InvalidEmail as error:
            entry.problem = f"{field.id}: {error.message}"
            return entry
    return entry
