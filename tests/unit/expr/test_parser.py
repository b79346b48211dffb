"""The parser: Python's precedence, and any text has a tree."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.expr.parser import DEEPEST, LONGEST, parse
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
    Missing,
    Name,
    Prefix,
    Tree,
    children,
)

NAMES = st.sampled_from(["a", "b", "order", "x_1"])
LEAVES = NAMES | st.integers(0, 99).map(str) | st.sampled_from(["1.5", "'t'", '"q"', "''"])


def _bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    symbols = ["+", "-", "*", "/", "%", "**", "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "not in"]
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(symbols), inner),
        st.builds("({})".format, inner),
        st.builds("not {}".format, inner),
        st.builds("-{}".format, inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("{}.f".format, NAMES),
        st.builds("{}.f({}, k={})".format, NAMES, inner, inner),
        st.builds("{}[{}]".format, NAMES, inner),
        st.builds("[{}, {}]".format, inner, inner),
    )


TEXTS = st.recursive(LEAVES, _bigger, max_leaves=12)

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Not: "not", ast.USub: "-", ast.UAdd: "+",
}  # fmt: skip


def shape(node: Tree) -> object:
    """A tree without places, as Python's own parser would see it."""
    match node:
        case Literal(value=value):
            return value
        case Name(name=name):
            return ("name", name)
        case Member(base=base, name=name):
            return (".", shape(base), name)
        case Application(target=target, operands=operands, keywords=keywords):
            return (
                "call",
                shape(target),
                [shape(one) for one in operands],
                [(one.name, shape(one.value)) for one in keywords],
            )
        case Index(base=base, index=index):
            return ("[]", shape(base), shape(index))
        case Elements(items=items):
            return ("list", [shape(one) for one in items])
        case Prefix(symbol=symbol, operand=operand):
            return (symbol, shape(operand))
        case Binary(symbol=symbol, left=left, right=right):
            return (symbol, shape(left), shape(right))
        case Logic(symbol=symbol, operands=operands):
            return (symbol, [shape(one) for one in operands])
        case Comparison(first=first, rest=rest):
            return ("compare", shape(first), [(symbol, shape(one)) for symbol, one in rest])
        case Conditional(then=then, condition=condition, otherwise=otherwise):
            return ("if", shape(then), shape(condition), shape(otherwise))
        case Missing():
            return None


def python_shape(node: ast.expr) -> object:
    """The same of what Python's own parser says."""
    match node:
        case ast.Constant(value=value):
            return float(value) if isinstance(value, int) else value
        case ast.Name(id=name):
            return ("name", name)
        case ast.Attribute(value=base, attr=name):
            return (".", python_shape(base), name)
        case ast.Call(func=target, args=operands, keywords=keywords):
            named = [(one.arg, python_shape(one.value)) for one in keywords]
            return ("call", python_shape(target), [python_shape(one) for one in operands], named)
        case ast.Subscript(value=base, slice=index):
            return ("[]", python_shape(base), python_shape(index))
        case ast.List(elts=items):
            return ("list", [python_shape(one) for one in items])
        case ast.UnaryOp(op=symbol, operand=operand):
            return (SYMBOLS[type(symbol)], python_shape(operand))
        case ast.BinOp(left=left, op=symbol, right=right):
            return (SYMBOLS[type(symbol)], python_shape(left), python_shape(right))
        case ast.BoolOp(op=symbol, values=operands):
            return (SYMBOLS[type(symbol)], [python_shape(one) for one in operands])
        case ast.Compare(left=first, ops=symbols, comparators=others):
            rest = [(SYMBOLS[type(one)], python_shape(other)) for one, other in zip(symbols, others, strict=True)]
            return ("compare", python_shape(first), rest)
        case ast.IfExp(test=condition, body=then, orelse=otherwise):
            return ("if", python_shape(then), python_shape(condition), python_shape(otherwise))
    raise AssertionError(ast.dump(node))


