"""Entries of a file → things, in whichever transaction the caller holds.

A line without an id becomes a new thing. A line with an id becomes a new thing with that id; if there is one
already, it is a problem, or with `update` that thing is changed. What is wrong with one line never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from offpage.data.assignment import Change, Shape
from offpage.data.creating import HEAD
from offpage.data.frozen import Watched, freeze
from offpage.data.things import Things
from offpage.data.transfer.entry import Entry
from offpage.data.writing import NOBODY_WATCHES, Changed
from offpage.kernel.errors import StepError
from offpage.kernel.ids import IdMaker, is_id
from offpage.model.schema import DataType, Field
from offpage.store.tx import Tx

KEPT_BY_SESSIONS: Final = frozenset({"logged_in"})
"""Fields that a file may hold but that only this database's own log-ins say."""

MOST_SHAPES: Final = 256


class Problem(NamedTuple):
    """What is wrong with one line."""

    line: int
    message: str


@dataclass(slots=True)
class Tally:
    """How many things were created and changed, and what was wrong."""

    created: int = 0
    changed: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """How an import behaves. `missing_allowed`: a reference to a thing that is not there is kept as it is.

    `created_by` is the user who does it; `by_admin`: it is an administrator.
    """

    update: bool = False
    missing_allowed: bool = False
    created_by: str | None = None
    by_admin: bool = True


Told = Callable[[Tx, Sequence[Changed]], None]
"""Is told of all that a call has written, in its transaction."""


def _nobody(tx: Tx, changes: Sequence[Changed]) -> None:
    """Is told, and does nothing."""


class Importer:
    """Writes entries of one data type. Remembers the shapes it has met, never data."""

    def __init__(
        self,
        things: Things,
        of: DataType,
        new_id: IdMaker,
        rules: Rules = Rules(),
        *,
        told: Told = _nobody,
        watched: Watched = NOBODY_WATCHES,
    ) -> None:
        self._told = told
        self._watched = watched
        self.type = of
        self._things = things
        self._new_id = new_id
        self._rules = rules
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._written = [one for one in of.fields.values() if one.id not in (*HEAD, *KEPT_BY_SESSIONS)]
        self._references = [one for one in of.fields.values() if one.type.kind == "thing"]

    def write(self, tx: Tx, entries: Sequence[Entry], now: int, *, alone: bool = True) -> Tally:
        """Write entries, each undone alone if it fails. Without `alone` the first StepError is raised instead:
        faster, for a caller who undoes all and tries again.
        """
        tally = Tally()
        there = self._there(tx, entries)
        known = self._known(tx, entries)
        was = freeze(tx, self._things, self.type.id, list(there), self._watched)
        changes: list[Changed] = []
        for entry in entries:
            problem = entry.problem or self._problem(entry, there, known)
            if problem:
                tally.problems.append(Problem(entry.line, problem))
                continue
            try:
                with tx.savepoint() if alone else nullcontext():
                    thing_id, is_new = self._write(tx, entry, there, now)
            except StepError as refused:
                if not alone:
                    raise
                tally.problems.append(Problem(entry.line, refused.message))
                continue
            tally.created += is_new
            tally.changed += not is_new
            rules = self._rules
            changes.append(
                Changed(
                    self.type.id, thing_id, None, None, was.get(thing_id), rules.created_by, by_admin=rules.by_admin
                )
            )
        self._told(tx, changes)
        return tally

    def _there(self, tx: Tx, entries: Iterable[Entry]) -> set[str]:
        ids = _own_ids(entries)
        return self._things.exists(tx, self.type.id, ids) if ids else set()

    def _known(self, tx: Tx, entries: Sequence[Entry]) -> dict[str, set[str]]:
        """Of the things that entries refer to, those that there are, or will be after these entries; by type."""
        if self._rules.missing_allowed:
            return {}
        wanted: dict[str, set[str]] = {}
        for one in self._references:
            ids = wanted.setdefault(one.type.of, set())
            for entry in entries:
                ids.update(_ids(one, entry.values.get(one.id)))
        known = {type_id: self._things.exists(tx, type_id, list(ids)) for type_id, ids in wanted.items() if ids}
        known.setdefault(self.type.id, set()).update(_own_ids(entries))
        return known

    def _problem(self, entry: Entry, there: set[str], known: dict[str, set[str]]) -> str:
        thing_id = entry.values.get("id")
        if thing_id is not None and not is_id(thing_id):
            return f"{thing_id[:50]!r} is no unique id. They look like 1763881200000x123456789012345678."
        if thing_id in there and not self._rules.update:
            return f"The {self.type.label} {thing_id} is there already. To change it, ask for an update."
        if not self._rules.missing_allowed:
            for one in self._references:
                for each in _ids(one, entry.values.get(one.id)):
                    if each not in known.get(one.type.of, ()):
                        return f"{one.id}: There is no {one.type.of} {each}."
        return ""

    def _write(self, tx: Tx, entry: Entry, there: set[str], now: int) -> tuple[str, bool]:
        """Write one entry; returns the thing's id and whether it is new."""
        values = entry.values
        given = [one for one in self._written if one.id in values]
        shape, bound = self._shape(given), [values[one.id] for one in given]
        modified = values.get("modified_date")
        thing_id = values.get("id")
        if thing_id in there:
            self._things.change(tx, thing_id, shape, bound, now=now if modified is None else modified)
            return thing_id, False
        created = values.get("created_date")
        created = now if created is None else created
        thing_id = thing_id or self._new_id(created)
        created_by = values.get("created_by") or self._rules.created_by
        self._things.create(tx, shape, bound, id=thing_id, now=created, created_by=created_by)
        if modified is not None and modified != created:
            self._things.change(tx, thing_id, self._shape([]), [], now=modified)
        there.add(thing_id)
        return thing_id, True

    def _shape(self, fields: Sequence[Field]) -> Shape:
        key = tuple(one.id for one in fields)
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            found = self._shapes[key] = Shape(self.type.id, tuple(Change(one, "set") for one in fields))
        return found


def _own_ids(entries: Iterable[Entry]) -> list[str]:
    """The ids that entries give their own things."""
    given: Iterable[Any] = (entry.values.get("id") for entry in entries if not entry.problem)
    return [one for one in given if is_id(one)]


def _ids(field: Field, value: Any) -> Sequence[str]:
    if value is None:
        return ()
    return value if field.type.is_list else (value,)
