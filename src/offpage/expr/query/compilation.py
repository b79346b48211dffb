"""The finished query: its statement, and running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from offpage.expr.access import OPEN
from offpage.expr.ir import Call, FieldOf, Ir, This
from offpage.expr.query.chain import is_one_of_chain, select_of
from offpage.expr.query.draft import Bound, Draft, Surroundings
from offpage.expr.query.frame import row_of
from offpage.expr.query.reduction import one_of, reduced
from offpage.expr.query.row import condition, row
from offpage.expr.query.select import Select
from offpage.expr.query.term import Term, Unsayable
from offpage.expr.runtime import Gives
from offpage.expr.symbols import Closure
from offpage.sql.fragment import Sql, Statement, join
from offpage.values.codec import decoder, is_plain
from offpage.values.types import Type

__all__ = ["Query", "Surroundings", "Texts", "condition_of", "draft_for", "query_of"]

MOST_TEXTS: Final = 64
"""How many texts of one query are kept; one with more switches is rendered anew now and then."""

Reader = Callable[[list[tuple[Any, ...]]], Any]


Build = Callable[[Sequence[bool]], tuple[Statement, Reader, list[Closure]]]


class Query:
    """One statement, and how its rows become a value; another one for those from whom something is hidden.

    Which of the two runs is decided by the Runtime, so that a workflow is compiled once for all its callers.
    `statement` is the text that runs for those who see all when no switch is on.
    """

    def __init__(self, open_: Build, guarded: Build | None, gives: Gives = "") -> None:
        self.gives = gives
        self._open = Texts(open_, gives)
        self.statement = self._open.statement
        self._build_guarded = guarded
        self._guarded = None if guarded is not None else self._open

    def run(self, rt: Any) -> Any:
        """The value in Python form. Runs one SELECT."""
        if self._build_guarded is None or rt.sees_all:
            return self._open.run(rt)
        return self.guarded.run(rt)

    def statement_for(self, rt: Any) -> tuple[str, list[Any]]:
        """Text and values of the SELECT that `run` would run now, for those who want its rows to stay in the database."""
        texts = self._open if self._build_guarded is None or rt.sees_all else self.guarded
        return texts.chosen(rt).bound(rt)

    @property
    def guarded(self) -> Texts:
        """The statement for those from whom something is hidden; compiled when it is first needed."""
        if self._guarded is None:
            assert self._build_guarded is not None
            self._guarded = Texts(self._build_guarded, self.gives)
        return self._guarded


class Texts:
    """A statement that may have several texts: `statement` is the one when no switch is on.

    `build` gives, for a choice of the switches, the statement, what makes a value of its rows, and the switches.
    """

    def __init__(self, build: Build, gives: Gives = "") -> None:
        self._build = build
        self._gives: Gives = gives
        self.statement, reader, self._switches = build(())
        self._texts: dict[tuple[bool, ...], _Text] = {}
        self._only = None if self._switches else _Text(self.statement, reader, gives)

    def run(self, rt: Any) -> Any:
        """What the rows of one SELECT become."""
        return self.chosen(rt).run(rt)

    def chosen(self, rt: Any) -> _Text:
        """The text for the switches as they are now."""
        return self._only or self._text(tuple(bool(one(rt)) for one in self._switches))

    def _text(self, choices: tuple[bool, ...]) -> _Text:
        found = self._texts.get(choices)
        if found is None:
            statement, reader, _ = self._build(choices)
            found = _Text(statement, reader, self._gives)
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            self._texts[choices] = found
        return found


class _Text:
    """A rendered statement: constants in their places, and closures for the rest."""

    __slots__ = ("constants", "gives", "moving", "read", "text")

    def __init__(self, statement: Statement, read: Reader, gives: Gives) -> None:
        self.text = statement.text
        self.read = read
        self.gives: Gives = gives
        self.constants = [None if isinstance(one, Bound) else one for one in statement.values]
        self.moving = [(at, one) for at, one in enumerate(statement.values) if isinstance(one, Bound)]

    def bound(self, rt: Any) -> tuple[str, list[Any]]:
        values = self.constants.copy()
        for at, one in self.moving:
            values[at] = one.encode(one.closure(rt))
        return self.text, values

    def run(self, rt: Any) -> Any:
        return self.read(rt.select(*self.bound(rt), self.gives))


def draft_for(around: Surroundings, choices: Sequence[bool] = ()) -> Draft:
    """A statement to be built, with this choice of its switches."""
    return Draft(around, row, condition, choices)


def query_of(ir: Ir, around: Surroundings) -> Query | None:
    """The query of a chain, or None when a part of it cannot be said in SQL."""

    def build(seen: Surroundings, choices: Sequence[bool]) -> tuple[Statement, Reader, list[Closure]]:
        draft = draft_for(seen, choices)
        fragment, reader = _built(ir, draft)
        return seen.dialect.render(fragment), reader, draft.switches

    guarded = None if around.access is OPEN else partial(build, around)
    try:
        return Query(partial(build, replace(around, access=OPEN)), guarded, _gives(ir))
    except Unsayable:
        return None


def _gives(ir: Ir) -> Gives:
    """What a chain gives."""
    if not ir.type.is_list and not is_one_of_chain(ir):
        return "figure"
    return "things" if ir.type.kind == "thing" else "values"


def _built(ir: Ir, draft: Draft) -> tuple[Sql, Reader]:
    """The fragment of a chain, and how to read its rows."""
    if isinstance(ir, FieldOf) and is_one_of_chain(ir.base):
        select, term = _field_of_one(ir, draft)
        return select.render(join(", ", term.columns)), _value(term.type)
    if not ir.type.is_list and isinstance(ir, Call):
        found = reduced(ir, draft, None)
        if found.how == "items":
            items, finish = _items(found.term.type), found.finish
            assert finish is not None
            return found.select, lambda rows: finish(items(rows))
        return found.select, _value(ir.type if found.how == "figure" else found.term.type)
    select = select_of(ir, draft, None)
    return select.render(join(", ", select.item.columns)), _items(select.item.type)


def _field_of_one(ir: FieldOf, draft: Draft) -> tuple[Select, Term]:
    """A field of the one thing that a chain ends with, in the same statement."""
    path: list[FieldOf] = []
    base: Ir = ir
    while isinstance(base, FieldOf):
        path.append(base)
        base = base.base
    assert isinstance(base, Call)
    assert base.operands[0] is not None
    select = one_of(base, select_of(base.operands[0], draft, None))
    over: Ir = This(base.type)
    for step in reversed(path):
        over = FieldOf(step.type, over, step.type_id, step.field_id, step.place)
    return select, row(over, select.frame)


def _value(of: Type) -> Reader:
    """The first row's value, or None."""
    decode = decoder(of)
    return lambda rows: decode(rows[0]) if rows else None


def _items(of: Type) -> Reader:
    """Every row's value, without empties."""
    if is_plain(of):
        return lambda rows: [one for (one,) in rows if one is not None]
    decode = decoder(of)
    return lambda rows: [one for columns in rows if (one := decode(columns)) is not None]


def condition_of(ir: Ir, around: Surroundings, type_id: str, alias: str) -> Sql:
    """A condition on the row `alias` of a type's table that stands by itself; values in it are closures of a Runtime.

    Raises Unsayable. NULL means no.
    """
    draft = draft_for(around)
    draft.aliases = 1000
    found = condition(ir, row_of(draft, type_id, alias, inline=True)).sql
    if draft.switches:
        raise Unsayable(ir.place, "A direction that is computed cannot stand here. Write descending=yes or no.")
    return found
