"""Texts whose holes are escaped for the place where they end up, and values that may be one or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from offpage.actions.action import Prop
from offpage.expr.closure import compile_closure
from offpage.expr.ir import TextOf
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import Address
from offpage.model.node import Items, Node
from offpage.program.program import BoundProp, Closure
from offpage.program.reading import Reader
from offpage.program.tracing import tracer
from offpage.values.types import TEXT, Type

_ANY_TEXT: Final = frozenset({"text", "file", "image", "json", "empty"})


def read_filled(
    reader: Reader, node: Node, scope: Scope, address: Address, escape: Callable[[str], str]
) -> Closure | None:
    """A text; what stands in its `{{ }}` is escaped. What begins with `=` is taken as it is. None for an issue."""
    bound = reader.read(node, scope, TEXT, address)
    if bound is None or not isinstance(bound.ir, TextOf):
        return None if bound is None else bound.read
    fixed = [part if isinstance(part, str) else None for part in bound.ir.parts]
    holes = [
        compile_closure(TextOf(TEXT, (part,)), reader.schema, reader.dialect, reader.access)
        for part in bound.ir.parts
        if not isinstance(part, str)
    ]

    def filled(rt: Runtime) -> str:
        values = iter([escape(hole(rt) or "") for hole in holes])
        return "".join(next(values) if part is None else part for part in fixed)

    return filled


def read_some(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address
) -> tuple[BoundProp, Type] | None:
    """A value or a list of them, as a list; None when there is an issue."""
    wanted = prop.kind.type
    assert wanted is not None
    bound = reader.read(node, scope, wanted.listed if isinstance(node, Items) else None, address)
    if bound is None or bound.type.kind == "unknown":
        return None
    if bound.type.kind not in _ANY_TEXT:
        what = prop.kind.words_for_people
        reader.wrong(address, node.mark, f"`{prop.name}` is {what}, but this gives {bound.type}.")
        return None
    read = bound.read

    def some(rt: Runtime) -> list[str]:
        value = read(rt)
        several = value if isinstance(value, list | tuple) else [value]
        return [str(one) for one in several if one is not None and one != ""]

    return BoundProp(prop.name, some, tracer(wanted.listed, reader.forms)), wanted.listed
