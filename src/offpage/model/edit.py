"""Edits as data, and what each does to a tree of nodes: the meaning that the edited text must have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offpage.kernel.errors import AppError
from offpage.model.node import Items, Keys, Mark, Node, Scalar

Path = Sequence[str | int]
"""Keys and list indexes from the top of a file."""


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give a place a value; keys that are missing on the way are made."""

    path: Path
    node: Node


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a key or an item out."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """Put an item into a list, before the item at `index` (or at its end)."""

    path: Path
    index: int
    node: Node


@dataclass(frozen=True, slots=True)
class Move:
    """Take an item of a list out and put it back so that it stands at another index."""

    path: Path
    index: int
    to: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Take an item out of the list at `path` and put it into the list `into`, before the item that is at `to` there.

    All places are those before the edit. A list that is not there yet is made.
    """

    path: Path
    index: int
    into: Path
    to: int


@dataclass(frozen=True, slots=True)
class Rename:
    """Call a key something else; it stays where it stands."""

    path: Path
    name: str


OfOnePlace = SetValue | Remove | Insert | Move | Rename
Edit = OfOnePlace | Transfer


def edited(root: Node, edit: Edit) -> Node:
    """The tree after an edit. Raises AppError when the place is not there."""
    match edit:
        case SetValue():
            return _made(root, edit.path, lambda _: edit.node)
        case Remove():
            return _at(root, edit.path[:-1], lambda parent: _without(parent, edit.path[-1]))
        case Insert():
            return _made(root, edit.path, lambda items: _inserted(items, edit.index, edit.node))
        case Move():
            return _at(root, edit.path, lambda items: _moved(items, edit.index, edit.to))
        case Transfer():
            put, gone = parted(edit, _item_at(root, edit))
            return edited(edited(root, put), gone)
        case Rename():
            return _at(root, edit.path[:-1], lambda parent: _renamed(parent, edit.path[-1], edit.name))


def parted(edit: Transfer, node: Node) -> tuple[Insert, Remove]:
    """The two edits that a transfer means: `node` is put in first, the item taken out then."""
    path, depth = [*edit.path, edit.index], len(edit.into)
    if path[:depth] == [*edit.into] and len(path) > depth and isinstance(here := path[depth], int) and here >= edit.to:
        path[depth] = here + 1
    return Insert(edit.into, edit.to, node), Remove(path)


def goes_before_last(keys: Sequence[str]) -> bool:
    """Whether a new key comes before the last of a mapping: above its steps, which may be many, not below them."""
    return len(keys) > 1 and keys[-1] == "steps"


def is_empty(node: Node) -> bool:
    """Whether nothing is written at a place."""
    return isinstance(node, Scalar) and node.value is None


def _made(root: Node, path: Path, change: Callable[[Node], Node]) -> Node:
    """The tree with the node at a path exchanged; keys that are missing on the way are made, empty."""
    if not path:
        return change(root)
    name, *rest = path
    if isinstance(name, str) and (isinstance(root, Keys) or is_empty(root)):
        items = root.items if isinstance(root, Keys) else {}
        below = _made(items.get(name, Scalar(None, "")), rest, change)
        if name not in items and goes_before_last([*items]):
            *names, last = items
            placed = {**{one: items[one] for one in names}, name: below, last: items[last]}
        else:
            placed = {**items, name: below}
        return Keys(placed, dict.fromkeys(placed, Mark()))
    return _at(root, (name,), lambda node: _made(node, rest, change))


def _at(root: Node, path: Path, change: Callable[[Node], Node]) -> Node:
    """The tree with the node at a path exchanged."""
    if not path:
        return change(root)
    name, *rest = path
    if isinstance(root, Keys) and isinstance(name, str) and name in root.items:
        return Keys({**root.items, name: _at(root.items[name], rest, change)}, root.key_marks)
    if isinstance(root, Items) and isinstance(name, int) and 0 <= name < len(root.items):
        below = _at(root.items[name], rest, change)
        return Items((*root.items[:name], below, *root.items[name + 1 :]))
    raise _missing(name)


def _without(parent: Node, name: str | int) -> Node:
    if isinstance(parent, Keys) and isinstance(name, str) and name in parent.items:
        return Keys({key: one for key, one in parent.items.items() if key != name}, parent.key_marks)
    if isinstance(parent, Items) and isinstance(name, int) and 0 <= name < len(parent.items):
        return Items((*parent.items[:name], *parent.items[name + 1 :]))
    raise _missing(name)


def _inserted(items: Node, index: int, node: Node) -> Node:
    before = items.items if isinstance(items, Items) else ()
    if not (isinstance(items, Items) or is_empty(items)) or not 0 <= index <= len(before):
        raise _missing(index)
    return Items((*before[:index], node, *before[index:]))


def _item_at(root: Node, edit: Transfer) -> Node:
    """What is transferred. Raises AppError where it is not there, or is to go into itself."""
    path = [*edit.path, edit.index]
    if [*edit.into[: len(path)]] == path:
        raise AppError("What is moved cannot go into itself; choose another place.")
    for name in path:
        match root:
            case Keys(items=items) if isinstance(name, str) and name in items:
                root = items[name]
            case Items(items=nodes) if isinstance(name, int) and 0 <= name < len(nodes):
                root = nodes[name]
            case _:
                raise _missing(name)
    return root


def _moved(items: Node, index: int, to: int) -> Node:
    if not isinstance(items, Items) or not (0 <= index < len(items.items) and 0 <= to < len(items.items)):
        raise _missing(index)
    rest = [*items.items]
    rest.insert(to, rest.pop(index))
    return Items(tuple(rest))


def _renamed(parent: Node, name: str | int, new: str) -> Node:
    if not isinstance(parent, Keys) or name not in parent.items:
        raise _missing(name)
    if new in parent.items and new != name:
        raise AppError(f"There is a key `{new}` here already; choose another name.")
    return Keys({new if key == name else key: one for key, one in parent.items.items()}, parent.key_marks)


def _missing(name: str | int) -> AppError:
    return AppError(f"There is no `{name}` at this place of the file; it may have changed since. Read it again.")
