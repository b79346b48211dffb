"""A file that a step imports: piece by piece, each in a transaction of its own that says how far the step has come.

What a piece has written and that it is done commit together: after a kill -9 the step goes on with the line after it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from offpage.data.transfer.columns import Columns
from offpage.data.transfer.entry import Entry
from offpage.data.transfer.importing import Importer, Rules
from offpage.engine.definitions import Definitions
from offpage.engine.outside_changes import tell_all
from offpage.engine.progress import Pause
from offpage.engine.refitting import refitted_run
from offpage.engine.run import Run
from offpage.engine.segment import Executor
from offpage.kernel.errors import StepError
from offpage.store import imports, leases
from offpage.store.imports import MOST_PROBLEMS, SoFar
from offpage.store.tx import Database, Tx


class ImportOfRun:
    """Writes entries of one data type for a step that is outside. Implements Imports."""

    def __init__(
        self,
        pause: Pause,
        type_id: str,
        rules: Rules,
        database: Database,
        executor: Executor,
        definitions: Definitions,
        may_go_on: Callable[[], Awaitable[None]],
    ) -> None:
        program = pause.run.program
        self.columns = Columns(program.schema.types[type_id])
        self.forms = program.forms
        self._pause = pause
        self._type_id = type_id
        self._rules = rules
        self._database = database
        self._executor = executor
        self._definitions = definitions
        self._may_go_on = may_go_on
        self._made: tuple[Run, Importer] | None = None

    async def so_far(self) -> SoFar:
        """How far the step has come, perhaps before a crash."""
        return await self._database.reading(lambda tx: imports.so_far(tx, self._pause.key))

    async def write(self, entries: Sequence[Entry]) -> SoFar:
        """Write a piece, and that it is done; returns how far the step has come."""
        await self._may_go_on()  # the tables may be about to change
        try:
            return await self._database.written(lambda tx: self._write(tx, entries, alone=False))
        except StepError:
            # One of the lines is refused by the database: again, so that only that one is left out.
            return await self._database.written(lambda tx: self._write(tx, entries, alone=True))

    def _write(self, tx: Tx, entries: Sequence[Entry], *, alone: bool) -> SoFar:
        # A step whose time was over, or whose process had lost its lease, may still have a piece on its way: no line twice.
        leases.check(tx, self._pause.progress.owner)
        before = imports.so_far(tx, self._pause.key)
        entries = [one for one in entries if one.line > before.line]
        if not entries:
            return before
        found = self._importer(tx).write(tx, entries, self._executor.around.clock.now(), alone=alone)
        told = [f"line {one.line}: {one.message}" for one in found.problems]
        done = SoFar(
            entries[-1].line,
            before.created + found.created,
            before.changed + found.changed,
            before.failed + len(told),
            (*before.problems, *told[: max(MOST_PROBLEMS - len(before.problems), 0)]),
        )
        imports.note(tx, self._pause.key, self._pause.run.id, done)
        return done

    def _importer(self, tx: Tx) -> Importer:
        """What writes, for the tables as they are."""
        run = refitted_run(tx, self._pause.run, self._definitions)
        if self._made is None or self._made[0] is not run:
            program, change = run.program, run.workflow.change
            around = self._executor.around
            of = program.schema.types[self._type_id]
            if change is not None and not change.chain:  # what it changes starts nothing
                importer = Importer(program.things, of, around.new_id, self._rules)
            else:
                told, watched = tell_all(self._executor, program, run), program.watched_lists
                importer = Importer(program.things, of, around.new_id, self._rules, told=told, watched=watched)
            self._made = run, importer
        return self._made[1]
