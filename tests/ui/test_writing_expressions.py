"""The one input: chips, completion, what is wrong and what it gives."""

from __future__ import annotations

import httpx2
from playwright.sync_api import Locator, Route, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk
from tests.ui.test_building import TYPES

FILES = {
    **TYPES,
    "workflows/create.yaml": """
        auth: none
        parameters: {number: text, total: number}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {number: =number, total: =total}}}
          - {do: return_data, with: {values: {id: =made.id}}}
        """,
    "workflows/tell.yaml": """
        auth: none
        parameters: {order: order, note: text}
        steps:
          - do: return_data
            with: {values: {said: "Order {{ order.number }}, {{ note }}!", double: ""}}
        """,
}


def at_tell(room: Room) -> tuple[Desk, list[str]]:
    """The step of the workflow, open, and the ids of two orders."""
    desk = room.developer(FILES)
    api = f"{desk.root}/api/1.1/wf/"
    made = [
        httpx2.post(f"{api}create", json={"number": number, "total": total}, timeout=30).json()["response"]["id"]
        for number, total in (("A-1", 5), ("B-2", 7))
    ]
    desk.open_workflow("tell")
    desk.page.get_by_role("button", name="Step 1:").click()
    return desk, made


def field(desk: Desk, name: str) -> Locator:
    """The input of a value."""
    return desk.step.get_by_role("textbox", name=f"Value of {name}")


def offered(desk: Desk, name: str) -> Locator:
    """A line of what may come at the cursor."""
    return desk.page.get_by_role("listbox").get_by_role("option", name=name).first


def test_holes_are_chips_that_open_under_the_cursor_and_go_as_one(room: Room) -> None:
    desk, _ = at_tell(room)
    page = desk.page
    said = field(desk, "said")
    expect(said).to_have_text("Order order.number, note!")
    expect(said.locator(".cm-chip")).to_have_text(["order.number", "note"])
    said.locator(".cm-chip").first.click()
    expect(said).to_have_text("Order {{ order.number }}, note!")
    page.keyboard.press("Control+End")
    expect(said).to_have_text("Order order.number, note!")
    page.keyboard.type(" {{ note")
    expect(said).to_contain_text("{{ note}}")  # closed by itself
    desk.step.get_by_role("heading", level=2).click()
    desk.comes_to_hold(room.file("workflows/tell.yaml"), "{{ note }}! {{ note}}")


def test_what_fits_is_completed_by_keys_and_by_mouse_with_its_docs(room: Room) -> None:
    desk, _ = at_tell(room)
    page = desk.page
    double = field(desk, "double")
    double.click()
    page.keyboard.type("=")
    expect(desk.step.get_by_role("button", name="Value of double: expression")).to_have_attribute(
        "aria-pressed", "true"
    )
    with page.expect_response(lambda answer: '"text":"ord"' in (answer.request.post_data or "")):
        page.keyboard.type("ord")
    expect(offered(desk, "order")).to_be_visible()
    page.wait_for_timeout(200)  # a list that has just come takes no Enter, lest one was meant for the text
    page.keyboard.press("Enter")
    expect(double).to_have_text("order")
    page.keyboard.type(".to")
    offered(desk, "total").click()
    expect(double).to_have_text("order.total")
    expect(double).to_be_focused()
    page.keyboard.type(".round")
    expect(offered(desk, "rounded_to")).to_be_visible()
    expect(page.locator(".cm-completionInfo")).to_contain_text("round", ignore_case=True)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(desk.step).to_be_visible()  # Escape closed the list, not the panel
    page.keyboard.press("Control+Space")
    expect(offered(desk, "rounded_to")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_list_that_comes_late_does_not_lie_over_what_is_done_meanwhile(room: Room) -> None:
    desk, _ = at_tell(room)
    page = desk.page
    held: list[Route] = []
    field(desk, "double").click()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/expressions/complete", hold)
    page.keyboard.type("=ord")
    desk.step.get_by_role("heading", level=2).click()
    expect(page.locator(".cm-focused")).to_have_count(0)
    assert held
    with page.expect_response("**/expressions/complete"):
        for route in held:
            route.continue_()
    expect(field(desk, "double")).to_have_text("ord")
    page.wait_for_timeout(200)
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_what_is_wrong_is_underlined_with_its_sentence(room: Room) -> None:
    desk, _ = at_tell(room)
    page = desk.page
    double = field(desk, "double")
    desk.write(desk.step, "Value of double", "=order.totl * 2")
    wrong = double.locator(".cm-lintRange-error")
    expect(wrong).to_have_text("totl")
    sentence = desk.step.get_by_text("totl").last
    expect(sentence).to_contain_text("total")
    wrong.hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text("total")
    expect(page.get_by_role("banner").get_by_role("button", name="1 issue")).to_be_visible()
    desk.write(desk.step, "Value of double", "order.total * 2")
    expect(wrong).to_have_count(0)
    desk.no_issues()


def test_a_preview_is_of_the_last_run_or_of_a_thing_that_is_chosen(room: Room) -> None:
    desk, (first, other) = at_tell(room)
    page = desk.page
    double = field(desk, "double")
    double.click()
    page.keyboard.type("=order.total * 2")
    choice = desk.step.get_by_role("button", name="What the preview is computed with")
    expect(choice).to_have_text("last run")
    desk.runs_now("order.total * 2")
    answer = httpx2.post(f"{desk.root}/api/1.1/wf/tell", json={"order": first, "note": "x"}, timeout=30)
    assert answer.json()["response"]["double"] == 10
    outcome = double.locator("xpath=ancestor::*[@data-mode]/..")
    expect(outcome).to_contain_text("10")
    choice.click()
    thing = page.get_by_role("dialog").get_by_role("combobox", name="order")
    thing.fill("B-2")
    page.get_by_role("option", name="B-2").click()
    expect(outcome).to_contain_text("14")
    expect(choice).to_have_text("as chosen")
    page.get_by_role("button", name="Back to the last run").click()
    expect(choice).to_have_text("last run")
    assert other != first
    double.click()
    page.keyboard.press("End")
    page.keyboard.type(" + request.body.x.to_number")
    expect(outcome).to_contain_text("Use “Detect data” at the trigger")
