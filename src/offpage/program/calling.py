"""The properties that start another workflow: which one, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from offpage.actions.action import Prop
from offpage.actions.kinds import Taken, WorkflowRef
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.kernel.words import nearest
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.program.program import BoundProp, Closure
from offpage.program.reading import Reader
from offpage.program.tracing import tracer

KINDS_OF_WORKFLOW = {
    "api": "an API workflow",
    "event": "a custom event",
    "recurring": "a recurring workflow",
    "data_change": "a workflow that starts when data changes",
}


def read_workflow_ref(reader: Reader, prop: Prop[Any], node: Node, address: Address) -> WorkflowRef | None:
    """The workflow that is named; None when there is none of the kind that is wanted."""
    name = node.text if isinstance(node, Scalar) else ""
    found = reader.workflows.get(name)
    wanted = prop.kind.words
    fitting = [one.name for one in reader.workflows.values() if one.trigger in wanted]
    if found is None:
        reader.wrong(address, node.mark, f"There is no workflow `{name}`.{nearest(name, fitting)}")
    elif found.trigger not in wanted:
        what = KINDS_OF_WORKFLOW.get(found.trigger, found.trigger)
        message = f"`{name}` is {what}, but {prop.kind.words_for_people} is wanted here.{nearest(name, fitting)}"
        reader.wrong(address, node.mark, message)
        return None
    return found


def read_arguments(
    reader: Reader, name: str, of: WorkflowRef, node: Node | None, scope: Scope, address: Address, mark: Mark
) -> BoundProp | None:
    """What a workflow is given: a list of values in the order of its parameters. None when there is an issue."""
    found = argument_closures(reader, name, of, node, scope, address, mark)
    if found is None:
        return None
    traces = [(one.name, tracer(one.type, reader.forms)) for one in of.parameters]

    def read(rt: Runtime) -> list[Any]:
        return [one(rt) for one in found]

    def trace(values: Sequence[Any]) -> dict[str, Any]:
        pairs = zip(traces, values, strict=True)
        return {name: show(value) for (name, show), value in pairs if value is not None}

    return BoundProp(name, read, trace)


def argument_closures(
    reader: Reader, name: str, of: WorkflowRef, node: Node | None, scope: Scope, address: Address, mark: Mark
) -> list[Closure] | None:
    """One closure for each parameter of a workflow, in their order; None when there is an issue."""
    before = len(reader.issues.errors)
    if node is not None and not isinstance(node, Keys):
        message = f"`{name}` is a list of parameters with their values, such as  order: =order"
        reader.wrong(address, node.mark, message)
        return None
    given = node.items if node is not None else {}
    marks = node.key_marks if node is not None else {}
    known = [one.name for one in of.parameters]
    for one in given:
        if one not in known:
            hint = nearest(one, known) or (f" It has: {', '.join(known)}." if known else " It has none.")
            message = f"The workflow `{of.name}` has no parameter `{one}`.{hint}"
            reader.wrong(join(address, one), marks.get(one, mark), message)
    reads = [_closure(reader, of, one, given.get(one.name), scope, join(address, one.name), mark) for one in of.parameters]
    return reads if len(reader.issues.errors) == before else None


def _closure(
    reader: Reader, of: WorkflowRef, one: Taken, node: Node | None, scope: Scope, address: Address, mark: Mark
) -> Closure:
    nothing: Callable[[Runtime], None] = lambda rt: None  # noqa: E731 - one line says it
    if node is None:
        if not one.optional:
            message = f"The workflow `{of.name}` wants the parameter `{one.name}` ({one.type}). Add it under `parameters`."
            reader.wrong(address, mark, message)
        return nothing
    bound = reader.read(node, scope, one.type, address)
    return nothing if bound is None else bound.read
