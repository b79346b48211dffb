"""Privacy rules at work: in the SQL of searches (Access), and about one thing in Python.

A rule is evaluated with full sight: inside it everything may be read, or else rules would go round in circles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from offpage.data.policy import ALWAYS_SEEN, Permission, Policies, Policy
from offpage.data.shown import Marks, Shown
from offpage.data.statements import chunks
from offpage.expr.access import OPEN, Switch
from offpage.expr.closure import Closure, compile_closure
from offpage.expr.free import uses_this
from offpage.expr.ir import Ir, Search
from offpage.expr.nodes import nodes
from offpage.expr.query.compilation import Surroundings, condition_of
from offpage.expr.query.draft import Bound
from offpage.model.schema import DataType, Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, Statement, ident, join, sql, value
from offpage.sql.layout import table

FALSE: Final = sql("FALSE")
TRUE: Final = sql("TRUE")

IDS: Final = object()
"""Stands for the ids that a statement asks about."""


class Privacy:
    """The privacy of an app. Implements Access. It holds rules, never data: one object serves all runs and threads."""

    __slots__ = ("_types", "policies")

    def __init__(self, policies: Policies, schema: Schema, dialect: Dialect) -> None:
        self.policies = policies
        self._types = {
            one.id: GuardedType(policies.get(one.id) or Policy(one.id), one, schema, dialect)
            for one in schema.types.values()
        }

    def of(self, type_id: str) -> GuardedType:
        """The rules of one data type."""
        return self._types[type_id]

    def may_find(self, type_id: str, alias: str, switch: Switch) -> Sql | None:
        """Whether a search may find the row `alias`: one of the rules that allow it holds."""
        guarded = self._types[type_id]
        return guarded.one_holds(guarded.finding, alias, switch, to_find=True)

    def may_see(self, type_id: str, field_id: str, alias: str, switch: Switch, *, found: bool) -> Sql | None:
        """Whether a field of the row `alias` may be seen: one of the rules that show it holds."""
        guarded = self._types[type_id]
        showing = guarded.showing[field_id]
        if field_id == ALWAYS_SEEN or (found and set(guarded.finding) <= set(showing)):
            # Whichever rule let the search find the row shows the field too.
            return None
        return guarded.one_holds(showing, alias, switch)


class GuardedType:
    """The rules of one data type, compiled for Python and for one database."""

    def __init__(self, policy: Policy, of: DataType, schema: Schema, dialect: Dialect) -> None:
        self.policy = policy
        self.type = of
        self._dialect = dialect
        self.finding = policy.allowing("find")
        self.showing = {field_id: policy.showing(field_id) for field_id in of.fields}
        self._everyone = {at for at, rule in enumerate(policy.rules) if rule.condition is None}
        self._holds = [None if one.condition is None else compile_closure(one.condition, schema, dialect)
                       for one in policy.rules]  # fmt: skip
        self._free: dict[int, Closure] = {
            at: with_full_sight(holds)
            for at, (rule, holds) in enumerate(zip(policy.rules, self._holds, strict=True))
            if rule.condition is not None and holds is not None and not uses_this(rule.condition)
        }
        # What a rule asks about the user is read by the statement itself: a search under rules stays one statement.
        self._around = Surroundings(
            schema, dialect, OPEN, lambda ir: with_full_sight(compile_closure(ir, schema, dialect)), user_in_sql=True
        )
        self._to_find = replace(self._around, by_ids=True)
        self._conditions: dict[tuple[int, str, bool], Sql] = {}
        self._schema = schema
        self._shown: dict[Marks, Shown] = {}

    def one_holds(self, rules: Sequence[int], alias: str, switch: Switch, *, to_find: bool = False) -> Sql | None:
        """Whether one of these rules holds for the row `alias`; None: always. `to_find`: said so that indexes find rows.

        A rule that does not look at the thing is asked before the statement runs, and leaves it when it does not hold:
        `… OR (the user is a manager)` would keep the database from using an index.
        """
        if not self._everyone.isdisjoint(rules):
            return None
        # Every switch is asked, also when one of them already decides: see Switch.
        free = [switch(self._free[at]) for at in rules if at in self._free]
        if any(free):
            return None
        rest = [self._condition(at, alias, to_find=to_find) for at in rules if at not in self._free]
        return sql("({})", join(" OR ", rest)) if rest else FALSE

    def marks_of_row(self, alias: str) -> tuple[Sql, ...]:
        """One yes/no per rule about the row `alias`, for a SELECT that also reads the row."""
        return tuple(
            TRUE if rule.condition is None else sql("coalesce({}, FALSE)", self._condition(at, alias))
            for at, rule in enumerate(self.policy.rules)
        )

    def marks(self, rt: Any, thing_id: str) -> Marks:
        """Which rules hold for one thing."""
        return _asked(self._holds, rt, thing_id)

    def foreseen(self, rt: Any, thing_id: str) -> Marks:
        """Which rules hold for a thing as `rt`'s view supposes it, list fields too: no table has it so yet.

        What a rule searches for is searched in the database as it is.
        """
        return _asked(self._foresee, rt, thing_id)

    @cached_property
    def _foresee(self) -> list[Closure | None]:
        return [None if one.condition is None
                else compile_closure(one.condition, self._schema, self._dialect, lists_whole=True)
                for one in self.policy.rules]  # fmt: skip

    def searches(self, permission: Permission) -> bool:
        """Whether a rule that allows something searches: a search may find what was written."""
        rules = (self.policy.rules[at].condition for at in self.policy.allowing(permission))
        return any(isinstance(node, Search) for one in rules if one is not None for node in nodes(one))

    def marks_of_many(self, rt: Any, ids: Sequence[str]) -> dict[str, Marks]:
        """Which rules hold for each of many things, by one statement; those that there are not are left out."""
        if all(rule.condition is None for rule in self.policy.rules):
            return dict.fromkeys(ids, (True,) * len(self.policy.rules))
        found: dict[str, Marks] = {}
        for some in chunks(ids):
            bound = self._dialect.list_value(some)
            values = [bound if one is IDS else one.encode(one.closure(rt)) if isinstance(one, Bound) else one
                      for one in self._many.values]  # fmt: skip
            found.update((str(row[0]), tuple(map(bool, row[1:]))) for row in rt.select(self._many.text, values))
        return found

    @cached_property
    def _many(self) -> Statement:
        alias = "a0"
        here = self._dialect.among(ident(alias, "id"), value(IDS), "text")
        columns = join(", ", (ident(alias, "id"), *self.marks_of_row(alias)))
        return self._dialect.render(
            sql("SELECT {} FROM {} AS {} WHERE {}", columns, table(self.type.id), ident(alias), here)
        )

    def shown(self, marks: Marks) -> Shown:
        """What may be seen of a thing for which these rules hold."""
        found = self._shown.get(marks)
        if found is None:
            found = self._shown[marks] = Shown(self.type, self.showing, marks)
        return found

    def allows(self, permission: Permission, marks: Marks) -> bool:
        """Whether one of the rules that hold allows something."""
        return any(marks[at] for at in self.policy.allowing(permission))

    def writable(self, permission: Permission, marks: Marks) -> frozenset[str]:
        """The fields that the rules that hold let somebody give in a creation or a change."""
        limits = [self.policy.rules[at].fields_of(permission) for at in self.policy.allowing(permission) if marks[at]]
        every = frozenset(self.type.fields)
        return frozenset().union(*(every if one is None else one for one in limits))

    def _condition(self, at: int, alias: str, *, to_find: bool = False) -> Sql:
        found = self._conditions.get((at, alias, to_find))
        if found is None:
            condition: Ir | None = self.policy.rules[at].condition
            assert condition is not None
            around = self._to_find if to_find else self._around
            found = sql("({})", condition_of(condition, around, self.type.id, alias))
            self._conditions[at, alias, to_find] = found
        return found


def _asked(rules: Sequence[Closure | None], rt: Any, thing_id: str) -> Marks:
    this, sees_all = rt.this, rt.sees_all
    rt.this, rt.sees_all = thing_id, True
    try:
        return tuple([holds is None or holds(rt) is True for holds in rules])
    finally:
        rt.this, rt.sees_all = this, sees_all


def with_full_sight(closure: Closure) -> Callable[[Any], Any]:
    """The closure, evaluated as by somebody who sees everything."""

    def seeing(rt: Any) -> Any:
        before = rt.sees_all
        rt.sees_all = True
        try:
            return closure(rt)
        finally:
            rt.sees_all = before

    return seeing
