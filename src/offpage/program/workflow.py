"""One workflow: its parameters, its condition and its steps, with the names each expression may use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from offpage.expr.scope import Named, Scope
from offpage.kernel.address import join
from offpage.model.data_type import parse_type
from offpage.model.documents import App, ParameterDoc, WorkflowDoc
from offpage.model.node import Keys, Node, Scalar
from offpage.program.program import Parameter, Step, Workflow
from offpage.program.props import nearest
from offpage.program.reading import Reader, as_data
from offpage.program.step import read_step
from offpage.values.types import UNKNOWN, Type

WORDS: Final = frozenset(
    [
        "this",
        "now",
        "empty",
        "yes",
        "no",
        "true",
        "false",
        "and",
        "or",
        "not",
        "in",
        "if",
        "else",
        "request",
        "before",
        "after",
        "current_user",
        "search",
        "option",
        "all_options",
        "secret",
        "app",
        "env",
        "batch",
    ]
)
"""Names that an expression already gives a meaning to."""

TRIGGERS_HERE: Final = frozenset({"api"})


def read_workflow(reader: Reader, app: App, doc: WorkflowDoc, definition: str) -> Workflow | None:
    """Read one workflow; None when it has an issue that keeps it from running."""
    before = len(reader.issues.errors)
    reader.secret_slots.clear()
    if doc.trigger not in TRIGGERS_HERE:
        sentence = f"`trigger: {doc.trigger}` is not run by this version of Offpage yet; `trigger: api` is."
        reader.wrong(join(doc.address, "trigger"), doc.mark, sentence)
        return None
    parameters = [_parameter(reader, doc, one) for one in doc.parameters]
    scope = Scope(
        reader.schema,
        {one.name: Named(slot, one.type) for slot, one in enumerate(parameters)},
        request=True,
        request_sample=_sample(doc),
    )
    only_when = None
    if doc.only_when is not None:
        only_when = reader.condition(doc.only_when, scope, join(doc.address, "only_when"))
    steps, slot_types = _steps(reader, doc, scope)
    if len(reader.issues.errors) > before:
        return None
    ready = tuple(
        replace(one, secret=True) if slot in reader.secret_slots else one for slot, one in enumerate(parameters)
    )
    settings = app.settings
    redirect: dict[str, Any] = as_data(doc.redirect) if doc.redirect else {}
    return Workflow(
        name=doc.id,
        path=doc.path,
        address=doc.address,
        label=doc.label or doc.id,
        trigger=doc.trigger,
        expose=doc.expose and not doc.disabled,
        auth=doc.auth,  # type: ignore[arg-type]  # the reader lets only these words through
        method=doc.method,  # type: ignore[arg-type]
        ignore_privacy=doc.ignore_privacy,
        parameters=ready,
        only_when=only_when,
        steps=steps,
        slot_types=slot_types,
        return_200_if_skipped=doc.return_200_if_skipped,
        response=doc.response,  # type: ignore[arg-type]
        redirect_success=str(redirect.get("success") or ""),
        redirect_error=str(redirect.get("error") or ""),
        request_data=doc.request_data is not None,
        include_headers=bool(as_data(doc.request_data).get("headers")) if doc.request_data else False,
        definition=definition,
        run_seconds=settings.limits.run_seconds,
        uses_request=_mentions(doc, "request"),
        has_secrets=any(one.secret for one in ready),
    )


def _parameter(reader: Reader, doc: WorkflowDoc, one: ParameterDoc) -> Parameter:
    address = join(doc.address, "parameters", one.name)
    of = parse_type(one.type, reader.schema.types, reader.schema.option_sets)
    if of is None and one.type:
        known = [*reader.schema.types, *reader.schema.option_sets, "text", "number", "yes_no", "date", "json"]
        hint = nearest(one.type.removeprefix("list of "), known)
        reader.wrong(address, one.mark, f"There is no type `{one.type}`.{hint}")
    if one.name in WORDS:
        reader.wrong(address, one.mark, f"`{one.name}` has a meaning of its own in expressions. Use another name.")
    is_in = "query" if one.is_in == "query" or doc.method == "GET" else "body"
    return Parameter(one.name, of or UNKNOWN, one.optional, "query" if is_in == "query" else "body", one.secret)


def _steps(reader: Reader, doc: WorkflowDoc, scope: Scope) -> tuple[tuple[Step, ...], tuple[Type, ...]]:
    """The steps that run (disabled ones are left out but still checked), and the types of all slots."""
    steps: list[Step] = []
    names = dict(scope.names)
    types = [named.type for named in names.values()]
    for index, one in enumerate(doc.steps):
        if one.name and (one.name in names or one.name in WORDS):
            what = "is taken" if one.name in names else "has a meaning of its own in expressions"
            reader.wrong(join(one.address, "as"), one.mark, f"The name `{one.name}` {what}. Choose another.")
        found = read_step(reader, one, index, replace(scope, names=dict(names)), len(types))
        if one.name:
            # A step that has an issue still names its result, so that one mistake gives one issue.
            gives = found.gives if found else UNKNOWN
            if gives is None:
                reader.wrong(join(one.address, "as"), one.mark, f"`{one.do}` gives no result. Remove `as`.")
                gives = UNKNOWN
            names[one.name] = Named(len(types), gives, found.parts if found else {})
            types.append(gives)
        if found is not None and not one.disabled:
            steps.append(found.step)
    return tuple(steps), tuple(types)


def _sample(doc: WorkflowDoc) -> dict[str, Any] | None:
    """The detected sample of a request, as {"body": …, "headers": …}."""
    sample = doc.request_data.items.get("sample") if doc.request_data else None
    found = as_data(sample) if sample is not None else None
    return found if isinstance(found, dict) else None


def _mentions(doc: WorkflowDoc, word: str) -> bool:
    return doc.keys is None or any(word in text for text in _texts(doc.keys))


def _texts(node: Node) -> list[str]:
    match node:
        case Scalar():
            return [node.text]
        case Keys():
            return [text for item in node.items.values() for text in _texts(item)]
        case _:
            return [text for item in node.items for text in _texts(item)]
