"""Where an environment's definition comes from: the folder for development, what was deployed last for live."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from offpage.host.collecting import uncollected
from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issues
from offpage.model.reader import read_folder
from offpage.model.snapshot import Snapshot, freeze, thaw
from offpage.program.kept import Kept
from offpage.program.program import Program
from offpage.program.reading import Crashed, unheard
from offpage.program.resolve import resolve
from offpage.sql.dialect import Dialect
from offpage.store import definitions, deploys
from offpage.store.deploys import Deploy
from offpage.store.tx import Database, Tx

LIVE: Final = "live"

NOTHING_DEPLOYED: Final = "Nothing has been deployed yet. Bring the folder to live with: offpage deploy FOLDER"


@dataclass(frozen=True, slots=True)
class Reading:
    """A definition as read: what runs, its snapshot, all its issues, and for live the deploy that it is."""

    program: Program
    snapshot: Snapshot
    issues: Issues
    deploy: Deploy | None = None


class Source(Protocol):
    """Where a definition comes from."""

    def read(
        self,
        dialect: Dialect,
        secrets: frozenset[str] | None = None,
        crashed: Crashed = unheard,
        kept: Kept | None = None,
    ) -> Reading:
        """Read it as it is now; `kept`: what was made of it before. Raises AppError where there is none."""
        ...

    def counts(self, tx: Tx, reading: Reading) -> bool:
        """Whether what was read is still what is to run, so that the tables may be made to fit it."""
        ...


class FolderSource:
    """The folder as it is when it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(
        self,
        dialect: Dialect,
        secrets: frozenset[str] | None = None,
        crashed: Crashed = unheard,
        kept: Kept | None = None,
    ) -> Reading:
        """Read the folder; whatever is wrong with it is an issue."""
        program, snapshot, issues = read_program(self._folder, dialect, secrets, crashed, kept)
        return Reading(program, snapshot, issues)

    def counts(self, tx: Tx, reading: Reading) -> bool:
        """Always: who has read the folder last is right."""
        return True


class DeployedSource:
    """What was deployed last, out of the environment's own database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(
        self,
        dialect: Dialect,
        secrets: frozenset[str] | None = None,
        crashed: Crashed = unheard,
        kept: Kept | None = None,
    ) -> Reading:
        """Bring the deployed snapshot back. Raises AppError where nothing has been deployed."""
        found = self._database.read(deployed)
        if found is None:
            raise AppError(NOTHING_DEPLOYED)
        deploy, snapshot = found
        program, issues = resolved(snapshot, dialect, secrets, crashed, kept)
        return Reading(program, snapshot, issues, deploy)

    def counts(self, tx: Tx, reading: Reading) -> bool:
        """Not once something else has been deployed: the tables are that deploy's then."""
        last = deploys.current(tx)
        return last is not None and reading.deploy is not None and last.number == reading.deploy.number


def source_of(environment: str, folder: Path, database: Database) -> Source:
    """Where the definition of an environment comes from."""
    return DeployedSource(database) if environment == LIVE else FolderSource(folder)


def read_program(
    folder: Path,
    dialect: Dialect,
    secrets: frozenset[str] | None = None,
    crashed: Crashed = unheard,
    kept: Kept | None = None,
) -> tuple[Program, Snapshot, Issues]:
    """Read and resolve an app folder; all its issues together.

    `secrets`: the names of those that there are. `kept`: what was made of the folder before.
    """
    kept = kept or Kept()
    with uncollected():
        app, issues = read_folder(folder, kept.parsed)
        snapshot = freeze(app)
        program, found = resolve(app, snapshot.hash, dialect, secrets=secrets, crashed=crashed, kept=kept)
    issues.extend(found)
    return program, snapshot, issues


def resolved(
    snapshot: Snapshot,
    dialect: Dialect,
    secrets: frozenset[str] | None,
    crashed: Crashed = unheard,
    kept: Kept | None = None,
) -> tuple[Program, Issues]:
    """Resolve what a snapshot holds; with the issues of reading it."""
    kept, issues = kept or Kept(), Issues()
    with uncollected():
        app = thaw(snapshot.content, kept.parsed)
        program, found = resolve(app, snapshot.hash, dialect, secrets=secrets, crashed=crashed, kept=kept)
    issues.extend(app.issues)
    issues.extend(found)
    return program, issues


def deployed(tx: Tx) -> tuple[Deploy, Snapshot] | None:
    """What is live, with its snapshot. Raises AppError where that is gone."""
    deploy = deploys.current(tx)
    return None if deploy is None else (deploy, snapshot_of(tx, deploy))


def snapshot_of(tx: Tx, deploy: Deploy) -> Snapshot:
    """The snapshot of a deploy. Raises AppError where it is not kept any more."""
    content = definitions.get(tx, deploy.definition)
    if content is None:
        raise AppError(f"The snapshot of deploy {deploy.number} is not kept any more: only the last ones are.")
    return Snapshot(deploy.definition, base64.b64decode(content))


def keep_snapshot(tx: Tx, snapshot: Snapshot, now: int) -> None:
    """Keep a snapshot for the runs that will belong to it."""
    definitions.put(tx, snapshot.hash, base64.b64encode(snapshot.content).decode(), now)
