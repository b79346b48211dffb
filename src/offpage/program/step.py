"""One step of a workflow: its action found, its properties read, its result named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from offpage.actions.action import Action, Effect, Static
from offpage.actions.catalogue import actions
from offpage.actions.connecting import CallRef
from offpage.data.assignment import Assignments, Shape
from offpage.expr.scope import Scope
from offpage.kernel.address import join
from offpage.model.documents import StepDoc
from offpage.model.node import Keys
from offpage.program.failing import check_outside_keys, read_on_error, read_retry, read_timeout
from offpage.program.hoisting import steps_of
from offpage.program.program import BoundProp, Step
from offpage.program.props import ReadProp, missing, nearest, read_prop
from offpage.program.reading import Reader
from offpage.program.tracing import hide, tracer
from offpage.values.codec import Forms
from offpage.values.records import Record, is_record
from offpage.values.types import Type


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step that was read, and what its result is: a type (None: no result), and the parts of a record."""

    step: Step
    gives: Type | None
    parts: Mapping[str, Type]
    samples: Mapping[str, Any] = field(default_factory=dict)
    """What parts of type json have looked like."""
    before: tuple[Step, ...] = ()
    """The calls that stand in its expressions, as steps that come first."""


def read_step(reader: Reader, doc: StepDoc, index: int, scope: Scope) -> ReadStep | None:
    """Read one step; None when it has an issue. Where its result goes is not known yet: its slot is 0, or -1 for none."""
    action = actions().get(doc.do)
    if action is None:
        if doc.do:
            hint = nearest(doc.do, actions())
            reader.wrong(join(doc.address, "do"), doc.mark, f"There is no action `{doc.do}`.{hint}")
        return None
    before = len(reader.issues.errors)
    found = _props(reader, action, doc, scope)
    in_props = reader.hoisting.take() if reader.hoisting else []
    only_when = None
    if doc.only_when is not None:
        only_when = reader.condition(doc.only_when, scope, join(doc.address, "only_when"))
    in_condition = reader.hoisting.take() if reader.hoisting else []
    go_on, handler = read_on_error(reader, doc)
    retry, timeout = read_retry(reader, doc), read_timeout(reader, doc)
    check_outside_keys(reader, action, doc, calls=bool(in_props or in_condition))
    unread = any(name in action.props and name not in found for name in (doc.props.items if doc.props else ()))
    if unread or len(reader.issues.errors) > before:
        return None
    static = Static(
        {name: one.type for name, one in found.items() if one.type is not None},
        {name: one.constant for name, one in found.items() if one.constant is not None},
        frozenset(found),
    )
    for name, sentence in action.problems(static):
        reader.wrong(join(doc.address, "with", name) if name else join(doc.address, "with"), doc.mark, sentence)
    if len(reader.issues.errors) > before:
        return None
    gives = action.gives(static)
    step = Step(
        index=index,
        address=doc.address,
        do=doc.do,
        name=doc.name,
        action=action,
        props=tuple(one.bound for one in found.values()),
        only_when=only_when,
        slot=0 if doc.name and gives is not None else -1,
        trace_result=_result_tracer(reader, action, gives),
        hides=action.secret_result or any(prop.secret for prop in action.props.values()),
        go_on_after_error=go_on,
        on_failure=handler,
        retry=retry,
        timeout=timeout,
        one_statement=action.effect is Effect.NONE or action.one_statement(static),
        answers=static.constants.get("values", {}) if doc.do in ("return_data", "terminate") else {},
    )
    # The condition decides whether the step is done, and whether what it needs is asked for.
    calls = [
        *steps_of(in_condition, index, doc.address, 0, None, reader.forms),
        *steps_of(in_props, index, doc.address, len(in_condition), only_when, reader.forms),
    ]
    call = static.constants.get("call")
    samples = {"body": call.sample} if isinstance(call, CallRef) and call.sample is not None else {}
    before_it = tuple(replace(one, retry=retry, timeout=timeout) for one in calls)
    return ReadStep(step, gives, action.parts(static), samples, before_it)


def _props(reader: Reader, action: type[Action], doc: StepDoc, scope: Scope) -> dict[str, ReadProp]:
    """All properties that could be read, in the order of the action's declaration."""
    address = join(doc.address, "with")
    given: Mapping[str, Any] = doc.props.items if doc.props else {}
    for name in given:
        if name not in action.props:
            marks = doc.props.key_marks if doc.props else {}
            hint = nearest(name, action.props) or f" It has: {', '.join(action.props)}."
            reader.wrong(join(address, name), marks.get(name, doc.mark), f"`{doc.do}` has no property `{name}`.{hint}")
    found: dict[str, ReadProp] = {}
    for name, prop in action.props.items():
        of = _depended_on(found, prop.of)
        if name in given:
            one = read_prop(reader, prop, given[name], scope, join(address, name), of)
            if one is not None:
                found[name] = one
        elif prop.required:
            reader.wrong(address, doc.mark, missing(prop, doc.mark))
        elif prop.kind.form in ("user_fields", "arguments", "item_arguments"):
            nothing = read_prop(reader, prop, Keys({}, {}, doc.mark), scope, join(address, name), of)
            if nothing is not None:
                found[name] = nothing
        elif prop.kind.form == "assignments" and of is not None and of.type is not None:
            found[name] = _nothing_set(name, of.type.of)
    return found


def _depended_on(found: Mapping[str, ReadProp], names: str) -> ReadProp | None:
    """The property that one depends on; of two, the constant of the first with the type of the second."""
    first, _, second = names.partition(" ")
    of = found.get(first)
    if not second or of is None:
        return of
    other = found.get(second)
    return None if other is None else replace(of, type=other.type)


def _result_tracer(reader: Reader, action: type[Action], gives: Type | None) -> Callable[[Any], Any] | None:
    if gives is None:
        return None
    if action.secret_result:
        return hide
    return _record_tracer(reader.forms) if is_record(gives) else tracer(gives, reader.forms)


def _record_tracer(forms: Forms) -> Callable[[Any], Any]:
    def trace(record: Any) -> Any:
        if not isinstance(record, Record):
            return record
        return {name: tracer(record.types[name], forms)(value) for name, value in record.items()}

    return trace


def _nothing_set(name: str, type_id: str) -> ReadProp:
    shape = Shape(type_id, ())
    nothing = Assignments(shape, ())
    return ReadProp(BoundProp(name, lambda _: nothing, lambda _: {}), None, shape)
