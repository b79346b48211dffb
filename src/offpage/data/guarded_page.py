"""A page of a search in ONE statement: full rows, one yes/no mark per privacy rule, and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from offpage.data.privacy import Privacy
from offpage.data.shown import Marks
from offpage.data.tables import ThingRow, ThingTable
from offpage.expr.access import OPEN
from offpage.expr.closure import Closure, compile_closure
from offpage.expr.ir import Search
from offpage.expr.query.chain import select_of
from offpage.expr.query.compilation import Surroundings, Texts, draft_for
from offpage.expr.query.draft import Draft
from offpage.expr.query.select import Rule, Select
from offpage.model.schema import Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import NOTHING, Sql, Statement, ident, join, sql
from offpage.store.tx import Row

Hidden = Literal["no_match", "ignore"]
"""What a constraint on a field means for a thing whose field may not be seen: see `Surroundings.hidden`."""

FOUND: Final = "*found"
PAGE: Final = "*page"
ROW: Final = "*row"
"""Names of tables in the statement; no field can be called so."""

HOW_MANY: Final = sql("count(*)")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in their order with the marks of the rules (None for who sees all), and how many rows the search has.

    `total` is None when it was not asked for, and when the page is empty.
    """

    rows: list[ThingRow]
    marks: list[Marks] | None
    total: int | None


class GuardedPage:
    """A search compiled for pages: its conditions are over `this`, its values may be slots. Serves all threads."""

    def __init__(
        self,
        search: Search,
        table: ThingTable,
        privacy: Privacy,
        schema: Schema,
        dialect: Dialect,
        *,
        hidden: Hidden = "no_match",
        with_total: bool = True,
    ) -> None:
        """Raises Unsayable for what SQL cannot say."""
        self._search = search
        self._table = table
        self._guarded_type = privacy.of(search.type_id)
        self._with_total = with_total

        def closure(ir: Any) -> Closure:
            return compile_closure(ir, schema, dialect, privacy)

        everything = Surroundings(schema, dialect, OPEN, closure)
        guarded = Surroundings(schema, dialect, privacy, closure, hidden)
        self._open = Texts(partial(self._build, everything))
        self._guarded = Texts(partial(self._build, guarded))

    def read(self, rt: Any) -> Page:
        """The page that an Onlooker asks for by its `limit` and `offset`. One SELECT."""
        found: Page = (self._open if rt.sees_all else self._guarded).run(rt)
        return found

    def _build(self, around: Surroundings, choices: Sequence[bool]) -> tuple[Statement, Any, list[Closure]]:
        draft = draft_for(around, choices)
        select = select_of(self._search, draft, None)
        select.order = _decisive(_same_way(select.order, len(self._search.order)), select.item.sql)
        figures: list[Sql] = []
        marks: int | None = None
        if around.access is not OPEN:
            figures += self._guarded_type.marks_of_row(ROW)
            marks = len(figures)
        # Rules that look at the things are asked once for both, the page and the total. Without them an index may give
        # the page without a look at the other things, and count those by itself.
        found_once = marks is not None and self._with_total and bool(select.where)
        statement = around.dialect.render(self._statement(select, draft, figures, found_once=found_once))
        return statement, partial(_page, self._table, marks, self._with_total), draft.switches

    def _statement(self, select: Select, draft: Draft, figures: list[Sql], *, found_once: bool) -> Sql:
        """The rows of the page's ids: what is skipped is skipped by id and sort keys, without reading its fields.

        With `found_once` the ids and sort keys of all that is found are kept while the statement runs.
        """
        keys = [f"*{at}" for at in range(len(select.order))]
        inner = [sql("{} AS {}", select.item.sql, ident("*id"))]
        inner += [sql("{} AS {}", rule.by, ident(key)) for rule, key in zip(select.order, keys, strict=True)]
        columns, order = join(", ", inner), _order_of(select, keys)
        found = sql("WITH {} AS MATERIALIZED ({}) ", ident(FOUND), select.render(columns, ordered=False))
        if self._with_total:
            count = (
                sql("SELECT count(*) FROM {}", ident(FOUND)) if found_once else select.render(HOW_MANY, ordered=False)
            )
            figures = [*figures, sql("({})", count)]
        limit = draft.bound_as(lambda rt: rt.limit, int, "integer")
        offset = draft.bound_as(lambda rt: rt.offset, int, "integer")
        if found_once:
            page = sql("SELECT * FROM {} ORDER BY {} LIMIT {} OFFSET {}", ident(FOUND), order, limit, offset)
        else:
            select.limit, select.offset = limit, offset
            page = select.render(columns)
        return sql(
            "{}SELECT {} FROM ({}) AS {} JOIN {} AS {} ON {} = {} ORDER BY {}",
            found if found_once else NOTHING,
            join(", ", [self._table.selected, *figures]),
            page,
            ident(PAGE),
            self._table.name,
            ident(ROW),
            ident(ROW, "id"),
            ident(PAGE, "*id"),
            order,
        )


def _order_of(select: Select, keys: list[str]) -> Sql:
    """The order of a search by the columns that hold its sort keys."""
    pairs = zip(select.order, keys, strict=True)
    rules = [Rule(ident(key), rule.descending, rule.nullable, rule.empties_first) for rule, key in pairs]
    return join(", ", (rule.render() for rule in rules))


def _decisive(rules: list[Rule], unique: Sql) -> list[Rule]:
    """The order up to the unique id, each key once: what else there is decides nothing, and would keep an index from
    being used.
    """
    order: list[Rule] = []
    for rule in rules:
        if all(rule.by != other.by for other in order):
            order.append(rule)
        if rule.by == unique:
            break
    return order


def _same_way(order: list[Rule], asked: int) -> list[Rule]:
    """The order with ties decided in the direction of the last rule asked for: an index then serves it all, from
    either end, and a page far down costs little more than the first.
    """
    if not asked or not order[:asked][-1].descending:
        return order
    return [*order[:asked], *(rule.turned() for rule in order[asked:])]


def _page(table: ThingTable, marks: int | None, with_total: bool, rows: list[Row]) -> Page:
    """The rows of the statement as a page."""
    figures = (marks or 0) + with_total
    decode = table.decode
    every = [decode(row[: len(row) - figures]) for row in rows] if figures else [decode(row) for row in rows]
    total = int(rows[0][-1]) if with_total and rows else None
    if marks is None:
        return Page(every, None, total)
    end = -1 if with_total else None
    return Page(every, [tuple(map(bool, row[len(row) - figures : end])) for row in rows], total)
