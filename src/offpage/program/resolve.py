"""resolve(app) → Program and issues. Never raises for what a maker did; what is broken is left out and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from offpage.actions.kinds import WorkflowRef
from offpage.kernel.address import Address
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields
from offpage.model.documents import App, WorkflowDoc
from offpage.model.parsed import SUFFIX
from offpage.model.report import Report
from offpage.program.faults import Faults, spread
from offpage.program.ground import WORKFLOWS, Ground, GroundOf, read_ground
from offpage.program.handlers import read_handler
from offpage.program.kept import Kept, Kinds, ReadWorkflow, Standing
from offpage.program.mentioned import mentions
from offpage.program.program import Program, Workflow
from offpage.program.reading import Crashed, Reader, Written, unheard
from offpage.program.signatures import signatures
from offpage.program.streaming import with_streams
from offpage.program.workflow import read_workflow
from offpage.sql.dialect import Dialect


def resolve(
    app: App,
    definition: str,
    dialect: Dialect,
    *,
    secrets: frozenset[str] | None = None,
    crashed: Crashed = unheard,
    held: HeldFields | None = None,
    conditions: dict[Address, Written] | None = None,
    kept: Kept | None = None,
) -> tuple[Program, Issues]:
    """Make an app ready to run on a database of `dialect`; `definition` is the hash of its snapshot.

    `secrets`: the names of the secrets that there are; None: any may be used, as in a snapshot of former days.
    `held`: fields for which the database has something else than the app says: what is made is made for the database.
    `conditions` is given those of workflows and steps as they are written, by their addresses.
    `kept`: what was made of this app before; what comes out is the same without it.
    """
    standing = _read(app, GroundOf.app(app, dialect, secrets, held), crashed, kept or Kept())
    ground, read = standing.ground, standing.workflows
    issues = Issues()
    issues.extend(ground.issues)
    faults = Faults((*app.issues, *ground.issues))
    workflows: dict[str, Workflow] = {}
    broken = faults.unread(app)
    for name, one in read.items():
        issues.extend(one.issues)
        wrong = [*faults.of_file(one.doc.mark.file), *(issue for issue in one.issues if issue.severity == "error")]
        wrong += [issue for type_id in sorted(one.uses.types) for issue in faults.of_type(type_id)]
        if one.workflow is not None and not wrong:
            workflows[name] = one.workflow
        else:
            broken[name] = tuple(wrong) or (_left_out(ground, app, one.doc, issues),)
    uses = {name: one.uses for name, one in read.items()}
    spread(broken, uses)
    workflows = {name: one for name, one in workflows.items() if name not in broken}
    workflows = with_streams(workflows, uses, app, Report(issues))
    references = {address: name for one in read.values() for address, name in one.references.items()}
    if conditions is not None:
        conditions.update((address, found) for one in read.values() for address, found in one.conditions.items())
    if handler := _handler(ground.reader(standing.refs, crashed), app, references, issues):
        workflows = {
            name: one if one.on_failure else replace(one, on_failure=handler) for name, one in workflows.items()
        }
    program = Program(
        definition,
        app,
        ground.schema,
        dialect,
        ground.things,
        ground.privacy,
        ground.forms,
        workflows,
        broken,
        endings={address: ending for one in read.values() for address, ending in one.endings.items()},
        watched=_watched(workflows),
        flows={name: one.flow for name, one in workflows.items() if one.flow is not None},
        secrets=ground.secrets_used.union(*(one.secrets_used for one in read.values())),
        calls=ground.calls,
        references=references,
        signatures=standing.refs,
    )
    return program, issues


def read_ahead(program: Program, kept: Kept, file: str, text: str) -> Issues | None:
    """The issues of a workflow's file as it is being written; the next reading of the app finds it read.

    None where what the program stands on is not kept any more.
    """
    standing = kept.below(program.schema)
    if standing is None:
        return None
    issues = Issues()
    keys = kept.parsed.tree(file, text, issues)
    if keys is not None:
        doc = kept.parsed.workflow(file.removeprefix(WORKFLOWS).removesuffix(SUFFIX), keys, issues)
        refs = program.signatures
        one = _workflow(standing.ground.reader(refs, unheard), program.app, doc, _kinds(refs))
        kept.add(standing.ground, one)
        issues.extend(one.issues)
    return issues


def _kinds(refs: Mapping[str, WorkflowRef]) -> Kinds:
    return {name: one.trigger for name, one in refs.items()}


def ground_issues(app: App, dialect: Dialect, secrets: frozenset[str] | None) -> Issues:
    """What is wrong in an app's files other than its workflows, none of which is read for it."""
    ground = read_ground(app, GroundOf.app(app, dialect, secrets, None), unheard)
    issues = Issues()
    issues.extend(ground.issues)
    _handler(ground.reader(signatures(app, ground.schema), unheard), app, {}, issues)
    return issues


