"""What was made of one text of a file, applied to another: somebody else has changed the file meanwhile.

Edits are applied where what they touch is unchanged: another step, another file's key, a comment may be new. An item of
a list is found again where it stands now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from offpage.kernel.errors import AppError
from offpage.model.edit import Edit, Insert, Move, Path, Transfer, edited
from offpage.model.find import node_at
from offpage.model.node import Items, Node
from offpage.model.plain import written_form
from offpage.model.writer import apply, read_tree


def merged(base: str, now: str, edits: Sequence[Edit]) -> str | None:
    """The text `now` with edits that were made of `base`; None where both changed the same. Raises AppError."""
    was, text = read_tree(base), now
    for edit in edits:
        moved = _moved(was, read_tree(text), edit)
        if moved is None:
            return None
        try:
            text = apply(text, moved)
        except AppError:
            return None
        was = edited(was, edit)
    return text


def merged_texts(base: str, yours: str, theirs: str) -> str | None:
    """`theirs` with what `yours` makes of `base`, line by line; None where both changed the same lines, or lines side by side.

    None also where that is no valid YAML: a text that is put together says nothing that either side has written.
    """
    found: list[str] = []
    lines, at, last = base.splitlines(keepends=True), 0, -1
    for start, end, new in sorted({*_changes(lines, yours), *_changes(lines, theirs)}):
        if start <= last:
            return None
        found += [*lines[at:start], *new]
        at = last = end
    text = "".join([*found, *lines[at:]])
    try:
        read_tree(text)
    except AppError:
        return None
    return text


def _changes(lines: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """From which line to which there are others in a text."""
    new = text.splitlines(keepends=True)
    # Many lines of a long file are alike: to compare each with each takes minutes. What both begin and end with needs no
    # comparing, and in between the lines that are rare tell where the others belong.
    head = _alike(lines, new)
    tail = _alike(lines[head:][::-1], new[head:][::-1])
    before, after = lines[head : len(lines) - tail], new[head : len(new) - tail]
    steps = SequenceMatcher(None, before, after, autojunk=True).get_opcodes()
    return [
        (head + start, head + end, tuple(after[first:last]))
        for kind, start, end, first, last in steps
        if kind != "equal"
    ]


def _alike(some: list[str], others: list[str]) -> int:
    """With how many lines that are the same both begin."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(some), len(others)))


def _moved(was: Node, now: Node, edit: Edit) -> Edit | None:
    """The edit as it is to be made now; None where what it touches is not what it was."""
    path = _found(was, now, edit.path)
    if path is None:
        return None
    there, here = node_at(was, edit.path), node_at(now, path)
    match edit:
        case Insert():
            index = _index(there, here, edit.index)
            return None if index is None else replace(edit, path=path, index=index)
        case Move():
            index, to = _item(there, here, edit.index), _item(there, here, edit.to)
            return None if index is None or to is None else replace(edit, path=path, index=index, to=to)
        case Transfer():
            into = _found(was, now, edit.into)
            index = _item(there, here, edit.index)
            to = None if into is None else _index(node_at(was, edit.into), node_at(now, into), edit.to)
            if index is None or to is None or into is None:
                return None
            return Transfer(path, index, into, to)
    if (there is None) != (here is None) or (there and here and written_form(there) != written_form(here)):
        return None
    return replace(edit, path=path)


def _found(was: Node, now: Node, path: Path) -> Path | None:
    """Where what stood at a path stands now. Keys that are missing on the way may be missing still."""
    found: list[str | int] = []
    for depth, name in enumerate(path):
        if isinstance(name, int):
            index = _item(node_at(was, path[:depth]), node_at(now, found), name, exactly=False)
            if index is None:
                return None
            name = index
        found.append(name)
    return found


def _index(there: Node | None, here: Node | None, index: int) -> int | None:
    """Where a new item goes: before the one that it went before, else after the one that it went after."""
    before = there.items if isinstance(there, Items) else ()
    after = here.items if isinstance(here, Items) else ()
    if index < len(before) and (found := _item(there, here, index)) is not None:
        return found
    if index > 0 and (found := _item(there, here, index - 1)) is not None:
        return found + 1
    return len(after) if index >= len(before) and not before else None


def _item(there: Node | None, here: Node | None, index: int, *, exactly: bool = True) -> int | None:
    """Where an item of a list stands now. Not `exactly`: it may have changed, where its neighbours tell that it is the same."""
    if not isinstance(there, Items) or not isinstance(here, Items) or not 0 <= index < len(there.items):
        return None
    forms = [[repr(written_form(one)) for one in items.items] for items in (there, here)]
    for kind, start, end, first, last in SequenceMatcher(None, forms[0], forms[1], autojunk=False).get_opcodes():
        if start <= index < end:
            same = kind == "equal" or (not exactly and kind == "replace" and end - start == last - first)
            return first + index - start if same else None
    return None
