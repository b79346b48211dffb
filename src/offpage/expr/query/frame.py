"""Where a row's fields are read, and those of the things it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from offpage.expr.query.draft import Draft
from offpage.expr.query.term import Term
from offpage.model.schema import Field
from offpage.sql.fragment import NOTHING, Sql, ident, sql
from offpage.sql.layout import columns, table
from offpage.values.types import thing

NEVER_EMPTY = frozenset({"id", "created_date", "modified_date"})


class Frame:
    """The rows that an expression looks at: `this` as a term, and joins to the things it refers to, each path once.

    With `inline` a referred thing is read by a sub-select instead, so that the SQL stands by itself. `found` says
    that the rows came through a search, which gives only those that may be found.
    """

    def __init__(self, draft: Draft, this: Term | None, *, inline: bool = False) -> None:
        self.draft = draft
        self.given = this
        self.inline = inline
        self.found = False
        self.joins: Sql = NOTHING
        self._entered: dict[tuple[Sql, str], str] = {}
        self._own: str | None = None

    @property
    def this(self) -> Term:
        """The item in question."""
        assert self.given is not None
        return self.given

    def stands_in(self, type_id: str, alias: str) -> None:
        """Say that the row `alias` is the thing `this`, so that its fields need no join."""
        self._entered[(self.this.sql, type_id)] = self._own = alias

    def field(self, base: Term, type_id: str, field: Field) -> Term:
        """A field of the thing that `base` is the id of."""
        if field.id == "id":
            return base
        own = self.own_row(base, type_id) is not None
        if self.inline and not own:
            return self._read_inline(base, type_id, field)
        alias = self._join(base, type_id)
        seen = self.may_see(type_id, field.id, alias)
        every = tuple(_column(alias, name, seen) for name, _ in columns(field.id, field.type))
        return Term(field.type, every, nullable=not (own and seen is None and field.id in NEVER_EMPTY))

    @contextmanager
    def unfound(self) -> Iterator[None]:
        """Read fields inside as of rows of which it is not known yet whether they are found.

        A database asks conditions in an order of its own: what is slow for some values would see those of hidden rows.
        """
        before, self.found = self.found, False
        try:
            yield
        finally:
            self.found = before

    def own_row(self, base: Term, type_id: str) -> str | None:
        """The alias of the row itself, where `base` is the thing `this`."""
        return self._own if self._own is not None and self._entered.get((base.sql, type_id)) == self._own else None

    def may_see(self, type_id: str, field_id: str, alias: str) -> Sql | None:
        """THE place where it is asked whether a field of the row `alias` may be seen; None means always."""
        access, found = self.draft.around.access, self.found and alias == self._own
        return access.may_see(type_id, field_id, alias, self.draft.switch, found=found)

    def _join(self, base: Term, type_id: str) -> str:
        """The alias under which the thing that `base` refers to is joined."""
        key = (base.sql, type_id)
        alias = self._entered.get(key)
        if alias is None:
            alias = self._entered[key] = self.draft.alias()
            on = (table(type_id), ident(alias), ident(alias, "id"), base.sql)
            self.joins += sql(" LEFT JOIN {} AS {} ON {} = {}", *on)
        return alias

    def _read_inline(self, base: Term, type_id: str, field: Field) -> Term:
        alias = self.draft.alias()
        source = (table(type_id), ident(alias), ident(alias, "id"), base.sql)
        seen = self.may_see(type_id, field.id, alias)
        every = tuple(
            sql("(SELECT {} FROM {} AS {} WHERE {} = {})", _column(alias, name, seen), *source)
            for name, _ in columns(field.id, field.type)
        )
        return Term(field.type, every)


def _column(alias: str, name: str, seen: Sql | None) -> Sql:
    """THE place where a column of a thing is read: empty where it may not be seen."""
    column = ident(alias, name)
    return column if seen is None else sql("CASE WHEN {} THEN {} END", seen, column)


def row_of(draft: Draft, type_id: str, alias: str, *, inline: bool = False) -> Frame:
    """The frame of rows of a table."""
    frame = Frame(draft, Term(thing(type_id), (ident(alias, "id"),), nullable=False), inline=inline)
    frame.stands_in(type_id, alias)
    return frame