def _read(app: App, of: GroundOf, crashed: Crashed, kept: Kept) -> Standing:
    """The ground and the workflows of an app: those that are kept, where they still count."""
    found = kept.find(of)
    ground, former = (read_ground(app, of, crashed), {}) if found is None else (found.ground, found.workflows)
    refs = signatures(app, ground.schema)
    kinds = _kinds(refs)
    read: dict[str, ReadWorkflow] = {}
    for name, doc in app.workflows.items():
        one = former.get(name)
        if one is None or not one.counts(doc, refs, kinds):
            one = _workflow(ground.reader(refs, crashed), app, doc, kinds)
        read[name] = one
    made = Standing(of, ground, refs, read)
    kept.keep(made)
    return made


def _workflow(reader: Reader, app: App, doc: WorkflowDoc, kinds: Kinds) -> ReadWorkflow:
    """Read one workflow. A mistake of ours costs this workflow, not the app."""
    try:
        workflow = read_workflow(reader, app.settings, doc)
    except Exception as error:  # noqa: BLE001
        workflow = None
        reader.crash(doc.address, doc.mark, "this workflow", error)
    return ReadWorkflow(
        doc,
        workflow,
        tuple(reader.issues),
        reader.uses,
        reader.endings,
        reader.references,
        reader.conditions,
        frozenset(reader.secrets_used),
        reader.looked_up,
        kinds if reader.looked_around else None,
        reader.crashed,
    )


def _handler(reader: Reader, app: App, references: dict[Address, str], issues: Issues) -> str:
    """The workflow that follows failed runs of all others; "" for none."""
    handler = read_handler(reader, app.settings.on_failure, "app/on_failure")
    references.update(reader.references)
    issues.extend(reader.issues)
    return handler


def _left_out(ground: Ground, app: App, doc: WorkflowDoc, issues: Issues) -> Issue:
    """The issue of a workflow that has none of its own and none in its types."""
    missed = [
        _elsewhere(ground, app, name) for name, call in ground.calls.items() if call.broken and mentions(doc, name)
    ]
    what = f"what has a mistake elsewhere: {'; '.join(missed)}" if missed else "something that has a mistake elsewhere"
    sentence = f"This workflow rests on {what}. Put the other issues right first."
    issue = Issue(doc.address, sentence, doc.mark.file, doc.mark.line, doc.mark.column)
    issues.add(issue)
    return issue


def _elsewhere(ground: Ground, app: App, call: str) -> str:
    """A call whose connector has a mistake, and where that stands."""
    file = f"connectors/{call.partition('.')[0]}.yaml"
    wrong = (*app.issues, *(one for one in ground.issues if one.severity == "error"))
    line = next((one.line for one in wrong if one.file == file), 0)
    return f"the call {call}, see {file}{f':{line}' if line else ''}"


def _watched(workflows: Mapping[str, Workflow]) -> dict[str, tuple[Workflow, ...]]:
    """The enabled workflows that start when data changes, by data type."""
    found: dict[str, tuple[Workflow, ...]] = {}
    for one in workflows.values():
        if one.change is not None and one.enabled:
            found[one.change.type_id] = (*found.get(one.change.type_id, ()), one)
    return found
