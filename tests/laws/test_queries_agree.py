"""Law 2: an expression means the same when Python evaluates it and when a database does."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.expr.checker import check
from offpage.expr.closure import compile_closure, compile_query
from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Const, Ir, Search, SortBy
from offpage.expr.operator import CATALOGUE
from offpage.expr.order import sort_key
from offpage.store.tx import Database
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, Type, thing
from tests.laws.chains import endings, steps
from tests.laws.expressions import STATUS, expressions, random_things, random_values, understood
from tests.unit.expr.shop import SCHEMA, SCOPE, Things, fill, in_order, with_values

ORDERS = thing("order").listed
LAW = settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
SEEDS = st.integers(0, 10**6)


@pytest.fixture(params=[1, 2], ids=["things-1", "things-2"])
def things(request: pytest.FixtureRequest) -> Things:
    """Random things, the same in memory and in the database."""
    seed: int = request.param
    return random_things(seed)


@pytest.fixture
def filled(database: Database, things: Things) -> Database:
    """A database that holds the things."""
    database.write_now(lambda tx: fill(tx, things))
    return database


def ask(filled: Database, things: Things, ir: Ir, values: dict[str, Any]) -> Any:
    """What the database says: one statement. (Whether a parameter's thing is there, the surroundings know.)"""

    def asked(tx: Any) -> Any:
        query = compile_query(ir, tx.dialect, SCHEMA)
        assert query is not None
        rt = with_values(things, tx, **values)
        answer = query.run(rt)
        assert len(rt.statements) == 1
        return answer

    return filled.read(asked)


def each_in_python(things: Things, ir: Ir, values: dict[str, Any], ids: list[str]) -> list[Any]:
    """What Python says of each thing."""
    closure = compile_closure(ir, SCHEMA, with_values().dialect, with_queries=False)
    rt = with_values(things, **values)
    answers = []
    for one in ids:
        rt.this = one
        answers.append(closure(rt))
    return answers


@LAW
@given(text=expressions(YES_NO), seed=SEEDS)
def test_a_search_finds_what_its_condition_holds_for(filled: Database, things: Things, text: str, seed: int) -> None:
    condition = understood(text, strict=True)
    values = random_values(random.Random(seed))
    ids = in_order(things, "order")
    holds = each_in_python(things, condition, values, ids)
    expected = [one for one, said in zip(ids, holds, strict=True) if said]
    assert ask(filled, things, Search(ORDERS, "order", condition), values) == expected


@LAW
@given(of=st.sampled_from([NUMBER, TEXT, YES_NO, DATE, STATUS]), data=st.data(), seed=SEEDS)
def test_each_gives_what_the_expression_gives_for_each(
    filled: Database, things: Things, of: Type, data: st.DataObject, seed: int
) -> None:
    text = data.draw(expressions(of))
    values = random_values(random.Random(seed))
    over = understood(text, strict=False)
    (each,) = CATALOGUE["each"]
    chain = Call(of.listed, each, (Search(ORDERS, "order", None), over))
    if compile_query(chain, with_values().dialect, SCHEMA) is None:
        return
    expected = [one for one in each_in_python(things, over, values, in_order(things, "order")) if one is not None]
    assert near(ask(filled, things, chain, values), expected), text


@LAW
@given(of=st.sampled_from([NUMBER, TEXT, YES_NO, DATE, STATUS]), data=st.data(), seed=SEEDS, descending=st.booleans())
def test_sorting_is_the_same_with_empties_last(
    filled: Database, things: Things, of: Type, data: st.DataObject, seed: int, descending: bool
) -> None:
    over = understood(data.draw(expressions(of, 2)), strict=False)
    values = random_values(random.Random(seed))
    search = Search(ORDERS, "order", None, (SortBy(over, Const(YES_NO, descending)),))
    if not uses_this(over) or compile_query(search, with_values().dialect, SCHEMA) is None:
        return  # what is the same for every thing is no order: a text names a field, all else is a problem
    ids = in_order(things, "order")
    keys = dict(zip(ids, each_in_python(things, over, values, ids), strict=True))
    known = [one for one in ids if keys[one] is not None]
    expected = sorted(known, key=lambda one: sort_key(keys[one]), reverse=descending)
    assert ask(filled, things, search, values) == expected + [one for one in ids if keys[one] is None]


@LAW
@given(name=st.sampled_from(["sum", "average", "min", "max", "median", "product"]), data=st.data(), seed=SEEDS)
def test_figures_are_the_same(filled: Database, things: Things, name: str, data: st.DataObject, seed: int) -> None:
    text = data.draw(expressions(NUMBER, 2))
    over = understood(text, strict=False)
    condition = understood(data.draw(expressions(YES_NO, 1)), strict=True)
    values = random_values(random.Random(seed))
    figure = next(
        one for one in CATALOGUE[name] if len(one.operands) == 2 and one.operands[1].accepts.test(NUMBER, ORDERS)
    )
    chain = Call(NUMBER, figure, (Search(ORDERS, "order", condition), over))
    if compile_query(chain, with_values().dialect, SCHEMA) is None:
        return
    ids = in_order(things, "order")
    chosen = [one for one, said in zip(ids, each_in_python(things, condition, values, ids), strict=True) if said]
    numbers = [one for one in each_in_python(things, over, values, chosen) if one is not None]
    if numbers and max(map(abs, numbers)) > 1e300:
        # Near the end of the numbers a sum may overflow on its way in one order and not in another.
        return
    assert near(ask(filled, things, chain, values), figure.py(numbers)), text


def near(one: Any, other: Any) -> bool:
    """Whether two values are the same, but for the last digit of a number; a list without items is empty."""
    if one in ([], None) and other in ([], None):
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return type(one) is type(other) and bool(one == other)


def both_ways(filled: Database, things: Things, asked: str, remembered: str, values: dict[str, Any]) -> None:
    """The first text evaluated with the help of the database gives what the second does without."""
    alone = compile_closure(meant(remembered), SCHEMA, with_values().dialect, with_queries=False)
    expected = alone(with_values(things, **values))

    def helped(tx: Any) -> Any:
        return compile_closure(meant(asked), SCHEMA, tx.dialect)(with_values(things, tx, **values))

    assert near(filled.read(helped), expected), (asked, values)


def meant(text: str) -> Ir:
    """The IR of an expression without a row around it."""
    checked = check(text, SCOPE)
    assert not checked.problems, (text, checked.problems)
    return checked.ir


@LAW
@given(chain=st.builds("{}{}".format, steps("order"), endings("order")), seed=SEEDS)
def test_a_chain_after_a_search_means_what_it_means_after_a_list(
    filled: Database, things: Things, chain: str, seed: int
) -> None:
    values = random_values(random.Random(seed)) | {"order": "o03", "orders": in_order(things, "order")}
    both_ways(filled, things, f"search(order){chain}", f"orders{chain}", values)


@LAW
@given(
    chain=st.builds("{}{}".format, steps("item"), endings("item")),
    seed=SEEDS,
    owner=st.sampled_from([None, "o03", "o07"]),
)
def test_a_chain_after_a_list_field_means_what_it_means_item_by_item(
    filled: Database, things: Things, chain: str, seed: int, owner: str | None
) -> None:
    values = random_values(random.Random(seed)) | {"order": owner}
    both_ways(filled, things, f"order.items{chain}", f"order.items{chain}", values)
