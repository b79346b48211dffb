"""Law: one statement under privacy rules gives what asking every rule about every thing in Python gives.

What Python is asked about is only what may be seen: that the database agrees for every search, order, count, figure and
group means that what is hidden tells nothing.
"""

from __future__ import annotations

import random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from offpage.data.guarded_page import GuardedPage, Page
from offpage.data.policy import Policy, Rule
from offpage.data.privacy import Privacy
from offpage.data.tables import ThingTable
from offpage.expr.closure import compile_closure, compile_query
from offpage.expr.free import fields_of_this, uses_this
from offpage.expr.ir import Const, Ir, Search, SortBy
from offpage.expr.order import sort_key
from offpage.expr.query.conditions import conjuncts
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Database, Tx
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, thing
from tests.laws.chains import endings, steps
from tests.laws.expressions import STATUS, expressions, random_things, random_values, understood
from tests.laws.privacy import CONDITIONS, USERS, Seen, condition, fields_of, onlooker, policies
from tests.laws.test_queries_agree import meant, near
from tests.unit.expr.shop import SCHEMA, Things, fill, in_order

ORDERS = thing("order").listed
LAW = settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
SEEDS = st.integers(0, 10**6)

THROUGH: Final = (
    ".each(this.customer.name)",
    ".sum(this.customer.age)",
    ".where(this.customer.vip).count",
    ".where(this.customer.owner == buyer.owner).count",
    ".sort_by(this.customer.owner.points).first",
    ".where(this.customer.owner.name != word)",
    ".each(this.customer.friends.count)",
    ".each(this.items.first.price)",
    ".sort_by(this.customer.age, descending=yes).take(3).each(this.customer.name)",
    ".each(this.customer).unique",
    ".group_by(this.status)",
    ".group_by(this.customer.name)",
)
"""Chains that look at other things through the orders."""


@pytest.fixture(params=[1, 2], ids=["things-1", "things-2"])
def things(request: pytest.FixtureRequest) -> Things:
    """Random things, the same in memory and in the database."""
    seed: int = request.param
    found = random_things(seed)
    pick = random.Random(seed)
    for one in found["order"].values():
        one["created_by"] = pick.choice(USERS)
    for one in found["customer"].values():
        one["friends"] = [other for other in found["customer"] if pick.random() < 0.5]
    for one in found["user"].values():
        one["favourites"] = [other for other in found["customer"] if pick.random() < 0.5]
    return found


@pytest.fixture
def filled(database: Database, things: Things) -> Database:
    """A database that holds the things."""
    database.write_now(lambda tx: fill(tx, things))
    return database


@LAW
@given(
    chain=st.builds("{}{}".format, steps("order"), endings("order")) | st.sampled_from(THROUGH),
    rules=policies(),
    seed=SEEDS,
)
def test_a_chain_after_a_search_sees_what_may_be_seen(
    filled: Database, things: Things, chain: str, rules: dict[str, Policy], seed: int
) -> None:
    user, values = who(seed)
    seen = Seen(things, rules, user, values)
    values |= {"order": "o03", "orders": [one for one in in_order(things, "order") if seen.may_find("order", one)]}
    both_see(filled, seen, rules, f"search(order){chain}", f"orders{chain}", values)


@LAW
@given(
    chain=st.builds("{}{}".format, steps("item"), endings("item")),
    rules=policies(),
    seed=SEEDS,
    owner=st.sampled_from(["o03", "o07", "o11"]),
)
def test_a_chain_after_a_list_field_sees_what_may_be_seen(
    filled: Database, things: Things, chain: str, rules: dict[str, Policy], seed: int, owner: str
) -> None:
    user, values = who(seed)
    seen = Seen(things, rules, user, values)
    values["order"] = owner
    both_see(filled, seen, rules, f"order.items{chain}", f"order.items{chain}", values)


@LAW
@given(rules=policies(), seed=SEEDS)
def test_each_thing_shows_what_may_be_seen(
    filled: Database, things: Things, rules: dict[str, Policy], seed: int
) -> None:
    user, values = who(seed)
    seen = Seen(things, rules, user, values)

    def look(tx: Tx) -> None:
        looker = onlooker(tx, rules, user, values)
        for type_id, every in seen.things.items():
            for thing_id, shown in every.items():
                row = looker.thing(type_id, thing_id)
                assert row is not None
                single = {name: one for name, one in shown.items() if one is not None and not isinstance(one, list)}
                assert fields_of(row, type_id) == single
                for one in SCHEMA.types[type_id].fields.values():
                    if one.type.is_list:
                        assert looker.list_field(type_id, one.id, thing_id) == shown.get(one.id, [])

    filled.read(look)