@given(TEXTS)
def test_precedence_is_pythons(text: str) -> None:
    try:
        expected = python_shape(ast.parse(text, mode="eval").body)
    except SyntaxError:
        # We take a little more than Python does: a == not b.
        return
    parsed = parse(text)
    assert not parsed.problems
    assert shape(parsed.tree) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", True),
        ("false", False),
        ("empty", None),
        (r"'a\'b\n\u00e6\d'", "a'b\næ\\d"),
        ('"it\'s"', "it's"),
        ("1_000.5e1", 10005.0),
        (".5", 0.5),
    ],
)
def test_literals_mean_what_they_say(text: str, expected: object) -> None:
    parsed = parse(text)
    assert not parsed.problems
    assert isinstance(parsed.tree, Literal)
    assert parsed.tree.value == expected
    assert type(parsed.tree.value) is type(expected)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", (0, 0), "Nothing is written here"),
        ("order.", (5, 6), "A name is missing after the dot"),
        ("f(1", (1, 2), "not closed"),
        ("[1, 2", (0, 1), "not closed"),
        ("'abc", (0, 4), "does not end"),
        ("a = 3", (2, 3), "Write == to compare"),
        ("a && b", (2, 4), "Write and instead of &&"),
        ("a <> b", (2, 4), "Write != instead of <>"),
        ("1 +", (3, 3), "Something is missing here"),
        ("a b", (2, 3), "was not expected here"),
        ("a ''", (2, 4), "was not expected here"),
        ("a if b", (6, 6), "The other case is missing"),
        ("a ; b", (2, 3), "has no meaning here"),
        ("1e999", (0, 5), "too large"),
        (r"'\ud800'", (0, 7), "cannot hold this character"),
        ("f(a=1, 2)", (7, 8), "before those with a name"),
    ],
)
def test_a_mistake_is_a_problem_at_its_place(text: str, place: tuple[int, int], said: str) -> None:
    parsed = parse(text)
    assert any(one.place == place and said in one.message for one in parsed.problems), parsed.problems


def test_a_dot_without_a_name_is_kept_so_that_one_can_be_offered() -> None:
    parsed = parse("search(order).where(this.")
    assert isinstance(parsed.tree, Application)
    (condition,) = parsed.tree.operands
    assert isinstance(condition, Member)
    assert condition.name == ""
    assert condition.name_place == (25, 25)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "[" * 9999,
        "-" * 9999,
        "not " * 2000,
        "a" + ".b" * 4000,
        "a" + "+a" * 4000,
        "1 if " * 1500,
        "f(" * 4000,
    ],
)
def test_text_nested_too_deeply_is_one_problem(text: str) -> None:
    parsed = parse(text)
    assert [one.message for one in parsed.problems] == [
        f"This expression is nested more than {DEEPEST} levels deep. Split it over several steps."
    ]


def test_a_text_that_is_too_long_is_one_problem() -> None:
    parsed = parse("1" * (LONGEST + 1))
    assert len(parsed.problems) == 1
    assert "longer than 10,000" in parsed.problems[0].message


def test_a_long_chain_of_and_is_no_nesting() -> None:
    assert not parse(" and ".join(["a"] * 1500)).problems


PIECES = st.lists(
    st.sampled_from(
        [
            "order",
            "this",
            ".",
            "(",
            ")",
            "[",
            "]",
            ",",
            "'",
            '"',
            "=",
            "==",
            "+",
            "not",
            "in",
            "if",
            "else",
            " ",
            "1",
            "\\",
            "and",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.text(max_size=200) | PIECES)
def test_any_text_has_a_tree_whose_places_lie_inside_it(text: str) -> None:
    parsed = parse(text)
    waiting = [parsed.tree]
    while waiting:
        node = waiting.pop()
        start, end = node.place
        assert 0 <= start <= end <= len(text)
        waiting.extend(children(node))
    for problem in parsed.problems:
        assert 0 <= problem.place[0] <= problem.place[1] <= len(text)
