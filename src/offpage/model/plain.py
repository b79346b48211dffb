"""Nodes → the plain values they stand for, and the parts of nodes."""

from __future__ import annotations

from typing import Any

from offpage.model.node import Items, Keys, Node, Scalar


def plain(node: Node) -> Any:
    """The dicts, lists and values of a node, without its places."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Keys():
            return {name: plain(value) for name, value in node.items.items()}


def written_form(node: Node) -> Any:
    """A node without its place, as JSON that tells apart what files tell apart.

    Text begins with `'`; a number or yes/no is what was written (a text field takes it so); empty is None.
    """
    match node:
        case Keys():
            return {name: written_form(value) for name, value in node.items.items()}
        case Items():
            return [written_form(item) for item in node.items]
        case Scalar(value=None):
            return None
        case Scalar(value=str()):
            return "'" + node.text
        case Scalar():
            return node.text


def part(node: Node, name: str) -> Node:
    """The node under a key, or the node itself where a short form was written or the key is absent."""
    return node.items.get(name, node) if isinstance(node, Keys) else node


def parts(node: Node | None) -> dict[str, Node]:
    """The nodes under the keys of a mapping; nothing where there is no mapping."""
    return node.items if isinstance(node, Keys) else {}
