"""What a deploy would change: looked at, nothing done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from offpage.data.held import held_among, known_types, types_after
from offpage.data.plan import Plan, plan
from offpage.host.compose import Place, secrets_of
from offpage.host.sources import deployed, read_program, resolved, snapshot_of
from offpage.kernel.errors import AppError, NotFound, OffpageError
from offpage.kernel.issues import Issue, Issues
from offpage.model.difference import Change, difference
from offpage.model.schema import Schema
from offpage.model.snapshot import Snapshot, thaw
from offpage.program.kept import Kept
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.store import definitions, deploys
from offpage.store.deploys import Deploy, Kind
from offpage.store.tx import Database, Tx
from offpage.values.types import Type

NEVER: Plan = Plan(())


@dataclass(frozen=True, slots=True)
class Affected:
    """Runs that have not ended, and stay with the definition that they belong to.

    `why_not`: why they cannot run any more once this is live; "" where they can.
    """

    workflow: str
    definition: str
    what: Literal["waiting", "items", "outside"]
    count: int
    why_not: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition that could be deployed over `former`, and what that would do.

    `back_to` is the deploy whose definition it is, for a rollback; `gone` says which values it would not bring back.
    """

    kind: Kind
    former: Deploy | None
    program: Program
    snapshot: Snapshot
    issues: tuple[Issue, ...]
    changes: tuple[Change, ...]
    plan: Plan
    runs: tuple[Affected, ...]
    back_to: Deploy | None = None
    gone: tuple[str, ...] = ()

    @property
    def errors(self) -> list[Issue]:
        """The issues that keep it from being deployed."""
        return [one for one in self.issues if one.severity == "error"]

    @property
    def losses(self) -> tuple[str, ...]:
        """Values that the live app would no longer have, a sentence each."""
        return (*self.gone, *self.plan.losses)

    @property
    def stranded(self) -> list[Affected]:
        """Runs that could not run any more."""
        return [one for one in self.runs if one.why_not]

    @property
    def is_live(self) -> bool:
        """Whether it is what is live already."""
        return self.former is not None and self.former.definition == self.snapshot.hash


def propose_folder(place: Place, database: Database) -> Proposal:
    """The folder as it is now, over what is live."""
    secrets = secrets_of(place.folder, "live").available
    program, snapshot, issues = read_program(place.folder, database.dialect, secrets)
    return database.read(lambda tx: _proposal(tx, "deploy", program, snapshot, issues))


def propose_rollback(place: Place, database: Database, number: int | None) -> Proposal:
    """The definition of a former deploy (None: that before the present one). Raises NotFound, AppError."""
    secrets = secrets_of(place.folder, "live").available

    def look(tx: Tx) -> Proposal:
        target = _target(tx, number)
        snapshot = snapshot_of(tx, target)
        # A secret that is gone costs the workflows that use it; it must not keep people from going back.
        program, issues = resolved(snapshot, tx.dialect, secrets)
        return _proposal(tx, "rollback", program, snapshot, issues, target)

    return database.read(look)


def _target(tx: Tx, number: int | None) -> Deploy:
    last = deploys.current(tx)
    if last is None:
        raise AppError("Nothing has been deployed yet, so there is nothing to go back to.")
    if number is not None:
        found = deploys.get(tx, number)
        if found is None:
            raise NotFound(f"There is no deploy {number}. See them with: offpage deploy --list")
        return found
    # After a rollback one goes further back, not forth again.
    start = last if last.back_to is None else deploys.get(tx, last.back_to)
    below = 0 if start is None else start.number
    for one in deploys.latest(tx, deploys.KEPT):
        if one.number < below and one.definition != last.definition:
            return one
    raise AppError("There is no deploy before the one that is live. See them with: offpage deploy --list")


def _proposal(
    tx: Tx, kind: Kind, program: Program, snapshot: Snapshot, issues: Issues, target: Deploy | None = None
) -> Proposal:
    found = deployed(tx)
    former = None if found is None else found[0]
    before = None if found is None else thaw(found[1].content)
    hopeless = not program.app.settings_known or (kind != "rollback" and bool(issues.errors))
    return Proposal(
        kind if former is not None else "first",
        former,
        program,
        snapshot,
        tuple(sorted(issues, key=lambda one: (one.file, one.line, one.column))),
        difference(before, program.app),
        NEVER if hopeless else plan(tx, program.schema),
        () if hopeless else _affected(tx, program),
        target,
        () if target is None else _gone(tx, program.schema, target),
    )


def _affected(tx: Tx, program: Program) -> tuple[Affected, ...]:
    """The runs that have not ended, each with whether it could still run on the tables as they would be."""
    after = types_after(known_types(tx), program.schema)
    programs: dict[str, Program | None] = {}
    kept = Kept()  # former definitions have much in common
    found = []
    for use in definitions.uses(tx):
        if use.definition not in programs:
            programs[use.definition] = _former(tx, use.definition, after, kept)
        why_not = _why_not(programs[use.definition], use.workflow)
        found.append(Affected(use.workflow, use.definition, use.what, use.runs, why_not))
    return tuple(found)


def _former(tx: Tx, definition: str, after: Mapping[tuple[str, str], Type], kept: Kept) -> Program | None:
    """A former definition, made for the tables as they would be."""
    try:
        snapshot = snapshot_of(tx, Deploy(0, definition, 0, "deploy", ""))
        app = thaw(snapshot.content, kept.parsed)
    except OffpageError:
        return None
    program = resolve(app, definition, tx.dialect, kept=kept)[0]
    held = held_among(after, program.schema)
    return resolve(app, definition, tx.dialect, held=held, kept=kept)[0] if held else program


def _why_not(program: Program | None, workflow: str) -> str:
    if program is None:
        return "The definition that they belong to is not kept any more."
    if workflow in program.broken:
        return program.broken[workflow][0].message
    return "" if workflow in program.workflows else f"There is no workflow {workflow} in the definition they belong to."


def _gone(tx: Tx, schema: Schema, target: Deploy) -> tuple[str, ...]:
    """What going back would not bring back: values that were put aside since, and those that were purged."""
    said = [
        f"Deploy {one.number} has put aside the values of {loss.type_id}.{loss.field_id}; going back to deploy "
        f"{target.number} does not bring them back. It said: {loss.sentence}"
        for one in deploys.after(tx, target.number)
        for loss in one.losses
        if schema.field(loss.type_id, loss.field_id) is not None
    ]
    known = known_types(tx)
    said += [
        f"The values of {of.id}.{field.id} have been purged; the field would be empty."
        for of in schema.types.values()
        for field in of.fields.values()
        if (of.id, field.id) not in known
    ]
    return tuple(said)
