"""Why a condition did not hold, part by part: what stood in it, and what privacy rules kept it from seeing.

The values of parameters and results are the run's; what is read from the database is read now, by the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from offpage.data.onlooker import Onlooker
from offpage.expr.closure import compile_closure
from offpage.expr.free import all_of, is_each, slots_in
from offpage.expr.ir import Call, Const, FieldOf, Ir, Search, Source
from offpage.program.program import Program
from offpage.program.reading import Written
from offpage.values.codec import to_text
from offpage.values.types import YES_NO

LONGEST: Final = 80
"""How much of a value is shown."""


class WhyNot:
    """Explains one condition to whoever `rt` looks for. `known` are the slots whose values the record tells."""

    def __init__(self, program: Program, condition: Written, rt: Onlooker, known: frozenset[int]) -> None:
        self._program = program
        self._written = condition
        self._rt = rt
        self._known = known

    def sentences(self) -> list[str]:
        """Why it gives no; nothing where that cannot be told, and where it holds by now."""
        return list(dict.fromkeys(self._why(self._written.ir, wanted=True)))

    def holds_now(self) -> bool:
        """Whether it gives yes with the data as it is now."""
        return self._can_tell(self._written.ir) and self._value(self._written.ir) is True

    def _why(self, ir: Ir, *, wanted: bool) -> Iterator[str]:
        if not self._can_tell(ir):
            if not (isinstance(ir, Call) and ir.operator.name in ("and", "or")):
                yield f"{self._words(ir)}: what it looked at is not kept in the run's record."
                return
        elif (self._value(ir) is True) == wanted:
            return
        match ir:
            case Const():
                yield "The condition is no."
            case Call() if ir.operator.name in ("and", "or") and ir.operator.form == "symbol":
                for one in ir.operands:
                    if one is not None:
                        yield from self._why(one, wanted=wanted)
            case Call() if ir.operator.name == "not" and ir.operands[0] is not None:
                yield from self._why(ir.operands[0], wanted=not wanted)
            case _:
                yield self._leaf(ir)

    def _leaf(self, ir: Ir) -> str:
        """A part that is not made of others: what it gave, what stood in it, what was hidden from it."""
        gave = "yes" if self._value(ir) is True else "no"
        if isinstance(ir, Source | FieldOf) and self._value(ir) is None:
            gave = "empty"
        inside: list[Ir] = [one for one in self._operands(ir) if not isinstance(one, Const)]
        told = ", ".join(f"{self._words(one)} is {self._shown(one)}{_since_when(one)}" for one in inside)
        hidden = " ".join(one for part in (inside or [ir]) if (one := self._hidden(part)))
        sentence = f"{self._words(ir)} is {gave}{f': {told}' if told else ''}."
        return f"{sentence} {hidden}" if hidden else sentence

    def _operands(self, ir: Ir) -> list[Ir]:
        if not isinstance(ir, Call):
            return []
        return [one for at, one in enumerate(ir.operands) if one is not None and not is_each(ir, at)]

    def _hidden(self, ir: Ir) -> str:
        """What the administrator would have seen instead, and whose rules stand before it."""
        if self._rt.sees_all or not self._can_tell(ir):
            return ""
        seen = self._shown(ir)
        self._rt.sees_all = True
        try:
            everything = self._shown(ir)
        finally:
            self._rt.sees_all = False
        if seen == everything:
            return ""
        types = sorted({one.type_id for one in all_of(ir) if isinstance(one, Search | FieldOf)})
        whose = f" of {' and '.join(types)}" if types else ""
        who = "nobody" if self._rt.current_user is None else "this user"
        return f"Privacy rules{whose} hide it from {who}: without them {self._words(ir)} is {everything}."

    def _can_tell(self, ir: Ir) -> bool:
        unknown = slots_in(ir) - self._known
        return not unknown and not any(isinstance(one, Source) and one.name == "request" for one in all_of(ir))

    def _value(self, ir: Ir) -> Any:
        program = self._program
        return compile_closure(ir, program.schema, program.dialect, program.privacy)(self._rt)

    def _shown(self, ir: Ir) -> str:
        if any(isinstance(one, Source) and one.name == "secret" for one in all_of(ir)):
            return "a secret"
        value = self._value(ir)
        if ir.type == YES_NO:
            return "yes" if value is True else "empty" if value is None else "no"
        if ir.type.is_list:
            count = len(value or ())
            return "an empty list" if not count else f"a list of {count:,}"
        text = to_text(ir.type, value, self._rt.forms)
        if not text:
            return "empty"
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        return f"“{shown}”" if ir.type.kind == "text" else shown

    def _words(self, ir: Ir) -> str:
        return f"`{self._written.words(ir)}`" if self._written.words(ir) else "A part of the condition"


def _since_when(ir: Ir) -> str:
    """A word for what the database holds: the run itself may have changed it since it looked."""
    return " now" if any(isinstance(one, Search | FieldOf) for one in all_of(ir)) else ""
