"""Expression text → syntax tree: a small Pratt parser that takes any text.

Precedence is Python's. Unfinished or wrong text gives a tree with holes and problems, never an exception.
"""

from __future__ import annotations

import math
from typing import Final

from offpage.expr.ir import Place
from offpage.expr.lexer import CHOICE, Token, tokens
from offpage.expr.syntax import (
    Application,
    Binary,
    Comparison,
    Conditional,
    Elements,
    Index,
    Keyword,
    Literal,
    Logic,
    Member,
    Missing,
    Name,
    Parsed,
    Prefix,
    Problem,
    Tree,
    depth,
)

LONGEST: Final = 10_000
"""Characters in one expression at most."""

DEEPEST: Final = 100
"""How deeply an expression may be nested."""

_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _POSTFIX = range(10, 110, 10)

_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})

_BINDING: Final = (
    {"if": _CONDITIONAL, "or": _OR, "and": _AND, "**": _POWER, "(": _POSTFIX, "[": _POSTFIX, ".": _POSTFIX}
    | dict.fromkeys(_COMPARISONS | {"="}, _COMPARE)
    | dict.fromkeys("+-", _SUM)
    | dict.fromkeys("*/%", _PRODUCT)
)

_WORDS: Final[dict[str, bool | None]] = {"yes": True, "true": True, "no": False, "false": False, "empty": None}


class _TooDeep(Exception):
    """The text is nested more deeply than anybody could read."""


def parse(text: str, start: int = 0, stop: int | None = None) -> Parsed:
    """The syntax tree of a text (or of what stands between two places of it), and what is wrong with it.

    Takes any text.
    """
    whole = (start, len(text) if stop is None else stop)
    if whole[1] - start > LONGEST:
        message = f"This expression is longer than {LONGEST:,} characters. Split it over several steps."
        return Parsed(Missing(whole), (Problem(whole, message),))
    found, problems = tokens(text, *whole)
    parser = _Parser(found, problems)
    try:
        tree = parser.whole()
        choice = next((one for one in problems if one.message == CHOICE), None)
        if choice is not None:
            return Parsed(Missing(whole), (choice,))  # of another language: one problem is enough
        if depth(tree) <= DEEPEST:
            return Parsed(tree, tuple(sorted(problems, key=lambda problem: problem.place)))
    except _TooDeep:
        pass
    message = f"This expression is nested more than {DEEPEST} levels deep. Split it over several steps."
    return Parsed(Missing(whole), (Problem(whole, message),))


def _over(first: Tree, last: Tree) -> Place:
    return (first.place[0], last.place[1])


