"""One workflow: its parameters, its condition and its steps, with the names each expression may use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

from offpage.expr.ir import Const
from offpage.expr.scope import Named, Scope
from offpage.kernel.address import join
from offpage.model.data_type import parse_type
from offpage.model.documents import AppSettings, ParameterDoc, WorkflowDoc
from offpage.model.node import Keys
from offpage.model.report import nearest as nearest_word
from offpage.program.account_warnings import warn_of_callers
from offpage.program.change import read_change
from offpage.program.change_warnings import warn_of_changes
from offpage.program.code import CodeReader
from offpage.program.flow import PRIORITIES, read_flow
from offpage.program.handlers import read_handler
from offpage.program.mentioned import mentions
from offpage.program.program import Closure, OfChange, Parameter, Plan, Workflow
from offpage.program.props import nearest
from offpage.program.reading import Reader, as_data
from offpage.program.receiving import read_dedupe
from offpage.program.returns import check_returns
from offpage.program.schedule import read_plan
from offpage.program.tracing import tracer
from offpage.program.verifying import read_verify
from offpage.program.words import WORDS
from offpage.values.types import FILE_KINDS, TEXT, UNKNOWN, thing

TRIGGERS_HERE: Final = frozenset({"api", "event", "data_change", "recurring"})


def read_workflow(reader: Reader, settings: AppSettings, doc: WorkflowDoc) -> Workflow | None:
    """Read one workflow, for which `reader` was made; None when it has an issue that keeps it from running."""
    before = len(reader.issues.errors)
    if doc.trigger not in TRIGGERS_HERE:
        sentence = f"`trigger: {doc.trigger}` is not run by this version of Offpage yet; `trigger: api` is."
        reader.wrong(join(doc.address, "trigger"), doc.mark, sentence)
        return None
    change = read_change(reader, doc) if doc.trigger == "data_change" else None
    plan = read_plan(reader, doc, settings.time_zone) if doc.trigger == "recurring" else None
    parameters = _parameters(reader, doc, change, plan)
    reader.use(*(one.type for one in parameters))
    scope = Scope(
        reader.schema,
        {**_misread(doc), **{one.name: Named(slot, one.type) for slot, one in enumerate(parameters)}},
        request=doc.trigger == "api",
        request_sample=request_sample(doc),
        secrets=reader.secrets,
    )
    only_when = None
    if doc.only_when is not None:
        only_when = reader.condition(doc.only_when, scope, join(doc.address, "only_when"))
    code = CodeReader(reader, scope, [one.type for one in parameters])
    code.read(doc.steps)
    _warn(reader, doc, scope)
    secret = reader.secret_slots.union(slot for slot, one in enumerate(parameters) if one.secret)
    flow = read_flow(reader, doc, scope, secret)
    verify = read_verify(reader, doc)
    dedupe = read_dedupe(reader, doc, scope)
    addresses, locations = _redirect(reader, doc, code.after)
    handler = read_handler(reader, doc.on_failure, join(doc.address, "on_failure"))
    returns = [_parameter(reader, doc, one, "returns") for one in doc.returns]
    reader.use(*(one.type for one in returns))
    check_returns(reader, doc, returns, code.code)
    if len(reader.issues.errors) > before or reader.uses.unfinished:
        return None
    ready = tuple(
        replace(one, secret=True) if slot in reader.secret_slots else one for slot, one in enumerate(parameters)
    )
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
        steps=tuple(code.code),
        slot_types=tuple(code.types),
        return_200_if_skipped=doc.return_200_if_skipped,
        response=doc.response,  # type: ignore[arg-type]
        redirect_success=addresses.get("success", ""),
        redirect_error=addresses.get("error", ""),
        locations=locations,
        request_data=doc.request_data is not None,
        include_headers=bool(as_data(doc.request_data).get("headers")) if doc.request_data else False,
        run_seconds=settings.limits.run_seconds,
        uses_request=mentions(doc, "request"),
        has_secrets=any(one.secret for one in ready),
        takes_files=tuple(at for at, one in enumerate(ready) if one.type.kind in FILE_KINDS),
        enabled=not doc.disabled,
        returns=tuple(returns),
        change=change,
        plan=plan,
        flow=flow,
        on_failure=handler,
        priority=PRIORITIES[doc.flow.priority],
        verify=verify,
        dedupe=dedupe,
        keeps_deliveries=(verify is not None or dedupe is not None or doc.ack == "first")
        and not any(one.secret for one in ready),
        ack_first=doc.ack == "first",
    )


def _warn(reader: Reader, doc: WorkflowDoc, scope: Scope) -> None:
    """Say what is allowed, but lets callers do what was hardly meant."""
    warn_of_callers(reader, doc, scope)
    warn_of_changes(reader, doc, scope)


def _misread(doc: WorkflowDoc) -> dict[str, Named]:
    """The names of parameters with a mistake, and of those under a misspelt key: one mistake gives one issue."""
    items = doc.keys.items if doc.keys else {}
    key = "parameters" if "parameters" in items else nearest_word("parameters", items)
    node = items.get(key)
    return {name: Named(0, UNKNOWN) for name in node.items} if isinstance(node, Keys) else {}


def _parameters(reader: Reader, doc: WorkflowDoc, change: OfChange | None, plan: Plan | None) -> list[Parameter]:
    """What a run is given: as declared, or the thing before and after a change, or the one that it recurs for."""
    if plan is not None:
        return [Parameter("thing", thing(plan.type_id))] if plan.type_id else []
    if change is not None:
        return [Parameter(name, thing(change.type_id), optional=True) for name in ("before", "after")]
    return [_parameter(reader, doc, one) for one in doc.parameters]


def _parameter(reader: Reader, doc: WorkflowDoc, one: ParameterDoc, key: str = "parameters") -> Parameter:
    address = join(doc.address, key, one.name)
    of = parse_type(one.type, reader.schema.types, reader.schema.option_sets)
    name = one.type.removeprefix("list of").strip()
    if of is None and name in reader.schema.unread:
        reader.uses.unfinished = True
        reader.uses.types.add(name)
    elif of is None and one.type:
        known = [*reader.schema.types, *reader.schema.option_sets, "text", "number", "yes_no", "date", "json"]
        item = one.type.removeprefix("list ").strip()
        hint = f" Write `list of {item}`." if item in known and item != one.type else nearest(name, known)
        reader.wrong(address, one.mark, f"There is no type `{one.type}`.{hint}")
    if one.name in WORDS:
        reader.wrong(address, one.mark, f"`{one.name}` has a meaning of its own in expressions. Use another name.")
    where: Literal["body", "query"] = "query" if one.is_in == "query" or doc.method == "GET" else "body"
    of = of or UNKNOWN
    return Parameter(one.name, of, one.optional, where, one.secret, tracer(of, reader.forms))


def _redirect(reader: Reader, doc: WorkflowDoc, scope: Scope) -> tuple[dict[str, str], dict[str, Closure]]:
    """The addresses of a redirection: those that are fixed, and those that a run computes at its end."""
    fixed: dict[str, str] = {}
    computed: dict[str, Closure] = {}
    for key in ("success", "error"):
        node = doc.redirect.items.get(key) if doc.redirect else None
        bound = None if node is None else reader.read(node, scope, TEXT, join(doc.address, "redirect", key))
        if bound is not None and isinstance(bound.ir, Const):
            fixed[key] = str(bound.ir.value or "")
        elif bound is not None:
            computed[key] = bound.read
    return fixed, computed


def request_sample(doc: WorkflowDoc) -> dict[str, Any] | None:
    """The detected sample of a request, as {"body": …, "headers": …}."""
    sample = doc.request_data.items.get("sample") if doc.request_data else None
    found = as_data(sample) if sample is not None else None
    return found if isinstance(found, dict) else None
