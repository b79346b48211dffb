"""What somebody does who has never seen the editor, and what it must not surprise them with."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk
from tests.ui.test_building import TYPES

HELLO = (
    "auth: none\n"
    "parameters: {title: text}\n"
    "steps:\n"
    "  - do: create_thing\n"
    "    with: {type: order, set: {number: =title}}\n"
    "  - do: return_data\n"
    "    with: {values: {id: ''}}\n"
)
FILES = {**TYPES, "workflows/hello.yaml": HELLO}


def order_shown(desk: Desk, part: str) -> Locator:
    """A part of the type of orders."""
    desk.screen("Data")
    desk.page.get_by_role("link", name="order").first.click()
    region = desk.page.get_by_role("region", name="order", exact=True)
    region.get_by_role("radiogroup", name="What is shown").get_by_text(part).click()
    return region


def test_a_list_takes_enter_twice_and_its_keys_do_not_run_the_workflow(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    desk.open_workflow("hello")
    desk.button("Only when: insert from a list", desk.trigger).click()
    page.get_by_role("combobox", name="Search").wait_for()
    page.keyboard.type("title")
    expect(page.get_by_role("option", name="title")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Insert title")).to_be_visible()
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    written = desk.trigger.get_by_role("textbox", name="Only when", exact=True)
    expect(written).to_have_text("title")
    written.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    desk.button("Only when: insert from a list", desk.trigger).click()
    page.get_by_role("combobox", name="Search").wait_for()
    page.keyboard.type("title")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Insert title")).to_be_visible()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(written).to_have_text("title")
    expect(page.get_by_role("dialog", name="Run hello")).to_have_count(0)
    page.keyboard.press("ControlOrMeta+Enter")  # in the text it runs the workflow, as anywhere else
    expect(page.get_by_role("dialog", name="Run hello")).to_be_visible()
    page.get_by_role("combobox", name="Run as").click()
    expect(page.get_by_role("option", name="Nobody: not logged in")).to_be_visible()


def test_the_result_of_a_step_without_a_name_gets_one_by_being_chosen(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    desk.open_workflow("hello")
    page.get_by_role("button", name="Step 2:").click()
    desk.button("Value of id: insert from a list", desk.step).click()
    page.get_by_role("option", name="Result of step 1").click()
    expect(page.get_by_role("option", name="Insert order")).to_be_visible()
    page.get_by_role("combobox", name="Search").fill("number")
    page.get_by_role("option", name=re.compile("^number")).first.click()
    desk.button("Insert", page.get_by_role("dialog", name="Insert")).click()
    expect(desk.step.get_by_role("textbox", name="Value of id")).to_have_text(re.compile("order.number"))
    desk.saved()
    desk.no_issues()
    page.get_by_role("button", name="Step 1:").click()
    desk.step.get_by_text("Name of the result", exact=True).click()
    field = desk.step.get_by_role("textbox", name="Name of the result")
    expect(field).to_be_focused()
    expect(field).to_have_value("order")


def test_what_was_added_is_named_at_once(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    desk.open_workflow("hello")
    desk.button("Add a parameter", desk.trigger).click()
    expect(desk.trigger.get_by_role("textbox", name="Name of the parameter").last).to_be_focused()
    page.keyboard.type("amount")
    page.keyboard.press("Enter")
    expect(desk.trigger.get_by_role("combobox", name="Type of amount")).to_be_visible()
    page.get_by_role("button", name="Step 2:").click()
    desk.button("Add a value", desk.step).click()
    page.keyboard.type("sum")
    page.keyboard.press("Enter")
    expect(desk.step.get_by_role("textbox", name="Value of sum")).to_be_visible()


def test_a_type_is_offered_in_vain_until_the_data_api_is_open(room: Room) -> None:
    desk = room.developer(FILES)
    region = order_shown(desk, "Fields")
    region.get_by_role("switch", name="On the Data API").check(force=True)
    desk.button("Open the Data API", region).click()
    expect(region.get_by_text("The app's Data API is closed")).to_have_count(0)
    desk.runs_now("order")


def test_a_default_of_no_is_kept(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    region = order_shown(desk, "Fields")
    default = region.get_by_role("textbox", name="Default of paid")
    default.fill("no")
    default.press("Enter")
    desk.comes_to_hold(room.file("types/order.yaml"), "default: no")
    page.reload()
    expect(default).to_have_value("no")
    default.fill("yes")
    default.press("Enter")
    desk.comes_to_hold(room.file("types/order.yaml"), "default: yes")
    page.reload()
    expect(default).to_have_value("yes")


def test_what_is_wrong_with_a_rule_is_said_once(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    order_shown(desk, "Privacy")
    rule = page.get_by_role("region", name="Rule everyone")
    rule.get_by_role("radiogroup", name="For whom").get_by_text("When").click()
    rule.get_by_role("textbox", name="When the rule everyone holds").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("this.prize > 1")
    expect(page.get_by_role("button", name="1 issue")).to_be_visible()
    expect(rule.get_by_text("order has no field prize")).to_have_count(1)
    expect(page.get_by_text("order has no field prize")).to_have_count(1)


def test_who_begins_to_write_elsewhere_keeps_the_cursor(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    desk.open_workflow("hello")
    desk.add_step("Terminate this workflow")
    condition = desk.step.get_by_role("textbox", name="Only when", exact=True)
    condition.click()
    # Slowly: the panel looks for a second for an input among the step's properties, of which there is none.
    page.keyboard.type("title == 'written without a break'", delay=60)
    expect(condition).to_have_text("title == 'written without a break'")
    expect(condition).to_be_focused()
    desk.saved()
    assert "values" not in room.file("workflows/hello.yaml").read_text().partition("do: terminate")[2]
