"""An item of a list goes into another list with the lines that it has: comments, quotes and layout move along.

A placeholder is put where the item is to stand, so that it has the column of the list there; then the item's lines, indented
as the placeholder is, take its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from offpage.model.edit import Transfer
from offpage.model.extent import Lines, extents
from offpage.model.find import span_at
from offpage.model.node import Node, Scalar
from offpage.model.span import Entry, Span, read_spans

_WORD: Final = "placeholder-8c1f5d7ab2"
PLACEHOLDER: Final = Scalar(_WORD, _WORD)
"""What stands in for the item: a word that hardly any file has; what comes out is read again in any case."""


def lines_of_item(text: str, before: Node, edit: Transfer) -> list[str] | None:
    """The lines of the item that is transferred, without the indentation of its list; None where it has none of its own."""
    root = read_spans(text)
    holder = span_at(root, before, edit.path) if root else None
    if holder is None or holder.kind != "items" or holder.flow:
        return None
    lines = Lines(text)
    entry = holder.entries[edit.index]
    if not lines.begins(entry.start):
        return None
    start, end = extents(lines, holder)[edit.index]
    column = lines.column(entry.start)
    found = lines.text[start:end].split(lines.newline)[:-1]
    if any(line[:column].strip() for line in found):
        return None
    return [line[column:] for line in found]


def with_lines(text: str, item: list[str]) -> str | None:
    """The text with an item's lines in place of the placeholder; None where it has no line of its own."""
    root = read_spans(text)
    entry = next((one for one in _entries(root) if _is_placeholder(text, one)), None) if root else None
    if entry is None or entry.in_flow:
        return None
    lines = Lines(text)
    start, end = lines.start(entry.start), lines.end(entry.start)
    if not lines.begins(entry.start):
        return None
    pad = " " * lines.column(entry.start)
    return lines.text[:start] + lines.joined([pad + line if line else "" for line in item]) + lines.text[end:]


def _is_placeholder(text: str, entry: Entry) -> bool:
    return entry.key is None and text[entry.value.start : entry.value.end] == _WORD


def _entries(span: Span) -> Iterator[Entry]:
    for entry in span.entries:
        yield entry
        yield from _entries(entry.value)
