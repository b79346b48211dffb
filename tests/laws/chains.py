"""Random chains of list operators after a list of things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, Type
from tests.laws.expressions import LEAVES, STATUS, expressions

COUNTS = ("0", "1", "2", "3", "7", "30", "-1", "1.9", "amount", "empty")

ITEM_LEAVES: dict[Type, tuple[str, ...]] = {
    NUMBER: ("this.price", "1"),
    TEXT: ("this.name", "this.id", "word"),
    YES_NO: ("this.sold", "this.price > 1", "this.name != word", "this.status == state", "this.price in numbers"),
    STATUS: ("this.status",),
}
"""Expressions over a row of the type `item`."""


def _over(type_id: str, of: Type) -> st.SearchStrategy[str]:
    if type_id == "order":
        return expressions(of, 1)
    return st.sampled_from(ITEM_LEAVES[of])


@st.composite
def steps(draw: Callable[..., Any], type_id: str) -> str:
    """Operators that give a list of things again."""
    text = ""
    for _ in range(draw(st.integers(0, 4))):
        match draw(st.sampled_from(["where", "sort_by", "take", "skip", "items_until", "items_from", "unique"])):
            case "where":
                text += f".where({draw(_over(type_id, YES_NO))})"
            case "sort_by":
                of = draw(st.sampled_from([NUMBER, TEXT, STATUS]))
                way = draw(st.sampled_from(["", ", yes", ", descending=no", ", descending=flag"]))
                text += f".sort_by({draw(_over(type_id, of))}{way})"
            case "unique":
                text += ".unique"
            case name:
                text += f".{name}({draw(st.sampled_from(COUNTS))})"
    return text


@st.composite
def endings(draw: Callable[..., Any], type_id: str) -> str:
    """What makes something else of a list of things; nothing at all now and then."""
    kinds = [
        "",
        "count",
        "first",
        "last",
        "item",
        "is_empty",
        "is_not_empty",
        "contains",
        "in",
        "each",
        "figure",
        "field",
    ]
    match draw(st.sampled_from(kinds)):
        case "item":
            return f".item({draw(st.sampled_from(COUNTS))})"
        case "contains":
            name = draw(st.sampled_from(["contains", "not_contains"]))
            return f".{name}({'order' if type_id == 'order' else 'order.items.first'})"
        case "each":
            of = draw(st.sampled_from([NUMBER, TEXT, YES_NO, STATUS] + ([DATE] if type_id == "order" else [])))
            return f".each({draw(_over(type_id, of))}){draw(st.sampled_from(AFTER_EACH))}"
        case "figure":
            name = draw(st.sampled_from(["sum", "average", "min", "max", "median"]))
            return f".{name}({'this.marks.count' if type_id == 'order' else 'this.price'})"
        case "field":
            leaf = draw(st.sampled_from(LEAVES[TEXT][:3] if type_id == "order" else ["this.name", "this.status"]))
            one = draw(st.sampled_from(["first", "last", "item(2)"]))
            if "." in leaf.removeprefix("this.") or not leaf.startswith("this."):
                return f".{one}"
            return f".{one}.{leaf.removeprefix('this.')}"
        case "" | "in":
            return ""
        case name:
            return f".{name}"
    raise AssertionError


AFTER_EACH = ("", "", ".unique", ".count", ".first", ".last", ".take(2)", ".skip(1).unique", ".unique.count", ".is_empty",
              ".unique.take(2)", ".take(3).last", ".item(2)")  # fmt: skip
