"""What the database need not keep any more: old runs, old answers, old batches, definitions that nothing belongs to.

`retention` in app.yaml says how long. It is done in small pieces between turns of the queue, so that nobody waits.
"""

from __future__ import annotations

import asyncio
from typing import Final

from offpage.engine.adding_up import add_up
from offpage.program.program import Program
from offpage.store import answers, batches, definitions, deliveries, deploys, flow, runs, workload
from offpage.store.tx import Database, Tx

EVERY_MS: Final = 60_000
"""How long it rests once everything that is old is gone."""

ADDED_MS: Final = 86_400_000
"""After so long what runs have cost is added up, though nobody looks: records may go by other ways than this one."""

ADDING_SECONDS: Final = 0.2
"""How long what runs have cost is added up at a time."""

PIECE: Final = 500
"""How many runs go in one transaction."""


class Housekeeping:
    """Forgets what is old. Its turns come from the dispatcher."""

    def __init__(self) -> None:
        self._next_at = 0

    def is_due(self, now: int) -> bool:
        """Whether there may be something to do."""
        return now >= self._next_at

    async def add_up(self, database: Database, program: Program, now: int) -> bool:
        """Add up for a while what runs have cost whose records are to go, or that began long ago; whether there is more."""
        keep = program.app.settings.retention.runs_ms
        oldest = now - (min(keep, ADDED_MS) if keep else ADDED_MS)
        if not await database.reading(lambda tx: workload.is_behind(tx, oldest)):
            return False
        await asyncio.to_thread(add_up, database, ADDING_SECONDS)
        return await database.reading(lambda tx: workload.is_behind(tx, oldest))

    def tidy(self, tx: Tx, program: Program, now: int) -> int:
        """Forget a piece of what is old; returns how much that was. 0: nothing is left to forget."""
        keep = program.app.settings.retention
        gone = 0
        if keep.runs_ms:
            gone += runs.forget(tx, now - keep.runs_ms, limit=PIECE)
            # A run shows the definition that it belongs to; without a run of its time, nobody asks for one.
            gone += definitions.sweep(tx, now - keep.runs_ms, program.definition, deploys.KEPT)
        if keep.answers_ms:
            gone += answers.sweep(tx, now - keep.answers_ms)
        gone += answers.sweep_over(tx, now)
        if keep.batches_ms:
            gone += batches.forget(tx, now - keep.batches_ms, limit=PIECE)
        if keep.deliveries_ms:
            gone += deliveries.forget(tx, now - keep.deliveries_ms, PIECE)
        gone += flow.sweep(tx, now)
        return gone

    def done(self, gone: int, now: int) -> None:
        """Note what a turn did, once it is committed."""
        if gone == 0:
            self._next_at = now + EVERY_MS
