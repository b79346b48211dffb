"""The properties of `schedule_on_list`: a list that may be very long, what each item gives, what follows the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from offpage.actions.action import Prop
from offpage.actions.kinds import API_WORKFLOW, WorkflowRef
from offpage.actions.scheduling import Completion, ItemArguments, Listed
from offpage.expr.closure import compile_query
from offpage.expr.free import is_each, slots_in
from offpage.expr.ir import (
    Attribute,
    Call,
    Choose,
    Const,
    FieldOf,
    Ir,
    ListOf,
    Part,
    Search,
    Slot,
    Source,
    TextOf,
    This,
)
from offpage.expr.query.chain import is_chain
from offpage.expr.query.compilation import Query
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Named, Scope
from offpage.kernel.address import Address, join
from offpage.model.node import Keys, Node
from offpage.program.calling import argument_bounds, nothing, read_workflow_ref
from offpage.program.program import BoundProp, Ending
from offpage.program.reading import Bound, Reader
from offpage.values.records import BATCH, PARTS
from offpage.values.types import Type

BATCH_SLOT: Final = -1
"""Where the batch stands while the parameters of its `on_complete` are evaluated: behind all other values."""


def read_list(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address
) -> tuple[BoundProp, Type] | None:
    """A list of any type; one that is a search is not read, but handed on as its SELECT."""
    bound = reader.read(node, scope, None, address)
    if bound is None or bound.type.kind == "unknown":
        return None
    if not bound.type.is_list:
        reader.wrong(
            address, node.mark, f"`{prop.name}` is a list, but this gives {bound.type}. Use a list or a search."
        )
        return None
    of, values, query = bound.type, bound.read, _query(reader, bound)

    def read(rt: Runtime) -> Listed:
        return Listed(of, lambda: values(rt) or [], lambda: query.statement_for(rt) if query else None)

    return BoundProp(prop.name, read, lambda one: f"list of {of.item}"), of


def _query(reader: Reader, bound: Bound) -> Query | None:
    if bound.ir is None or bound.type.kind != "thing" or not is_chain(bound.ir):
        return None
    return compile_query(bound.ir, reader.dialect, reader.schema, reader.access)


def read_item_arguments(
    reader: Reader, name: str, of: WorkflowRef, items: Type, node: Node, scope: Scope, address: Address
) -> BoundProp | None:
    """What a workflow is given for each item, which is `this`. None when there is an issue."""
    bounds = argument_bounds(reader, name, of, node, scope.over(items.item, strict=False), address)
    if bounds is None:
        return None
    reads = [nothing if one is None else one.read for one in bounds]
    places = tuple(at for at, one in enumerate(bounds) if one is not None and isinstance(one.ir, This))
    others = [one for one in bounds if one is not None and not isinstance(one.ir, This)]
    alike = items.kind == "thing" and all(one.ir is not None and is_alike(one.ir) for one in others)

    def read(rt: Runtime) -> ItemArguments:
        def each(item: Any) -> list[Any]:
            outer, rt.this = rt.this, item
            try:
                return [one(rt) for one in reads]
            finally:
                rt.this = outer

        shared = [None if at in places else one(rt) for at, one in enumerate(reads)] if alike else None
        return ItemArguments(shared, places, each)

    return BoundProp(name, read, _trace(of, reads))


def _trace(of: WorkflowRef, reads: list[Callable[[Runtime], Any]]) -> Callable[[ItemArguments], dict[str, Any]]:
    given = [one.name for one, read in zip(of.parameters, reads, strict=True) if read is not nothing]
    return lambda _: {"each": given}


def is_alike(ir: Ir | None) -> bool:
    """Whether a value is the same for every item: it neither looks at `this` nor differs from call to call."""
    match ir:
        case None | Const() | Slot() | Source() | Search():
            return True  # a search has a `this` of its own
        case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
            return is_alike(base)
        case Call(operator=operator, operands=operands):
            fixed = not operator.uses_runtime or operator.query != ""
            return fixed and all(is_each(ir, at) or is_alike(one) for at, one in enumerate(operands))
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return is_alike(condition) and is_alike(then) and is_alike(otherwise)
        case ListOf(items=items):
            return all(map(is_alike, items))
        case TextOf(parts=parts):
            return all(isinstance(part, str) or is_alike(part) for part in parts)
    return False


def read_completion(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address
) -> tuple[BoundProp, WorkflowRef] | None:
    """The workflow that runs when a batch has ended, with its parameters, in which `batch` is the batch."""
    if not isinstance(node, Keys) or "workflow" not in node.items:
        message = f"`{prop.name}` names a workflow and its parameters: {{workflow: report, parameters: {{done: =batch.done}}}}"
        reader.wrong(address, node.mark, message)
        return None
    for extra in node.items.keys() - {"workflow", "parameters"}:
        message = f"`{prop.name}` has no key `{extra}`. It has: workflow, parameters."
        reader.wrong(join(address, extra), node.key_marks.get(extra, node.mark), message)
    wanted = Prop(API_WORKFLOW, "Workflow")
    wanted.name = "workflow"
    target = read_workflow_ref(reader, wanted, node.items["workflow"], join(address, "workflow"))
    if target is None:
        return None
    batch = Named(BATCH_SLOT, BATCH, PARTS[BATCH])
    inside = replace(scope, names={**scope.names, "batch": batch}, this=None, request=False, calls=None)
    parameters = node.items.get("parameters", Keys({}, {}, node.mark))
    bounds = argument_bounds(reader, "parameters", target, parameters, inside, join(address, "parameters"))
    if bounds is None:
        return None
    used = {slot for one in bounds if one is not None and one.ir is not None for slot in slots_in(one.ir)}
    if any(one is not None and one.ir is None for one in bounds):  # json made of several values: of any of them
        used = {one.slot for one in scope.names.values()}
    types = {one.slot: one.type for one in scope.names.values() if one.slot in used}
    reader.endings[address] = Ending(target.name, types, tuple(nothing if one is None else one.read for one in bounds))

    def read(rt: Runtime) -> Completion:
        return Completion(address, {slot: rt.values[slot] for slot in types})

    return BoundProp(prop.name, read, lambda _: {"workflow": target.name}), target
