"""The checker: every expression has a type before it runs, and every mistake a place and a remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.expr.checker import check, check_rule
from offpage.expr.closure import compile_closure
from offpage.expr.ir import Call, Const, Hole, Search
from offpage.expr.scope import Scope
from offpage.sql.sqlite import SQLITE
from offpage.values.types import DATE, JSON, NUMBER, TEXT, YES_NO, Type, option, thing
from tests.unit.expr.shop import SCHEMA, SCOPE, with_values

ORDER, ITEM, STATUS = thing("order"), thing("item"), option("status")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order.total + amount * 2", NUMBER),
        ("order.customer.owner.name", TEXT),
        ("order.created_date", DATE),
        ("order.items", ITEM.listed),
        ("order.items.first", ITEM),
        ("order.items[0].price", NUMBER),
        ("order.items.each(this.price)", NUMBER.listed),
        ("order.items.count", NUMBER),
        ("order.items.count()", NUMBER),
        ("order['total']", NUMBER),
        ("order.status.color", TEXT),
        ("order.status.label", TEXT),
        ("option(status).paid", STATUS),
        ("option(status)['in-progress'].weight", NUMBER),
        ("all_options(status)", STATUS.listed),
        ("search(order, this.total > 1)", ORDER.listed),
        ("search('order').first.number", TEXT),
        ("request.body", JSON),
        ("request.body.a.b", NUMBER),
        ("request.body.a.c", TEXT),
        ("request.body.list[2].k", NUMBER),
        ("request.body.count", NUMBER),
        ("request.body.unknown", JSON),
        ("request.headers['X-GitHub-Event']", TEXT),
        ("payload.a['b'][0]", JSON),
        ("reminder.at", DATE),
        ("secret.STRIPE_KEY", TEXT),
        ("app.url", TEXT),
        ("env", TEXT),
        ("now - days(3)", DATE),
        ("current_user.points", NUMBER),
        ("1 < amount <= 3", YES_NO),
        ("amount if flag else empty", NUMBER),
        ("empty if flag else order", ORDER),
        ("[1, amount]", NUMBER.listed),
        ("[state, 'paid']", STATUS.listed),
        ("-order.total", NUMBER),
        ("not flag", YES_NO),
        ("order.is_empty", YES_NO),
        ("order.note.default('none')", TEXT),
    ],
)
def test_an_expression_has_its_type(text: str, expected: Type) -> None:
    checked = check(text, SCOPE)
    assert not checked.problems
    assert checked.ir.type == expected


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("amont", (0, 5), "Did you mean amount?"),
        ("order.totl", (6, 10), "order has no field totl. Did you mean total?"),
        ("order.items.price", (12, 17), "Write .each(this.price)"),
        ("order.total + word", (0, 18), "+ cannot take a number and a text"),
        ("word.uper", (5, 9), "Did you mean uppercase?"),
        ("order.foo", (6, 9), "order has no field foo. Its fields:"),  # not the floor of a number
        ("order.as_txt", (6, 12), "Did you mean as_text?"),
        ("search(ordr)", (7, 11), "Did you mean order?"),
        ("search(order, this.totl > 1)", (19, 23), "Did you mean total?"),
        ("search(order, sort_bi=this.total)", (14, 32), "Did you mean sort_by?"),
        ("order.status == 'payd'", (16, 22), "Did you mean paid?"),
        ("option(status).payd", (15, 19), "Did you mean paid?"),
        ("option(statos)", (7, 13), "Did you mean status?"),
        ("status.paid", (0, 6), "Write option(status)"),
        ("item", (0, 4), "write search(item)"),
        ("this.total", (0, 4), "There is no this here"),
        ("words.contains(3)", (15, 16), "takes an item of the list"),
        ("word.contains()", (0, 15), "needs part"),
        ("word.contains('a', 'b')", (0, 23), "Remove what is too much"),
        ("word.contains(prat='a')", (0, 23), "Did you mean part?"),
        ("days", (0, 4), "days needs parentheses"),
        ("uppercase(word)", (0, 9), "is written after a dot"),
        ("reminder.idd", (9, 12), "reminder has no idd"),
        ("request.boddy", (0, 13), "Did you mean body?"),
        ("secret", (0, 6), "Say which part of secret"),
        ("True", (0, 4), "Write yes instead of True"),
        ("amount and flag", (0, 6), "This is a number, but yes or no is needed here"),
        ("amount if flag else word", (0, 24), "One case is a number, the other a text"),
        ("[1, 'a']", (4, 7), "Make all the same type"),
        ("payload.a > 3", (0, 13), "Convert the json first"),
        ("moment > '2026-01-31'", (0, 21), 'date("2026-01-31")'),
        ("amount.items", (7, 12), "A number has no .items"),
        ("search(order, this.data.a == 1)", (14, 30), "cannot be used inside a search; compute it before"),
        (
            "search(order).where(this.number.split_by(',').count > 1)",
            (20, 51),
            "cannot be used on this list inside a search",
        ),
        ("search(order, this.items == order.items)", (14, 39), "Use .contains or .count"),
    ],
)
def test_a_mistake_has_a_place_and_a_remedy(text: str, place: tuple[int, int], said: str) -> None:
    problems = check(text, SCOPE).problems
    assert [one.place for one in problems] == [place], problems
    assert said in problems[0].message


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("word", NUMBER, "This is a text, but a number is needed here. Convert it with .to_number."),
        ("amount", TEXT, "Convert it with .as_text."),
        ("amount", NUMBER.listed, "Put it in brackets: [x]."),
        ("numbers", NUMBER, "Take one item of it, such as .first."),
        ("order", thing("customer"), "This is an order, but a customer is needed here."),
        ("'payd'", STATUS, "status has no option 'payd'. Did you mean paid?"),
        ("payload", TEXT, "Convert it with .to_text."),
        ("'2026'", DATE, 'Write date("2026-01-31")'),
    ],
)
def test_what_does_not_fit_where_it_stands_is_a_problem(text: str, expected: Type, said: str) -> None:
    (problem,) = check(text, SCOPE, expected).problems
    assert said in problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("empty", STATUS),
        ("empty", NUMBER.listed),
        ("'Paid it'", STATUS),
        ("['open']", STATUS.listed),
        ("word", JSON),
        ("[]", ITEM.listed),
    ],
)
def test_what_fits_has_no_problem(text: str, expected: Type) -> None:
    assert not check(text, SCOPE, expected).problems


def test_a_label_stands_for_its_option() -> None:
    assert check("'Paid it'", SCOPE, STATUS).ir == Const(STATUS, "paid", (0, 9))


def test_equality_is_strict_inside_a_search_only() -> None:
    search = check("search(order, this.note == word)", SCOPE).ir
    assert isinstance(search, Search)
    assert isinstance(search.condition, Call)
    assert search.condition.operator.name == "==strict"
    outside = check("order.note == word", SCOPE).ir
    assert isinstance(outside, Call)
    assert outside.operator.name == "=="


def test_request_is_known_in_api_workflows_only() -> None:
    (problem,) = check("request.body", Scope(SCHEMA)).problems
    assert "api workflow" in problem.message


def test_one_mistake_is_one_problem() -> None:
    assert len(check("(amont + 1) * 2 > 3 and not amont2.x.y(1)", SCOPE).problems) == 2


def test_a_privacy_rule_must_be_sayable_in_sql() -> None:
    row = SCOPE.over(ORDER, strict=True)
    assert not check_rule("this.customer.owner == current_user", row).problems
    (problem,) = check_rule("this.data.a == 1", row).problems
    assert "cannot be used in a privacy rule" in problem.message


WORDS = st.sampled_from(
    ["order", "this", "search(order", "search(order, ", "amount", "word", ".total", ".items", ".where(", ".each(", "this.price", ".first",
     ".count", ".sort_by(", ".sum(", "(", ")", "[", "]", ", ", "'a'", "1", " + ", " == ", " in ", " and ", "not ", " if ", " else ", "option(",
     "status", ").paid", "request", ".body", ".a", "days(", "empty", "payload", ".to_number", "[0]", "date(", "all_options(", ".join(", "=",
     "reminder", ".id", "-", "yes", "range(", ".group_by(", ".formatted_as(", "secret", "now"]
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=80),
    st.sampled_from([None, NUMBER, TEXT.listed, STATUS, JSON]),
)
def test_any_text_can_be_checked_compiled_and_run(text: str, expected: Type | None) -> None:
    checked = check(text, SCOPE.over(ITEM, strict=False), expected)
    closure = compile_closure(checked.ir, SCHEMA, SQLITE)
    if not checked.problems:
        assert not isinstance(checked.ir, Hole)
        closure = compile_closure(checked.ir, SCHEMA, SQLITE, with_queries=False)
        closure(with_values())
