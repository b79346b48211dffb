"""Why a privacy rule does not hold for a thing, in words: which part of its condition gives no, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from offpage.data.policy import Rule
from offpage.expr.certainty.knowing import Knowing
from offpage.expr.closure import compile_closure
from offpage.expr.free import all_of, below, is_each
from offpage.expr.ir import Attribute, Call, Const, FieldOf, Ir, Part, Search, Source
from offpage.model.schema import Schema
from offpage.values.codec import to_text
from offpage.values.types import YES_NO

LONGEST: Final = 60
"""How much of a value is shown."""


class Reasons:
    """Explains one rule to whoever `rt` (an Onlooker) looks for."""

    def __init__(self, rule: Rule, schema: Schema) -> None:
        self._rule = rule
        self._schema = schema
        self._knowing = Knowing()

    def why_not(self, rt: Any, thing_id: str) -> list[str]:
        """Sentences; none when the rule holds."""
        if self._rule.problem:
            return [f"This rule is broken, so it holds for nothing. {self._rule.problem}"]
        condition = self._rule.written or self._rule.condition
        if condition is None:
            return []
        this, sees_all = rt.this, rt.sees_all
        rt.this, rt.sees_all = thing_id, True
        try:
            return list(dict.fromkeys(self._why_not(rt, condition, wanted=True)))
        finally:
            rt.this, rt.sees_all = this, sees_all

    def _why_not(self, rt: Any, ir: Ir, *, wanted: bool) -> list[str]:
        """Why a part of the condition does not give what is wanted."""
        if self._gives(rt, ir, wanted=wanted):
            return []
        match ir:
            case Const():
                return ["The condition is no."]
            case Call() if ir.operator.name in {"and", "or"} and ir.operator.form == "symbol":
                return [one for of in ir.operands if of is not None for one in self._why_not(rt, of, wanted=wanted)]
            case Call() if ir.operator.name in {"not", "notstrict"} and ir.operands[0] is not None:
                return self._why_not(rt, ir.operands[0], wanted=not wanted)
        if self._gives(rt, ir, wanted=not wanted):
            return [self._opposite(rt, ir, wanted=wanted)]
        # It is unknown: something in it is empty.
        empty = [one for one in _read_in(ir) if self._value(rt, one) in (None, "")]
        return [self._is_empty(rt, one) for one in empty] or [f"{self._words(ir)} is not known: a part of it is empty."]

    def _gives(self, rt: Any, ir: Ir, *, wanted: bool) -> bool:
        return self._value(rt, self._knowing.yes(ir) if wanted else self._knowing.no(ir)) is True

    def _opposite(self, rt: Any, ir: Ir, *, wanted: bool) -> str:
        """That a comparison gives the opposite of what is wanted, and what is in it."""
        if not isinstance(ir, Call) or ir.operator.gives != YES_NO:
            return f"{self._words(ir)} is {self._shown(rt, ir)}."
        if not wanted:
            return f"{self._words(ir)} is yes."
        sides = [one for at, one in enumerate(ir.operands) if one is not None and not is_each(ir, at)]
        told = [f"{self._words(one)} is {self._shown(rt, one)}" for one in sides if not isinstance(one, Const)]
        return f"{self._words(ir)} is no: {', '.join(told)}." if told else f"{self._words(ir)} is no."

    def _is_empty(self, rt: Any, ir: Ir) -> str:
        # A field of what is empty is empty: name what there is not.
        while isinstance(ir, FieldOf) and self._value(rt, ir.base) is None:
            ir = ir.base
        if isinstance(ir, Source) and ir.name == "current_user":
            return "current_user is empty: nobody is logged in."
        return f"{self._words(ir)} is empty."

    def _value(self, rt: Any, ir: Ir) -> Any:
        return compile_closure(ir, self._schema, rt.dialect)(rt)

    def _shown(self, rt: Any, ir: Ir) -> str:
        if any(isinstance(one, Source) and one.name == "secret" for one in all_of(ir)):
            return "a secret"
        text = to_text(ir.type, self._value(rt, ir), rt.forms)
        if not text:
            return "empty"
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

    def _words(self, ir: Ir) -> str:
        return self._rule.words(ir.place) or "this part of the condition"


def _read_in(ir: Ir) -> Iterator[Ir]:
    """What a comparison reads, but for what it asks of the items of a list: fields, the current user, and the like."""
    match ir:
        case FieldOf() | Attribute() | Part() if not ir.type.is_list:
            yield ir
        case Source():
            yield ir
        case Call(operands=operands):
            for at, one in enumerate(operands):
                if one is not None and not is_each(ir, at):
                    yield from _read_in(one)
        case Search():
            pass
        case _:
            for one in below(ir):
                yield from _read_in(one)
