"""Makes the database fit a program; where that would lose data, the program the database: field by field.

A field stays what it was; what needs it to be something else cannot run; everything else goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from offpage.data.plan import Refusal
from offpage.data.schema import apply
from offpage.host.sources import Reading, Source, keep_snapshot
from offpage.kernel.clock import Clock
from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields
from offpage.model.documents import App
from offpage.model.node import Keys
from offpage.program.kept import Kept
from offpage.program.program import Program
from offpage.program.reading import Crashed
from offpage.program.resolve import resolve
from offpage.store.tx import Database, Tx


class Fitting:
    """Fits programs and one database to each other. `held`: fields that stay what they were, for now."""

    def __init__(self, database: Database, source: Source, clock: Clock, crashed: Crashed, kept: Kept) -> None:
        self.held: HeldFields = {}
        self._database = database
        self._source = source
        self._clock = clock
        self._crashed = crashed
        self._kept = kept

    def fit(self, reading: Reading, secrets: frozenset[str], *, allow_data_loss: bool = False) -> Program:
        """The program as it can run on the database, which follows it; what stays as it was is an issue of the reading.

        Raises AppError where the database cannot follow at all.
        """
        self.held = {}
        program = reading.program
        try:
            self._adopt(program, reading, allow_data_loss=allow_data_loss)
        except AppError as error:
            refusals = _in_the_way(error, allow_data_loss=allow_data_loss)
            if not refusals:
                raise
            self.held = {(one.type_id, one.field_id): one.held for one in refusals}
            for one in refusals:
                reading.issues.add(_kept_as_it_is(program.app, one))
            program = self._as_held(program, reading.issues, secrets)
            self._adopt(program, reading, allow_data_loss=allow_data_loss)
        return program

    def _as_held(self, program: Program, issues: Issues, secrets: frozenset[str]) -> Program:
        held, found = resolve(
            program.app, program.definition, self._database.dialect,
            secrets=secrets, crashed=self._crashed, held=self.held, kept=self._kept,
        )  # fmt: skip
        known = set(issues)
        for issue in found:
            if issue not in known:
                issues.add(issue)
        return held

    def _adopt(self, program: Program, reading: Reading, *, allow_data_loss: bool) -> None:
        """Make the database fit a program, and keep its snapshot for the runs that will belong to it."""
        now = self._clock.now()

        def segment(tx: Tx) -> None:
            if self._source.counts(tx, reading):
                apply(tx, program.schema, allow_data_loss=allow_data_loss)
                keep_snapshot(tx, reading.snapshot, now)

        self._database.write_now(segment)


def _in_the_way(error: AppError, *, allow_data_loss: bool) -> list[Refusal]:
    """The fields that keep the database from following."""
    refusals: Sequence[Refusal] = error.details.get("refusals", ())
    obstacles = error.details.get("obstacles", ())
    return [one for one in refusals if not allow_data_loss or one.sentence in obstacles]


def _kept_as_it_is(app: App, refusal: Refusal) -> Issue:
    """The issue of a field that cannot become what its file says."""
    keys = app.types[refusal.type_id]
    fields = keys.items.get("fields")
    mark = fields.key_marks.get(refusal.field_id, keys.mark) if isinstance(fields, Keys) else keys.mark
    hint = "" if not refusal.held.unique else " To allow that, start with --allow-data-loss."
    sentence = f"{refusal.sentence} Until then it stays as it was, and the rest of the app goes on.{hint}"
    address = f"types/{refusal.type_id}/fields/{refusal.field_id}"
    return Issue(address, sentence, mark.file, mark.line, mark.column)
