"""Where a row's fields are read, and those of the things it refers to."""

from __future__ import annotations

from offpage.expr.query.draft import Draft
from offpage.expr.query.term import Term
from offpage.model.schema import Field
from offpage.sql.fragment import NOTHING, Sql, ident, sql
from offpage.sql.layout import columns, table
from offpage.values.types import thing

NEVER_EMPTY = frozenset({"id", "created_date", "modified_date"})


class Frame:
    """The rows that an expression looks at: `this` as a term, and joins to the things it refers to, each path once.

    With `inline` a referred thing is read by a sub-select instead, so that the SQL stands by itself.
    """

    def __init__(self, draft: Draft, this: Term | None, *, inline: bool = False) -> None:
        self.draft = draft
        self.given = this
        self.inline = inline
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
        own = self._own is not None and self._entered.get((base.sql, type_id)) == self._own
        if self.inline and not own:
            return self._read_inline(base, type_id, field)
        alias = self._join(base, type_id)
        every = tuple(self._column(type_id, field, alias, name) for name, _ in columns(field.id, field.type))
        return Term(field.type, every, nullable=not (own and field.id in NEVER_EMPTY))

    def _column(self, type_id: str, field: Field, alias: str, name: str) -> Sql:
        """THE place where a column of a thing is read."""
        return self.draft.around.access.column(type_id, field.id, alias, ident(alias, name))

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
        every = tuple(
            sql("(SELECT {} FROM {} AS {} WHERE {} = {})", self._column(type_id, field, alias, name), *source)
            for name, _ in columns(field.id, field.type)
        )
        return Term(field.type, every)


def row_of(draft: Draft, type_id: str, alias: str, *, inline: bool = False) -> Frame:
    """The frame of rows of a table."""
    frame = Frame(draft, Term(thing(type_id), (ident(alias, "id"),), nullable=False), inline=inline)
    frame.stands_in(type_id, alias)
    return frame
