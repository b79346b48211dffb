"""What an expression says of given values, for tests of operators."""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from offpage.expr.checker import check
from offpage.expr.closure import compile_closure
from offpage.expr.scope import Named, Scope
from offpage.sql.sqlite import SQLITE
from offpage.values.codec import Forms
from offpage.values.shapes import Interval, Place
from offpage.values.types import ADDRESS, DATE, INTERVAL, JSON, NUMBER, TEXT, YES_NO, Type, option, thing
from tests.unit.expr.shop import FORMS, SCHEMA, Surroundings


class Typed(NamedTuple):
    """A value whose type cannot be seen in it."""

    type: Type
    value: Any


STATUS, ORDER = option("status"), thing("order")
_TYPES: dict[type, Type] = {
    str: TEXT,
    float: NUMBER,
    bool: YES_NO,
    int: DATE,
    Interval: INTERVAL,
    Place: ADDRESS,
    dict: JSON,
}


def _typed(value: Any) -> Typed:
    if isinstance(value, Typed):
        return value
    if isinstance(value, list):
        return Typed(_typed(value[0]).type.listed, value)
    return Typed(_TYPES[type(value)], value)


def say(text: str, zone: str = "UTC", **values: Any) -> Any:
    """What the expression gives when its names have these values."""
    typed = {name: _typed(value) for name, value in values.items()}
    scope = Scope(SCHEMA, {name: Named(at, one.type) for at, (name, one) in enumerate(typed.items())})
    checked = check(text, scope)
    assert not checked.problems, checked.problems
    here = ZoneInfo(zone)
    forms = Forms(FORMS.options, here)
    surroundings = Surroundings(values=[one.value for one in typed.values()], zone=here, forms=forms)
    return compile_closure(checked.ir, SCHEMA, SQLITE)(surroundings)


def problems(text: str, **values: Any) -> list[str]:
    """What is wrong with an expression over names with these values."""
    typed = {name: _typed(value) for name, value in values.items()}
    scope = Scope(SCHEMA, {name: Named(at, one.type) for at, (name, one) in enumerate(typed.items())})
    return [one.message for one in check(text, scope).problems]
