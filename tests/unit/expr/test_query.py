"""Queries: one statement, and what it may depend on when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from offpage.expr.access import Switch
from offpage.expr.checker import check, check_rule
from offpage.expr.closure import compile_closure, compile_condition, compile_query
from offpage.expr.ir import Ir
from offpage.expr.query.draft import Bound
from offpage.sql.fragment import Sql, ident, sql
from offpage.sql.fragment import value as bound_value
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Database, Tx
from offpage.values.types import thing
from tests.unit.expr.shop import SCHEMA, SCOPE, Surroundings, Things, fill, with_values

THINGS = Things(
    user={"u1": {"created_date": 1, "name": "Una"}},
    customer={"c1": {"created_date": 1, "name": "Ann", "owner": "u1"}, "c2": {"created_date": 2, "name": "Bob"}},
    item={"i1": {"created_date": 1, "price": 2.0}, "i2": {"created_date": 1, "price": 5.0}},
    order={
        "o1": {
            "created_date": 5,
            "customer": "c1",
            "status": "open",
            "total": 10.0,
            "items": ["i2", "i1"],
            "number": "1",
        },
        "o2": {"created_date": 4, "customer": "c2", "status": "paid", "number": "2"},
        "o3": {"created_date": 6, "total": 30.0, "number": "3"},
    },
)


def meant(text: str) -> Ir:
    checked = check(text, SCOPE)
    assert not checked.problems, checked.problems
    return checked.ir


@pytest.fixture
def ask(database: Database) -> Callable[..., Any]:
    """Evaluate an expression with the help of the database; gives the value and how many statements it took."""
    database.write_now(lambda tx: fill(tx, THINGS))

    def asked(text: str, current_user: str | None = None, **named: Any) -> tuple[Any, int]:
        def evaluated(tx: Tx) -> tuple[Any, int]:
            rt = with_values(THINGS, tx, **named)
            rt.current_user = current_user
            return compile_closure(meant(text), SCHEMA, tx.dialect)(rt), len(rt.statements)

        return database.read(evaluated)

    return asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("search(order)", ["o2", "o1", "o3"]),
        ("search(order, this.customer.owner.name == 'Una')", ["o1"]),
        ("search(order, sort_by=this.total)", ["o1", "o3", "o2"]),
        ("search(order, sort_by=[this.total, this.number], descending=yes)", ["o3", "o1", "o2"]),
        ("search(order, sort_by=[this.customer.name, this.number], descending=[no, yes])", ["o1", "o2", "o3"]),
        ("search(order).first.customer.name", "Bob"),
        ("search(order).where(this.items.sum(this.price) > 6).count", 1.0),
        ("search(order).where(this.items.where(this.price > 4).count == 1).first.number", "1"),
        ("search(order).each(this.customer).each(this.name).join(', ')", "Bob, Ann"),
        ("search(order).average(this.total)", 20.0),
        ("search(order).median(this.total)", 20.0),
        ("search(order, this.total > 99).sum(this.total)", None),
        ("search(order, this.total > 99).count", 0.0),
        ("order in search(order, this.total > 5)", True),
        ("order not in search(order, this.total > 5)", False),
        ("order.items.first.price", 5.0),
        ("order.items.each(this.price)", [5.0, 2.0]),
        ("search(order, this.status in ['open', 'paid'])", ["o2", "o1"]),
        ("search(order, this.customer in search(customer, this.name == 'Ann'))", ["o1"]),
    ],
)
def test_a_chain_gives_its_value(ask: Callable[..., Any], text: str, expected: object) -> None:
    value, _ = ask(text, order="o1")
    assert value == expected


@pytest.mark.parametrize(
    "text",
    [
        "search(order, this.customer.owner.name == 'Una').sort_by(this.total).take(2).where(this.total > 1).count",
        "search(order).first.customer.name",
        "search(order).each(this.customer).each(this.name).unique",
        "search(order).where(this.items.where(this.price > 4).count == 1).sum(this.total)",
        "order.items.where(this.price > 3).sum(this.price)",
        "search(order).product(this.total)",
        "order in search(order)",
    ],
)
def test_a_chain_is_one_statement(ask: Callable[..., Any], text: str) -> None:
    _, statements = ask(text, order="o1")
    assert statements == 1


def test_a_condition_with_an_empty_value_is_left_out_only_when_asked_to(ask: Callable[..., Any]) -> None:
    text = "search(order, this.number == word and this.total > amount"
    assert ask(f"{text})")[0] == []
    assert ask(f"{text}, ignore_empty=yes)")[0] == ["o2", "o1", "o3"]
    assert ask(f"{text}, ignore_empty=yes)", amount=20.0)[0] == ["o3"]
    assert ask(f"{text}, ignore_empty=yes)", amount=5.0, word="1")[0] == ["o1"]
    assert ask("search(order, this.number in words, ignore_empty=yes).count", words=[])[0] == 3.0
    assert ask("search(order, this.number in words).count", words=[])[0] == 0.0


def test_empty_is_never_equal_to_empty_in_a_search(ask: Callable[..., Any]) -> None:
    assert ask("search(order, this.customer == buyer)")[0] == []
    assert ask("search(order, this.customer != buyer)")[0] == []
    assert ask("search(order, this.customer != buyer)", buyer="c1")[0] == ["o2", "o3"]
    assert ask("search(customer, this.owner == current_user)")[0] == []
    assert ask("search(customer, this.owner == current_user)", current_user="u1")[0] == ["c1"]


def test_a_direction_may_be_known_only_when_it_runs(ask: Callable[..., Any]) -> None:
    text = "search(order, sort_by=this.total, descending=flag)"
    assert ask(text, flag=True)[0] == ["o3", "o1", "o2"]
    assert ask(text, flag=False)[0] == ["o1", "o3", "o2"]
    assert ask(text)[0] == ["o1", "o3", "o2"]


def test_one_query_serves_many_runs(database: Database) -> None:
    database.write_now(lambda tx: fill(tx, THINGS))
    query = compile_query(meant("search(order, this.total > amount, ignore_empty=yes)"), database.dialect, SCHEMA)
    assert query is not None

    def found(amount: float | None) -> Any:
        return database.read(lambda tx: query.run(with_values(None, tx, amount=amount)))

    assert [found(amount) for amount in (None, 5.0, 20.0, None)] == [
        ["o2", "o1", "o3"],
        ["o1", "o3"],
        ["o3"],
        ["o2", "o1", "o3"],
    ]


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=lambda one: one.name)
def test_equality_is_a_plain_equals_so_that_an_index_serves_it(dialect: Any) -> None:
    query = compile_query(meant("search(order, this.number == word and this.customer == buyer)"), dialect, SCHEMA)
    assert query is not None
    text = query.statement.text
    assert '"number" = ' in text
    assert '"customer" = ' in text
    assert "DISTINCT" not in text
    assert "coalesce" not in text


def test_values_never_become_text() -> None:
    query = compile_query(meant("""search(order, this.number == "x'; DROP TABLE t_order; --")"""), SQLITE, SCHEMA)
    assert query is not None
    assert "DROP" not in query.statement.text
    assert query.statement.values == ("x'; DROP TABLE t_order; --",)


class Hiding:
    """An access that lets only some orders be found, and hides a field."""

    def may_find(self, type_id: str, alias: str, switch: Switch) -> Sql | None:
        return sql("{} <> {}", ident(alias, "id"), bound_value("o1")) if type_id == "order" else None

    def may_see(self, type_id: str, field_id: str, alias: str, switch: Switch, *, found: bool) -> Sql | None:
        return sql("1 = 0") if field_id == "total" else None


def test_access_decides_what_is_found_and_what_is_read(database: Database) -> None:
    database.write_now(lambda tx: fill(tx, THINGS))

    def run(text: str, *, sees_all: bool = False) -> Any:
        query = compile_query(meant(text), database.dialect, SCHEMA, Hiding())
        assert query is not None

        def asked(tx: Tx) -> Any:
            rt = with_values(None, tx)
            rt.sees_all = sees_all
            return query.run(rt)

        return database.read(asked)

    assert run("search(order)", sees_all=True) == ["o2", "o1", "o3"]
    assert run("search(order)") == ["o2", "o3"]
    assert run("search(order, this.total > 0)") == []
    assert run("search(order).sum(this.total)") is None


def test_a_rule_is_a_condition_that_stands_by_itself(database: Database) -> None:
    database.write_now(lambda tx: fill(tx, THINGS))
    row = SCOPE.over(thing("order"), strict=True)
    rule = check_rule("this.customer.owner == current_user and not this.paid.default(no)", row)
    assert not rule.problems
    condition = compile_condition(rule.ir, database.dialect, SCHEMA, "order", "row")
    fragment = sql('SELECT "row"."id" FROM "t_order" AS "row" WHERE {} ORDER BY 1', condition)
    statement = database.dialect.render(fragment)

    def seen_by(user: str | None) -> list[str]:
        rt: Surroundings = with_values()
        rt.current_user = user
        values = [one(rt) if isinstance(one, Bound) else one for one in statement.values]
        return [found for (found,) in database.read(lambda tx: tx.rows(statement.text, values))]

    assert seen_by("u1") == ["o1"]
    assert seen_by(None) == []
