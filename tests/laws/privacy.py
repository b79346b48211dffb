"""Random privacy rules over the shop, and what they hide: worked out by asking every rule about every thing in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from offpage.data.onlooker import Onlooker
from offpage.data.policy import PERMISSIONS, Permission, Policy, Rule
from offpage.data.privacy import Privacy
from offpage.data.things import Things as ThingsOfApp
from offpage.expr.checker import check_rule
from offpage.expr.closure import compile_closure
from offpage.expr.ir import Ir
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Tx
from offpage.values.types import YES_NO, thing
from tests.laws.expressions import expressions
from tests.unit.expr.shop import FORMS, NAMES, NOW, SCHEMA, SCOPE, Things, with_values

USERS: Final = (None, "u0", "u1", "u2", "gone")

CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "order": (
        "this.customer.owner == current_user",
        "this.created_by == current_user",
        "this.customer == buyer",
        "this.note == current_user.name",
        "this.paid",
        "not this.paid",
        "this.total > current_user.points",
        "this.tags.contains(current_user.name)",
        "this.items.where(this.price > 1).count > 0",
        "this.customer in buyer.friends",
        "this.customer.friends.contains(buyer)",
        "this.customer in current_user.favourites",
        "current_user.favourites.contains(this.customer) and this.paid",
        "not current_user.favourites.contains(this.customer)",
        "this.customer.owner.name == current_user.name",
        "not (this.customer.name == buyer.name)",
        "not (this.customer.owner != current_user)",
        "not (this.note != current_user.name)",
        "not (this.total > current_user.points)",
        "not (this.total + current_user.points < 3)",
        "not (this.paid and this.customer.owner != current_user)",
        "not (this.customer != buyer or not (this.total <= amount))",
        "not not (this.customer.owner != current_user)",
        "not (this.note not in words)",
        "not (this.customer in buyer.friends)",
        "no if this.customer.owner != current_user else yes",
        "(this.customer != buyer) == no",
        "(this.total > amount) != (this.customer.owner == current_user)",
        "(this.customer.owner == current_user) in [no, this.paid]",
        "(1 if this.customer.owner == current_user else this.total) != 1",
        "this.total + current_user.points != 3",
        "this.customer not in current_user.favourites",
        "this.note not in [current_user.name, this.number]",
        "this.note.contains(current_user.name)",
        "this.items.where(this.price > 1).count == 0",
        "this.items.where(this.price > 1).count >= 1",
        "this.items.where(not this.sold).is_empty",
        "this.items.where(this.status == state).first.sold != yes",
        "this.items.sum(this.price) < 3",
        "this.items.each(this.name).contains(current_user.name)",
        "not this.items.each(this.name).contains(current_user.name)",
        "this.items.sort_by(this.price).first.name != current_user.name",
        "current_user.favourites.where(this.age > amount).count < 2",
        "this.status.color != 'green'",
        "not current_user.name.is_empty",
        "current_user.name.default('a') != this.note",
        "current_user.is_empty",
        "current_user.points > 1 and this.status == state",
        "this.customer.vip or this.customer.owner.points > 0",
    ),
    "customer": (
        "this.owner == current_user",
        "this.vip",
        "this.name != current_user.name",
        "this.friends.contains(buyer)",
        "this in current_user.favourites",
        "this.owner.points > 0",
        "current_user.is_not_empty",
    ),
    "item": ("this.sold", "this.price > 1", "this.status == state", "this.name == current_user.name", "flag"),
    "user": ("this == current_user", "this.points > current_user.points", "this.name.is_empty", "current_user == 'u1'"),
}
"""Conditions of rules, by data type."""


def condition(text: str, type_id: str) -> Ir | None:
    """The IR of a rule's condition; None when a rule cannot say it."""
    checked = check_rule(text, replace(SCOPE, this=thing(type_id)))
    return None if checked.problems else checked.ir


