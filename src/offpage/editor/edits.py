"""Edits of a file as the browser sends them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from offpage.editor.shapes import PathOf
from offpage.kernel.errors import InvalidData
from offpage.model.edit import Edit, Insert, Move, Remove, Rename, SetValue, Transfer
from offpage.model.render import node_of


class EditAsked(msgspec.Struct):
    """One edit at a path. `set` and `insert` need `value`; `insert`, `move` and `transfer` an `index`;
    `move` and `transfer` a `to`; `transfer`, which puts an item into another list, `into`; `rename` a `name`.
    """

    op: Literal["set", "remove", "insert", "move", "transfer", "rename"]
    path: PathOf
    value: Any = None
    index: int | None = None
    to: int | None = None
    into: PathOf = []
    name: str = ""


def read_edit(asked: EditAsked) -> Edit:
    """The edit that is meant. Raises InvalidData where something of it is missing."""
    match asked:
        case EditAsked(op="set"):
            return SetValue(asked.path, node_of(asked.value))
        case EditAsked(op="remove") if asked.path:
            return Remove(asked.path)
        case EditAsked(op="insert", index=int() as index):
            return Insert(asked.path, index, node_of(asked.value))
        case EditAsked(op="move", index=int() as index, to=int() as to):
            return Move(asked.path, index, to)
        case EditAsked(op="transfer", index=int() as index, to=int() as to) if asked.into:
            return Transfer(asked.path, index, asked.into, to)
        case EditAsked(op="rename") if asked.path and asked.name:
            return Rename(asked.path, asked.name)
    raise InvalidData(
        f"The edit `{asked.op}` lacks something: remove needs a path, insert an index, move an index and `to`, transfer also `into`, rename a name."
    )
