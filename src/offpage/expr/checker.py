"""Syntax tree + scope → typed IR and problems. Every expression has a type before it runs.

checking          what the parts share
sources           names standing alone; request, app, secret
members           what stands after a dot or in brackets
searches          search(…), option(…), all_options(…)
outside_calls     call_api(…)
logic             and, or, not and comparisons
certainty         what a privacy rule means for certain
operator_choice   which operator a call means
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from offpage.expr import logic, members, searches, sources
from offpage.expr.certainty.knowing import TooLarge, certain
from offpage.expr.checking import Checking, a, as_option, fit, joined
from offpage.expr.free import all_of
from offpage.expr.ir import Choose, Const, Hole, Ir, ListOf, Search
from offpage.expr.operator_choice import Wanted, call_symbol, choose
from offpage.expr.outside_calls import outside_call
from offpage.expr.parser import parse
from offpage.expr.query.sayable import unsayable, unsayable_rule
from offpage.expr.rewriting import as_known
from offpage.expr.scope import Scope
from offpage.expr.syntax import (
    Application,
    Binary,
    Comparison,
    Conditional,
    Elements,
    Index,
    Literal,
    Logic,
    Member,
    Name,
    Prefix,
    Problem,
    Tree,
)
from offpage.values.types import EMPTY, NUMBER, TEXT, UNKNOWN, YES_NO, Type


@dataclass(frozen=True, slots=True)
class Checked:
    """The typed tree of an expression and what is wrong with it, in the order of places.

    `written` is the tree of a rule before what must have a value was put into it: for explanations.
    """

    ir: Ir
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    written: Ir | None = None


def check(source: str | Tree, scope: Scope, expected: Type | None = None) -> Checked:
    """Check an expression (text, or a tree already parsed) where `expected` is wanted; None takes any type."""
    ir, found, warnings = _checked(source, scope, expected)
    if not found:
        found = unsayable(as_known(ir), scope.schema)
    return Checked(ir, _in_order(found), _in_order(warnings))


def check_rule(source: str | Tree, scope: Scope) -> Checked:
    """Check a privacy rule: a yes/no over the row `this` (a thing) that the database must be able to evaluate.

    Its tree says what the rule means for certain (`certainty`): nothing empty makes it yes.
    """
    written, found, _ = _checked(source, replace(scope, strict=True), YES_NO)
    found += [
        Problem(one.place, "In a privacy rule an empty constraint is never left out. Remove ignore_empty=yes.")
        for one in all_of(written)
        if isinstance(one, Search) and one.ignore_empty
    ]
    if found or scope.this is None:
        return Checked(written, _in_order(found), written=written)
    try:
        ir = certain(written)
    except TooLarge as large:
        message = (
            "This has too many cases inside one another. Split the rule into several rules: what they allow adds up."
        )
        return Checked(written, (Problem(large.place, message),), written=written)
    found = unsayable(ir, scope.schema) or unsayable_rule(ir, scope.schema, scope.this.of)
    return Checked(ir, _in_order(found), written=written)


def _in_order(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(sorted(found, key=lambda one: one.place)))


def _checked(source: str | Tree, scope: Scope, expected: Type | None) -> tuple[Ir, list[Problem], list[Problem]]:
    found: list[Problem] = []
    if isinstance(source, str):
        parsed = parse(source)
        found.extend(parsed.problems)
        source = parsed.tree
    checking = Checking(scope.schema, check_tree, found)
    return checking.ir(source, scope, expected), found, checking.warnings


def check_tree(checking: Checking, tree: Tree, scope: Scope, expected: Type | None) -> Ir:
    """The IR of a tree, fitting `expected`."""
    match tree:
        case Conditional():
            return _conditional(checking, tree, scope, expected)
        case Elements():
            return fit(checking, _elements(checking, tree, scope, expected), expected)
    return fit(checking, _meaning(checking, tree, scope), expected)


def _meaning(checking: Checking, tree: Tree, scope: Scope) -> Ir:
    """What a tree means by itself."""
    match tree:
        case Literal(value=value, place=place):
            if isinstance(value, str) and "{{" in value:
                checking.warn(place, "{{ }} is not filled in inside an expression. Put texts together with +.")
            return Const(_literal_type(value), value, place)
        case Name():
            return sources.name(checking, tree, scope)
        case Member() | Index() if searches.is_option(tree.base, scope):
            return searches.chosen_option(checking, tree, scope)
        case Member():
            return members.member(checking, tree, scope)
        case Index():
            return members.index(checking, tree, scope)
        case Application():
            return _application(checking, tree, scope)
        case Prefix():
            return _prefix(checking, tree, scope)
        case Binary(symbol=symbol, left=left, right=right, place=place):
            operands = (checking.ir(left, scope), checking.ir(right, scope))
            return call_symbol(checking, symbol, operands, place)
        case Logic():
            return logic.logic(checking, tree, scope)
        case Comparison():
            return logic.comparison(checking, tree, scope)
    return Hole(UNKNOWN, tree.place)


def _literal_type(value: float | str | bool | None) -> Type:
    match value:
        case None:
            return EMPTY
        case bool():
            return YES_NO
        case str():
            return TEXT
    return NUMBER


def _application(checking: Checking, node: Application, scope: Scope) -> Ir:
    match node.target:
        case Member() as target:
            return members.method(checking, node, target, scope)
        case Name(name=name, place=place):
            match name:
                case "search":
                    return searches.search(checking, node, scope)
                case "option":
                    return searches.option_alone(checking, node, scope)
                case "call_api":
                    return outside_call(checking, node, scope)
                case "all_options":
                    return searches.all_options(checking, node, scope)
            wanted = Wanted(name, "function", node.place, place, None, node.operands, node.keywords)
            return choose(checking, wanted, scope)
    checking.ir(node.target, scope)
    return checking.hole(node.target.place, "This cannot be called. Write the name of an operator after a dot.")


def _prefix(checking: Checking, node: Prefix, scope: Scope) -> Ir:
    if node.symbol == "not":
        return logic.negation(checking, node, scope)
    operand = checking.ir(node.operand, scope)
    if isinstance(operand, Const) and operand.type == NUMBER:
        value = operand.value if node.symbol == "+" else -operand.value
        return Const(NUMBER, value, node.place)
    if node.symbol == "+":
        return fit(checking, operand, NUMBER)
    return call_symbol(checking, "negate", (operand,), node.place)


def _conditional(checking: Checking, node: Conditional, scope: Scope, expected: Type | None) -> Ir:
    condition = logic.yes_no(checking, node.condition, scope)
    then = checking.ir(node.then, scope, expected)
    # A text in the second case is an option when the first case is one, and the other way round.
    otherwise = checking.ir(node.otherwise, scope, expected)
    if expected is None and then.type.kind == "option":
        otherwise = fit(checking, otherwise, then.type)
    elif expected is None and otherwise.type.kind == "option":
        then = fit(checking, then, otherwise.type)
    together = joined(then.type, otherwise.type)
    if together is None:
        message = f"One case is {a(then.type)}, the other {a(otherwise.type)}. Make both the same type."
        return checking.hole(node.place, message)
    return Choose(together, condition, then, otherwise, node.place)


def _elements(checking: Checking, node: Elements, scope: Scope, expected: Type | None) -> Ir:
    wanted = expected.item if expected is not None and expected.is_list else None
    items = [checking.ir(one, scope, wanted) for one in node.items]
    options = next((one.type for one in items if one.type.kind == "option"), None)
    if options is not None:
        items = [as_option(checking, one, options) for one in items]
    together: Type = wanted or EMPTY
    for item in items:
        if item.type.is_list:
            return checking.hole(item.place, "A list cannot hold lists. Use .merged_with to put lists together.")
        both = joined(together, item.type)
        if both is None:
            message = f"This is {a(item.type)}, but the items before it are {together}. Make all the same type."
            return checking.hole(item.place, message)
        together = both
    return ListOf(replace(together, is_list=True), tuple(items), node.place)
