"""One environment: a database, the app's definition on it, and the engine that runs it."""

from __future__ import annotations

import secrets as system_random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from offpage.data.schema import apply
from offpage.engine.definitions import Definitions
from offpage.engine.dispatch.embedded import Embedded
from offpage.engine.engine import Engine
from offpage.engine.masking import masker
from offpage.engine.record import Recorder
from offpage.engine.running import Surroundings
from offpage.engine.segment import Executor
from offpage.kernel.clock import Clock
from offpage.kernel.errors import OffpageError
from offpage.kernel.events import Events
from offpage.kernel.ids import id_maker
from offpage.kernel.issues import Issue, Issues
from offpage.model.documents import App
from offpage.model.reader import read_folder
from offpage.model.snapshot import Snapshot, freeze, thaw
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.store import definitions
from offpage.store.tx import Database


@dataclass(slots=True)
class Environment:
    """`name` is `live` or `development`. `issues` are those of the definition that was read last."""

    name: str
    folder: Path
    database: Database
    engine: Engine
    dispatcher: Embedded
    kept: Definitions
    issues: Issues

    @property
    def program(self) -> Program:
        """What runs now."""
        return self.engine.program

    async def start(self) -> None:
        """Take up waiting runs and accept new ones."""
        await self.dispatcher.start()

    async def stop(self) -> None:
        """Refuse new calls, let the running ones end, close the database."""
        self.engine.stop_taking()
        await self.dispatcher.stop()
        self.database.close()

    def reload(self, *, allow_data_loss: bool = False) -> Issues:
        """Read the folder again and run what it says now; blocks until the database follows.

        What would lose data is an issue, and the former definition stays.
        """
        app, issues = read_folder(self.folder)
        snapshot = freeze(app)
        program, found = resolve(app, snapshot.hash, self.database.dialect)
        for issue in found:
            issues.add(issue)
        if program.definition != self.program.definition:
            try:
                adopt(self.database, program, snapshot, allow_data_loss=allow_data_loss)
            except OffpageError as error:
                issues.add(Issue("types", error.message, "types", 1, 1))
                self.issues = issues
                return issues
            self.kept.keep(program)
            self.engine.program = program
        self.issues = issues
        return issues


def adopt(database: Database, program: Program, snapshot: Snapshot, *, allow_data_loss: bool = False) -> None:
    """Make the database fit a program, and keep its snapshot for the runs that will belong to it."""
    now = snapshot.created_at

    def segment(tx: object) -> None:
        apply(tx, program.schema, allow_data_loss=allow_data_loss)
        definitions.put(tx, snapshot.hash, snapshot.content, now)

    database.write_now(segment)
