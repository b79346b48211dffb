"""Somebody who looks at things outside a workflow: over the Data API, or to see what privacy rules do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from offpage.data.guarded_view import GuardedView
from offpage.data.privacy import Privacy
from offpage.data.tables import ThingRow
from offpage.data.things import Things
from offpage.data.view import DataView
from offpage.expr.meter import Meter
from offpage.store.tx import Tx, check_deadline
from offpage.values.codec import Forms

SourceOf = Callable[[str, tuple[str, ...]], Any]
"""What `app.url`, `env` or `secret.X` give."""


class Onlooker:
    """One user (None: nobody) or administrator (`sees_all`) in one transaction. Implements Runtime.

    `values` are what the slots of an expression stand for; `limit` and `offset` are the page that a GuardedPage reads.
    """

    def __init__(
        self,
        tx: Tx,
        things: Things,
        privacy: Privacy,
        forms: Forms,
        *,
        user_id: str | None,
        sees_all: bool,
        now: int,
        source: SourceOf,
        values: Sequence[Any] = (),
    ) -> None:
        self.values = list(values)
        self.this: Any = None
        self.forms = forms
        self.zone = forms.zone
        self.random = random.Random(now)
        self.dialect = tx.dialect
        self.current_user = user_id
        self.sees_all = sees_all
        self.limit = 100
        self.offset = 0
        self.meter = Meter(lambda: check_deadline(tx))
        self.view = DataView(tx, things)
        self.select = self.view.select
        self.source = source
        self._guarded = GuardedView(self.view, privacy)
        self._now = now

    def now(self) -> int:
        """The moment of looking in ms; it stands still."""
        return self._now

    def thing(self, type_id: str, thing_id: str) -> ThingRow | None:
        """A thing's row, empty where it may not be seen; None if there is none."""
        if self.sees_all:
            return self.view.thing(type_id, thing_id)
        return self._guarded.thing(self, type_id, thing_id)

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field, in order; none where it may not be seen."""
        if self.sees_all:
            return self.view.list_field(type_id, field_id, thing_id)
        return self._guarded.list_field(self, type_id, field_id, thing_id)
