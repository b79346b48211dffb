"""Edits of one file: the text with one place changed, everything else as it was, to the character.

Comments, blank lines, quotes and layout stay because they are never touched; what an edit writes is in the
house's layout. Every outcome is read again before it is given out, so that an edit means what it says or fails.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path as File
from typing import Any

from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issues
from offpage.model.edit import Edit, Insert, Move, Path, Remove, Rename, SetValue, Transfer, edited, parted
from offpage.model.edit_text import attempts
from offpage.model.find import node_at
from offpage.model.node import Node
from offpage.model.plain import written_form
from offpage.model.render import node_of
from offpage.model.report import Report
from offpage.model.span import read_spans
from offpage.model.transferring import PLACEHOLDER, lines_of_item, with_lines
from offpage.model.yaml_text import read_yaml

BOM = "\ufeff"


def set_value(text: str, path: Path, value: Any) -> str:
    """The text with a value at a path (keys and list indexes); missing keys on the way are made.

    `value` is None, yes/no, a number, text, or a list or dict of such. Raises AppError, as all edits do, when
    the text is no valid YAML or the place is not there.
    """
    return apply(text, SetValue(path, node_of(value)))


def remove(text: str, path: Path) -> str:
    """The text without a key or an item, and without the comment that stands directly above it."""
    return apply(text, Remove(path))


def insert(text: str, path: Path, index: int, value: Any) -> str:
    """The text with a new item at `index` of the list at a path; a list that is not there yet is made."""
    return apply(text, Insert(path, index, node_of(value)))


def move(text: str, path: Path, index: int, to: int) -> str:
    """The text with one item of the list at a path taken out and put back so that it has the index `to`."""
    return apply(text, Move(path, index, to))


def transfer(text: str, path: Path, index: int, into: Path, to: int) -> str:
    """The text with an item of one list put into another, before the item at `to`, with its comments and layout."""
    return apply(text, Transfer(path, index, into, to))


def rename_key(text: str, path: Path, name: str) -> str:
    """The text with the key at the end of a path called something else."""
    return apply(text, Rename(path, name))


def write_file(file: File, text: str) -> None:
    """Put a text into a file in one motion: whoever reads it sees the old text or the new one, never a part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        File(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        File(name).replace(file)
    except BaseException:
        File(name).unlink(missing_ok=True)
        raise


def apply(text: str, edit: Edit) -> str:
    """The text after an edit. Raises AppError."""
    mark, body = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    before = read_tree(body)
    wanted = edited(before, edit)
    if isinstance(edit, Transfer):
        return mark + _transferred(body, edit, before, _form(wanted))
    form = _form(wanted)
    for attempt in attempts(body, read_spans(body), edit, before, wanted):
        if _means(attempt, form):
            return mark + attempt
    raise AppError("This edit cannot be made without changing the rest of the file; make it in a text editor.")


def _transferred(text: str, edit: Transfer, before: Node, form: str) -> str:
    """The text with an item in another list: its own lines where they can stand there, else written anew."""
    lines = lines_of_item(text, before, edit)
    if lines is not None:
        put, gone = parted(edit, PLACEHOLDER)
        made = apply(apply(text, put), gone)
        attempt = with_lines(made, lines)
        if attempt is not None and _means(attempt, form):
            return attempt
    item = node_at(before, [*edit.path, edit.index])
    put, gone = parted(edit, item or PLACEHOLDER)
    return apply(apply(text, put), gone)


def _means(text: str, form: str) -> bool:
    """Whether a text is valid and says what it should."""
    issues = Issues()
    node = read_yaml("", text, "", Report(issues))
    return node is not None and not len(issues) and _form(node) == form


def read_tree(text: str) -> Node:
    """The tree of a file's text, without its places. Raises AppError where the text is not valid YAML."""
    issues = Issues()
    node = read_yaml("", text, "", Report(issues))
    if node is None or len(issues):
        first = next(iter(issues))
        raise AppError(f"The file cannot be edited before line {first.line} is put right: {first.message}")
    return node


def _form(node: Node) -> str:
    """What a tree says, the order of its keys included."""
    return json.dumps(written_form(node))
