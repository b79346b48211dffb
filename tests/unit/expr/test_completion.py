"""What is offered at the cursor (`|`) of an expression that is being written."""

from __future__ import annotations

import pytest

from offpage.expr.completing.completion import Completion, Writing, complete
from offpage.expr.completing.item import Item
from offpage.expr.scope import Scope
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, Type, option, thing
from tests.unit.expr.shop import SCOPE

GIVEN = ("order", "amount", "word")


def offered(
    marked: str, wanted: Type | None = None, writing: Writing = "expression", scope: Scope = SCOPE
) -> Completion:
    cursor = marked.index("|")
    text = marked.replace("|", "", 1)
    return complete(text, cursor, writing, scope, wanted, given=GIVEN, secrets=("API_KEY",))


def labels(marked: str, wanted: Type | None = None, writing: Writing = "expression", scope: Scope = SCOPE) -> list[str]:
    return [one.label for one in offered(marked, wanted, writing, scope).items]


def item(marked: str, label: str, wanted: Type | None = None) -> Item:
    return next(one for one in offered(marked, wanted).items if one.label == label)


def test_what_fits_the_wanted_type_comes_first() -> None:
    found = offered("|", NUMBER).items
    fitting = [one.label for one in found if one.fits]
    assert found[0].label == "amount"
    assert found[0].kind == "parameter"
    assert {"order.total", "order.fee"} <= set(fitting)
    assert [one.fits for one in found] == sorted((one.fits for one in found), reverse=True)
    assert "order.note" not in [one.label for one in found]
    assert next(one for one in found if one.label == "buyer").kind == "step"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("|", ["order", "current_user", "now", "search(order)", "request.body", "app.url", "secret.API_KEY", "yes"]),
        ("am|", ["amount"]),
        ("order.|", ["total", "note", "customer", "id", "is_empty"]),
        ("order.to|", ["total"]),
        ("order.to| + 1", ["total"]),
        ("order.customer.|", ["name", "vip", "owner"]),
        ("orders.|", ["count", "first", "each(this.total)", "where(…)"]),
        ("orders.where(this.|", ["total", "paid"]),
        ("orders.where(this.|)", ["total", "paid"]),
        ("word.|", ["trimmed", "contains(…)", "length"]),
        ("state.|", ["label", "color", "weight"]),
        ("reminder.|", ["id", "at"]),
        ("payload.|", ["to_text"]),
        ("request.|", ["body", "headers", "ip"]),
        ("request.body.|", ["a", "list", "count"]),
        ("request.body.a.|", ["b", "c", "ok"]),
        ("request.body.list.first.|", ["k"]),
        ("app.|", ["url", "name"]),
        ("secret.|", ["API_KEY"]),
        ("search(|", ["order", "customer", "item", "user"]),
        ("search(or|)", ["order"]),
        ("search(order, this.|", ["total", "paid"]),
        ("search(order, |)", ["this", "this.paid", "sort_by="]),
        ("search(order, this.paid, so|)", ["sort_by="]),
        ("search(order, sort_by=this.|)", ["total"]),
        ("option(|", ["status"]),
        ("option(status).|", ["open", "paid"]),
        ("all_options(st|)", ["status"]),
        ("order.total |", ["+", "-", "*", ">", "==", "if … else"]),
        ("order.paid |", ["and", "or", "=="]),
        ("order.total > 5 |", ["and", "or", "+"]),
        ("order.total > 5 an|", ["and"]),
        ("(order.total > 5) |", ["and"]),
        ("order.total if |", ["flag", "order.paid"]),
        ("[order.|", ["total"]),
        ("not |", ["flag"]),
    ],
)
def test_what_is_offered(marked: str, expected: list[str]) -> None:
    found = labels(marked, YES_NO if marked.endswith(("if |", "not |")) else None)
    assert [one for one in expected if one not in found] == []


@pytest.mark.parametrize(
    ("marked", "missing"),
    [
        ("|", "this"),
        ("order.|", "amount"),
        ("order.total |", "and"),
        ("order.note |", "*"),
        ("order.paid |", "+"),
        ("word.|", "count"),
        ("orders.|", "total"),
        ("order.to|", "note"),
    ],
)
def test_what_does_not_fit_at_all_is_not_offered(marked: str, missing: str) -> None:
    assert missing not in labels(marked)


@pytest.mark.parametrize(
    "marked", ["'te|xt'", "'te|", "12|", "nothing_known.|", "a constant te|xt", "before {{ x }} aft|er"]
)
def test_nothing_is_offered_in_a_text_or_a_number_or_after_what_is_not_known(marked: str) -> None:
    assert labels(marked, writing="template" if " " in marked else "expression") == []


def test_beside_a_value_its_own_type_fits() -> None:
    found = offered("order.status == |").items
    assert [(one.label, one.insert) for one in found if one.kind == "option"] == [
        ("On its way", "option(status)['in-progress']"),
        ("Open", "option(status).open"),
        ("Paid it", "option(status).paid"),
    ]
    assert found[0].fits
    assert item("order.total > |", "amount").fits
    assert not item("order.total > |", "word").fits


def test_options_are_offered_where_one_is_wanted() -> None:
    assert labels("pai|", option("status")) == ["Paid it", "order.paid_at", "order.paid"] or "Paid it" in labels(
        "pai|", option("status")
    )
    assert item("op|", "Open", option("status")).insert == "option(status).open"


def test_operands_of_an_operator_fit_by_what_it_takes() -> None:
    found = {one.label: one.fits for one in offered("word.contains(|)").items}
    assert found["word"]
    assert not found["amount"]
    assert found["order.note"]


def test_the_word_at_the_cursor_is_what_is_exchanged() -> None:
    found = offered("amount + order.to|tal")
    assert (found.start, found.stop) == (15, 20)
    assert "amount + order.total"[15:20] == "total"


def test_the_cursor_goes_between_the_parentheses_where_something_belongs() -> None:
    contains = item("word.cont|", "contains(…)")
    assert (contains.insert, contains.caret) == ("contains()", 9)
    assert item("word.tri|", "trimmed").insert == "trimmed"


def test_in_a_text_with_holes_only_the_holes_are_expressions() -> None:
    assert "amount" in labels("Hello {{ am|", writing="template")
    assert "total" in labels("{{ order.| }} and {{ word }}", writing="template")
    assert labels("Hello|", writing="template") == []
    assert labels("\\{{ am|", writing="template") == []
    assert "amount" in labels("=am|", writing="template")
    assert "amount" in labels("=am|", writing="condition")


def test_types_and_docs_come_along() -> None:
    assert item("order.|", "paid_at").type == DATE
    assert item("order.|", "customer").type == thing("customer")
    assert item("word.|", "trimmed").type == TEXT
    assert "without" in item("word.|", "trimmed").doc.lower() or item("word.|", "trimmed").doc
