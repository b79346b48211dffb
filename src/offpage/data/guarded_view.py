"""Things as somebody sees them from whom privacy rules hide something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offpage.data.privacy import Privacy
from offpage.data.shown import Shown
from offpage.data.tables import ThingRow
from offpage.data.view import DataView


class GuardedView:
    """A transaction's view of the things through the privacy rules.

    What may be seen of a thing is remembered until anything changes, or somebody else looks: a rule may depend on
    any other thing.
    """

    __slots__ = ("_changes", "_privacy", "_rows", "_shown", "_user", "_view")

    def __init__(self, view: DataView, privacy: Privacy) -> None:
        self._view = view
        self._privacy = privacy
        self._shown: dict[tuple[str, str], Shown] = {}
        self._rows: dict[tuple[str, str], ThingRow] = {}
        self._user: str | None = None
        self._changes = view.changes

    def thing(self, rt: Any, type_id: str, thing_id: str) -> ThingRow | None:
        """A thing's row, empty where it may not be seen; None if there is none."""
        shown = self._shown_of(rt, type_id, thing_id)
        found = self._rows.get((type_id, thing_id))
        if found is None:
            row = self._view.thing(type_id, thing_id)
            if row is None:
                return None
            found = self._rows[type_id, thing_id] = shown.of(row)
        return found

    def list_field(self, rt: Any, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field, in order; none where it may not be seen. The caller may change the list it gets."""
        shown = self._shown_of(rt, type_id, thing_id)
        return self._view.list_field(type_id, field_id, thing_id) if field_id in shown.fields else []

    def load(self, rt: Any, type_id: str, ids: Sequence[str]) -> None:
        """Ask about many things at once what may be seen of them."""
        self._look_again(rt)
        unknown = [one for one in dict.fromkeys(ids) if (type_id, one) not in self._shown]
        if len(unknown) > 1:
            guarded = self._privacy.of(type_id)
            for thing_id, marks in guarded.marks_of_many(rt, unknown).items():
                self._shown[type_id, thing_id] = guarded.shown(marks)

    def _look_again(self, rt: Any) -> None:
        if self._changes != self._view.changes or self._user != rt.current_user:
            self._changes, self._user = self._view.changes, rt.current_user
            self._shown.clear()
            self._rows.clear()

    def _shown_of(self, rt: Any, type_id: str, thing_id: str) -> Shown:
        self._look_again(rt)
        found = self._shown.get((type_id, thing_id))
        if found is None:
            guarded = self._privacy.of(type_id)
            found = self._shown[type_id, thing_id] = guarded.shown(guarded.marks(rt, thing_id))
        return found
