"""Everything small about the app: what there is, by name, with its counts of issues."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.host.app_runner import AppRunner
from offpage.model.documents import StepDoc, WorkflowDoc
from offpage.model.node import Keys, Node, Scalar
from offpage.model.schema import DataType, OptionSet


class FieldShown(msgspec.Struct):
    """A field of a data type, or an attribute of an option set. `builtin`: every thing has it."""

    id: str
    label: str
    type: str
    builtin: bool = False
    unique: bool = False


class TypeShown(msgspec.Struct):
    """A data type."""

    id: str
    label: str
    api: bool
    file: str
    fields: list[FieldShown]
    rules: list[str]
    issues: int


class OptionShown(msgspec.Struct):
    """One option."""

    id: str
    label: str


class OptionSetShown(msgspec.Struct):
    """An option set."""

    id: str
    label: str
    file: str
    attributes: list[FieldShown]
    options: list[OptionShown]


class ParameterShown(msgspec.Struct):
    """What a workflow or a call is given, or what an event gives back."""

    name: str
    type: str
    optional: bool = False


class WorkflowShown(msgspec.Struct):
    """A workflow. `steps`: the actions of all its steps, inner ones included. `issues`: how many errors it has."""

    path: str
    id: str
    label: str
    folder: str
    trigger: str
    method: str
    auth: str
    expose: bool
    disabled: bool
    color: str
    note: str
    file: str
    type: str
    parameters: list[ParameterShown]
    returns: list[ParameterShown]
    steps: list[str]
    issues: int


class CallShown(msgspec.Struct):
    """One call of a connector."""

    id: str
    name: str
    parameters: list[ParameterShown]


class ConnectorShown(msgspec.Struct):
    """A connector."""

    id: str
    label: str
    file: str
    calls: list[CallShown]


class IssueCounts(msgspec.Struct):
    """How many issues there are."""

    errors: int
    warnings: int


class AppInfo(msgspec.Struct):
    """The app as it was read last. `revision` changes with every change of its files."""

    revision: str
    name: str
    types: list[TypeShown]
    option_sets: list[OptionSetShown]
    workflows: list[WorkflowShown]
    connectors: list[ConnectorShown]
    issues: IssueCounts


async def show(asked: Asked) -> AppInfo:
    """The app."""
    return await asyncio.to_thread(outline, asked.studio.development)


def outline(runner: AppRunner) -> AppInfo:
    """What a definition holds, in short."""
    program, app = runner.program, runner.program.app
    errors = Counter(issue.file for issue in runner.issues if issue.severity == "error")
    calls: dict[str, list[CallShown]] = {name: [] for name in app.connectors}
    for name, call in program.calls.items():
        connector = name.partition(".")[0]
        taken = [ParameterShown(one.name, str(one.type), one.optional) for one in call.parameters]
        calls.setdefault(connector, []).append(CallShown(name.partition(".")[2], name, taken))
    return AppInfo(
        revision=program.definition,
        name=app.settings.name,
        types=[_type(one, app.types.get(one.id), errors) for one in program.schema.types.values()],
        option_sets=[_option_set(one) for one in program.schema.option_sets.values()],
        workflows=[_workflow(doc, errors) for doc in app.workflows.values()],
        connectors=[
            ConnectorShown(name, _text(keys, "label") or name, f"connectors/{name}.yaml", calls.get(name, []))
            for name, keys in app.connectors.items()
        ],
        issues=counts(runner),
    )


def counts(runner: AppRunner) -> IssueCounts:
    """How many issues the folder has."""
    errors = len(runner.issues.errors)
    return IssueCounts(errors, len(runner.issues) - errors)


def _type(of: DataType, keys: Keys | None, errors: Counter[str]) -> TypeShown:
    file = f"types/{of.id}.yaml"
    fields = [FieldShown(one.id, one.label, str(one.type), one.builtin, one.unique) for one in of.fields.values()]
    rules = keys.items.get("privacy") if keys else None
    names = list(rules.items) if isinstance(rules, Keys) else []
    return TypeShown(of.id, of.label, of.api, file, fields, names, errors[file])


def _option_set(one: OptionSet) -> OptionSetShown:
    attributes = [FieldShown(name, name, str(of)) for name, of in one.attributes.items()]
    options = [OptionShown(option.id, option.label) for option in one.options.values()]
    return OptionSetShown(one.id, one.label, f"options/{one.id}.yaml", attributes, options)


def _workflow(doc: WorkflowDoc, errors: Counter[str]) -> WorkflowShown:
    file = f"workflows/{doc.path}.yaml"
    steps: list[str] = []
    _gather(doc.steps, steps)
    return WorkflowShown(
        path=doc.path,
        id=doc.id,
        label=doc.label or doc.id,
        folder=doc.path.rpartition("/")[0],
        trigger=doc.trigger,
        method=doc.method,
        auth=doc.auth,
        expose=doc.expose,
        disabled=doc.disabled,
        color=_text(doc.keys, "color"),
        note=_text(doc.keys, "note"),
        file=file,
        type=doc.type,
        parameters=[ParameterShown(one.name, one.type, one.optional) for one in doc.parameters],
        returns=[ParameterShown(one.name, one.type, one.optional) for one in doc.returns],
        steps=steps,
        issues=errors[file],
    )


def _gather(docs: tuple[StepDoc, ...], found: list[str]) -> None:
    for doc in docs:
        found.append(doc.do)
        _gather(doc.steps, found)
        _gather(doc.otherwise, found)


def _text(keys: Keys | None, name: str) -> str:
    node: Node | None = keys.items.get(name) if keys else None
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


ROUTES = (Route("GET", "/app", Role.VIEW, show),)