@st.composite
def rules(draw: Callable[..., Any], type_id: str) -> Rule:
    """One rule of a data type."""
    texts = st.sampled_from(CONDITIONS[type_id])
    if type_id == "order":
        texts = texts | expressions(YES_NO, 2)
    text = draw(st.just("") | texts)
    ir = condition(text, type_id) if text else None
    if text and ir is None:
        ir, text = condition(CONDITIONS[type_id][0], type_id), CONDITIONS[type_id][0]
    fields = st.frozensets(st.sampled_from([*SCHEMA.types[type_id].fields]))
    view = draw(st.none() | fields)
    allows = draw(st.frozensets(st.sampled_from(PERMISSIONS)))
    limits = {one: draw(st.none() | fields) for one in ("create", "modify") if one in allows}
    return Rule(text or "everyone", ir, text, view, allows, **limits)


@st.composite
def policies(draw: Callable[..., Any]) -> dict[str, Policy]:
    """Rules for every data type; some have none."""
    return {type_id: Policy(type_id, tuple(draw(st.lists(rules(type_id), max_size=3)))) for type_id in SCHEMA.types}


class Seen:
    """What somebody sees of the things in memory: what may be found, and each thing without what is hidden."""

    def __init__(
        self, things: Things, policies: Mapping[str, Policy], user: str | None, values: Mapping[str, Any]
    ) -> None:
        self.user = user
        self.marks: dict[tuple[str, str], list[bool]] = {}
        self.things = Things()
        self._policies = policies
        rt = with_values(things, **values)
        rt.current_user = user
        for type_id, every in things.items():
            holds = [_closure(rule) for rule in policies[type_id].rules]
            self.things[type_id] = {}
            for thing_id, given in every.items():
                rt.this = thing_id
                self.marks[type_id, thing_id] = [one(rt) is True for one in holds]
                shown = {name: one for name, one in given.items() if self.shows(type_id, thing_id, name)}
                self.things[type_id][thing_id] = shown

    def _holding(self, type_id: str, thing_id: str) -> list[Rule]:
        marks = self.marks[type_id, thing_id]
        return [rule for rule, holds in zip(self._policies[type_id].rules, marks, strict=True) if holds]

    def shows(self, type_id: str, thing_id: str, field_id: str) -> bool:
        """Whether a field of a thing may be seen."""
        return field_id == "id" or any(
            rule.view is None or field_id in rule.view for rule in self._holding(type_id, thing_id)
        )

    def may_write(self, permission: Permission, type_id: str, thing_id: str, field_id: str) -> bool:
        """Whether a field may be given in a creation or a change of a thing, as the thing is."""
        limits = [rule.fields_of(permission) for rule in self._holding(type_id, thing_id) if permission in rule.allows]
        return any(limit is None or field_id in limit for limit in limits)

    def may(self, permission: Permission, type_id: str, thing_id: str) -> bool:
        """Whether a rule that holds allows something."""
        return any(permission in rule.allows for rule in self._holding(type_id, thing_id))

    def may_find(self, type_id: str, thing_id: str) -> bool:
        """Whether a search may find a thing."""
        return any("find" in rule.allows for rule in self._holding(type_id, thing_id))

    def surroundings(self, values: Mapping[str, Any]) -> Any:
        """A Runtime over what may be seen."""
        rt = with_values(self.things, **values)
        rt.current_user = self.user
        return rt


def _closure(rule: Rule) -> Callable[[Any], Any]:
    if rule.condition is None:
        return lambda rt: True
    return compile_closure(rule.condition, SCHEMA, SQLITE, with_queries=False)


def onlooker(tx: Tx, policies: Mapping[str, Policy], user: str | None, values: Mapping[str, Any]) -> Onlooker:
    """Somebody who looks at the things in the database."""
    slots: list[Any] = [None] * len(NAMES)
    for name, one in values.items():
        slots[NAMES[name].slot] = one
    return Onlooker(
        tx,
        ThingsOfApp(SCHEMA, tx.dialect),
        Privacy(policies, SCHEMA, tx.dialect),
        FORMS,
        user_id=user,
        sees_all=False,
        now=NOW,
        source=lambda name, path: None,
        values=slots,
    )


def fields_of(row: Sequence[Any], type_id: str) -> dict[str, Any]:
    """The fields of a row that have a value, but for its id and its lists."""
    named = zip(SCHEMA.types[type_id].fields.values(), row, strict=True)
    return {one.id: value for one, value in named if value is not None and one.id != "id" and not one.type.is_list}
