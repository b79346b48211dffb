"""A fixed value in a file (a default, an option's attribute) → the value in Python form."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from offpage.kernel.address import Address
from offpage.kernel.errors import InvalidData
from offpage.model.known import Known
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.model.plain import plain
from offpage.model.report import kind_of, shown
from offpage.values.codec import Forms, from_json, literal
from offpage.values.types import Type


def fixed_value(node: Node, of: Type, known: Known, address: Address) -> Any:
    """The value of a node as a type, or None after saying why it is none. Empty stays empty (None)."""
    if isinstance(node, Scalar) and node.text.startswith("="):
        known.report.error(
            address, node, "An expression cannot stand here, only a fixed value; set it in a step instead."
        )
        return None
    if of.kind == "thing":
        known.report.error(address, node, "A thing cannot be fixed here; leave it empty and set it in a step.")
        return None
    forms = Forms(options=known.names, zone=UTC)
    try:
        return _convert(node, of, forms)
    except InvalidData:
        written = shown(node.text) if isinstance(node, Scalar) else kind_of(node)
        known.report.error(address, node, f"{written} cannot be read as {of}; write a value of that type.")
        return None


def _convert(node: Node, of: Type, forms: Forms) -> Any:
    match node:
        case Scalar(value=None):
            return None
        case Items() if of.is_list:
            return [one for one in (_convert(item, of.item, forms) for item in node.items) if one is not None]
        case Scalar() if of.is_list:
            return [_convert(node, of.item, forms)]
        case Scalar() if of.kind != "json":
            return literal(of, node.value, node.text, node.plain, forms)[1]
        case Scalar() | Items() | Keys():
            return from_json(of, plain(node), forms)
