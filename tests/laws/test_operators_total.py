"""No operator raises, and nothing comes of nothing: laws of every declaration in the catalogue."""

from __future__ import annotations

import math
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offpage.expr.operator import CATALOGUE, Operator, all_operators
from offpage.values.codec import from_json, to_json, to_text
from offpage.values.kinds.date import EARLIEST, LATEST
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import TEXT, YES_NO, Type
from tests.laws.operands import EVERY, ZONES, Surroundings, Use, uses, values_of

OPERATORS = list(all_operators())
LENGTH_LIMIT = 10_000_000


def _named(operator: Operator) -> str:
    return f"{operator.name}({operator.operands[0].accepts.words if operator.operands else ''})"


def is_value_of(of: Type, value: Any) -> bool:
    """Whether a value has the Python form that its type asks for."""
    if of.is_list:
        return isinstance(value, (list, tuple)) and all(is_value_of(of.item, one) for one in value)
    match of.kind:
        case "text" | "file" | "image":
            return isinstance(value, str) and "\0" not in value and len(value) <= LENGTH_LIMIT
        case "thing" | "option":
            return isinstance(value, str)
        case "number":
            return isinstance(value, float) and math.isfinite(value)
        case "yes_no":
            return isinstance(value, bool)
        case "date":
            return type(value) is int and EARLIEST <= value <= LATEST
        case "interval":
            return isinstance(value, Interval) and all(type(part) is int for part in value)
        case "date_range" | "number_range":
            return isinstance(value, Span) and value.start <= value.end
        case "address":
            return isinstance(value, Place) and value != Place(None, None, None)
    return to_json(of, value, Surroundings([]).forms) is not None


def drawn(data: st.DataObject, use: Use, *, empty: bool) -> list[Any]:
    """Operands for a use; what an `each` gives is a value that is the same for every item."""
    found: list[Any] = []
    for of in use.types:
        values = st.nothing() if of is None else values_of(of)
        found.append(None if of is None else data.draw(st.none() | values if empty else values, label=str(of)))
    return found


@pytest.mark.parametrize("operator", OPERATORS, ids=_named)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_operands_give_a_value_of_the_declared_type_or_empty(operator: Operator, data: st.DataObject) -> None:
    every = list(uses(operator, EVERY))
    use = data.draw(st.sampled_from(every))
    answer = use.answer(Surroundings(drawn(data, use, empty=True), ZoneInfo(data.draw(st.sampled_from(ZONES)))))
    assert answer is None or is_value_of(use.gives, answer), (use.gives, answer)
    if use.gives == YES_NO:
        assert answer is not None or operator.name in {"to_yes_no", "default", "first", "last", "item", "random"}


@pytest.mark.parametrize("operator", [one for one in OPERATORS if not one.takes_empty], ids=_named)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_nothing_comes_of_nothing(operator: Operator, data: st.DataObject) -> None:
    """An empty option of an operator that is yes or no (`descending=`) is not nothing: it is no."""
    use = data.draw(st.sampled_from(list(uses(operator, EVERY))))
    given = drawn(data, use, empty=False)
    for at, of in enumerate(use.types):
        if of is None or of.is_list or _is_each(use, at) or _is_option(use, at):
            continue
        answer = use.answer(Surroundings([*given[:at], None, *given[at + 1 :]]))
        assert not answer, f"operand {at} is empty"


def _is_option(use: Use, at: int) -> bool:
    return use.operator.operands[at].optional and use.types[at] == YES_NO


def _is_each(use: Use, at: int) -> bool:
    declared = use.operator.operands
    return declared[min(at, len(declared) - 1)].accepts.each is not None


@pytest.mark.parametrize("operator", OPERATORS, ids=_named)
def test_every_operator_can_be_used_and_is_explained(operator: Operator) -> None:
    assert list(uses(operator, EVERY))
    assert operator.doc.strip().endswith((".", "]."))
    assert operator.subject
    for operand in operator.operands:
        assert operand.accepts.words
    optional = [operand.optional for operand in operator.operands]
    assert optional == sorted(optional), "what may be left out comes last"


def test_operators_of_one_name_and_form_have_first_operands_that_differ_or_take_other_operands() -> None:
    for same_name in CATALOGUE.values():
        seen = set()
        for one in same_name:
            shape = (one.form, *(operand.accepts.words for operand in one.operands))
            assert shape not in seen, f"{one.name} is declared twice for {shape}"
            seen.add(shape)


@given(value=values_of(TEXT))
def test_json_written_by_an_operator_reads_back(value: str) -> None:
    forms = Surroundings([]).forms
    written = Use(CATALOGUE["as_json"][0], (TEXT,)).answer(Surroundings([value]))
    assert from_json(TEXT, from_json(Type("json"), value, forms), forms) == value
    assert written.startswith('"')
    assert to_text(TEXT, written, forms) == written
