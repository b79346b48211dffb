"""The parts of an expression by what they are: for colours, chips, and what they say when one points at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from offpage.expr.checker import check_tree
from offpage.expr.checking import Checking
from offpage.expr.completing.completion import Writing
from offpage.expr.completing.item import ItemKind
from offpage.expr.ir import Attribute, Const, FieldOf, Ir, Part, Source
from offpage.expr.parser import parse
from offpage.expr.scope import Scope
from offpage.expr.syntax import Application, Literal, Member, Name, Tree, children
from offpage.expr.template import parse_template
from offpage.values.types import UNKNOWN, Type

_WORDS: Final[dict[bool | None, str]] = {True: "yes", False: "no", None: "empty"}


@dataclass(frozen=True, slots=True)
class Painted:
    """One part: where it stands, what it is, and the type of the value up to its end."""

    start: int
    stop: int
    kind: ItemKind | str
    label: str
    type: Type


def paint(text: str, writing: Writing, scope: Scope, given: Collection[str] = ()) -> list[Painted]:
    """The parts of a text, in their order. Takes any text."""
    if writing == "template" or text.startswith("="):
        trees = [one for one in parse_template(text).parts if not isinstance(one, str)]
    else:
        trees = [parse(text).tree]
    found: list[Painted] = []
    for tree in trees:
        recorder = _Recorder()
        Checking(scope.schema, recorder.check).ir(tree, scope)
        found += _parts(tree, recorder.seen, scope, given)
    return sorted(found, key=lambda one: one.start)


@dataclass(slots=True)
class _Recorder:
    """What the checker made of each tree."""

    seen: dict[int, Ir] = field(default_factory=dict)

    def check(self, checking: Checking, tree: Tree, scope: Scope, expected: Type | None) -> Ir:
        ir = self.seen[id(tree)] = check_tree(checking, tree, scope, expected)
        return ir


def _parts(root: Tree, seen: dict[int, Ir], scope: Scope, given: Collection[str]) -> Iterator[Painted]:
    waiting = [root]
    while waiting:
        tree = waiting.pop()
        ir = seen.get(id(tree))
        of = UNKNOWN if ir is None else ir.type
        match tree:
            case Name(name=name, place=place):
                kind = _kind_of_name(name, scope, given)
                yield Painted(*place, kind, name, of)
            case Member(name=name, name_place=place):
                yield Painted(*place, _kind_of_part(ir), name, of)
            case Application(target=Member(name=name, name_place=place) as target):
                yield Painted(*place, "operator", name, of)
                waiting.append(target.base)
                waiting += [*tree.operands, *(one.value for one in tree.keywords)]
                continue
            case Application(target=Name(name=name, place=place)):
                yield Painted(*place, "source" if name in ("search", "call_api") else "operator", name, of)
                waiting += [*tree.operands, *(one.value for one in tree.keywords)]
                continue
            case Literal(value=value, place=place):
                is_word = value is None or isinstance(value, bool)
                shown = _WORDS[value] if value is None or isinstance(value, bool) else str(value)
                yield Painted(*place, "word" if is_word else "text" if isinstance(value, str) else "number", shown, of)
        waiting += children(tree)


def _kind_of_name(name: str, scope: Scope, given: Collection[str]) -> str:
    if name in scope.names:
        return "parameter" if name in given else "step"
    if name in scope.schema.types:
        return "type"
    return "option_set" if name in scope.schema.option_sets else "source"


def _kind_of_part(ir: Ir | None) -> str:
    match ir:
        case FieldOf() | Attribute():
            return "field"
        case Part():
            return "part"
        case Source():
            return "source"
        case Const():
            return "option"
    return "operator"
