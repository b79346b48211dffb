"""What is fetched before an expression is evaluated: `call_api(stripe.charge, amount=5)`, and `photo.base64` of a file."""

from __future__ import annotations

from typing import Final

from offpage.expr.checking import Checking, did_you_mean, listed
from offpage.expr.free import uses_this
from offpage.expr.ir import Hole, Ir, Place, Reach
from offpage.expr.scope import Scope
from offpage.expr.syntax import Application, Member, Name
from offpage.values.types import TEXT, UNKNOWN

HERE: Final = (
    "A call cannot be made here: this is evaluated while the database is held. Make it a step with `do: call_api`, and"
    " use its result."
)


ENCODED: Final = "base64"
"""What stands for a call's name where a file is read. Calls of connectors have a point in their names."""

NOT_READ_HERE: Final = (
    "A file cannot be read here: this is evaluated while the database is held. Read it in a property of a step, outside of"
    " searches, list operators, rules, conditions of `while` and transactions."
)


def encoded_file(checking: Checking, base: Ir, scope: Scope, place: Place) -> Ir:
    """The content of a file in Base64."""
    if scope.calls is None or uses_this(base):
        return checking.hole(place, NOT_READ_HERE)
    return Reach(TEXT, ENCODED, (base,), None, place)


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
