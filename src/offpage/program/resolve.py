"""resolve(app) → Program and issues. Never raises for what a maker did; what is broken is left out and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from offpage.data.privacy import Privacy
from offpage.data.things import Things
from offpage.kernel.address import Address
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields, resolve_schema
from offpage.model.documents import App, WorkflowDoc
from offpage.model.report import Report
from offpage.model.schema import OptionSet
from offpage.program.connectors import read_connectors
from offpage.program.faults import Faults, Uses, spread
from offpage.program.handlers import read_handler
from offpage.program.mentioned import mentions
from offpage.program.privacy import read_policies
from offpage.program.program import Program, Workflow
from offpage.program.reading import Crashed, Reader, Written, unheard
from offpage.program.signatures import signatures
from offpage.program.streaming import with_streams
from offpage.program.wire_keys import distinct_keys
from offpage.program.workflow import read_workflow
from offpage.sql.dialect import Dialect
from offpage.values.codec import Forms


@dataclass(frozen=True, slots=True)
class OptionsOfApp:
    """Labels of options, for turning them into text and back."""

    sets: Mapping[str, OptionSet]

    def label(self, set_id: str, option_id: str) -> str | None:
        """Display text of an option, or None if there is no such option."""
        found = self.sets.get(set_id)
        one = found.options.get(option_id) if found else None
        return one.label if one else None

    def find(self, set_id: str, text: str) -> str | None:
        """Id of the option with this display text, or with this id."""
        found = self.sets.get(set_id)
        if found is None:
            return None
        by_label = next((one.id for one in found.options.values() if one.label == text), None)
        return by_label or (text if text in found.options else None)

    def labels_of(self, set_id: str) -> list[str]:
        """The display texts of a set, in its order."""
        found = self.sets.get(set_id)
        return [one.label for one in found.options.values()] if found else []


def resolve(
    app: App,
    definition: str,
    dialect: Dialect,
    *,
    secrets: frozenset[str] | None = None,
    crashed: Crashed = unheard,
    held: HeldFields | None = None,
    conditions: dict[Address, Written] | None = None,
) -> tuple[Program, Issues]:
    """Make an app ready to run on a database of `dialect`; `definition` is the hash of its snapshot.

    `secrets`: the names of the secrets that there are; None: any may be used, as in a snapshot of former days.
    `held`: fields for which the database has something else than the app says: what is made is made for the database.
    `conditions` is given those of workflows and steps as they are written, by their addresses.
    """
    schema, issues = resolve_schema(app, held)
    forms = Forms(OptionsOfApp(schema.option_sets), ZoneInfo(app.settings.time_zone))
    reader = Reader(schema, dialect, forms, issues, crashed)
    reader.secrets = secrets
    reader.conditions = conditions
    distinct_keys(app, schema, Report(issues))
    faults = Faults((*app.issues, *issues))
    privacy = Privacy(read_policies(reader, app), schema, dialect)
    reader.access = privacy
    reader.workflows = signatures(app, schema)
    reader.calls = read_connectors(reader, app)
    workflows: dict[str, Workflow] = {}
    broken = faults.unread(app)
    uses: dict[str, Uses] = {}
    for doc in app.workflows.values():
        before = len(issues.errors)
        ready = _read(reader, app, doc, definition)
        uses[doc.id] = reader.uses
        wrong = [*faults.of_file(doc.mark.file), *issues.errors[before:]]
        wrong += [issue for one in sorted(reader.uses.types) for issue in faults.of_type(one)]
        if ready is not None and not wrong:
            workflows[doc.id] = ready
        else:
            broken[doc.id] = tuple(wrong) or (_left_out(reader, app, doc),)
    spread(broken, uses)
    workflows = {name: one for name, one in workflows.items() if name not in broken}
    workflows = with_streams(workflows, uses, app, Report(issues))
    handler = read_handler(reader, app.settings.on_failure, "app/on_failure")
    if handler:
        workflows = {
            name: one if one.on_failure else replace(one, on_failure=handler) for name, one in workflows.items()
        }
    things = Things(schema, dialect)
    program = Program(
        definition,
        app,
        schema,
        dialect,
        things,
        privacy,
        forms,
        workflows,
        broken,
        endings=reader.endings,
        watched=_watched(workflows),
        flows={name: one.flow for name, one in workflows.items() if one.flow is not None},
        secrets=frozenset(reader.secrets_used),
        calls=reader.calls,
        references=reader.references,
    )
    return program, issues


def _read(reader: Reader, app: App, doc: WorkflowDoc, definition: str) -> Workflow | None:
    """Read one workflow. A mistake of ours costs this workflow, not the app."""
    try:
        return read_workflow(reader, app, doc, definition)
    except Exception as error:  # noqa: BLE001
        reader.crash(doc.address, doc.mark, "this workflow", error)
        return None


def _left_out(reader: Reader, app: App, doc: WorkflowDoc) -> Issue:
    """The issue of a workflow that has none of its own and none in its types."""
    missed = [
        _elsewhere(reader, app, name) for name, call in reader.calls.items() if call.broken and mentions(doc, name)
    ]
    what = f"what has a mistake elsewhere: {'; '.join(missed)}" if missed else "something that has a mistake elsewhere"
    sentence = f"This workflow rests on {what}. Put the other issues right first."
    reader.wrong(doc.address, doc.mark, sentence)
    return reader.issues.errors[-1]


def _elsewhere(reader: Reader, app: App, call: str) -> str:
    """A call whose connector has a mistake, and where that stands."""
    file = f"connectors/{call.partition('.')[0]}.yaml"
    line = next((one.line for one in (*app.issues, *reader.issues.errors) if one.file == file), 0)
    return f"the call {call}, see {file}{f':{line}' if line else ''}"


def _watched(workflows: Mapping[str, Workflow]) -> dict[str, tuple[Workflow, ...]]:
    """The enabled workflows that start when data changes, by data type."""
    found: dict[str, tuple[Workflow, ...]] = {}
    for one in workflows.values():
        if one.change is not None and one.enabled:
            found[one.change.type_id] = (*found.get(one.change.type_id, ()), one)
    return found


def facts_of(app: App) -> dict[str, Any]:
    """What expressions may ask about the app itself."""
    return {"app.name": app.settings.name}
