"""What an edit does to the text of a file: the characters of one place change, all others stay as they are.

`attempts` proposes texts, the most careful first; the writer takes the first that means what it should. A
proposal that turns out wrong costs nothing, so the rules here can be simple; the last resort writes a larger
and larger surrounding value anew (its comments are lost).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offpage.model.edit import Insert, Move, OfOnePlace, Path, Remove, Rename, SetValue, goes_before_last, is_empty
from offpage.model.extent import Lines, extents
from offpage.model.find import entry_at, node_at, siblings_at, span_at
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.render import after, block_lines, flow_text, key_text
from offpage.model.span import Entry, Span

WIDEST = 100
"""Longest line that a value in { } or [ ] is kept on."""


def attempts(text: str, root: Span | None, edit: OfOnePlace, before: Node, wanted: Node) -> Iterator[str]:
    """Texts that may be the outcome of an edit, the most careful first."""
    if root is not None:
        careful = _careful(text, root, edit, before)
        if careful is not None:
            yield careful
        for length in range(len(edit.path), -1, -1):
            node = node_at(wanted, edit.path[:length])
            entry = entry_at(root, before, edit.path[:length])
            if node is not None and entry is not None:
                yield _set(text, entry, node)
    comments = [line for line in text.splitlines() if line.startswith("#")] if root is None else []
    yield "\n".join([*comments, *_document(wanted)]) + "\n"


def _document(node: Node) -> list[str]:
    empty = not isinstance(node, Scalar) and not node.items
    return [flow_text(node)] if isinstance(node, Scalar) or empty else block_lines(node, 0)


def _careful(text: str, root: Span, edit: OfOnePlace, before: Node) -> str | None:
    """The text with one place changed; None where this needs a larger change."""
    match edit:
        case SetValue(path, node):
            return _set_at(text, root, before, path, node)
        case Remove(path):
            found = siblings_at(root, before, path)
            return _remove(text, *found) if found else None
        case Insert(path, index, node):
            here = node_at(before, path)
            if here is None or is_empty(here) or (isinstance(here, Items) and not here.items):
                return _set_at(text, root, before, path, Items((node,)))
            holder = span_at(root, before, path)
            return _insert(text, holder, index, node) if holder else None
        case Move(path, index, to):
            holder = span_at(root, before, path)
            return _move(text, holder, index, to) if holder else None
        case Rename(path, name):
            entry = entry_at(root, before, path)
            key = entry.key if entry else None
            return text[: key.start] + key_text(name) + text[key.end :] if key else None


def _set_at(text: str, root: Span, before: Node, path: Path, node: Node) -> str | None:
    if entry := entry_at(root, before, path):
        return _set(text, entry, node)
    known = next((n for n in range(len(path) - 1, -1, -1) if node_at(before, path[:n]) is not None), 0)
    for name in reversed(path[known + 1 :]):
        node = Keys({str(name): node}, {str(name): Mark()})
    holder, key = span_at(root, before, path[:known]), path[known] if path else ""
    if holder is None or not isinstance(key, str):
        return None
    added = Keys({key: node}, {key: Mark()})
    if holder.kind == "keys" and holder.entries:
        return _add_key(text, holder, added)
    entry = entry_at(root, before, path[:known])
    return _set(text, entry, added) if entry else None


def _set(text: str, entry: Entry, node: Node) -> str:
    """Exchange the value of one entry: on its line where that is possible, else with lines of its own."""
    old, lines = entry.value, Lines(text)
    inline = _inline(lines, entry, node) if old.is_inline else None
    if inline is not None:
        gap = " " if old.start == old.end and not text[: old.start].endswith(" ") else ""
        return text[: old.start] + gap + inline + text[old.end :]
    head_start, head_end = lines.start(entry.start), _head_end(text, entry)
    comment = _comment(text, head_end, old, lines)
    end = lines.end(max(old.end, head_end))
    written = after(text[head_start:head_end], node, lines.column(entry.start), comment)
    return text[:head_start] + lines.joined(written) + text[end:]


def _inline(lines: Lines, entry: Entry, node: Node) -> str | None:
    """A value to be put where another stood on its line; None where it needs lines of its own."""
    old = entry.value
    if entry.in_flow:
        return flow_text(node)
    if isinstance(node, Scalar):
        written = after("", node, 0)
        return written[0].strip() if len(written) == 1 else None
    inline = flow_text(node)
    wanted = not node.items or (old.flow and bool(old.entries))
    return inline if wanted and lines.column(old.start) + len(inline) <= WIDEST else None


def _head_end(text: str, entry: Entry) -> int:
    """The place after the `:` or the `-` of an entry."""
    return text.find(":", entry.key.end) + 1 if entry.key else entry.start + 1


def _comment(text: str, head_end: int, old: Span, lines: Lines) -> str:
    """The comment on an entry's own line, if there is one."""
    line_end = lines.end(head_end)
    after_value = old.end if old.end < line_end else head_end
    rest = text[after_value:line_end]
    if old.kind == "scalar" and not old.is_inline:
        rest = text[old.start : line_end].lstrip("|>+-0123456789")
    return rest.strip() if rest.strip().startswith("#") else ""


