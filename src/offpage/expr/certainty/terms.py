"""Small yes/no expressions that others are made of. What is known before the run is worked out at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from offpage.expr.ir import Call, Const, Ir, Place
from offpage.expr.operator import CATALOGUE, Operator
from offpage.expr.shape import shape
from offpage.values.types import YES_NO

YES: Final = Const(YES_NO, True)
NO: Final = Const(YES_NO, False)


def both(*parts: Ir) -> Ir:
    """Whether all are yes; each is asked once."""
    found: dict[object, Ir] = {}
    for one in parts:
        if one == NO or (isinstance(one, Const) and one.value is not True):
            return NO
        if not isinstance(one, Const):
            found.setdefault(shape(one), one)
    return _chain("and", list(found.values()), YES)


def either(*parts: Ir) -> Ir:
    """Whether one of them is yes."""
    found: dict[object, Ir] = {}
    for one in parts:
        if isinstance(one, Const) and one.value is True:
            return YES
        if not isinstance(one, Const):
            found.setdefault(shape(one), one)
    return _chain("or", list(found.values()), NO)


def opposite(one: Ir) -> Ir:
    """Whether it is not yes."""
    if isinstance(one, Const):
        return NO if one.value is True else YES
    return Call(YES_NO, CATALOGUE["not"][0], (one,), one.place)


def has_value(one: Ir) -> Ir:
    """Whether it is not empty."""
    if isinstance(one, Const):
        return NO if one.value in (None, "") else YES
    return asked("is_not_empty", one, one.place)


def asked(name: str, one: Ir, place: Place) -> Ir:
    """`.is_empty` or `.is_not_empty` of something."""
    return Call(YES_NO, _suited(name, one), (one,), place)


def items_where(items: Ir, condition: Ir) -> Ir:
    """The items of a list for which a condition is yes."""
    if condition == YES:
        return items
    return Call(items.type, CATALOGUE["where"][0], (items, condition), items.place)


def twin(call: Call, name: str) -> Call:
    """The same comparison by another operator of the same operands."""
    words = call.operator.operands[0].accepts.words
    operator = next(one for one in CATALOGUE[name] if one.operands[0].accepts.words == words)
    return Call(call.type, operator, call.operands, call.place)


def _suited(name: str, one: Ir) -> Operator:
    return next(operator for operator in CATALOGUE[name] if operator.operands[0].accepts.test(one.type, None))


def _chain(symbol: str, parts: list[Ir], nothing: Ir) -> Ir:
    """A balanced tree, so that many parts do not make it deep."""
    if not parts:
        return nothing
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left, right = _chain(symbol, parts[:middle], nothing), _chain(symbol, parts[middle:], nothing)
    return Call(YES_NO, CATALOGUE[symbol][0], (left, right), _around([left, right]))


def _around(parts: Iterable[Ir]) -> Place:
    places = [one.place for one in parts]
    return min(start for start, _ in places), max(end for _, end in places)
