"""`call_api(stripe.charge, amount=5)`: what another program answers, as a source of an expression."""

from __future__ import annotations

from typing import Final

from offpage.expr.checking import Checking, did_you_mean, listed
from offpage.expr.free import uses_this
from offpage.expr.ir import Hole, Ir, Reach
from offpage.expr.scope import Scope
from offpage.expr.syntax import Application, Member, Name
from offpage.values.types import UNKNOWN

HERE: Final = (
    "A call cannot be made here: this is evaluated while the database is held. Make it a step with `do: call_api`, and"
    " use its result."
)


def outside_call(checking: Checking, node: Application, scope: Scope) -> Ir:
    """A call of a connector, with its parameters by name."""
    if scope.calls is None:
        return checking.hole(node.place, HERE)
    match node.operands:
        case (Member(base=Name(name=connector), name=call),):
            name = f"{connector}.{call}"
        case _:
            return checking.hole(
                node.place, "Write the connector and its call first: call_api(stripe.charge, amount=5)."
            )
    found = scope.calls.by_name.get(name)
    if found is None:
        return checking.hole(node.operands[0].place, scope.calls.unknown(name))
    if found.broken:
        return Reach(UNKNOWN, name, (), None, node.place)
    if found.gives is None:
        return checking.hole(node.place, f"{name} gives nothing. Make it a step with `do: call_api`.")
    wanted = {one.name: one for one in found.parameters}
    for keyword in node.keywords:
        if keyword.name not in wanted:
            hint = did_you_mean(keyword.name, wanted) or f" It has: {listed(wanted) or 'none'}."
            return checking.hole(keyword.place, f"{name} has no parameter {keyword.name}.{hint}")
    given = {one.name: checking.ir(one.value, scope, wanted[one.name].type) for one in node.keywords}
    for one in found.parameters:
        if one.name not in given and not one.optional:
            return checking.hole(node.place, f"{name} wants {one.name} ({one.type}): {name}, {one.name}=….")
    arguments = tuple(given.get(one.name) for one in found.parameters)
    if any(one is not None and uses_this(one) for one in arguments):
        message = (
            "A call cannot be made for each item of a list inside an expression. Use `for_each` with a step `call_api`."
        )
        return checking.hole(node.place, message)
    return (
        Hole(UNKNOWN, node.place)
        if any(isinstance(one, Hole) for one in arguments)
        else Reach(found.gives, name, arguments, found.sample, node.place)
    )
