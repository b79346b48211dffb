"""What may follow a value: symbols that take it, `and`, `or`, `if`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from offpage.expr.completing.item import Item, result_of
from offpage.expr.completing.spot import Spot
from offpage.expr.operator import CATALOGUE
from offpage.values.types import Type

_ORDER: Final = ("==", "!=", ">", ">=", "<", "<=", "in", "not in", "and", "or", "+", "-", "*", "/", "%", "**")


def following(spot: Spot, text: str) -> Iterator[Item]:
    """Operators for the values that end before the cursor."""
    gap = " " if text[: spot.start][-1:].strip() else ""
    for weight, name in enumerate(_ORDER):
        for one in CATALOGUE.get(name, ()):
            suited = next((of for of in spot.types if _takes(one.operands[0].accepts.test(of, None), of)), None)
            if one.form == "symbol" and len(one.operands) == 2 and suited is not None:
                yield Item(name, f"{gap}{name} ", "operator", result_of(one, suited), one.doc, weight=weight)
                break
    if spot.types:
        doc = "This, if a condition holds; else the other: a if condition else b."
        yield Item("if … else", f"{gap}if ", "word", doc=doc, weight=len(_ORDER))


def _takes(accepted: bool, of: Type) -> bool:
    return accepted and of.kind not in ("unknown", "empty")
