"""What all workflows of an app stand on: settings, data types with their privacy rules, option sets, connectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from offpage.actions.connecting import CallRef
from offpage.actions.kinds import WorkflowRef
from offpage.data.privacy import Privacy
from offpage.data.things import Things
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields, resolve_schema
from offpage.model.documents import App, AppSettings
from offpage.model.node import Keys
from offpage.model.report import Report
from offpage.model.schema import OptionSet, Schema
from offpage.program.connectors import read_connectors
from offpage.program.faults import FOLDERS_OF_TYPES
from offpage.program.privacy import read_policies
from offpage.program.reading import Crashed, Reader
from offpage.program.wire_keys import distinct_keys
from offpage.sql.dialect import Dialect
from offpage.values.codec import Forms

WORKFLOWS = "workflows/"


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


@dataclass(frozen=True, slots=True)
class GroundOf:
    """All that a ground is made of. Two that are equal make the same ground; nodes hold their places, issues too.

    `files`: those of types and option sets. `issues`: what is wrong with files other than workflows.
    """

    settings: AppSettings
    types: Mapping[str, Keys]
    option_sets: Mapping[str, Keys]
    connectors: Mapping[str, Keys]
    files: frozenset[str]
    issues: tuple[Issue, ...]
    dialect: Dialect
    secrets: frozenset[str] | None
    held: HeldFields

    @classmethod
    def app(cls, app: App, dialect: Dialect, secrets: frozenset[str] | None, held: HeldFields | None) -> Self:
        """What the ground of an app is made of; `secrets` and `held` as for `resolve`."""
        return cls(
            app.settings,
            app.types,
            app.option_sets,
            app.connectors,
            frozenset(file for file in app.files if file.startswith(FOLDERS_OF_TYPES)),
            tuple(one for one in app.issues if not one.file.startswith(WORKFLOWS)),
            dialect,
            secrets,
            held or {},
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground, ready: nothing of it is changed any more, so programs share it. `issues`: what is wrong in it."""

    schema: Schema
    dialect: Dialect
    forms: Forms
    privacy: Privacy
    calls: Mapping[str, CallRef]
    things: Things
    secrets: frozenset[str] | None
    secrets_used: frozenset[str]
    issues: tuple[Issue, ...]

    def reader(self, workflows: Mapping[str, WorkflowRef], crashed: Crashed) -> Reader:
        """What reads one workflow that stands on it; `workflows` are all of the app."""
        found = Reader(self.schema, self.dialect, self.forms, Issues(), crashed)
        found.secrets, found.access = self.secrets, self.privacy
        found.calls, found.workflows = self.calls, workflows
        return found


def read_ground(app: App, of: GroundOf, crashed: Crashed) -> Ground:
    """Make the ground of an app. Never raises for what a maker did."""
    schema, issues = resolve_schema(app, of.held)
    forms = Forms(OptionsOfApp(schema.option_sets), ZoneInfo(app.settings.time_zone))
    reader = Reader(schema, of.dialect, forms, issues, crashed)
    reader.secrets = of.secrets
    distinct_keys(app, schema, Report(issues))
    privacy = Privacy(read_policies(reader, app), schema, of.dialect)
    reader.access = privacy
    calls = read_connectors(reader, app)
    return Ground(
        schema,
        of.dialect,
        forms,
        privacy,
        calls,
        Things(schema, of.dialect),
        of.secrets,
        frozenset(reader.secrets_used),
        tuple(issues),
    )
