"""The constraints of a Data API search → conditions over the thing `this` (bubble.md 2.4).

A constraint type has a meaning for some kinds of fields; for all others it is not found. The condition takes its
values from slots, so that it is compiled once for all searches of one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from offpage.data.constraint_terms import both, call
from offpage.data.constraint_values import address_and_range, items_of, list_of, nothing, value_of
from offpage.expr.ir import Const, Ir, Slot
from offpage.model.schema import Field
from offpage.values.codec import Forms
from offpage.values.types import ADDRESS, NUMBER, YES_NO, Type

ORDERED: Final = frozenset({"text", "number", "date", "interval"})
"""Kinds of which one value can be greater than another."""

COMPOUND: Final = frozenset({"address", "date_range", "number_range"})
"""Kinds that take several columns: a list of them is compared item by item."""

NO_EQUALITY: Final = frozenset({"json"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a constraint type means for a field.

    `read` turns the value that came into those of the slots (as many as `slots` says for that value); `condition`
    makes the condition of the field and its slots.
    """

    read: Callable[[Any, Type, Forms], Sequence[Any]]
    condition: Callable[[Ir, Sequence[Ir]], Ir]
    types: Callable[[Type, int], tuple[Type, ...]]


def meaning_of(constraint_type: str, field: Field) -> Meaning | None:
    """What a constraint type means for a field; None where it means nothing."""
    found = _MEANINGS.get(constraint_type)
    return found(field.type) if found else None


def _same_type(of: Type, count: int) -> tuple[Type, ...]:
    return (of,) * count


def _item_type(of: Type, count: int) -> tuple[Type, ...]:
    return (of.item,) * count


def _list_type(of: Type, count: int) -> tuple[Type, ...]:
    return (of.listed,) * count


def _binary(name: str) -> Callable[[Ir, Sequence[Ir]], Ir]:
    return lambda field, slots: call(name, field, slots[0])


def _unary(name: str) -> Callable[[Ir, Sequence[Ir]], Ir]:
    return lambda field, slots: call(name, field)


def _not(condition: Callable[[Ir, Sequence[Ir]], Ir]) -> Callable[[Ir, Sequence[Ir]], Ir]:
    return lambda field, slots: call("not", condition(field, slots))


def _never(field: Ir, slots: Sequence[Ir]) -> Ir:
    return Const(YES_NO, False)


def _same_items(field: Ir, slots: Sequence[Ir]) -> Ir:
    """Whether a list holds exactly these items, in any order. An empty list of items is no value: nothing matches."""
    if not slots:
        return _never(field, slots)
    count: Ir = call("==strict", call("count", field), Const(NUMBER, float(len(slots))))
    return reduce(both, (call("contains", field, one) for one in slots), count)


def _one_of(field: Ir, slots: Sequence[Ir]) -> Ir:
    """Whether a compound value is one of several."""
    if not slots:
        return _never(field, slots)
    conditions: list[Ir] = [call("==strict", field, one) for one in slots]
    return reduce(lambda one, other: call("or", one, other), conditions)


def _none_of(field: Ir, slots: Sequence[Ir]) -> Ir:
    return both(call("is_not_empty", field), _not(_one_of)(field, slots)) if slots else call("is_not_empty", field)


def _equals(of: Type) -> Meaning | None:
    if of.kind in NO_EQUALITY:
        return None
    if of.is_list:
        return Meaning(list_of, _same_items, _item_type)
    return Meaning(value_of, _binary("==strict"), _same_type)


def _not_equal(of: Type) -> Meaning | None:
    if of.kind in NO_EQUALITY:
        return None
    if of.is_list:
        return Meaning(
            list_of, lambda field, slots: _not(_same_items)(field, slots) if slots else _never(field, slots), _item_type
        )
    return Meaning(value_of, _binary("!=strict"), _same_type)


def _emptiness(name: str, *, lists_only: bool = False) -> Callable[[Type], Meaning | None]:
    return lambda of: Meaning(nothing, _unary(name), _same_type) if of.is_list or not lists_only else None


def _of_texts(name: str) -> Callable[[Type], Meaning | None]:
    return lambda of: Meaning(value_of, _binary(name), _same_type) if of.kind == "text" and not of.is_list else None


def _of_order(symbol: str) -> Callable[[Type], Meaning | None]:
    return lambda of: Meaning(value_of, _binary(symbol), _same_type) if of.kind in ORDERED and not of.is_list else None


def _among(name: str, compound: Callable[[Ir, Sequence[Ir]], Ir]) -> Callable[[Type], Meaning | None]:
    def meaning(of: Type) -> Meaning | None:
        if of.is_list or of.kind in NO_EQUALITY:
            return None
        if of.kind in COMPOUND:
            return Meaning(list_of, compound, _item_type)
        return Meaning(items_of, _binary(name), _list_type)

    return meaning


def _of_lists(name: str) -> Callable[[Type], Meaning | None]:
    def meaning(of: Type) -> Meaning | None:
        if not of.is_list or of.kind in NO_EQUALITY:
            return None
        return Meaning(value_of, _binary(name), _item_type)

    return meaning


def _nearby(of: Type) -> Meaning | None:
    if of != ADDRESS:
        return None

    def condition(field: Ir, slots: Sequence[Ir]) -> Ir:
        return call("<=", call("distance_to", field, slots[0]), slots[1])

    return Meaning(address_and_range, condition, lambda of, count: (ADDRESS, NUMBER))


_MEANINGS: Final[dict[str, Callable[[Type], Meaning | None]]] = {
    "equals": _equals,
    "not equal": _not_equal,
    "is_empty": _emptiness("is_empty"),
    "is_not_empty": _emptiness("is_not_empty"),
    "text contains": _of_texts("contains_keywords"),
    "not text contains": _of_texts("not_contains_keywords"),
    "greater than": _of_order(">"),
    "less than": _of_order("<"),
    "in": _among("in", _one_of),
    "not in": _among("not in", _none_of),
    "contains": _of_lists("contains"),
    "not contains": _of_lists("not_contains"),
    "empty": _emptiness("is_empty", lists_only=True),
    "not empty": _emptiness("is_not_empty", lists_only=True),
    "geographic_search": _nearby,
}


OF_KEYWORDS: Final = frozenset({"text contains", "not text contains"})
"""Constraint types that look for words."""


def slots_of(meaning: Meaning, of: Type, first: int, count: int) -> tuple[Slot, ...]:
    """The slots from `first` on that a constraint's values stand in."""
    types = meaning.types(of, count)
    return tuple(Slot(one, first + at, f"value{first + at}") for at, one in enumerate(types))


CONSTRAINT_TYPES: Final = tuple(_MEANINGS)
"""Every constraint type, as it is written."""
