"""Words looked for in the app: names, actions, fields, texts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.shapes import PathOf
from offpage.kernel.issues import Issues
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.model.report import Report
from offpage.model.yaml_text import read_yaml

MOST: Final = 200
AROUND: Final = 60
"""How much of a text is shown before and after what was looked for."""

_KINDS: Final = {"workflows": "workflow", "types": "data type", "options": "option set", "connectors": "connector"}
_RANK: Final = {"workflow": 0, "data type": 0, "option set": 0, "connector": 0, "action": 1, "name": 2, "text": 3}


class Found(msgspec.Struct):
    """A place. `label`: what it is part of; `kind`: workflow, data type, option set, connector, action, name, text."""

    file: str
    path: PathOf
    label: str
    kind: str
    excerpt: str


async def find(asked: Asked) -> list[Found]:
    """Look for words; all must stand in one place. `kind`: only places of that kind."""
    words = asked.query.get("q", "").casefold().split()
    kind = asked.query.get("kind", "")
    files = asked.studio.development.program.app.files
    return await asyncio.to_thread(_found, files, words, kind) if words else []


def _found(files: Mapping[str, str], words: list[str], kind: str) -> list[Found]:
    found: list[Found] = []
    for file, text in files.items():
        # Nearly all files are settled by this: their nodes are never looked at.
        folded = f"{file}\n{text}".casefold()
        if all(word in folded for word in words):
            found += [one for one in _in_file(file, text, words) if not kind or one.kind == kind]
    found.sort(key=lambda one: (_RANK[one.kind], one.file))
    return found[:MOST]


def _in_file(file: str, text: str, words: list[str]) -> Iterator[Found]:
    root = read_yaml(file, text, "", Report(Issues()))
    label = _label(file, root)
    stem = file.removesuffix(".yaml").rpartition("/")[2]
    if _has(words, f"{stem} {label}"):
        yield Found(file, [], label, _KINDS.get(file.partition("/")[0], "name"), label)
    if root is not None:
        yield from _in_node(file, label, root, [], words)


def _in_node(file: str, label: str, node: Node, path: PathOf, words: list[str]) -> Iterator[Found]:
    match node:
        case Keys():
            for name, below in node.items.items():
                here: PathOf = [*path, name]
                if _has(words, name) and path and path[-1] in ("fields", "parameters", "options", "calls", "privacy"):
                    yield Found(file, here, label, "name", name)
                if name == "do" and isinstance(below, Scalar) and _has(words, below.text.replace("_", " "), below.text):
                    yield Found(file, path, label, "action", below.text)
                else:
                    yield from _in_node(file, label, below, here, words)
        case Items():
            for index, below in enumerate(node.items):
                yield from _in_node(file, label, below, [*path, index], words)
        case Scalar() if path != ["label"] and _has(words, node.text):
            kind = "name" if path and path[-1] in ("as", "label") else "text"
            yield Found(file, path, label, kind, _excerpt(node.text, words))


def _has(words: list[str], *texts: str) -> bool:
    return any(all(word in text.casefold() for word in words) for text in texts)


def _label(file: str, root: Node | None) -> str:
    node = root.items.get("label") if isinstance(root, Keys) else None
    if isinstance(node, Scalar) and node.text:
        return node.text
    return file.removesuffix(".yaml").rpartition("/")[2]


def _excerpt(text: str, words: list[str]) -> str:
    at = max(text.casefold().find(words[0]), 0)
    start, end = max(at - AROUND, 0), at + len(words[0]) + AROUND
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")


ROUTES = (Route("GET", "/search", Role.VIEW, find),)
