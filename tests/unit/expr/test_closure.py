"""Closures: what expressions give, with empty values and without."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.expr.application import applied
from offpage.expr.checker import check
from offpage.expr.closure import compile_closure
from offpage.expr.ir import Call, Slot
from offpage.expr.operator import CATALOGUE, Operator
from offpage.expr.symbols import fast_symbol
from offpage.sql.sqlite import SQLITE
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, Type, option, thing
from tests.unit.expr.shop import NOW, SCHEMA, SCOPE, Things, with_values

THINGS = Things(
    user={"u1": {"name": "Una", "points": 3.0}},
    customer={"c1": {"name": "Ann", "age": 30.0, "owner": "u1", "vip": True}, "c2": {"name": "Bob"}},
    item={"i1": {"name": "pen", "price": 2.0}, "i2": {"name": "ink", "price": 5.0}, "i3": {"name": "free"}},
    order={
        "o1": {
            "number": "A-1",
            "customer": "c1",
            "total": 10.0,
            "status": "open",
            "items": ["i1", "i2", "i3"],
            "tags": ["x"],
        },
        "o2": {"number": "A-2", "customer": "gone", "total": 4.0},
    },
)
BODY = {"a": {"b": 3, "c": 7, "ok": "yes"}, "list": [{"k": 1.5}, {"k": "x"}], "count": 10**400}


def value_of(text: str, this: Any = None, **named: Any) -> Any:
    scope = SCOPE if this is None else SCOPE.over(thing("order"), strict=True)
    checked = check(text, scope)
    assert not checked.problems, checked.problems
    rt = with_values(THINGS, **named)
    rt.this = this
    rt.sources = {("request", "body"): BODY, ("request", "headers"): {"x-github-event": "push"}, ("secret", "KEY"): "s"}
    given_values = list(rt.values)
    found = compile_closure(checked.ir, SCHEMA, SQLITE, with_queries=False)(rt)
    assert rt.values == given_values
    assert rt.this == this
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order.total + 1", 11.0),
        ("order.customer.owner.name", "Una"),
        ("order.customer.home", None),
        ("order.items.sum(this.price)", 7.0),
        ("order.items.where(this.price > 2).each(this.name)", ["ink"]),
        ("order.items[0].name", "pen"),
        ("order.items[-1].name", "free"),
        ("order.items.sort_by(this.price, descending=yes)", ["i2", "i1", "i3"]),
        ("order.status.label", "Open"),
        ("order.status.weight + 1", 2.0),
        ("order.status == 'open'", True),
        ("option(status)['in-progress'].color", None),
        ("all_options(status).count", 3.0),
        ("request.body.a.b * 2", 6.0),
        ("request.body.a.c", None),
        ("request.body.a.ok", None),
        ("request.body.list[0].k", 1.5),
        ("request.body.list[1].k", None),
        ("request.body.list[9].k", None),
        ("request.body.count", None),
        ("request.headers['X-GitHub-Event']", "push"),
        ("request.headers.x_github_event", "push"),
        ("secret.KEY", "s"),
        ("now", NOW),
        ("current_user.points", None),
        ("'yes' if order.total > 3 else 'no'", "yes"),
        ("[1, empty, amount]", [1.0, 5.0]),
        ("1 < amount <= 5", True),
        ("5 < amount <= 5", False),
        ("amount in [1, 5]", True),
        ("2 ** 3 ** 2", 512.0),
        ("-amount", -5.0),
        ("1e308 * 10", None),
        ("1 / 0", None),
    ],
)
def test_an_expression_gives_its_value(text: str, expected: object) -> None:
    assert value_of(text, order="o1", amount=5.0) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order.total + 1", None),
        ("order.customer.owner.name", None),
        ("order.items", []),
        ("order.items.count", 0.0),
        ("order.items.sum(this.price)", None),
        ("order.items.first.name", None),
        ("amount > 1", False),
        ("not (amount > 1)", True),
        ("word.contains('a')", False),
        ("word.uppercase", None),
        ("order == empty", True),
        ("word == ''", True),
        ("amount != empty", False),
        ("amount.default(4)", 4.0),
        ("flag and yes", False),
        ("flag or yes", True),
        ("words.contains('a')", False),
        ("empty.count", 0.0),
        ("reminder.at", None),
        ("payload.a.b", None),
        ("order.status.label", None),
    ],
)
def test_empty_never_raises(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_a_thing_that_is_gone_has_empty_fields() -> None:
    assert value_of("order.customer.name", order="o2") is None
    assert value_of("order.customer.name", order="nowhere") is None


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("this.customer == buyer", {}, False),
        ("this.customer != buyer", {}, False),
        ("this.customer != buyer", {"buyer": "c2"}, True),
        ("this.note == this.fee.as_text", {}, False),
        ("this.note != 'x'", {}, True),
        ("this.total != this.fee", {}, True),
    ],
)
def test_in_a_condition_an_empty_value_to_compare_with_gives_no(
    text: str, values: dict[str, Any], expected: bool
) -> None:
    assert value_of(text, "o1", **values) is expected


def test_list_operators_inside_each_other_keep_their_own_this() -> None:
    found = value_of("orders.each(this.items.where(this.price > 2).count + this.total)", orders=["o1", "o2"])
    assert found == [11.0, 4.0]


OPERANDS: dict[Type, st.SearchStrategy[Any]] = {
    NUMBER: st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 1e308, -1e308]),
    DATE: st.integers(-(10**12), 10**13),
    TEXT: st.text(max_size=3),
    YES_NO: st.booleans(),
    thing("order"): st.sampled_from(["o1", "o2"]),
    option("status"): st.sampled_from(["open", "paid"]),
}
FAST = [
    (operator, of)
    for name in ("and", "or", "not", "+", "-", "*", "<", "<=", ">", ">=", "==", "!=", "==strict", "!=strict")
    for operator in CATALOGUE[name]
    for of in OPERANDS
    if all(one.accepts.test(of, of) for one in operator.operands)
]


@pytest.mark.parametrize(("operator", "of"), FAST, ids=lambda one: str(getattr(one, "name", one)))
@given(data=st.data())
def test_a_fast_symbol_means_what_its_declaration_says(operator: Operator, of: Type, data: st.DataObject) -> None:
    count = len(operator.operands)
    gives = operator.gives if isinstance(operator.gives, Type) else operator.gives((of,) * count)
    call = Call(gives, operator, tuple(Slot(of, at, "x") for at in range(count)))
    closures = [lambda rt, at=at: rt.values[at] for at in range(count)]
    fast = fast_symbol(call, list(closures))
    if fast is None:
        return
    rt = with_values()
    rt.values[:count] = data.draw(st.tuples(*[st.none() | OPERANDS[of]] * count))
    assert repr(fast(rt)) == repr(applied(call, list(closures))(rt))
