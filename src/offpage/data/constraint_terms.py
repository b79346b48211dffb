"""What the conditions of constraints are built from: fields of `this`, and operators chosen by the types of their operands."""

from __future__ import annotations

import offpage.expr.operators  # noqa: F401  fills the catalogue
from offpage.expr.ir import Call, FieldOf, Ir, This
from offpage.expr.operator import CATALOGUE
from offpage.model.schema import Field
from offpage.values.types import Type, thing


def field_of(type_id: str, field: Field) -> FieldOf:
    """A field of `this`."""
    return FieldOf(field.type, This(thing(type_id)), type_id, field.id)


def both(one: Ir, other: Ir) -> Ir:
    """Whether two conditions hold."""
    return call("and", one, other)


def call(name: str, *operands: Ir) -> Call:
    """An operator of the catalogue, chosen by the types of its operands."""
    first = operands[0].type
    for one in CATALOGUE[name]:
        tests = one.operands[: len(operands)]
        if all(
            operand.accepts.test(given.type, None if at == 0 else first)
            for at, (operand, given) in enumerate(zip(tests, operands, strict=True))
        ):
            gives = one.gives
            of = gives if isinstance(gives, Type) else gives(tuple(operand.type for operand in operands))
            return Call(of, one, operands)
    raise LookupError(f"{name} takes no {first}")
