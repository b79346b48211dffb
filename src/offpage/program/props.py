"""One property of a step, read by its kind: what the running action will get, and how it stands in the journal."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from offpage.actions.action import Prop
from offpage.actions.connecting import CallRef
from offpage.actions.kinds import ThingRef, ThingRefs, Typed, WorkflowRef
from offpage.expr.free import slots_in
from offpage.expr.ir import Const
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.program.assigning import read_assignments, read_assignments_each, read_user_fields
from offpage.program.calling import read_arguments, read_call_ref, read_workflow_ref
from offpage.program.filling import read_filled, read_some
from offpage.program.listing import read_completion, read_item_arguments, read_list
from offpage.program.program import BoundProp
from offpage.program.reading import Bound, Reader
from offpage.program.tracing import hide, tracer
from offpage.values.types import TEXT, Type, thing


@dataclass(frozen=True, slots=True)
class ReadProp:
    """A property that was read: ready to run, with what is known before the run."""

    bound: BoundProp
    type: Type | None = None
    constant: Any = None


def nearest(word: str, words: Iterable[str]) -> str:
    """The sentence "Did you mean `x`?" (with a space before it) when one of the words is close, else nothing."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f" Did you mean `{close[0]}`?" if close else ""


def read_prop(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address, of: ReadProp | None
) -> ReadProp | None:
    """Read one property; None when it has an issue. `of` is the property that this one depends on."""
    match prop.kind.form:
        case "expression":
            return _expression(reader, prop, node, scope, address)
        case "some":
            some = read_some(reader, prop, node, scope, address)
            return None if some is None else ReadProp(*some)
        case "html":
            filled = read_filled(reader, node, scope, address, escape)
            return None if filled is None else ReadProp(BoundProp(prop.name, filled, tracer(TEXT, reader.forms)), TEXT)
        case "thing" | "things":
            return _things(reader, prop, node, scope, address)
        case "data_type":
            return _data_type(reader, prop, node, address)
        case "values":
            return _values(reader, prop, node, scope, address)
        case "assignments" | "assignments_each":
            return _assignments(reader, prop, node, scope, address, of)
        case "user_fields":
            shape, bound = read_user_fields(reader, prop.name, node, scope, address)
            return ReadProp(bound, None, shape)
        case "word":
            return _word(reader, prop, node, address)
        case "listed":
            listed = read_list(reader, prop, node, scope, address)
            return None if listed is None else ReadProp(*listed)
        case "item_arguments":
            return _item_arguments(reader, prop, node, scope, address, of)
        case "completion":
            completion = read_completion(reader, prop, node, scope, address)
            return None if completion is None else ReadProp(completion[0], None, completion[1])
        case "call":
            call = read_call_ref(reader, node, address)
            return None if call is None else _known(prop, call)
        case "workflow":
            found = read_workflow_ref(reader, prop, node, address)
            return None if found is None else _known(prop, found)
        case "arguments":
            return _arguments(reader, prop, node, scope, address, of)
        case form:
            raise ValueError(f"unknown kind of property: {form}")


def _expression(reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address) -> ReadProp | None:
    bound = reader.read(node, scope, prop.kind.type, address)
    if bound is None:
        return None
    trace = tracer(bound.type, reader.forms)
    if prop.secret:
        trace = hide
        reader.secret_slots |= slots_in(bound.ir) if bound.ir else set()
    if prop.kind.type is not None:
        constant = bound.ir.value if isinstance(bound.ir, Const) else None
        return ReadProp(BoundProp(prop.name, bound.read, trace), bound.type, constant)
    of, read = bound.type, bound.read
    return ReadProp(BoundProp(prop.name, lambda rt: Typed(of, read(rt)), lambda one: trace(one.value)), of)


