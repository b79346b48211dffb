"""The state of a query being built: rows, conditions, order, limits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from offpage.expr.query.draft import Draft
from offpage.expr.query.frame import Frame
from offpage.expr.query.term import Term
from offpage.sql.fragment import NOTHING, Sql, ident, join, sql

ALL: Final = sql("9223372036854775807")
"""A limit that is none: SQLite takes no OFFSET without a LIMIT."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an order. Empties come last whichever the direction; `turned` is the exact opposite order."""

    by: Sql
    descending: bool = False
    nullable: bool = True
    empties_first: bool = False

    def turned(self) -> Rule:
        """The opposite order."""
        return replace(self, descending=not self.descending, empties_first=not self.empties_first)

    def render(self) -> Sql:
        """As in ORDER BY."""
        way = sql("{} DESC", self.by) if self.descending else self.by
        if not self.nullable:
            return way
        return sql("{} NULLS FIRST", way) if self.empties_first else sql("{} NULLS LAST", way)


@dataclass(slots=True)
class Select:
    """Rows of `source` (with the frame's joins) for which all of `where` hold; each gives the frame's `this`.

    `distinct` says that no item comes twice.
    """

    draft: Draft
    frame: Frame
    source: Sql
    order: list[Rule]
    where: list[Sql] = field(default_factory=list)
    limit: Sql = NOTHING
    offset: Sql = NOTHING
    distinct: bool = False

    @property
    def item(self) -> Term:
        """What each row gives."""
        return self.frame.this

    @property
    def is_cut(self) -> bool:
        """Whether a limit or an offset is in force, so that what follows must not change which rows there are."""
        return bool(self.limit) or bool(self.offset)

    def render(self, columns: Sql, *, ordered: bool = True) -> Sql:
        """The SELECT."""
        text = sql("SELECT {} FROM {}", columns, self.source) + self.frame.joins
        if self.where:
            text += sql(" WHERE {}", join(" AND ", self.where))
        if ordered or self.is_cut:
            text += self._ordered()
        if self.is_cut:
            text += sql(" LIMIT {}", self.limit or ALL)
        if self.offset:
            text += sql(" OFFSET {}", self.offset)
        return text

    def _ordered(self) -> Sql:
        return sql(" ORDER BY {}", join(", ", (rule.render() for rule in self.order))) if self.order else NOTHING

    def turn(self) -> None:
        """Turn the order round."""
        self.order = [rule.turned() for rule in self.order]

    def wrapped(self) -> Select:
        """The same items as a table of their own, numbered in their order: for what comes after a limit."""
        names = [f"v{at}" for at in range(len(self.item.columns))]
        over = join(", ", (rule.render() for rule in self.order))
        columns = [sql("{} AS {}", one, ident(name)) for one, name in zip(self.item.columns, names, strict=True)]
        columns.append(sql("row_number() OVER (ORDER BY {}) AS {}", over, ident("n")))
        return self._standing_on(self.render(join(", ", columns)), names)

    def without_doubles(self) -> Select:
        """Each item once, where it first stood."""
        inner = self.wrapped()
        names = [f"v{at}" for at in range(len(self.item.columns))]
        values = join(", ", inner.item.columns)
        first = sql("min({}) AS {}", inner.order[0].by, ident("n"))
        columns = [sql("{} AS {}", one, ident(name)) for one, name in zip(inner.item.columns, names, strict=True)]
        text = sql("SELECT {} FROM {} GROUP BY {}", join(", ", [*columns, first]), inner.source, values)
        outer = self._standing_on(text, names)
        outer.distinct = True
        return outer

    def _standing_on(self, text: Sql, names: list[str]) -> Select:
        """A select from the rows of another one, in the order of their numbers."""
        alias = self.draft.alias()
        item = Term(self.item.type, tuple(ident(alias, name) for name in names), self.item.nullable)
        return Select(
            self.draft,
            Frame(self.draft, item),
            sql("({}) AS {}", text, ident(alias)),
            [Rule(ident(alias, "n"), nullable=False)],
            distinct=self.distinct,
        )
