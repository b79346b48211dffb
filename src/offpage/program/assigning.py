"""The property `set`: fields and what becomes of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, Final, cast

from offpage.actions.kinds import EachAssignments
from offpage.data.assignment import Assignments, Change, Op, Shape
from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Const, FieldOf, Search
from offpage.expr.nodes import nodes
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.model.node import Keys, Mark, Node
from offpage.model.schema import USER, Field
from offpage.program.program import BoundProp, Closure
from offpage.program.reading import Bound, Reader
from offpage.program.tracing import tracer
from offpage.values.types import EMPTY, NUMBER, Type, thing

ITEM_OPS: Final = frozenset({"add", "remove"})
LIST_OPS: Final = frozenset({"add_list", "remove_list"})
BY_CHANCE: Final = frozenset({"random", "shuffled", "random_text", "random_number"})
"""Operators that give something else each time."""

OPS: Final = ITEM_OPS | LIST_OPS | {"increase", "clear"}

Read = tuple[Shape, list[Closure], bool]
"""A shape, what gives its values, and whether these are the same for every thing of a list."""


def read_assignments(
    reader: Reader, name: str, type_id: str, node: Node, scope: Scope, address: Address
) -> tuple[Shape, BoundProp] | None:
    """Assignments of one thing; None when there is an issue in them."""
    found = _read(reader, type_id, node, scope, address)
    if found is None:
        return None
    shape, reads, _ = found

    def read(rt: Runtime) -> Assignments:
        return Assignments(shape, [one(rt) for one in reads])

    return shape, BoundProp(name, read, _trace(reader, shape))


def read_assignments_each(
    reader: Reader, name: str, type_id: str, node: Node, scope: Scope, address: Address
) -> tuple[Shape, BoundProp] | None:
    """Assignments evaluated for every thing of a list, which is `this` in them."""
    found = _read(reader, type_id, node, scope.over(thing(type_id), strict=False), address)
    if found is None:
        return None
    shape, reads, alike = found

    def read(rt: Runtime) -> EachAssignments:
        def each(item: str) -> Assignments:
            outer, rt.this = rt.this, item
            try:
                return Assignments(shape, [one(rt) for one in reads])
            finally:
                rt.this = outer

        return EachAssignments(each, alike)

    fields = [change.field.id for change in shape.changes]
    return shape, BoundProp(name, read, lambda _: {"fields": fields})


def read_user_fields(reader: Reader, name: str, node: Node, scope: Scope, address: Address) -> tuple[Shape, BoundProp]:
    """Assignments of a new user; the last one is the e-mail, empty until the action fills it in.

    What has an issue is left out.
    """
    if isinstance(node, Keys) and "email" in node.items:
        mark = node.key_marks.get("email", node.mark)
        reader.wrong(join(address, "email"), mark, "`email` is a property of its own here. Move it out of `set`.")
        node = Keys({key: value for key, value in node.items.items() if key != "email"}, node.key_marks, node.mark)
    given, reads, _ = _read(reader, USER, node, scope, address) or (Shape(USER, ()), [], True)
    shape = Shape(USER, (*given.changes, Change(reader.schema.types[USER].fields["email"], "set")))
    trace = _trace(reader, given)

    def read(rt: Runtime) -> Assignments:
        return Assignments(shape, [*(one(rt) for one in reads), None])

    return shape, BoundProp(name, read, lambda one: trace(Assignments(given, one.values[:-1])))


def _read(reader: Reader, type_id: str, node: Node, scope: Scope, address: Address) -> Read | None:
    data_type = reader.schema.types[type_id]
    if not isinstance(node, Keys):
        reader.wrong(address, node.mark, "`set` is a list of fields with their values, such as  paid: yes")
        return None
    changes: list[Change] = []
    reads: list[Closure] = []
    alike = True
    for field_id, value in node.items.items():
        place = join(address, field_id)
        mark = node.key_marks.get(field_id, node.mark)
        field = data_type.fields.get(field_id)
        if field is None or (field.builtin and field_id not in ("slug", "email")):
            reader.wrong(place, mark, _no_field(field, field_id, type_id, list(data_type.fields)))
            continue
        one = _change(reader, field, value, scope, place, mark)
        reader.use(field.type)
        if one is not None:
            changes.append(one[0])
            reads.append(one[1].read)
            alike = alike and _is_alike(one[1], type_id)
    if len(changes) < len(node.items):
        return None
    return Shape(type_id, tuple(changes)), reads, alike


def _is_alike(bound: Bound, type_id: str) -> bool:
    """Whether a value is the same for every thing of a list: not about `this`, not by chance, and not about things
    of this type, which change meanwhile.
    """
    if bound.ir is None or uses_this(bound.ir):
        return False
    for node in nodes(bound.ir):
        match node:
            case Call(operator=operator) if operator.uses_runtime and operator.name in BY_CHANCE:
                return False
            case Search(type_id=about) | FieldOf(type_id=about) if about == type_id:
                return False
    return True


def _no_field(field: Field | None, field_id: str, type_id: str, known: list[str]) -> str:
    if field is not None:
        return f"`{field_id}` is kept by Offpage itself and cannot be set."
    close = difflib.get_close_matches(field_id, known, n=1)
    hint = f" Did you mean `{close[0]}`?" if close else f" Add it to types/{type_id}.yaml or remove it here."
    return f"The data type `{type_id}` has no field `{field_id}`.{hint}"


def _change(
    reader: Reader, field: Field, node: Node, scope: Scope, address: Address, mark: Mark
) -> tuple[Change, Bound] | None:
    op, value, expected = _operation(field, node)
    if op != "set":
        problem = _op_problem(field, op)
        if problem:
            reader.wrong(address, mark, problem)
            return None
        address = join(address, op)
    if op == "clear":
        return Change(field, "clear"), Bound(field.type, lambda _: None, Const(EMPTY, None))
    if op == "set" and isinstance(value, Keys) and field.type.kind != "json":
        word = next(iter(value.items), "")
        near = difflib.get_close_matches(word, sorted(OPS), n=1)
        hint = f" Did you mean `{near[0]}`?" if near else f" The changes are: {', '.join(sorted(OPS))}."
        reader.wrong(address, value.key_marks.get(word, mark), f"`{word}` is no change of a field.{hint}")
        return None
    bound = reader.read(value, scope, expected, address)
    return None if bound is None else (Change(field, op), bound)


def _operation(field: Field, node: Node) -> tuple[Op, Node, Type]:
    """Which change is meant, its value, and what type that must have."""
    if isinstance(node, Keys) and len(node.items) == 1 and (field.type.kind != "json" or field.type.is_list):
        key, value = next(iter(node.items.items()))
        if key in OPS:
            expected = NUMBER if key == "increase" else field.type.item if key in ITEM_OPS else field.type
            return cast("Op", key), value, expected
    return "set", node, field.type


def _op_problem(field: Field, op: str) -> str:
    if op == "increase" and (field.type != NUMBER):
        return f"`increase` changes a number, and `{field.id}` is {field.type}. Set it instead."
    if op != "increase" and not field.type.is_list:
        return f"`{op}` changes a list, and `{field.id}` is a single {field.type}. Set it instead."
    return ""


def _trace(reader: Reader, shape: Shape) -> Callable[[Assignments], dict[str, Any]]:
    traces = []
    for change in shape.changes:
        of = NUMBER if change.op == "increase" else change.field.type
        of = of.item if change.op in ITEM_OPS else of
        traces.append((change.field.id, change.op, tracer(of, reader.forms)))

    def trace(assignments: Assignments) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for (field_id, op, one), value in zip(traces, assignments.values, strict=True):
            shown[field_id] = one(value) if op == "set" else {op: one(value)}
        return shown

    return trace
