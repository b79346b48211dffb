"""Changes that no run makes, by the Data API or an import: they start workflows as all changes do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.data.writing import Changed, Told
from offpage.engine.run import Run
from offpage.engine.segment import Executor
from offpage.program.program import Program
from offpage.store.tx import Tx

ToldAll = Callable[[Tx, Sequence[Changed]], None]
"""Is told of many writes at once, in their transaction."""


def tell_one(executor: Executor, program: Program) -> Told:
    """What one write of the Data API is told to: what it starts is done, or queued, in its transaction."""
    tell = tell_all(executor, program)
    return lambda tx, changed: tell(tx, (changed,))


def tell_all(executor: Executor, program: Program, cause: Run | None = None) -> ToldAll:
    """What the writes of one transaction are told to, all by the same person; `cause`: the run that made them, if one has."""

    def tell(tx: Tx, changes: Sequence[Changed]) -> None:
        if changes:
            noted = [(one.type_id, one.thing_id, one.was) for one in changes]
            executor.changed_outside(tx, program, _actor(changes[0]), noted, cause)

    return tell


def _actor(changed: Changed) -> Actor:
    if changed.by_admin:
        return ADMIN
    return NOBODY if changed.user_id is None else user(changed.user_id)
