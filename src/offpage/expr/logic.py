"""`and`, `or`, `not` and comparisons → IR.

In a search and in a rule `not` is pushed inwards to the comparisons, so that what compares with an empty value is no
under `not` too: `not (a != b)` is `a == b`.
"""

from __future__ import annotations

from collections.abc import Sequence

from offpage.expr.checking import Checking, a
from offpage.expr.constraints import compared_with
from offpage.expr.ir import Call, Ir, Place
from offpage.expr.operator_choice import call_symbol
from offpage.expr.scope import Scope
from offpage.expr.syntax import Comparison, Logic, Prefix, Tree
from offpage.values.types import YES_NO


def yes_no(checking: Checking, tree: Tree, scope: Scope) -> Ir:
    """An operand of `and`, `or` or `not`."""
    ir = checking.ir(tree, scope)
    if ir.type.kind in {"yes_no", "unknown", "empty"} and not ir.type.is_list:
        return ir
    message = f"This is {a(ir.type)}, but yes or no is needed here. Compare it, or write .is_not_empty after it."
    return checking.hole(ir.place, message)


def logic(checking: Checking, node: Logic, scope: Scope) -> Ir:
    """A chain of `and` or of `or`."""
    return _balanced(checking, node.symbol, [yes_no(checking, one, scope) for one in node.operands], node.place)


def comparison(checking: Checking, node: Comparison, scope: Scope) -> Ir:
    """Each neighbouring pair compared, all of which must hold."""
    pairs = [
        call_symbol(checking, _strict(symbol, scope), both, (both[0].place[0], both[1].place[1]))
        for symbol, both in _pairs(checking, node, scope)
    ]
    return _balanced(checking, "and", pairs, node.place)


def negation(checking: Checking, node: Prefix, scope: Scope) -> Ir:
    """`not`."""
    if scope.strict:
        return _negated(checking, node.operand, scope, node.place)
    return call_symbol(checking, "not", (yes_no(checking, node.operand, scope),), node.place)


def _negated(checking: Checking, tree: Tree, scope: Scope, place: Place) -> Ir:
    """What a strict `not` of a tree means; `place` is that of the whole, whose words are true of every part."""
    match tree:
        case Prefix(symbol="not", operand=inner):
            twice = yes_no(checking, inner, scope)
            if isinstance(twice, Call) and twice.operator.gives == YES_NO:
                return twice
            return call_symbol(checking, "not", (_not(checking, twice, place),), place)
        case Logic(symbol=symbol, operands=operands):
            parts = [_negated(checking, one, scope, place) for one in operands]
            return _balanced(checking, "or" if symbol == "and" else "and", parts, place)
        case Comparison():
            unlike = [
                _unlike(checking, _strict(symbol, scope), both, place) for symbol, both in _pairs(checking, tree, scope)
            ]
            return _balanced(checking, "or", unlike, place)
    return _not(checking, yes_no(checking, tree, scope), place)


def _unlike(checking: Checking, symbol: str, both: tuple[Ir, Ir], place: Place) -> Ir:
    """That a comparison does not hold."""
    turned = {"==strict": "!=strict", "!=strict": "==strict", "not in": "in"}.get(symbol)
    if turned is not None:
        return call_symbol(checking, turned, both, place)
    return _not(checking, call_symbol(checking, symbol, both, (both[0].place[0], both[1].place[1])), place)


def _not(checking: Checking, ir: Ir, place: Place) -> Ir:
    return call_symbol(checking, "notstrict" if compared_with(ir) else "not", (ir,), place)


def _pairs(checking: Checking, node: Comparison, scope: Scope) -> list[tuple[str, tuple[Ir, Ir]]]:
    found: list[tuple[str, tuple[Ir, Ir]]] = []
    left = checking.ir(node.first, scope)
    for symbol, tree in node.rest:
        right = checking.ir(tree, scope)
        found.append((symbol, (left, right)))
        left = right
    return found


def _strict(symbol: str, scope: Scope) -> str:
    return f"{symbol}strict" if scope.strict and symbol in {"==", "!="} else symbol


def _balanced(checking: Checking, symbol: str, operands: Sequence[Ir], place: Place) -> Ir:
    """A long chain of `and` or `or` as a tree of little depth; both are associative."""
    if len(operands) == 1:
        return operands[0]
    middle = len(operands) // 2
    left = _balanced(checking, symbol, operands[:middle], place)
    right = _balanced(checking, symbol, operands[middle:], place)
    return call_symbol(checking, symbol, (left, right), (left.place[0], right.place[1]))
