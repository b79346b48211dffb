"""The shape of an expression: what two that mean the same have in common."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from offpage.expr.operator import Operator
from offpage.values.types import Type


def shape(node: Any) -> Any:
    """An expression without its places, as something that can be compared and hashed."""
    match node:
        case Operator():
            return (node.name, node.subject)
        case Type():
            return node
        case tuple() | list():
            return tuple(map(shape, node))
        case _ if is_dataclass(node):
            parts = (shape(getattr(node, one.name)) for one in fields(node) if one.name != "place")
            return (type(node).__name__, *parts)
    return repr(node)