def _things(reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address) -> ReadProp | None:
    bound = reader.read(node, scope, None, address)
    if bound is None:
        return None
    wants_list = prop.kind.form == "things"
    of = bound.type
    if of.kind != "thing" or of.is_list != wants_list or prop.kind.type not in (None, of):
        if of.kind == "unknown":
            return None
        what = prop.kind.words_for_people
        reader.wrong(address, node.mark, f"`{prop.name}` is {what}, but this gives {of}. Use an expression of {what}.")
        return None
    type_id, read = of.of, bound.read
    trace = tracer(of, reader.forms)
    if wants_list:
        return ReadProp(
            BoundProp(prop.name, lambda rt: ThingRefs(type_id, read(rt) or []), lambda refs: trace(refs.ids)), of
        )

    def read_thing(rt: Runtime) -> ThingRef | None:
        found = read(rt)
        return None if found is None else ThingRef(type_id, found)

    return ReadProp(BoundProp(prop.name, read_thing, lambda ref: ref.id if ref else None), of)


def _data_type(reader: Reader, prop: Prop[Any], node: Node, address: Address) -> ReadProp | None:
    name = node.text if isinstance(node, Scalar) else ""
    reader.uses.types.add(name)
    if name in reader.schema.unread:
        return None  # its file has the issue
    if name not in reader.schema.types:
        hint = nearest(name, reader.schema.types)
        reader.wrong(address, node.mark, f"There is no data type `{name}`.{hint} Data types are the files in types/.")
        return None
    return ReadProp(BoundProp(prop.name, lambda _: name, lambda value: value), thing(name), name)


def _values(reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address) -> ReadProp | None:
    if not isinstance(node, Keys):
        reader.wrong(address, node.mark, f"`{prop.name}` is a list of names with their values, such as  id: =order.id")
        return None
    found: dict[str, Bound] = {}
    for name, item in node.items.items():
        bound = reader.read(item, scope, None, join(address, name))
        if bound is not None:
            found[name] = bound
    if len(found) < len(node.items):
        return None
    reads = [(name, bound.type, bound.read) for name, bound in found.items()]
    traces = {name: tracer(bound.type, reader.forms) for name, bound in found.items()}

    def read(rt: Runtime) -> dict[str, Typed]:
        return {name: Typed(of, value(rt)) for name, of, value in reads}

    def trace(values: dict[str, Typed]) -> dict[str, Any]:
        return {name: traces[name](one.value) for name, one in values.items()}

    return ReadProp(
        BoundProp(prop.name, read, trace), Type("json"), {name: bound.type for name, bound in found.items()}
    )


def _assignments(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address, of: ReadProp | None
) -> ReadProp | None:
    if of is None or of.type is None:
        return None  # the property it depends on has the issue
    each = prop.kind.form == "assignments_each"
    read: Callable[..., tuple[Any, BoundProp] | None] = read_assignments_each if each else read_assignments
    found = read(reader, prop.name, of.type.of, node, scope, address)
    return None if found is None else ReadProp(found[1], None, found[0])


def _word(reader: Reader, prop: Prop[Any], node: Node, address: Address) -> ReadProp | None:
    word = node.text if isinstance(node, Scalar) else ""
    if word not in prop.kind.words:
        reader.wrong(address, node.mark, f"`{prop.name}` is {prop.kind.words_for_people}, not `{word[:80]}`.")
        return None
    return ReadProp(BoundProp(prop.name, lambda _: word, lambda one: one), TEXT, word)


def _known(prop: Prop[Any], found: WorkflowRef | CallRef) -> ReadProp:
    return ReadProp(BoundProp(prop.name, lambda _: found, lambda one: one.name), None, found)


def _arguments(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address, of: ReadProp | None
) -> ReadProp | None:
    if of is None:
        return None  # the property it depends on has the issue
    bound = read_arguments(reader, prop.name, of.constant, node, scope, address)
    return None if bound is None else ReadProp(bound)


def _item_arguments(
    reader: Reader, prop: Prop[Any], node: Node, scope: Scope, address: Address, of: ReadProp | None
) -> ReadProp | None:
    if of is None or of.type is None:
        return None  # the properties it depends on have the issue
    bound = read_item_arguments(reader, prop.name, of.constant, of.type, node, scope, address)
    return None if bound is None else ReadProp(bound)


def missing(prop: Prop[Any], mark: Mark) -> str:
    """The sentence for a required property that is not there."""
    return f"`{prop.name}` is missing: {prop.label} ({prop.kind.words_for_people}). Add it under `with`."
