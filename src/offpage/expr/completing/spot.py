"""Where the cursor is, as the checker sees it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from offpage.expr.checker import check_tree
from offpage.expr.checking import Checking, fits
from offpage.expr.completing.item import ANYTHING, Fits
from offpage.expr.ir import Hole, Ir
from offpage.expr.lexer import Token, tokens
from offpage.expr.operator import CATALOGUE, Operand
from offpage.expr.parser import parse
from offpage.expr.scope import Scope
from offpage.expr.syntax import Application, Binary, Comparison, Conditional, Logic, Member, Name, Prefix, Tree
from offpage.values.types import UNKNOWN, YES_NO, Type

PROBE: Final = "zz_at_the_cursor"
"""Stands in for the word at the cursor while the checker looks."""

SpotKind = Literal["name", "member", "after", "type", "option_set", "call", "keyword", "nothing"]

SEARCH_WORDS: Final = ("any_field", "sort_by", "descending", "ignore_empty")


@dataclass(frozen=True, slots=True)
class Spot:
    """What is being written: the text from `start` to `stop` will be exchanged for what is chosen.

    `base`: what stands before the dot, as a tree, and as the checker understands it. `fits`: which types are wanted.
    `option`: the option type that is wanted, if it is one. `keywords`: names of operands that may be given here, too.
    `types`: of the values that end right before the cursor, the shortest first.
    """

    kind: SpotKind
    start: int
    stop: int
    scope: Scope
    fits: Fits = ANYTHING
    wanted: Type | None = None
    base: Tree | None = None
    base_ir: Ir | None = None
    keywords: tuple[Operand | str, ...] = ()
    types: tuple[Type, ...] = ()


def find_spot(text: str, cursor: int, region: tuple[int, int], scope: Scope, expected: Type | None) -> Spot:
    """What is being written at a place of an expression, which stands in a region of the text. Takes any text."""
    found, _ = tokens(text, *region)
    here = next((one for one in found if one.start < cursor <= one.end and one.kind != "end"), None)
    if here is not None and (here.kind == "number" or (here.kind == "text" and _is_inside(text, here, cursor))):
        return Spot("nothing", cursor, cursor, scope)
    is_word = here is not None and here.value.isidentifier() and here.kind in ("name", "symbol")
    start, stop = (here.start, here.end) if here is not None and is_word else (cursor, cursor)
    before = next((one for one in reversed(found) if one.end <= start and one.kind != "end"), None)
    if before is not None and _ends_value(before):
        types = _types_before(text, region[0], before, found, scope, expected)
        return Spot("after", start, stop, scope, types=types)
    probed = text[:start] + PROBE + " " + text[stop : region[1]]
    parsed = parse(probed, region[0])
    finder = _Finder(start, stop)
    checking = Checking(scope.schema, finder.check)
    checking.ir(parsed.tree, scope, expected)
    if finder.found is not None:
        return finder.found
    is_member = before is not None and before.value == "."
    return Spot("nothing" if is_member else "name", start, stop, scope)


def _is_inside(text: str, token: Token, cursor: int) -> bool:
    return cursor < token.end or token.end - token.start < 2 or text[token.end - 1] != text[token.start]


def _ends_value(token: Token) -> bool:
    """Whether a value may end with this token, so that an operator has to follow."""
    return token.kind in ("name", "number", "text") or token.value in (")", "]")


@dataclass(slots=True)
class _Finder:
    """Looks at every tree that the checker comes to, until it comes to the probe."""

    start: int
    stop: int
    found: Spot | None = None
    wants: dict[int, tuple[Fits, Type | None]] = field(default_factory=dict)
    keywords: dict[int, tuple[Operand | str, ...]] = field(default_factory=dict)
    """The operands that may be given by name, by the tree that stands where one would."""

    def check(self, checking: Checking, tree: Tree, scope: Scope, expected: Type | None) -> Ir:
        """The checker's entry for every sub-expression."""
        match tree:
            case Name(name=name) if name == PROBE:
                return self._keep("name", scope, expected, tree)
            case Member(name=name, base=base) if name == PROBE:
                return self._keep("member", scope, expected, tree, base=base, base_ir=self._base(checking, base, scope))
            case Application(target=Member(name=name, base=base)) if name == PROBE:
                return self._keep("member", scope, expected, tree, base=base, base_ir=self._base(checking, base, scope))
            case Application(target=Name(name=name)) if name == PROBE:
                return self._keep("name", scope, expected, tree)
            case Application():
                if (inside := self._application(checking, tree, scope)) is not None:
                    return inside
            case Comparison(first=first, rest=rest):
                compared = [first, *(one for _, one in rest)]
                for at, one in enumerate(compared):
                    if _is_probe(one):
                        self._same_as(checking, one, compared[at - 1] if at else compared[1], scope)
            case Logic(operands=operands):
                self._yes_no(*operands)
            case Conditional(condition=condition):
                self._yes_no(condition)
            case Prefix(symbol="not", operand=operand):
                self._yes_no(operand)
            case Binary(left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    if _is_probe(one):
                        self._same_as(checking, one, other, scope)
        return check_tree(checking, tree, scope, expected)

    def _keep(self, kind: SpotKind, scope: Scope, expected: Type | None, tree: Tree, **more: object) -> Ir:
        suits, wanted = self.wants.get(id(tree), (ANYTHING, expected))
        if expected is not None:
            suits, wanted = lambda of: of.kind not in ("unknown", "empty") and fits(of, expected), expected
        if self.found is None:
            spot = Spot(kind, self.start, self.stop, scope, suits, wanted, keywords=self.keywords.get(id(tree), ()))
            self.found = replace(spot, **more)  # type: ignore[arg-type]  # base and base_ir
        return Hole(UNKNOWN, tree.place)

    def _base(self, checking: Checking, base: Tree, scope: Scope) -> Ir | None:
        """What stands before the dot; None for words that mean something only together with what follows."""
        match base:
            case Name(name="app" | "secret" | "request" as word) if word not in scope.names:
                return None
            case Application(target=Name(name="option")) if "option" not in scope.names:
                return None
        return checking.aside().ir(base, scope)

    def _yes_no(self, *trees: Tree) -> None:
        """A yes or no is wanted."""
        for tree in trees:
            if _is_probe(tree):
                self.wants[id(tree)] = (lambda of: of == YES_NO, YES_NO)

    def _same_as(self, checking: Checking, probe: Tree, other: Tree, scope: Scope) -> None:
        """Beside another value what fits is of its type (or a list of such, for `in`)."""
        of = check_tree(checking.aside(), other, scope, None).type
        if of.kind not in ("unknown", "empty"):
            self.wants[id(probe)] = (lambda given: fits(given, of) or fits(given, of.listed), of)

    def _application(self, checking: Checking, node: Application, scope: Scope) -> Ir | None:
        """Note what the parentheses take, if the probe stands in them; the spot itself where no value is wanted."""
        at = next((place for place, one in enumerate(node.operands) if _is_probe(one)), None)
        is_keyword = any(one.name == PROBE for one in node.keywords)
        given = {one.name for one in node.keywords}
        # Only what stands directly in the parentheses may become the name of an operand.
        here = id(node) if at is None or not isinstance(node.operands[at], Name) else id(node.operands[at])
        match node.target:
            case Name(name="search") if "search" not in scope.names:
                self.keywords[here] = tuple(one for one in SEARCH_WORDS if one not in given)
                if at == 0 and isinstance(node.operands[0], Name):
                    return self._keep("type", scope, None, node)
                if at is not None and at > 1:
                    self.keywords[id(node)] = self.keywords[here]
                    return self._keep("keyword", scope, None, node)
            case Name(name="option" | "all_options" as word) if at == 0 and word not in scope.names:
                return self._keep("option_set", scope, None, node)
            case Name(name="call_api") if scope.calls is not None:
                return self._call(node, scope, at, given)
            case Name(name=name):
                declared = [one.operands for one in CATALOGUE.get(name, ()) if one.form == "function"]
                self._note(node, at, here, None, declared, given)
            case Member(name=name, base=base):
                first = checking.aside().ir(base, scope).type
                every = [one for one in CATALOGUE.get(name, ()) if one.form == "method" and one.operands]
                suited = [one.operands[1:] for one in every if one.operands[0].accepts.test(first, None)]
                self._note(node, at, here, first, suited, given)
        if is_keyword:
            return self._keep("keyword", scope, None, node)
        return None

    def _call(self, node: Application, scope: Scope, at: int | None, given: set[str]) -> Ir | None:
        """A call of a connector: its name, or its parameters."""
        if at == 0:
            return self._keep("call", scope, None, node, base=node.operands[0])
        match node.operands:
            case (Member(base=Name(name=connector), name=call), *_):
                found = scope.calls.by_name.get(f"{connector}.{call}") if scope.calls else None
                names = tuple(one.name for one in found.parameters if one.name not in given) if found else ()
                self.keywords[id(node)] = names
        if at is not None or any(one.name == PROBE for one in node.keywords):
            return self._keep("keyword", scope, None, node)
        return None

    def _note(
        self,
        node: Application,
        at: int | None,
        here: int,
        first: Type | None,
        declared: list[tuple[Operand, ...]],
        given: set[str],
    ) -> None:
        """What an operator's operand may be, by all the operators that are meant by the name."""
        names = {one.name: one for operands in declared for one in operands[at or 0 :]}
        self.keywords[here] = tuple(one for name, one in names.items() if name not in given)
        if at is None:
            return
        wanted = [operands[min(at, len(operands) - 1)].accepts for operands in declared if operands]
        option = first.item if first is not None and first.kind == "option" else None

        def suits(of: Type) -> bool:
            return of.kind not in ("unknown", "empty") and any(one.test(of, first) for one in wanted)

        is_yes_no = any(one.each is not None and one.words.startswith("yes_no") for one in wanted)
        self.wants[id(node.operands[at])] = (suits, YES_NO if is_yes_no else option)


def _is_probe(tree: Tree) -> bool:
    return isinstance(tree, Name | Member) and tree.name == PROBE


def _types_before(
    text: str, start: int, last: Token, found: list[Token], scope: Scope, expected: Type | None
) -> tuple[Type, ...]:
    """The types of the values that end with a token: `a.b > 5` has a number and a yes/no."""
    seen: dict[tuple[int, int], Type] = {}

    def record(checking: Checking, tree: Tree, scope: Scope, expected: Type | None) -> Ir:
        ir = check_tree(checking, tree, scope, expected)
        seen[tree.place] = ir.type
        return ir

    parsed = parse(text[: last.end], start)
    Checking(scope.schema, record).ir(parsed.tree, scope)
    ends = {last.end}
    if not any(place[1] in ends for place in seen):  # what stands in parentheses does not count them
        inside = [one for one in found if one.end <= last.end]
        while inside and inside[-1].value == ")":
            inside.pop()
        ends = {inside[-1].end} if inside else set()
    return tuple(of for place, of in sorted(seen.items(), key=lambda one: -one[0][0]) if place[1] in ends)
