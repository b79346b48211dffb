"""Why a privacy rule does not hold for a thing, in words: which part of its condition gives no, and what is in it."""

from __future__ import annotations

from typing import Any, Final

from offpage.data.policy import Rule
from offpage.expr.closure import compile_closure
from offpage.expr.constraints import constraints
from offpage.expr.free import all_of, is_each
from offpage.expr.ir import Call, Const, FieldOf, Ir, Source
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

    def why_not(self, rt: Any, thing_id: str) -> list[str]:
        """Sentences; none when the rule holds."""
        if self._rule.condition is None:
            return []
        this, sees_all = rt.this, rt.sees_all
        rt.this, rt.sees_all = thing_id, True
        try:
            return list(dict.fromkeys(self._why_not(rt, self._rule.condition)))
        finally:
            rt.this, rt.sees_all = this, sees_all

    def _why_not(self, rt: Any, ir: Ir) -> list[str]:
        """Why a part of the condition gives no."""
        if self._value(rt, ir) is True:
            return []
        match ir:
            case Const():
                return ["The condition is no."]
            case Call() if ir.operator.name in {"and", "or"} and ir.operator.form == "symbol":
                return [reason for one in ir.operands if one is not None for reason in self._why_not(rt, one)]
            case Call() if ir.operator.name in {"not", "notstrict"} and ir.operands[0] is not None:
                empty = [one for one in constraints(ir) if self._value(rt, one) in (None, "")]
                if empty:
                    return [self._is_empty(rt, one) for one in empty]
                return [f"{self._words(ir.operands[0])} is yes."]
            case Call() if ir.operator.gives == YES_NO:
                return self._of_call(rt, ir)
        if self._value(rt, ir) is None:
            return [self._is_empty(rt, ir)]
        return [f"{self._words(ir)} is {self._shown(rt, ir)}."]

    def _of_call(self, rt: Any, call: Call) -> list[str]:
        """Why a comparison gives no: a side that is empty, or both values."""
        sides = [one for at, one in enumerate(call.operands) if one is not None and not is_each(call, at)]
        empty = [one for one in sides if self._value(rt, one) in (None, "", [], ())]
        if empty and not (call.operator.takes_empty and call.operator.name != "!=strict"):
            return [self._is_empty(rt, one) for one in empty]
        told = [f"{self._words(one)} is {self._shown(rt, one)}" for one in sides if not isinstance(one, Const)]
        return [f"{self._words(call)} is no: {', '.join(told)}."] if told else [f"{self._words(call)} is no."]

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
