"""One thing by its id in ONE statement: its row and one yes/no for each privacy rule.

A thing that is hidden, one that is somebody else's and one that is not there take the same statement: neither the answer
nor the work tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from offpage.data.privacy import GuardedType
from offpage.data.shown import Marks
from offpage.data.tables import ThingRow, ThingTable
from offpage.data.things import Things
from offpage.expr.query.draft import Bound
from offpage.model.schema import USER
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Statement, ident, join, sql, value
from offpage.store.tx import Tx

THE_ID: Final = object()
"""Stands for the id that the statement asks about."""

ALIAS: Final = "a0"


class Seen(NamedTuple):
    """A thing as it is, and which rules hold for it (None for who sees all)."""

    row: ThingRow
    marks: Marks | None


class GuardedRows:
    """The things of one data type, each read together with what its rules say. Holds statements, never data."""

    def __init__(self, guarded: GuardedType, things: Things, dialect: Dialect) -> None:
        self._guarded = guarded
        self._things = things
        self._dialect = dialect
        self.table: ThingTable = things.table(guarded.type.id)
        knowing = guarded.policy.knowing()
        self._knowing = knowing
        self._everyone_knows = any(guarded.policy.rules[at].condition is None for at in knowing)

    def read(self, tx: Tx, by: Any, thing_id: str) -> Seen | None:
        """A thing and its marks for `by` (an Onlooker); None if there is none."""
        if by.sees_all:
            row = self._things.get(tx, self._guarded.type.id, thing_id)
            return None if row is None else Seen(row, None)
        found = by.select(self._one.text, [self._bound(by, one, thing_id) for one in self._one.values])
        if not found:
            return None
        width = len(found[0]) - len(self._guarded.policy.rules)
        return Seen(self.table.decode(found[0][:width]), tuple(map(bool, found[0][width:])))

    def known(self, tx: Tx, by: Any, ids: Sequence[str]) -> set[str]:
        """Which of these things there are that `by` may know of: may find, or see something of."""
        type_id = self._guarded.type.id
        own = {by.current_user} if type_id == USER and by.current_user in ids else set()
        others = [one for one in dict.fromkeys(ids) if one not in own]
        if not others or not (by.sees_all or self._knowing):
            return own
        if by.sees_all or self._everyone_knows:
            return self._things.exists(tx, type_id, others) | own
        marks = self._guarded.marks_of_many(by, others)
        return own | {one for one, holds in marks.items() if any(holds[at] for at in self._knowing)}

    @cached_property
    def _one(self) -> Statement:
        columns = join(", ", [self.table.selected, *self._guarded.marks_of_row(ALIAS)])
        return self._dialect.render(
            sql("SELECT {} FROM {} AS {} WHERE {} = {}",
                columns, self.table.name, ident(ALIAS), ident(ALIAS, "id"), value(THE_ID))
        )  # fmt: skip

    def _bound(self, by: Any, one: Any, thing_id: str) -> Any:
        if one is THE_ID:
            return thing_id
        return one.encode(one.closure(by)) if isinstance(one, Bound) else one
