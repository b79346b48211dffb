"""The syntax tree of an expression: what was written, before anybody asks what it means.

Every node knows its place. Text that is missing or cannot be understood is a `Missing` node, so that any text has
a tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from offpage.expr.ir import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in an expression: where it stands, and a sentence saying what to do."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, `yes`/`no`, or `empty` (None)."""

    value: float | str | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A word standing alone."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`; the name is "" right after an unfinished dot. `name_place` is where the name stands."""

    base: Tree
    name: str
    name_place: Place
    place: Place


@dataclass(frozen=True, slots=True)
class Keyword:
    """`name=value` among the operands of a call."""

    name: str
    value: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Application:
    """`target(operands…, keyword=…)`."""

    target: Tree
    operands: tuple[Tree, ...]
    keywords: tuple[Keyword, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Index:
    """`base[index]`."""

    base: Tree
    index: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Elements:
    """`[a, b, c]`."""

    items: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Prefix:
    """`not a`, `-a` or `+a`."""

    symbol: str
    operand: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands of `+ - * / ** %`."""

    symbol: str
    left: Tree
    right: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Logic:
    """Two or more operands of `and`, or of `or`, in one flat chain as in Python."""

    symbol: str
    operands: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Comparison:
    """`first < second <= third …`: each neighbouring pair is compared, and all must hold."""

    first: Tree
    rest: tuple[tuple[str, Tree], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    then: Tree
    condition: Tree
    otherwise: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Missing:
    """A hole: nothing, or nothing that could be understood, stands here."""

    place: Place


Tree = (
    Literal
    | Name
    | Member
    | Application
    | Index
    | Elements
    | Prefix
    | Binary
    | Logic
    | Comparison
    | Conditional
    | Missing
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A syntax tree and what is wrong with the text it came from."""

    tree: Tree
    problems: tuple[Problem, ...]


def children(node: Tree) -> Iterator[Tree]:
    """The nodes directly below a node, in the order written."""
    match node:
        case Literal() | Name() | Missing():
            return
        case Member():
            yield node.base
        case Application():
            yield node.target
            yield from node.operands
            yield from (keyword.value for keyword in node.keywords)
        case Index():
            yield node.base
            yield node.index
        case Elements():
            yield from node.items
        case Prefix():
            yield node.operand
        case Binary():
            yield node.left
            yield node.right
        case Logic():
            yield from node.operands
        case Comparison():
            yield node.first
            yield from (operand for _, operand in node.rest)
        case Conditional():
            yield from (node.then, node.condition, node.otherwise)


def depth(root: Tree) -> int:
    """How many nodes stand above each other at most; counted without recursion, for trees of any shape."""
    deepest = 0
    waiting: list[tuple[Tree, int]] = [(root, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(node))
    return deepest
