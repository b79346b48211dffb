"""Whether a rule could only ever hold if empty were equal to empty, which it is not in a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from offpage.expr.free import all_of, is_each
from offpage.expr.ir import Attribute, Call, Const, FieldOf, Ir, Place
from offpage.expr.operator import Operator
from offpage.expr.shape import shape
from offpage.values.types import YES_NO

MOST_WAYS: Final = 256
"""In how many ways a condition may hold before nothing is said about it."""

EMPTY_TESTS: Final = {"is_empty": True, "is_not_empty": False}


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a condition may hold: what must be empty in it, and what must have a value, by shape."""

    empties: frozenset[Any] = frozenset()
    values: frozenset[Any] = frozenset()

    def __and__(self, other: Way) -> Way:
        return Way(self.empties | other.empties, self.values | other.values)


def needs_empty_equality(written: Ir, condition: Ir) -> Place | None:
    """The place of what would have to be empty and equal to something; None when the condition may hold otherwise.

    `condition` is what the one that is `written` means for certain.
    """
    for call in all_of(written):
        if isinstance(call, Call) and call.operator.name in {"==strict", "!=strict"}:
            empty = next((one for one in call.operands if isinstance(one, Const) and one.value is None), None)
            if empty is not None:
                return empty.place
    places: dict[Any, Place] = {}
    ways = _ways(condition, True, places)
    if not ways or len(ways) > MOST_WAYS:
        return None
    clashes = [way.empties & way.values for way in ways]
    return places[min(clashes[0], key=lambda one: places[one])] if all(clashes) else None


def _ways(ir: Ir, wanted: bool, places: dict[Any, Place]) -> list[Way]:
    """The ways in which a condition gives `wanted`. More than MOST_WAYS of them need not be all."""
    match ir:
        case Const(value=value):
            return [Way()] if bool(value) is wanted else []
        case Call(operator=Operator(name="not"), operands=(inner,)) if inner is not None:
            return _ways(inner, not wanted, places)
        case Call(operator=Operator(name="and" | "or" as symbol), operands=(left, right)) if left and right:
            one, other = _ways(left, wanted, places), _ways(right, wanted, places)
            if (symbol == "and") is wanted:
                return [a & b for a in one[: MOST_WAYS + 1] for b in other[: MOST_WAYS + 1]][: MOST_WAYS + 1]
            return [*one, *other]
        case Call(operator=operator, operands=(of,)) if operator.name in EMPTY_TESTS and of is not None:
            if EMPTY_TESTS[operator.name] is wanted:
                places.setdefault(shape(of), of.place)
                return [Way(empties=frozenset([shape(of)]))]
            return [_with_value([of], places)]
        case Call() if wanted and ir.operator.gives == YES_NO:
            return [_with_value(_must_have_values(ir), places)]
    return [_with_value([ir], places)] if wanted else [Way()]


def _must_have_values(call: Call) -> Iterator[Ir]:
    """The operands without which the call gives no."""
    for at, one in enumerate(call.operands):
        if one is None or is_each(call, at):
            continue
        if not call.operator.takes_empty:
            yield one


def _with_value(many: Iterable[Ir], places: dict[Any, Place]) -> Way:
    """These have values, and so has whatever they are fields of."""
    found = set()
    for one in many:
        node: Ir | None = one
        while node is not None:
            places.setdefault(shape(node), node.place)
            found.add(shape(node))
            node = node.base if isinstance(node, FieldOf | Attribute) else None
    return Way(values=frozenset(found))
