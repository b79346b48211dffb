"""The properties that start another workflow: which one, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from offpage.actions.action import Prop
from offpage.actions.connecting import CallRef
from offpage.actions.kinds import Taken, WorkflowRef
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.model.report import did_you_mean
from offpage.program.program import BoundProp
from offpage.program.reading import Bound, Reader
from offpage.program.tracing import tracer

KINDS_OF_WORKFLOW: Final = {
    "api": "an API workflow",
    "event": "a custom event",
    "recurring": "a recurring workflow",
    "data_change": "a workflow that starts when data changes",
}


def read_workflow_ref(reader: Reader, prop: Prop[Any], node: Node, address: Address) -> WorkflowRef | None:
    """The workflow that is named; None when there is none of the kind that is wanted."""
    name = node.text if isinstance(node, Scalar) else ""
    found = reader.workflow(name)
    reader.uses.workflows.add(name)
    reader.references[address] = name
    wanted = prop.kind.words
    if found is None:
        hint = did_you_mean(name, reader.workflows_of(wanted))
        reader.wrong(address, node.mark, f"There is no workflow `{name}`.{hint}")
    elif found.trigger not in wanted:
        what = KINDS_OF_WORKFLOW.get(found.trigger, found.trigger)
        hint = did_you_mean(name, reader.workflows_of(wanted))
        message = f"`{name}` is {what}, but {prop.kind.words_for_people} is wanted here.{hint}"
        reader.wrong(address, node.mark, message)
        return None
    return found


class Callee(Protocol):
    """What takes parameters: a workflow, or a call of a connector."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def parameters(self) -> tuple[Taken, ...]:
        """What it takes."""
        ...


def _what(of: Callee) -> str:
    return f"The workflow `{of.name}`" if isinstance(of, WorkflowRef) else f"The call `{of.name}`"


def read_call_ref(reader: Reader, node: Node, address: Address) -> CallRef | None:
    """The call of a connector that is named; None when there is none, or one with a mistake."""
    name = node.text if isinstance(node, Scalar) else ""
    found = reader.calls.get(name)
    if found is None:
        reader.wrong(address, node.mark, no_such_call(name, reader.calls))
        return None
    if found.broken:
        reader.uses.unfinished = True
        return None
    return found


def no_such_call(name: str, calls: Mapping[str, CallRef]) -> str:
    """What to say about a call that there is not."""
    connector, _, call = name.partition(".")
    own = [one for one in calls if one.startswith(f"{connector}.")]
    if not call:
        hint = f" Its calls: {', '.join(own[:12])}." if own else ""
        return f"`{name}` is no call. Write the connector and its call, such as stripe.charge.{hint}"
    if own:
        hint = did_you_mean(name, own) or f" It has: {', '.join(one.partition('.')[2] for one in own[:12])}."
        return f"The connector `{connector}` has no call `{call}`.{hint}"
    connectors = sorted({one.partition(".")[0] for one in calls})
    hint = did_you_mean(connector, connectors) or f" Connectors are files: add connectors/{connector}.yaml."
    return f"There is no connector `{connector}`.{hint}"


def read_arguments(
    reader: Reader, name: str, of: Callee, node: Node, scope: Scope, address: Address
) -> BoundProp | None:
    """What a workflow is given: a list of values in the order of its parameters. None when there is an issue."""
    bounds = argument_bounds(reader, name, of, node, scope, address)
    if bounds is None:
        return None
    found = [nothing if one is None else one.read for one in bounds]
    traces = [(one.name, tracer(one.type, reader.forms)) for one in of.parameters]

    def read(rt: Runtime) -> list[Any]:
        return [one(rt) for one in found]

    def trace(values: Sequence[Any]) -> dict[str, Any]:
        pairs = zip(traces, values, strict=True)
        return {parameter: show(value) for (parameter, show), value in pairs if value is not None}

    return BoundProp(name, read, trace)


def argument_bounds(
    reader: Reader, name: str, of: Callee, node: Node, scope: Scope, address: Address
) -> list[Bound | None] | None:
    """One value for each parameter of a workflow, in their order, None for one left out; None when there is an issue."""
    before = len(reader.issues.errors)
    if not isinstance(node, Keys):
        message = f"`{name}` is a list of parameters with their values, such as  order: =order"
        reader.wrong(address, node.mark, message)
        return None
    given = node.items
    known = [one.name for one in of.parameters]
    for one in given:
        if one not in known:
            hint = did_you_mean(one, known) or (f" It has: {', '.join(known)}." if known else " It has none.")
            message = f"{_what(of)} has no parameter `{one}`.{hint}"
            reader.wrong(join(address, one), node.key_marks.get(one, node.mark), message)
    reads = [
        _argument(reader, of, one, given.get(one.name), scope, join(address, one.name), node.mark)
        for one in of.parameters
    ]
    return reads if len(reader.issues.errors) == before else None


def _argument(
    reader: Reader, of: Callee, one: Taken, node: Node | None, scope: Scope, address: Address, mark: Mark
) -> Bound | None:
    if node is None:
        if not one.optional:
            message = f"{_what(of)} wants `{one.name}` ({one.type}). Add it under `parameters`."
            reader.wrong(address, mark, message)
        return None
    return reader.read(node, scope, one.type, address)


def nothing(rt: Runtime) -> None:
    """The value of a parameter that is left out."""
