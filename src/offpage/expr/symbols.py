"""Fast closures of the symbols that most expressions are made of.

Each means exactly what its operator declares (the tests compare them); it only saves the call of `py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from offpage.expr.constraints import constraints
from offpage.expr.ir import Call, Ir

Closure = Callable[[Any], Any]
"""A compiled expression: called with the Runtime, it gives the value in Python form."""

LARGEST: Final = sys.float_info.max

_ORDERED: Final = frozenset({"number", "date", "text", "file", "image"})
_PLAIN: Final = frozenset({"number", "date", "yes_no", "thing", "option"})
_TEXTS: Final = frozenset({"text", "file", "image"})


def fast_symbol(call: Call, operands: list[Closure]) -> Closure | None:
    """The closure of a symbol, or None where the general way is needed."""
    if call.operator.form != "symbol" or any(one is None or one.type.is_list for one in call.operands):
        return None
    kinds = {one.type.kind for one in call.operands if one is not None}
    name = call.operator.name
    if name in _LOGIC:
        return _LOGIC[name](*operands)
    if name in _ARITHMETIC and kinds == {"number"}:
        return _ARITHMETIC[name](*operands)
    if name in _ORDERS and len(kinds) == 1 and kinds <= _ORDERED:
        return _ORDERS[name](*operands)
    if name in _EQUALITIES and len(kinds) == 1 and kinds <= _PLAIN:
        return _EQUALITIES[name](*operands)
    if name in {"==", "!="} and kinds <= _TEXTS:
        return _same_text(*operands) if name == "==" else _not_same_text(*operands)
    if name == "==strict" and kinds <= _TEXTS:
        return _strictly_equal_texts(*operands)
    return None


def guarded(call: Call, closure: Closure, compiled: Callable[[Ir], Closure]) -> Closure:
    """Law 1 for `!=` and `not` in a search or a rule: where what the row is compared with is empty, the answer is no."""
    fixed = [compiled(one) for one in constraints(call)]

    def guard(rt: Any) -> Any:
        for one in fixed:
            if (value := one(rt)) is None or value in ("", (), []):
                return False
        return closure(rt)

    return guard if fixed else closure


def _and(a: Closure, b: Closure) -> Closure:
    return lambda rt: True if a(rt) and b(rt) else False  # noqa: SIM210  a call of bool() costs more


def _or(a: Closure, b: Closure) -> Closure:
    return lambda rt: True if a(rt) or b(rt) else False  # noqa: SIM210


def _not(a: Closure) -> Closure:
    return lambda rt: not a(rt)


def _plus(a: Closure, b: Closure) -> Closure:
    def plus(rt: Any) -> Any:
        x = a(rt)
        y = b(rt)
        if x is None or y is None:
            return None
        total = x + y
        return total if -LARGEST <= total <= LARGEST else None

    return plus


def _minus(a: Closure, b: Closure) -> Closure:
    def minus(rt: Any) -> Any:
        x = a(rt)
        y = b(rt)
        if x is None or y is None:
            return None
        rest = x - y
        return rest if -LARGEST <= rest <= LARGEST else None

    return minus


def _times(a: Closure, b: Closure) -> Closure:
    def times(rt: Any) -> Any:
        x = a(rt)
        y = b(rt)
        if x is None or y is None:
            return None
        product = x * y
        return product if -LARGEST <= product <= LARGEST else None

    return times


def _less(a: Closure, b: Closure) -> Closure:
    def less(rt: Any) -> bool:
        x = a(rt)
        y = b(rt)
        return x is not None and y is not None and x < y

    return less


def _less_or_same(a: Closure, b: Closure) -> Closure:
    def less_or_same(rt: Any) -> bool:
        x = a(rt)
        y = b(rt)
        return x is not None and y is not None and x <= y

    return less_or_same


def _equal(a: Closure, b: Closure) -> Closure:
    return lambda rt: a(rt) == b(rt)


def _differ(a: Closure, b: Closure) -> Closure:
    return lambda rt: a(rt) != b(rt)


def _strictly_equal(a: Closure, b: Closure) -> Closure:
    def equal(rt: Any) -> bool:
        x = a(rt)
        return x is not None and x == b(rt)

    return equal


def _strictly_equal_texts(a: Closure, b: Closure) -> Closure:
    def equal(rt: Any) -> bool:
        x = a(rt)
        return bool(x) and x == b(rt)

    return equal


def _same_text(a: Closure, b: Closure) -> Closure:
    def same(rt: Any) -> bool:
        x = a(rt)
        y = b(rt)
        # A text without characters counts as empty, and two empties are the same.
        return x == y or not (x or y)

    return same


def _not_same_text(a: Closure, b: Closure) -> Closure:
    same = _same_text(a, b)
    return lambda rt: not same(rt)


_LOGIC: Final[dict[str, Callable[..., Closure]]] = {"and": _and, "or": _or, "not": _not, "notstrict": _not}
_ARITHMETIC: Final[dict[str, Callable[..., Closure]]] = {"+": _plus, "-": _minus, "*": _times}
_ORDERS: Final[dict[str, Callable[..., Closure]]] = {
    "<": _less,
    "<=": _less_or_same,
    ">": lambda a, b: _less(b, a),
    ">=": lambda a, b: _less_or_same(b, a),
}
_EQUALITIES: Final[dict[str, Callable[..., Closure]]] = {
    "==": _equal,
    "!=": _differ,
    "==strict": _strictly_equal,
    "!=strict": _differ,
}