class _Parser:
    """Where we are in the tokens, and the problems so far."""

    def __init__(self, found: list[Token], problems: list[Problem]) -> None:
        self.tokens = found
        self.problems = problems
        self.at = 0
        self.level = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, symbol: str) -> bool:
        return self.here.kind == "symbol" and self.here.value == symbol

    def problem(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def missing(self, what: str) -> Missing:
        """A hole right here, and a problem that says what should stand in it."""
        self.problem((self.here.start, self.here.end), what)
        return Missing((self.here.start, self.here.start))

    def whole(self) -> Tree:
        if self.here.kind == "end":
            return self.missing("Nothing is written here. Write an expression, such as order.total + 1.")
        tree = self.expression(0)
        token = self.here
        if token.kind != "end":
            message = f"{token.value!r} was not expected here. Remove it, or write an operator before it."
            self.problem((token.start, self.tokens[-1].end), message)
        return tree

    def expression(self, binding: int) -> Tree:
        """What stands here, with everything to its right that binds more tightly than `binding`."""
        self.level += 1
        if self.level > DEEPEST:
            raise _TooDeep
        left = self.operand()
        while True:
            symbol = self.infix()
            power = _BINDING.get(symbol, 0)
            if power <= binding:
                self.level -= 1
                return left
            left = self.continued(left, symbol)

    def infix(self) -> str:
        """The infix symbol here ("" if there is none); `not in` counts as one."""
        if self.here.kind != "symbol":
            return ""
        if self.here.value == "not":
            after = self.tokens[self.at + 1]
            return "not in" if after.kind == "symbol" and after.value == "in" else ""
        return self.here.value

    def operand(self) -> Tree:
        """What may begin an expression."""
        token = self.here
        place = (token.start, token.end)
        match token.kind, token.value:
            case "number", _:
                self.take()
                return self.number(token)
            case "text", _:
                self.take()
                return Literal(token.value, place)
            case "name", word:
                self.take()
                return Literal(_WORDS[word], place) if word in _WORDS else Name(word, place)
            case "symbol", "(":
                self.take()
                inner = self.expression(0)
                self.close(")", token)
                return inner
            case "symbol", "[":
                self.take()
                items, end = self.elements(token)
                return Elements(items, (token.start, end))
            case "symbol", ("-" | "+" | "not") as symbol:
                self.take()
                inner = self.expression(_NOT if symbol == "not" else _SIGN)
                return Prefix(symbol, inner, (token.start, inner.place[1]))
        if token.kind == "symbol" and token.value == "if":
            self.problem(place, CHOICE)
            self.at = len(self.tokens) - 1
            return Missing(place)
        return self.missing("Something is missing here. Write a name, a value or an expression.")

    def number(self, token: Token) -> Tree:
        value = float(token.value.replace("_", ""))
        place = (token.start, token.end)
        if not math.isfinite(value):
            self.problem(place, "This number is too large. Write one below 1e308.")
            return Missing(place)
        return Literal(value, place)

    def continued(self, left: Tree, symbol: str) -> Tree:
        """`left` together with the infix symbol here and what follows it."""
        match symbol:
            case ".":
                return self.member(left)
            case "(":
                return self.application(left)
            case "[":
                return self.index(left)
            case "if":
                return self.conditional(left)
            case "and" | "or":
                return self.logic(left, symbol)
            case "**":
                self.take()
                # As in Python: 2 ** -1 is fine, and 2 ** 3 ** 2 is 2 ** (3 ** 2).
                right = self.expression(_SIGN)
                return Binary(symbol, left, right, _over(left, right))
            case "+" | "-" | "*" | "/" | "%":
                self.take()
                right = self.expression(_BINDING[symbol])
                return Binary(symbol, left, right, _over(left, right))
        return self.comparison(left)

    def comparison(self, first: Tree) -> Tree:
        rest: list[tuple[str, Tree]] = []
        while (symbol := self.infix()) in _COMPARISONS or symbol == "=":
            token = self.take()
            if symbol == "not in":
                self.take()
            if symbol == "=":
                self.problem((token.start, token.end), "Write == to compare.")
                symbol = "=="
            rest.append((symbol, self.expression(_COMPARE)))
        return Comparison(first, tuple(rest), _over(first, rest[-1][1]))

    def logic(self, first: Tree, symbol: str) -> Tree:
        operands = [first]
        while self.sees(symbol):
            self.take()
            operands.append(self.expression(_BINDING[symbol]))
        return Logic(symbol, tuple(operands), _over(first, operands[-1]))

    def conditional(self, then: Tree) -> Tree:
        self.take()
        condition = self.expression(_CONDITIONAL)
        if self.sees("else"):
            self.take()
            # Right associative: a if b else c if d else e.
            otherwise = self.expression(_CONDITIONAL - 1)
        else:
            otherwise = self.missing("The other case is missing. Write: a if condition else b.")
        return Conditional(then, condition, otherwise, _over(then, otherwise))

    def member(self, base: Tree) -> Tree:
        dot = self.take()
        token = self.here
        if token.kind == "name" or (token.kind == "symbol" and token.value.isidentifier()):
            self.take()
            return Member(base, token.value, (token.start, token.end), (base.place[0], token.end))
        self.problem((dot.start, dot.end), "A name is missing after the dot. Write a field or an operator.")
        return Member(base, "", (dot.end, dot.end), (base.place[0], dot.end))

    def application(self, target: Tree) -> Tree:
        opening = self.take()
        operands: list[Tree] = []
        keywords: list[Keyword] = []
        while not self.ends(")"):
            after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
            if self.here.kind == "name" and after.kind == "symbol" and after.value == "=":
                name = self.take()
                self.take()
                value = self.expression(0)
                keywords.append(Keyword(name.value, value, (name.start, value.place[1])))
            else:
                operand = self.expression(0)
                operands.append(operand)
                if keywords:
                    self.problem(operand.place, "Write operands without a name before those with a name.")
            if not self.comma():
                break
        end = self.close(")", opening)
        return Application(target, tuple(operands), tuple(keywords), (target.place[0], end))

    def index(self, base: Tree) -> Tree:
        opening = self.take()
        inner = self.expression(0)
        return Index(base, inner, (base.place[0], self.close("]", opening)))

    def elements(self, opening: Token) -> tuple[tuple[Tree, ...], int]:
        items: list[Tree] = []
        while not self.ends("]"):
            items.append(self.expression(0))
            if not self.comma():
                break
        return tuple(items), self.close("]", opening)

    def ends(self, bracket: str) -> bool:
        return self.here.kind == "end" or self.sees(bracket)

    def comma(self) -> bool:
        if self.sees(","):
            self.take()
            return True
        return False

    def close(self, bracket: str, opening: Token) -> int:
        """Take the closing bracket; where it is missing say so, and go on. Gives where the brackets end."""
        if self.sees(bracket):
            return self.take().end
        message = f"This {opening.value} is not closed. Write {bracket} where it ends."
        self.problem((opening.start, opening.end), message)
        return self.here.start
