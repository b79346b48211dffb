"""Nodes → YAML text in the house's layout: two blanks a level, lists indented below their key, no needless quotes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issues
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.report import Report
from offpage.model.yaml_text import read_yaml


def node_of(value: Any) -> Node:
    """The node of a plain value (None, yes/no, number, text, list, dict). Raises AppError for anything else."""
    match value:
        case Scalar() | Items() | Keys():
            return value
        case None:
            return Scalar(None, "null")
        case bool():
            return Scalar(value, "yes" if value else "no")
        case int():
            return Scalar(value, str(value))
        case float() if math.isfinite(value):
            return Scalar(value, repr(int(value) if value == int(value) and abs(value) < 2**53 else value))
        case str():
            return Scalar(value, value, plain=False)
        case Mapping():
            return Keys({str(key): node_of(one) for key, one in value.items()}, {str(key): Mark() for key in value})
        case Sequence():
            return Items(tuple(node_of(one) for one in value))
    raise AppError(f"A value of the kind {type(value).__name__} cannot stand in a file of the app.")


def flow_text(node: Node) -> str:
    """A value on one line, as it may stand inside { } or [ ]."""
    match node:
        case Scalar():
            return scalar_text(node, flow=True)
        case Items():
            return "[" + ", ".join(flow_text(one) for one in node.items) + "]"
        case Keys():
            return "{" + ", ".join(f"{key_text(key)}: {flow_text(one)}" for key, one in node.items.items()) + "}"


def block_lines(node: Keys | Items, column: int) -> list[str]:
    """The lines of a mapping or list with at least one entry, beginning at a column."""
    lines: list[str] = []
    pad = " " * column
    if isinstance(node, Keys):
        for key, value in node.items.items():
            lines += after(f"{pad}{key_text(key)}:", value, column)
    else:
        for value in node.items:
            lines += after(f"{pad}-", value, column)
    return lines


def after(head: str, node: Node, column: int, comment: str = "") -> list[str]:
    """A value after `key:` or `-` (which stands at a column), as lines; `comment` ends the first line."""
    tail = f"  {comment}" if comment else ""
    match node:
        case Keys(items=entries) | Items(items=entries) if not entries:
            return [f"{head} {flow_text(node)}{tail}"]
        case Keys() | Items() if head.endswith("-") and not tail:
            first, *rest = block_lines(node, column + 2)
            return [f"{head} {first[column + 2 :]}", *rest]
        case Keys() | Items():
            return [head + tail, *block_lines(node, column + 2)]
        case Scalar():
            block = _block_scalar(node, column + 2)
            if block:
                return [f"{head} {block[0]}{tail}", *block[1:]]
            return [f"{head} {scalar_text(node)}{tail}"]
    raise AssertionError(node)


def key_text(key: str) -> str:
    """A key, quoted where it must be."""
    for written in (key, _quoted(key)):
        read = _read(f"{written}: x")
        if isinstance(read, Keys) and list(read.items) == [key] and _read(f"{{{written}: x}}") is not None:
            return written
    raise AppError("This key cannot be written to a file; use ordinary characters.")


def scalar_text(node: Scalar, *, flow: bool = False) -> str:
    """A scalar on one line: as written where it was no text, else plain if it reads back as the same text."""
    if not isinstance(node.value, str):
        return node.text or "null"
    for written in (node.text, _quoted(node.text)):
        if "\n" in written:
            continue
        read = _read(f"{{k: {written}}}" if flow else f"k: {written}")
        found = read.items.get("k") if isinstance(read, Keys) and len(read.items) == 1 else None
        if isinstance(found, Scalar) and found.value == node.text:
            return written
    raise AppError("This text cannot be written to a file; it holds characters that YAML does not allow.")


def _quoted(text: str) -> str:
    """Text in double quotes. JSON's escapes are YAML's, but for characters beyond the basic plane."""
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    return "".join(
        [
            '"',
            *(json.dumps(c, ensure_ascii=False)[1:-1] if c.isprintable() or c in "\n\t" else _escape(c) for c in text),
            '"',
        ]
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block_scalar(node: Scalar, column: int) -> list[str] | None:
    """Text of several lines as a block (`|`), or None where it is no such text or would not read back the same."""
    text = node.text
    if not isinstance(node.value, str) or "\n" not in text.rstrip("\n"):
        return None
    header = "|" if text.endswith("\n") else "|-"
    lines = [" " * column + line if line else "" for line in text.removesuffix("\n").split("\n")]
    read = _read("\n".join([f"k: {header}", *(line.replace(" " * column, "  ", 1) for line in lines)]) + "\n")
    same = isinstance(read, Keys) and isinstance(one := read.items.get("k"), Scalar) and one.text == text
    return [header, *lines] if same else None


def _read(text: str) -> Node | None:
    """What a text reads as, or None where something is wrong with it."""
    issues = Issues()
    node = read_yaml("", text, "", Report(issues))
    return None if len(issues) else node