@LAW
@given(
    text=st.lists(expressions(YES_NO, 2), max_size=3).map(" and ".join),
    of=st.sampled_from([NUMBER, TEXT, DATE, STATUS]),
    data=st.data(),
    rules=policies(),
    seed=SEEDS,
    hidden=st.sampled_from(["no_match", "ignore"]),
    page=st.tuples(st.integers(1, 10), st.integers(0, 12)),
)
def test_a_page_is_what_asking_every_rule_about_every_thing_gives(
    filled: Database, things: Things, text: str, of: Any, data: st.DataObject, rules: dict[str, Policy], seed: int,
    hidden: Any, page: tuple[int, int],
) -> None:  # fmt: skip
    user, values = who(seed)
    seen = Seen(things, rules, user, values)
    condition = understood(text, strict=True) if text else None
    by = understood(data.draw(expressions(of, 1)), strict=False)
    assume(uses_this(by))  # a text that is not the row's names a field to sort by
    order = SortBy(by, Const(YES_NO, data.draw(st.booleans())))
    search = Search(ORDERS, "order", condition, (order,))
    expected = expected_page(things, seen, search, hidden, values)
    limit, offset = page

    def look(tx: Tx) -> Page:
        looker = onlooker(tx, rules, user, values)
        looker.limit, looker.offset = limit, offset
        table = ThingTable(SCHEMA.types["order"], tx.dialect)
        privacy = Privacy(rules, SCHEMA, tx.dialect)
        return GuardedPage(search, table, privacy, SCHEMA, tx.dialect, hidden=hidden).read(looker)

    found = filled.read(look)
    assert found.marks is not None
    ids = [row[0] for row in found.rows]
    assert ids == expected[offset : offset + limit]
    assert found.total == (len(expected) if ids else None)
    guarded = Privacy(rules, SCHEMA, SQLITE).of("order")
    for row, marks in zip(found.rows, found.marks, strict=True):
        assert list(marks) == seen.marks["order", row[0]]
        single = {name: one for name, one in seen.things["order"][row[0]].items() if not isinstance(one, list)}
        assert fields_of(guarded.shown(marks).of(row), "order") == {
            name: one for name, one in single.items() if one is not None
        }


@pytest.mark.parametrize(
    ("type_id", "text"), [(type_id, text) for type_id, every in CONDITIONS.items() for text in every]
)
def test_a_search_finds_what_its_rule_holds_for(filled: Database, things: Things, type_id: str, text: str) -> None:
    rule = Rule("only", condition(text, type_id), text, None, frozenset({"find"}))
    rules = {one: Policy(one, (rule,) if one == type_id else ()) for one in SCHEMA.types}
    for user in USERS:
        for buyer in ("c0", "c1", "gone", None):
            values = random_values(random.Random(7)) | {"buyer": buyer}
            seen = Seen(things, rules, user, values)
            expected = [one for one in in_order(things, type_id) if seen.may_find(type_id, one)]
            assert found_by(filled, rules, user, values, type_id) == expected, (user, buyer)


def found_by(
    filled: Database, rules: dict[str, Policy], user: str | None, values: dict[str, Any], type_id: str
) -> list[str]:
    """What a search without conditions finds."""

    def look(tx: Tx) -> list[str]:
        privacy = Privacy(rules, SCHEMA, tx.dialect)
        query = compile_query(Search(thing(type_id).listed, type_id, None), tx.dialect, SCHEMA, privacy)
        assert query is not None
        ids: list[str] = query.run(onlooker(tx, rules, user, values))
        return ids

    return filled.read(look)


def who(seed: int) -> tuple[str | None, dict[str, Any]]:
    """Somebody who looks, and the values of the names."""
    pick = random.Random(seed)
    return pick.choice(USERS), random_values(pick)


def both_see(
    filled: Database, seen: Seen, rules: dict[str, Policy], asked: str, remembered: str, values: dict[str, Any]
) -> None:
    """The first text, asked of the database under the rules, gives what the second does of what may be seen."""
    alone = compile_closure(meant(remembered), SCHEMA, SQLITE, with_queries=False)
    expected = alone(seen.surroundings(values))

    def helped(tx: Tx) -> Any:
        privacy = Privacy(rules, SCHEMA, tx.dialect)
        return compile_closure(meant(asked), SCHEMA, tx.dialect, privacy)(onlooker(tx, rules, seen.user, values))

    assert near(filled.read(helped), expected), (asked, seen.user, values)


def expected_page(things: Things, seen: Seen, search: Search, hidden: str, values: dict[str, Any]) -> list[str]:
    """Ids of the orders that a page's search has, one by one, in their order."""
    rt = seen.surroundings(values)
    parts = [] if search.condition is None else conjuncts(search.condition)
    found = [
        one
        for one in in_order(things, "order")
        if seen.may_find("order", one) and all(counts(seen, rt, part, hidden, one) for part in parts)
    ]
    (rule,) = search.order
    assert isinstance(rule.descending, Const)
    by = compile_closure(rule.by, SCHEMA, SQLITE, with_queries=False)
    keys = {}
    for one in found:
        rt.this = one
        keys[one] = by(rt)
    if rule.descending.value:
        found.reverse()  # of things that are equal, too, the newest comes first
    known = sorted((one for one in found if keys[one] is not None), key=lambda one: sort_key(keys[one]),
                   reverse=rule.descending.value)  # fmt: skip
    return known + [one for one in found if keys[one] is None]


def counts(seen: Seen, rt: Any, part: Ir, hidden: str, thing_id: str) -> bool:
    """Whether one constraint lets an order through; `hidden` is what it means for a field that may not be seen."""
    if not all(seen.shows("order", thing_id, one.field_id) for one in fields_of_this(part)):
        return hidden == "ignore"
    rt.this = thing_id
    return bool(compile_closure(part, SCHEMA, SQLITE, with_queries=False)(rt))
