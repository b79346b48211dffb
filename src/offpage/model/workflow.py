"""One file of workflows/ → a document."""

from __future__ import annotations

from typing import Any

from offpage.kernel.address import Address, join
from offpage.model.documents import FlowDoc, ParameterDoc, ScheduleDoc, StepDoc, WorkflowDoc
from offpage.model.failure_keys import ON_ERROR
from offpage.model.form import MappingForm
from offpage.model.form_reader import read_keys
from offpage.model.keys import REDIRECT, REQUEST_DATA, STEP, WORKFLOW_FILE
from offpage.model.names import wrong_name
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.model.report import Report, kind_of, shown


def read_workflow(path: str, keys: Keys, report: Report) -> WorkflowDoc:
    """The workflow of a file; `path` is its folder and stem below workflows/ (`orders/paid`)."""
    address = join("workflows", path)
    found = read_keys(WORKFLOW_FILE, keys, address, report)
    if not keys.items:
        report.error(
            address, keys, "This file is empty. A workflow says what it does: `steps: []`, or remove the file."
        )
    _check_trigger(found["trigger"], keys, address, report)
    redirect = _keys(REDIRECT, found["redirect"], join(address, "redirect"), report)
    if found["response"] == "redirect" and "success" not in (redirect.items if redirect else ()):
        message = "A workflow that answers with a redirect must say where to: add `redirect: {success: https://…}`."
        report.error(join(address, "response"), keys.items["response"], message)
    parameters = _parameters(keys.items.get("parameters"), found["parameters"] or {}, report)
    return WorkflowDoc(
        id=path.rsplit("/", 1)[-1],
        path=path,
        address=address,
        mark=keys.mark,
        label=found["label"],
        trigger=found["trigger"],
        expose=found["expose"],
        auth=_auth(found, keys),
        method=found["method"],
        ignore_privacy=found["ignore_privacy"],
        parameters=parameters,
        only_when=_condition(found["only_when"]),
        return_200_if_skipped=found["return_200_if_skipped"],
        response=found["response"],
        when_caller_leaves=found["when_caller_leaves"],
        redirect=redirect,
        request_data=_keys(REQUEST_DATA, found["request_data"], join(address, "request_data"), report),
        steps=_steps(found["steps"] or (), address, {one.name for one in parameters}, report),
        disabled=found["disabled"],
        on_failure=found["on_failure"],
        keys=keys,
        type=found["type"],
        chain=found["chain"],
        returns=_returns(keys.items.get("returns"), found["returns"] or {}),
        schedule=ScheduleDoc(
            found["cron"], found["every"], _condition(found["starts"]), found["time_zone"], found["missed"]
        ),
        flow=FlowDoc(found["at_once"], found["rate"], found["debounce"], found["when_busy"], found["priority"]),
        verify=found["verify"],
        dedupe=found["dedupe"],
        ack=found["ack"],
    )


def _auth(found: dict[str, Any], keys: Keys) -> str:
    """Who may call it. Who signs what they send is known by that, and need not log in unless the file says so."""
    auth: str = found["auth"]
    return "none" if found["verify"] is not None and "auth" not in keys.items else auth


def _check_trigger(trigger: str, keys: Keys, address: Address, report: Report) -> None:
    for name, key in WORKFLOW_FILE.keys.items():
        if key.only and trigger not in key.only and name in keys.items:
            report.warning(
                join(address, name),
                keys.key_marks[name],
                f"`{name}` does nothing here, because the workflow's trigger is {trigger}; remove it or change `trigger`.",
            )


def _parameters(node: Node | None, found: dict[str, dict[str, Any]], report: Report) -> tuple[ParameterDoc, ...]:
    marks = node.key_marks if isinstance(node, Keys) else {}
    return tuple(
        ParameterDoc(name, one["type"], one["optional"], one["in"], one["secret"], marks.get(name, Mark()))
        for name, one in found.items()
        if one["type"] is not None
    )


def _returns(node: Node | None, found: dict[str, dict[str, Any]]) -> tuple[ParameterDoc, ...]:
    marks = node.key_marks if isinstance(node, Keys) else {}
    return tuple(
        ParameterDoc(name, one["type"], one["optional"], mark=marks.get(name, Mark()))
        for name, one in found.items()
        if one["type"] is not None
    )


def _steps(nodes: tuple[Node, ...], around: Address, taken: set[str], report: Report) -> tuple[StepDoc, ...]:
    return _steps_under("steps", nodes, around, taken, report)


def _steps_under(
    key: str, nodes: tuple[Node, ...], around: Address, taken: set[str], report: Report
) -> tuple[StepDoc, ...]:
    """The steps of a list. `taken` are the names that are used already; theirs are added to it."""
    steps = []
    for index, node in enumerate(nodes):
        address = join(around, key, index)
        if isinstance(node, Keys):
            step = _step(node, address, taken, report)
            if step.name in taken:
                mark = node.items["as"].mark
                report.error(
                    join(address, "as"),
                    mark,
                    f"Something else is already called {shown(step.name)}; choose another name.",
                )
            if step.name and step.do != "for_each":  # the name of an item is known inside the loop only
                taken.add(step.name)
            steps.append(step)
        else:
            report.error(
                address, node, f"Here stands {kind_of(node)}; a step is a mapping such as `- do: create_thing`."
            )
    return tuple(steps)


def _step(keys: Keys, address: Address, taken: set[str], report: Report) -> StepDoc:
    found = read_keys(STEP, keys, address, report)
    if not found["do"] and "steps" not in keys.items:
        report.error(address, keys, "This step has no action; write `do:` and the action's name.")
    if isinstance(found["on_error"], Keys):
        read_keys(ON_ERROR, found["on_error"], join(address, "on_error"), report)
    name = found["as"]
    if name and (problem := wrong_name(name, "step's result")):
        report.error(join(address, "as"), keys.items["as"], problem)
        name = ""
    return StepDoc(
        do=found["do"] or "",
        address=address,
        mark=keys.mark,
        name=name,
        props=_properties(found["with"], join(address, "with"), report),
        only_when=_condition(found["only_when"]),
        on_error=found["on_error"],
        retry=found["retry"],
        timeout=found["timeout"],
        disabled=found["disabled"],
        note=found["note"],
        keys=keys,
        steps=_steps(found["steps"] or (), address, taken, report),
        otherwise=_steps_under("else", found["else"] or (), address, taken, report),
    )


def _condition(node: Node | None) -> Node | None:
    """A condition left empty is no condition."""
    return None if isinstance(node, Scalar) and node.value is None else node


def _properties(node: Node | None, address: Address, report: Report) -> Keys | None:
    if node is None or isinstance(node, Keys):
        return node
    if not (isinstance(node, Scalar) and node.value is None):
        report.error(
            address, node, f"Here stands {kind_of(node)}; write the action's properties as `name: value` lines."
        )
    return None


def _keys(form: MappingForm, node: Node | None, address: Address, report: Report) -> Keys | None:
    """A mapping kept as a node, after its keys were checked."""
    if isinstance(node, Keys):
        read_keys(form, node, address, report)
        return node
    if node is not None and not (isinstance(node, Scalar) and node.value is None):
        report.error(
            address, node, f"Here stands {kind_of(node)}, but {form.what} is a mapping: write `key: value` lines."
        )
    return None
