"""A workflow is tried out: run with parameters as somebody, kept as an example, run again from a step."""

from __future__ import annotations

import re
from typing import Literal

import httpx2
from playwright.sync_api import Locator, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

FILES = {
    "app.yaml": "name: Test\n",
    "options/status.yaml": "options: {new: New one, old: Old one}\n",
    "types/order.yaml": """
        fields: {number: text, total: number}
        privacy: {everyone: {find: yes, view: all}}
        """,
    "workflows/sign_up.yaml": """
        auth: none
        parameters: {email: text}
        steps: [{do: sign_up, with: {email: =email, password: Abcdefgh1}}]
        """,
    "workflows/pay.yaml": """
        # Who pays, and what.
        auth: none
        parameters:
          number: text
          total: number
          paid: yes_no
          status: status
          due: {type: date, optional: yes}
          tags: list of text
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {number: =number, total: =total}}}
          - do: return_data
            with: {values: {twice: =total * 2, status: =status.label, tags: =tags.count}}
        """,
}


def at_pay(room: Room) -> Desk:
    """The workflow, open."""
    desk = room.developer(FILES)
    desk.open_workflow("pay")
    return desk


def given(dialog: Locator, role: Literal["textbox", "combobox"], name: str) -> Locator:
    """The input of a parameter: its label is its name and its type."""
    return dialog.get_by_role(role, name=re.compile(f"^{name} "))


def test_the_keyboard_is_back_where_it_was_when_a_run_is_given_up(room: Room) -> None:
    desk = at_pay(room)
    desk.page.get_by_role("button", name="Step 2:").click()
    written = desk.step.get_by_role("textbox", name="Value of twice")
    written.click()
    desk.page.keyboard.press("ControlOrMeta+Enter")
    dialog = desk.page.get_by_role("dialog", name="Run pay")
    expect(given(dialog, "textbox", "number")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(written).to_be_focused()


def fill(desk: Desk, dialog: Locator) -> None:
    """Give every parameter a value of its type."""
    page = desk.page
    given(dialog, "textbox", "number").fill("A-1")
    given(dialog, "textbox", "total").fill("2.5")
    dialog.get_by_role("radiogroup", name="paid").get_by_text("yes").click()
    given(dialog, "combobox", "status").click()
    page.get_by_role("option", name="Old one").click()
    given(dialog, "textbox", "tags").fill('["a", "b"]')


def trace(desk: Desk) -> Locator:
    """What the run that is shown was given, and what it answered."""
    return desk.page.get_by_role("region", name="Last runs")


def test_a_workflow_runs_with_typed_parameters_as_a_user_and_the_run_becomes_an_example(room: Room) -> None:
    desk = at_pay(room)
    page = desk.page
    signed = httpx2.post(f"{desk.root}/api/1.1/wf/sign_up", json={"email": "ada@shop.test"}, timeout=30)
    assert signed.status_code == 200, signed.text
    page.keyboard.press("ControlOrMeta+Enter")
    dialog = page.get_by_role("dialog", name="Run pay")
    desk.button("Run", dialog).click()
    expect(dialog.get_by_text("number (text) is missing.")).to_be_visible()
    fill(desk, dialog)
    user = dialog.get_by_role("combobox", name="Run as")
    user.fill("ada")
    page.get_by_role("option", name="ada@shop.test").click()
    desk.button("Run", dialog).click()
    expect(trace(desk)).to_contain_text('"twice":5')
    for said in ('"status":"Old one"', '"tags":2', "as ada@shop.test"):
        expect(trace(desk)).to_contain_text(said)

    desk.button("Keep as an example", trace(desk)).click()
    desk.saved()
    desk.runs_now("A-1")
    text = room.file("workflows/pay.yaml").read_text()
    assert "# Who pays, and what." in text
    assert "examples:\n  example:\n    parameters:" in text
    desk.no_issues()
    desk.button("Take the trace away").click()

    desk.button("Run").click()
    expect(given(dialog, "textbox", "number")).to_have_value("A-1")  # the first example is there already
    given(dialog, "textbox", "number").fill("B-2")
    dialog.get_by_role("checkbox", name="Keep as an example").check()
    dialog.get_by_role("textbox", name="Name of the example").fill("second one")
    desk.button("Run", dialog).click()
    expect(trace(desk)).to_contain_text('"B-2"')
    desk.saved()
    desk.button("Run").click()
    dialog.get_by_role("button", name="second_one").focus()
    dialog.get_by_role("button", name="example", exact=True).click()
    expect(given(dialog, "textbox", "number")).to_have_value("A-1")
    expect(given(dialog, "combobox", "status")).to_have_value("Old one")
    desk.button("Run", dialog).click()
    expect(trace(desk)).to_contain_text('"A-1"')
    expect(trace(desk)).to_contain_text('"twice":5')


def test_a_run_from_before_the_editor_was_opened_is_run_again_from_a_step(room: Room) -> None:
    def call(root: str) -> None:
        body = {"number": "A-1", "total": 2, "paid": True, "status": "Old one", "tags": []}
        answer = httpx2.post(f"{root}/api/1.1/wf/pay", json=body, timeout=30)
        assert answer.status_code == 200, answer.text

    desk = room.developer(FILES, before=call)
    page = desk.page
    desk.open_workflow("pay")
    desk.button("Show the runs").click()
    trace(desk).get_by_role("button", name="finished").click()
    card = page.get_by_role("button", name="Step 2:")
    expect(card).to_contain_text("done")
    card.click()
    desk.write(desk.step, "Value of twice", "total * 3")
    desk.runs_now("total * 3")
    card.hover()
    card.locator("..").get_by_role("button", name="What to do with this step").click()
    page.get_by_role("menuitem", name="Run again from here").click()
    dialog = page.get_by_role("dialog", name="Run again from step 2")
    page.keyboard.press("Escape")
    expect(card.locator("..").get_by_role("button", name="What to do with this step")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Run again from here").click()
    expect(dialog.get_by_text("Nothing that others notice would be repeated.")).to_be_visible()
    desk.button("Run", dialog).click()
    expect(trace(desk)).to_contain_text('"twice":6')
    expect(page.get_by_role("button", name="Step 1:")).to_contain_text("from the earlier run")
