"""Calls of other programs that stand in expressions: each becomes a step of its own, before the step that needs it.

An expression is evaluated in a transaction, and nothing leaves the database there. So the call is made first, as a step
`call_api` would, and the expression finds the answer in a slot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from offpage.actions.connect.call_api import CallApi
from offpage.actions.connecting import CallRef
from offpage.actions.encoding import FILE_CONTENT, EncodeFile
from offpage.expr.ir import Ir, Part, Reach, Slot
from offpage.expr.runtime import Runtime
from offpage.program.program import BoundProp, Closure, Step
from offpage.program.tracing import tracer
from offpage.values.codec import Forms
from offpage.values.types import Type


@dataclass(frozen=True, slots=True)
class Hoisted:
    """One call: which, with what, and where its answer goes."""

    call: CallRef
    arguments: tuple[Closure, ...]
    slot: int


class Hoisting:
    """Takes the calls out of the expressions of one workflow. `types` are those of its slots, which grow."""

    def __init__(self, types: list[Type]) -> None:
        self._types = types
        self._waiting: list[Hoisted] = []

    def slot_for(self, reach: Reach, call: CallRef, compiled: Callable[[Ir], Closure]) -> Ir:
        """What stands instead of a call: the body of its answer, in a new slot."""
        arguments = tuple(_nothing if one is None else compiled(one) for one in reach.arguments)
        slot = len(self._types)
        self._types.append(call.record)
        self._waiting.append(Hoisted(call, arguments, slot))
        return Part(reach.type, Slot(call.record, slot, "", reach.place), "body", reach.place)

    def take(self) -> list[Hoisted]:
        """The calls that were found since the last time."""
        taken, self._waiting = self._waiting, []
        return taken


def steps_of(
    hoisted: list[Hoisted], index: int, address: str, first: int, only_when: Closure | None, forms: Forms
) -> list[Step]:
    """The steps that make the calls of a step: `first` is how many it has already."""
    return [
        _step(one, index, f"{address}/calls/{number}", only_when, forms) for number, one in enumerate(hoisted, first)
    ]


def _step(one: Hoisted, index: int, address: str, only_when: Closure | None, forms: Forms) -> Step:
    call, arguments = one.call, one.arguments
    action = EncodeFile if call is FILE_CONTENT else CallApi
    shown = [(parameter.name, tracer(parameter.type, forms)) for parameter in call.parameters]

    def given(rt: Runtime) -> list[Any]:
        return [read(rt) for read in arguments]

    def trace(values: list[Any]) -> dict[str, Any]:
        return {name: show(value) for (name, show), value in zip(shown, values, strict=True) if value is not None}

    return Step(
        index=index,
        address=address,
        do=action.do(),
        name="",
        action=action,
        props=(
            BoundProp("call", lambda rt: call, lambda ref: ref.name),
            BoundProp("parameters", given, trace),
        ),
        only_when=only_when,
        slot=one.slot,
        trace_result=lambda record: {name: tracer(of, forms)(record.get(name)) for name, of in call.parts.items()},
        one_statement=True,
    )


def _nothing(rt: Runtime) -> None:
    """The value of a parameter that is left out."""
