"""The closure of an operator in general: operands come in, empty is passed by, `py` is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from offpage.expr.free import is_each, operand_at
from offpage.expr.ir import Call, Ir
from offpage.expr.symbols import Closure
from offpage.values.types import TEXT, YES_NO

_FITS_EVERYWHERE: Final = frozenset({"unknown", "empty"})


def applied(call: Call, compiled: list[Closure | None]) -> Closure:
    """The closure of a call, given those of its operands (None where one was left out)."""
    operator = call.operator
    empty = False if operator.gives == YES_NO else None
    py = _with_types(call) if operator.uses_types else operator.py
    inputs = _inputs(call, compiled)
    if not operator.uses_runtime and not any(one.each for one in inputs):
        if len(inputs) == 1:
            return _of_one(py, inputs[0], empty, operator.takes_empty)
        if len(inputs) == 2:
            return _of_two(py, inputs, empty, operator.takes_empty)
    return _of_any(py, inputs, empty, call)


class _Input:
    """How one operand comes in. `each` marks a function of one item; `stands_for_empty` is what None becomes."""

    __slots__ = ("closure", "each", "is_list")

    def __init__(self, closure: Closure, *, each: bool, is_list: bool) -> None:
        self.closure = closure
        self.each = each
        self.is_list = is_list

    def value(self) -> Closure:
        """The closure of the operand; a list that is empty comes as ()."""
        closure = self.closure
        return (lambda rt: closure(rt) or ()) if self.is_list else closure


def _inputs(call: Call, compiled: list[Closure | None]) -> list[_Input]:
    """The operands up to the last one given. One left out in the middle takes the default of `py`."""
    last = max((at for at, one in enumerate(compiled) if one is not None), default=-1)
    found: list[_Input] = []
    for at, (ir, closure) in enumerate(zip(call.operands[: last + 1], compiled, strict=False)):
        if ir is None or closure is None:
            found.append(_Input(_constant(_default(call, at)), each=False, is_list=False))
        else:
            if operand_at(call, at).optional and ir.type == YES_NO:
                closure = _said(closure)
            found.append(_Input(closure, each=is_each(call, at), is_list=_is_list(call, at, ir)))
    return found


def _said(closure: Closure) -> Closure:
    """An option of an operator that is yes or no (`descending=`): empty is no, and does not make the result empty."""
    return lambda rt: bool(closure(rt))


def _constant(value: Any) -> Closure:
    return lambda rt: value


def _default(call: Call, at: int) -> Any:
    """What `py` takes for an operand that was left out although a later one was given."""
    operator = call.operator
    at += operator.uses_runtime + operator.uses_types
    parameters = list(inspect.signature(operator.py).parameters.values())
    default = parameters[at].default if at < len(parameters) else None
    return None if default is inspect.Parameter.empty else default


def _is_list(call: Call, at: int, ir: Ir) -> bool:
    """Whether an operand is a list; the word `empty` is one where the operator takes nothing but lists."""
    if ir.type.is_list or ir.type.kind not in _FITS_EVERYWHERE:
        return ir.type.is_list
    test = operand_at(call, at).accepts.test
    first = call.operands[0].type if at and call.operands[0] is not None else None
    if first is not None and first.kind not in _FITS_EVERYWHERE:
        return test(first.listed, first) and not test(first.item, first)
    return test(TEXT.listed, None) and not test(TEXT, None)


def _with_types(call: Call) -> Callable[..., Any]:
    """`py` with the operands' types put in before them."""
    py = call.operator.py
    types = tuple(None if one is None else one.type for one in call.operands)
    if call.operator.uses_runtime:
        return lambda rt, *operands: py(rt, types, *operands)
    return lambda *operands: py(types, *operands)


def _of_one(py: Callable[..., Any], only: _Input, empty: bool | None, takes_empty: bool) -> Closure:
    value = only.value()
    if takes_empty or only.is_list:
        return lambda rt: py(value(rt))

    def one(rt: Any) -> Any:
        x = value(rt)
        return empty if x is None else py(x)

    return one


def _of_two(py: Callable[..., Any], inputs: list[_Input], empty: bool | None, takes_empty: bool) -> Closure:
    first, second = (one.value() for one in inputs)
    if takes_empty:
        return lambda rt: py(first(rt), second(rt))

    def two(rt: Any) -> Any:
        x = first(rt)
        y = second(rt)
        return empty if x is None or y is None else py(x, y)

    return two


def _of_any(py: Callable[..., Any], inputs: list[_Input], empty: bool | None, call: Call) -> Closure:
    """Any number of operands, the runtime, and what is done for each item."""
    values = [(None if one.each else one.value(), one.closure) for one in inputs]
    takes_empty, uses_runtime = call.operator.takes_empty, call.operator.uses_runtime

    def many(rt: Any) -> Any:
        operands: list[Any] = [rt] if uses_runtime else []
        for value, each in values:
            if value is None:
                operands.append(_for_each(rt, each))
                continue
            operand = value(rt)
            if operand is None and not takes_empty:
                return empty
            operands.append(operand)
        surrounding, meter = rt.this, rt.meter
        items, characters = meter.items, meter.characters
        try:
            return py(*operands)
        finally:
            rt.this = surrounding
            # What was made on the way is let go; whoever uses the result counts it.
            meter.items, meter.characters = items, characters

    def few(rt: Any) -> Any:
        operands: list[Any] = [rt] if uses_runtime else []
        for _, value in values:
            operand = value(rt)
            if operand is None and not takes_empty:
                return empty
            operands.append(operand)
        return py(*operands)

    if any(one.each for one in inputs):
        return many
    values = [(None, one.value()) for one in inputs]
    return few


def _for_each(rt: Any, closure: Closure) -> Callable[[Any], Any]:
    """An operand as a function of one item. Whoever calls it puts `this` back afterwards."""
    made = rt.meter.made

    def each(item: Any) -> Any:
        rt.this = item
        found = closure(rt)
        made(found)
        return found

    return each
