"""Warnings about steps that change what the caller chooses, whoever it belongs to."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

CHANGE = "do: change_thing, with: {thing: =order, set: {note: x}}"
TYPE = "fields: {customer: user, note: text}\n"


def loop(over: str, condition: str = "") -> str:
    head = f"  - do: for_each\n    as: one\n    with: {{list: {over}}}\n    steps:\n"
    return f"{head}      - {{do: delete_thing, with: {{thing: =one}}{condition}}}"


def warnings(steps: str, head: str = "auth: user") -> list[str]:
    """What is said about a workflow; nothing in it is wrong."""
    parameters = "parameters: {order: order, orders: list of order, amount: number}"
    files = {
        "app.yaml": "name: Test\n",
        "types/order.yaml": TYPE,
        "workflows/go.yaml": f"{head}\n{parameters}\nsteps:\n{steps}\n",
    }
    app, issues = read_files(files)
    _, found = resolve(app, "test", SQLITE, secrets=frozenset({"HOOK"}))
    every = [*issues, *found]
    assert all(one.severity == "warning" and one.line for one in every), [str(one) for one in every]
    return [f"{one.address}: {one.message}" for one in every]


@pytest.mark.parametrize(
    ("step", "key", "words"),
    [
        (CHANGE, "thing", "changes a thing that the caller chooses (`order`)"),
        ("do: delete_thing, with: {thing: =order}", "thing", "deletes a thing that the caller chooses (`order`)"),
        (
            "do: change_list, with: {list: =orders, set: {note: x}}",
            "list",
            "changes things that the caller chooses (`orders`)",
        ),
        (
            "do: delete_list, with: {list: '=orders.where(this.note == \"x\")'}",
            "list",
            "deletes things that the caller chooses (`orders`)",
        ),
    ],
)
@pytest.mark.parametrize(("auth", "who"), [("none", "Anybody may call"), ("user", "Any user may call")])
def test_a_change_of_what_the_caller_chooses_is_warned_about(
    step: str, key: str, words: str, auth: str, who: str
) -> None:
    (found,) = warnings(f"  - {{{step}}}", f"auth: {auth}")
    assert found.startswith(f"workflows/go/steps/0/with/{key}: {who}")
    assert words in found
    assert "only_when" in found
    assert "auth: admin" in found


@pytest.mark.parametrize(
    "head",
    [
        "auth: admin",
        "auth: user\nonly_when: =order.customer == current_user",
        "auth: user\nexpose: no",
        "auth: user\ndisabled: yes",
        "auth: none\nverify: {type: github, secret: =secret.HOOK}",
    ],
)
def test_a_workflow_that_asks_who_calls_is_not(head: str) -> None:
    assert warnings(f"  - {{{CHANGE}}}", head) == []


@pytest.mark.parametrize(
    "steps",
    [
        f"  - {{{CHANGE}, only_when: =order.customer == current_user}}",
        f"  - {{{CHANGE}, only_when: =order.note.is_empty}}",
        f"  - {{{CHANGE}, disabled: yes}}",
        f"  - do: branch\n    with: {{when: =current_user.is_not_empty}}\n    steps:\n      - {{{CHANGE}}}",
        f"  - {{do: terminate, only_when: =order.customer != current_user}}\n  - {{{CHANGE}}}",
        "  - {do: change_list, with: {list: =orders.where(this.customer == current_user), set: {note: x}}}",
        "  - {do: change_thing, with: {thing: =current_user, set: {}}}",
        "  - {do: create_thing, as: order2, with: {type: order}}\n  - {do: delete_thing, with: {thing: =order2}}",
        loop("=orders.where(this.customer == current_user)"),
        loop("=search(order)"),
        loop("=orders", ", only_when: =one.customer == current_user"),
        "  - {do: change_list, with: {list: =search(order), set: {note: x}}}",
    ],
)
def test_a_step_that_asks_or_that_no_caller_aims_is_not(steps: str) -> None:
    assert warnings(steps) == []


def test_a_condition_about_something_else_does_not_count() -> None:
    (found,) = warnings(f"  - {{{CHANGE}, only_when: =amount > 0}}")
    assert "steps/0" in found
    (found,) = warnings(f"  - do: branch\n    with: {{when: =amount > 0}}\n    steps:\n      - {{{CHANGE}}}")
    assert "steps/0/steps/0" in found
    (found,) = warnings(f"  - {{{CHANGE}}}\n  - {{do: terminate, only_when: =order.customer != current_user}}")
    assert "steps/0/with" in found


def test_each_thing_of_a_list_of_the_caller_is_chosen_by_them_too() -> None:
    (found,) = warnings(loop("=orders"))
    assert "deletes a thing that the caller chooses (`orders`)" in found


def test_a_parameter_is_warned_about_once() -> None:
    assert len(warnings(f"  - {{{CHANGE}}}\n  - {{{CHANGE}}}")) == 1
