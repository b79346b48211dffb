"""Finding a place of a file: its node in the tree, its span in the text."""

from __future__ import annotations

from offpage.model.edit import Path
from offpage.model.node import Items, Keys, Node
from offpage.model.span import Entry, Span


def node_at(node: Node, path: Path) -> Node | None:
    """The node at a path below a node; None where there is none."""
    for name in path:
        found = _step(node, name)
        if found is None:
            return None
        node = found[1]
    return node


def span_at(root: Span, before: Node, path: Path) -> Span | None:
    """The span at a path; `before` is the tree of the same text."""
    places = _places(before, path)
    for place in places or ():
        root = root.entries[place].value
    return root if places is not None else None


def siblings_at(root: Span, before: Node, path: Path) -> tuple[Span, int] | None:
    """The mapping or list that holds the entry at a path, and the entry's place in it."""
    places = _places(before, path)
    holder = span_at(root, before, path[:-1])
    return (holder, places[-1]) if places and holder else None


def entry_at(root: Span, before: Node, path: Path) -> Entry | None:
    """The entry at a path; None where there is none, and for the top of the file."""
    found = siblings_at(root, before, path)
    return found[0].entries[found[1]] if found else None


def _places(node: Node, path: Path) -> list[int] | None:
    """The places of the entries that a path leads through; None where it leads nowhere."""
    places = []
    for name in path:
        found = _step(node, name)
        if found is None:
            return None
        places.append(found[0])
        node = found[1]
    return places


def _step(node: Node, name: str | int) -> tuple[int, Node] | None:
    """One step down: the place of the entry and its node."""
    match node:
        case Keys(items=items) if isinstance(name, str) and name in items:
            return list(items).index(name), items[name]
        case Items(items=nodes) if isinstance(name, int) and 0 <= name < len(nodes):
            return name, nodes[name]
    return None
