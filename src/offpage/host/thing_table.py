"""Things of a data type as a table: pages of rows, what they are called, and what privacy rules leave of them for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offpage.data.listing import lists_of
from offpage.data.onlooker import Onlooker, SourceOf
from offpage.data.shown import Marks
from offpage.data.tables import ThingRow
from offpage.host.thing_search import ThingSearch, Wanted, compiled
from offpage.model.schema import USER, DataType
from offpage.program.program import Program
from offpage.store.tx import Tx
from offpage.values.codec import to_json
from offpage.values.types import TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One thing. `values` by field, as JSON has them, empty ones left out.

    For somebody's view: `found`, whether searches find it; `hidden`, the fields they do not see; `rules`, those that
    hold for it.
    """

    id: str
    values: dict[str, Any]
    found: bool = True
    hidden: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows, how many there are in all, and what the things that they refer to are called: by type, by id."""

    rows: list[Row]
    total: int
    labels: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes a table is seen through: a user (None: nobody). `only_found`: only what searches of theirs find."""

    user_id: str | None
    only_found: bool = False


class Things:
    """The tables of one program, for the administrator."""

    def __init__(self, program: Program, source: SourceOf, now: int) -> None:
        self._program = program
        self._source = source
        self._now = now

    def page(
        self, tx: Tx, of: DataType, wanted: Wanted, *, offset: int, limit: int, viewer: Viewer | None = None
    ) -> Table:
        """A page. Raises InvalidData for a search that means nothing."""
        search = compiled(self._program, of, wanted)
        eyes = self._onlooker(tx, search, viewer if viewer is not None and viewer.only_found else None)
        eyes.limit, eyes.offset = limit, offset
        read = search.page.read(eyes)
        ids = [str(row[0]) for row in read.rows]
        total = read.total if read.total is not None else (self._count(tx, search, viewer) if offset else 0)
        lists = lists_of(tx, self._program.things, of, ids, [None] * len(ids))
        marks: Mapping[str, Marks] = {}
        if viewer is not None:
            marks = self._program.privacy.of(of.id).marks_of_many(self._onlooker(tx, None, viewer, sees_all=False), ids)
        rows = [self._row(of, row, lists, marks.get(str(row[0])), viewer) for row in read.rows]
        return Table(rows, total, self._labels(tx, of, read.rows, lists))

    def one(self, tx: Tx, of: DataType, thing_id: str) -> Row | None:
        """One thing."""
        row = self._program.things.get(tx, of.id, thing_id)
        if row is None:
            return None
        return self._row(of, row, lists_of(tx, self._program.things, of, [thing_id], [None]), None, None)

    def ids(self, tx: Tx, of: DataType, wanted: Wanted, most: int) -> list[str]:
        """The ids of what a search finds, at most so many."""
        search = compiled(self._program, of, wanted)
        eyes = self._onlooker(tx, search, None)
        eyes.limit = most
        return [str(row[0]) for row in search.page.read(eyes).rows]

    def _count(self, tx: Tx, search: ThingSearch, viewer: Viewer | None) -> int:
        """How many there are: a page behind the end does not say."""
        eyes = self._onlooker(tx, search, viewer if viewer is not None and viewer.only_found else None)
        eyes.limit = 1
        return search.page.read(eyes).total or 0

    def _onlooker(
        self, tx: Tx, search: ThingSearch | None, viewer: Viewer | None, *, sees_all: bool | None = None
    ) -> Onlooker:
        return Onlooker(
            tx, self._program.things, self._program.privacy, self._program.forms,
            user_id=None if viewer is None else viewer.user_id,
            sees_all=viewer is None if sees_all is None else sees_all,
            now=self._now, source=self._source, values=() if search is None else search.values,
        )  # fmt: skip

    def _row(self, of: DataType, row: ThingRow, lists: Any, marks: Marks | None, viewer: Viewer | None) -> Row:
        thing_id = str(row[0])
        values: dict[str, Any] = {}
        for one, held in zip(of.fields.values(), row, strict=True):
            value = lists.get(one.id, {}).get(thing_id) if one.type.is_list else held
            if value is not None and value not in ([], ""):
                values[one.id] = to_json(one.type, value, self._program.forms)
        if viewer is None or marks is None:
            return Row(thing_id, values)
        guarded = self._program.privacy.of(of.id)
        shown = guarded.shown(marks)
        hidden = [one for one in of.fields if one not in shown.fields]
        rules = [rule.name for rule, holds in zip(guarded.policy.rules, marks, strict=True) if holds]
        kept = {key: value for key, value in values.items() if key in shown.fields}
        return Row(thing_id, kept, guarded.allows("find", marks), hidden, rules)

    def _labels(self, tx: Tx, of: DataType, rows: Sequence[ThingRow], lists: Any) -> dict[str, dict[str, str]]:
        wanted: dict[str, set[str]] = {}
        for place, one in enumerate(of.fields.values()):
            if one.type.kind != "thing":
                continue
            ids = wanted.setdefault(one.type.of, set())
            if one.type.is_list:
                ids.update(item for items in lists.get(one.id, {}).values() for item in items)
            else:
                ids.update(str(row[place]) for row in rows if row[place] is not None)
        return {type_id: self._called(tx, type_id, sorted(ids)) for type_id, ids in wanted.items() if ids}

    def _called(self, tx: Tx, type_id: str, ids: Sequence[str]) -> dict[str, str]:
        of = self._program.schema.types.get(type_id)
        name = None if of is None else label_field(of)
        if of is None or name is None:
            return {}
        place = list(of.fields).index(name)
        found = self._program.things.get_many(tx, type_id, ids)
        return {thing_id: str(row[place]) for thing_id, row in found.items() if row[place]}


def label_field(of: DataType) -> str | None:
    """The field that tells people which thing it is: a user's e-mail, else the first text that the maker declared."""
    if of.id == USER:
        return "email"
    return next((one.id for one in of.fields.values() if one.type == TEXT and not one.builtin), None)