def _add_key(text: str, holder: Span, added: Keys) -> str:
    """Put a key after the others of a mapping, but above its steps."""
    last = holder.entries[-1]
    is_above = goes_before_last([text[one.key.start : one.key.end] if one.key else "" for one in holder.entries])
    if holder.flow and is_above:
        return text[: last.start] + flow_text(added)[1:-1] + ", " + text[last.start :]
    if holder.flow:
        return text[: last.value.end] + ", " + flow_text(added)[1:-1] + text[last.value.end :]
    lines = Lines(text)
    end = extents(lines, holder)[-2 if is_above else -1][1]
    return lines.inserted(end, block_lines(added, lines.column(last.start)))


def _insert(text: str, holder: Span, index: int, node: Node) -> str | None:
    if holder.kind != "items" or not holder.entries or index > len(holder.entries):
        return None
    entries = holder.entries
    if holder.flow:
        if index == len(entries):
            at = entries[-1].value.end
            return text[:at] + ", " + flow_text(node) + text[at:]
        at = entries[index].value.start
        return text[:at] + flow_text(node) + ", " + text[at:]
    lines = Lines(text)
    ranges = extents(lines, holder)
    at = ranges[index][0] if index < len(entries) else ranges[-1][1]
    if not lines.begins(entries[min(index, len(entries) - 1)].start) and index == 0:
        return None
    return lines.inserted(at, block_lines(Items((node,)), lines.column(entries[-1].start)))


def _remove(text: str, holder: Span, index: int) -> str | None:
    entries = holder.entries
    if len(entries) == 1:
        return None
    if holder.flow:
        if index == 0:
            return text[: entries[0].start] + text[entries[1].start :]
        return text[: entries[index - 1].value.end] + text[entries[index].value.end :]
    lines = Lines(text)
    start, end = extents(lines, holder)[index]
    if lines.begins(entries[index].start):
        return text[:start] + text[end:]
    # The first key stands on the line of its item's `-`: the next one takes its place there.
    return text[: entries[index].start] + text[entries[1].start :] if index == 0 else None


def _move(text: str, holder: Span, index: int, to: int) -> str | None:
    if holder.kind != "items" or max(index, to) >= len(holder.entries):
        return None
    lines = Lines(text)
    if holder.flow:
        slots = [(entry.value.start, entry.value.end) for entry in holder.entries]
    elif all(lines.begins(entry.start) for entry in holder.entries):
        slots = extents(lines, holder)
    else:
        return None
    return _permuted(text if holder.flow else lines.text, slots, index, to)


def _permuted(text: str, slots: Sequence[tuple[int, int]], index: int, to: int) -> str:
    """The pieces in some slots in another order; what stands between the slots stays."""
    pieces = [text[start:end] for start, end in slots]
    pieces.insert(to, pieces.pop(index))
    result, last = [], 0
    for (start, end), piece in zip(slots, pieces, strict=True):
        result += [text[last:start], piece]
        last = end
    return "".join([*result, text[last:]])
