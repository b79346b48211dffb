"""What privacy rules do with real things: which rule lets somebody see what of them, and why not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from offpage.data.onlooker import Onlooker, SourceOf
from offpage.data.policy import PERMISSIONS, Policy, Rule
from offpage.data.privacy_reasons import Reasons
from offpage.data.shown import Marks
from offpage.expr.closure import compile_query
from offpage.expr.ir import Const, FieldOf, Search, SortBy, This
from offpage.host.app_runner import this_machine
from offpage.host.compose import Name, Place, app_runner
from offpage.host.one_run import beside, user_named
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import NotFound
from offpage.kernel.events import Events
from offpage.program.program import Program
from offpage.store.tx import Tx
from offpage.values.types import DATE, YES_NO, thing

LOOKED_AT: Final = 200
"""How many of the latest things are looked at to find those for which different rules hold."""


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """One rule about one thing. `why_not` is empty when it holds; `allows` are permissions and what it shows."""

    name: str
    holds: bool
    condition: str
    allows: tuple[str, ...]
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingSeen:
    """One thing as somebody sees it, and what each rule says about it."""

    id: str
    found: bool
    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    rules: tuple[RuleSeen, ...]


def look(place: Place, name: Name, type_id: str, who: str, *, limit: int, events: Events) -> list[ThingSeen]:
    """A sample of real things through the eyes of `who`: a user's id or e-mail address, or `nobody`.

    The sample prefers things for which different rules hold. Raises NotFound, AppError.
    """
    with beside(place, name, events) as database:
        machine = this_machine(SystemClock(), events)
        runner = app_runner(place, name, database, machine)
        program = runner.program
        if type_id not in program.schema.types:
            near = difflib.get_close_matches(type_id, program.schema.types, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(program.schema.types))}."
            raise NotFound(f"There is no data type {type_id}. {hint}")

        def read(tx: Tx) -> list[ThingSeen]:
            onlooker = Onlooker(
                tx, program.things, program.privacy, program.forms,
                user_id=user_named(tx, program, who), sees_all=False, now=machine.clock.now(), source=runner.around.source,
            )  # fmt: skip
            return _sample(program, onlooker, type_id, limit)

        return database.read(read)


def seen_by(
    tx: Tx, program: Program, type_id: str, thing_id: str, user_id: str | None, now: int, source: SourceOf
) -> ThingSeen:
    """One thing as a user (None: nobody) sees it. Raises NotFound."""
    if not program.things.exists(tx, type_id, [thing_id]):
        raise NotFound(f"There is no {type_id} with the id {thing_id[:100]}.")
    onlooker = Onlooker(
        tx, program.things, program.privacy, program.forms, user_id=user_id, sees_all=False, now=now, source=source
    )
    return _seen(program, onlooker, type_id, thing_id, program.privacy.of(type_id).marks(onlooker, thing_id))


def _sample(program: Program, onlooker: Onlooker, type_id: str, limit: int) -> list[ThingSeen]:
    """Things for which different rules hold come first."""
    guarded = program.privacy.of(type_id)
    groups: dict[Marks, list[str]] = {}
    for one in _latest(program, onlooker, type_id):
        groups.setdefault(guarded.marks(onlooker, one), []).append(one)
    rounds = max(map(len, groups.values()), default=0)
    order = [(marks, ids[at]) for at in range(rounds) for marks, ids in groups.items() if at < len(ids)]
    return [_seen(program, onlooker, type_id, one, marks) for marks, one in order[:limit]]


def _latest(program: Program, onlooker: Onlooker, type_id: str) -> Sequence[str]:
    """The ids of the latest things, whoever may find them."""
    item = thing(type_id)
    newest_first = SortBy(FieldOf(DATE, This(item), type_id, "created_date"), Const(YES_NO, True))
    query = compile_query(Search(item.listed, type_id, None, (newest_first,)), program.dialect, program.schema)
    assert query is not None
    ids: list[str] = query.run(onlooker)
    return ids[:LOOKED_AT]


def _seen(program: Program, onlooker: Onlooker, type_id: str, thing_id: str, marks: Marks) -> ThingSeen:
    guarded = program.privacy.of(type_id)
    shown = guarded.shown(marks)
    fields = program.schema.types[type_id].fields
    return ThingSeen(
        thing_id,
        guarded.allows("find", marks),
        tuple(one for one in fields if one in shown.fields),
        tuple(one for one in fields if one not in shown.fields),
        tuple(_rule(program, onlooker, guarded.policy, at, thing_id, holds) for at, holds in enumerate(marks)),
    )


def _rule(program: Program, onlooker: Onlooker, policy: Policy, at: int, thing_id: str, holds: bool) -> RuleSeen:
    rule = policy.rules[at]
    why_not = [] if holds else Reasons(rule, program.schema).why_not(onlooker, thing_id)
    return RuleSeen(rule.name, holds, rule.text.removeprefix("=").strip(), _allows(rule), tuple(why_not))


def _allows(rule: Rule) -> tuple[str, ...]:
    """What a rule allows, in words."""
    if rule.view is None:
        view = ["view all"]
    else:
        view = [f"view {', '.join(sorted(rule.view))}"] if rule.view else []
    others = (_limited(one, rule.fields_of(one)) for one in PERMISSIONS if one != "find" and one in rule.allows)
    return (*(["find"] if "find" in rule.allows else []), *view, *others)


def _limited(permission: str, fields: frozenset[str] | None) -> str:
    """A permission with the fields that it is limited to."""
    return permission if fields is None else f"{permission} {', '.join(sorted(fields))}"
